//! Names of the fleet language, made of ESPHome's, which are free text.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(name("Küche – Licht 1", '_'), "kueche_licht_1");
        assert_eq!(name("2nd lamp", '-'), "x2nd-lamp");
        assert_eq!(name("***", '-'), "x");
    }
}
