//! Names: those of the fleet language, made of ESPHome's, which are free text, and those that ESPHome gives its topics.

/// A name of small letters, digits and `joint`, of at most 48 characters.
pub(super) fn name(text: &str, joint: char) -> String {
    let mut name = String::new();
    for c in text.trim().to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => name.push(c),
            'ä' => name += "ae",
            'ö' => name += "oe",
            'ü' => name += "ue",
            'ß' => name += "ss",
            _ if name.ends_with(joint) => {}
            _ => name.push(joint),
        }
    }
    let name = name.trim_matches(joint);
    let start = if name.starts_with(|c: char| c.is_ascii_lowercase()) { "" } else { "x" };
    format!("{start}{name}").chars().take(48).collect()
}

/// ESPHome's object id, which is in the topics of a component: letters become small, and every byte that is no letter,
/// digit, `-` or `_` becomes `_`. From `str_sanitize` and `str_snake_case` in its esphome/core/helpers.h (2026.6.5), by
/// which mqtt_component.cpp makes its topics.
pub(super) fn object_id(name: &str) -> String {
    let sanitized = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte.to_ascii_lowercase()),
        _ => '_',
    };
    name.bytes().map(sanitized).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(name("Küche – Licht 1", '_'), "kueche_licht_1");
        assert_eq!(name("2nd lamp", '-'), "x2nd-lamp");
        assert_eq!(name("***", '-'), "x");
    }

    #[test]
    fn object_ids_are_those_of_esphome() {
        let cases =
            [("Wi-Fi lamp", "wi-fi_lamp"), ("Lamp (left)", "lamp__left_"), ("Küche", "k__che"), (" 1.5 A ", "_1_5_a_")];
        for (name, id) in cases {
            assert_eq!(object_id(name), id);
        }
    }
}
