//! The fleet while it is put together, and its text.

use super::super::yaml::Place;

/// A fleet, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) ssid: Option<String>,
    pub(super) host: Option<String>,
    pub(super) port: Option<String>,
    pub(super) topics: Vec<Topic>,
    pub(super) nodes: Vec<Node>,
    pub(super) notes: Vec<String>,
}

/// A topic.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) key: String,
    pub(super) path: String,
    pub(super) payload: Payload,
    /// Others may say something on it: a client, as Home Assistant did.
    pub(super) command: bool,
}

/// What a topic carries.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Payload {
    /// OFF and ON; a button that toggles it says ON first.
    Switch {
        toggled: bool,
    },
    Percent,
    /// From 0 to this, in hundredths.
    Volts {
        max: f64,
        unit: String,
    },
}

/// A device.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) board: String,
    pub(super) roles: Vec<Role>,
    /// For each topic the rules that decide about it.
    pub(super) decisions: Vec<(String, Vec<(String, String)>)>,
}

/// A role on its pin.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) key: String,
    pub(super) kind: &'static str,
    /// `subscribe` or `publish`, and the topic.
    pub(super) topic: (&'static str, String),
    /// Further options, as `key: value`.
    pub(super) options: Vec<String>,
    pub(super) pin: String,
}

impl Draft {
    pub(super) fn note(&mut self, place: &Place, what: impl std::fmt::Display) {
        let note = format!("{place}: {what}");
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// A key that no topic and no role has yet.
    pub(super) fn free_key(&self, wish: &str) -> String {
        let taken = |key: &str| {
            self.topics.iter().any(|topic| topic.key == key)
                || self.nodes.iter().any(|node| node.roles.iter().any(|role| role.key == key))
        };
        let words = ["age", "as", "if", "in", "for", "loop", "match", "move", "self", "static", "type", "use", "where"];
        let wish = if words.contains(&wish) { format!("my_{wish}") } else { wish.to_owned() };
        let numbered = (2..).map(|number| format!("{wish}_{number}"));
        std::iter::once(wish.clone()).chain(numbered).find(|key| !taken(key)).unwrap_or(wish)
    }

    pub(super) fn topic(&mut self, key: &str) -> Option<&mut Topic> {
        self.topics.iter_mut().find(|topic| topic.key == key)
    }

    /// The fleet file.
    pub(super) fn spell(&self, name: &str) -> String {
        let mut text = format!(
            "# yaml-language-server: $schema=../schema/fleet.schema.json\n\
             # Imported from ESPHome. docs/language.md has every word; `cargo xtask check {name}` finds mistakes.\n\
             fleet: {name}\n\nwifi:\n  ssid: {}\n  password: !secret wifi_password\n\nbroker:\n  host: {}\n",
            self.ssid.as_deref().unwrap_or("!secret wifi_ssid"),
            quoted(self.host.as_deref().unwrap_or("broker.local")),
        );
        if let Some(port) = self.port.as_ref().filter(|port| *port != "1883") {
            text += &format!("  port: {port}\n");
        }
        text += "  security: password\n\ntopics:\n";
        for topic in &self.topics {
            let payload = match &topic.payload {
                Payload::Switch { toggled: false } => "{ one_of: [\"OFF\", \"ON\"] }".to_owned(),
                Payload::Switch { toggled: true } => "{ one_of: [\"ON\", \"OFF\"] }".to_owned(),
                Payload::Percent => "percent".to_owned(),
                Payload::Volts { max, unit } => {
                    format!("{{ number: {{ min: 0, max: {max:.2}, step: 0.01, unit: {} }} }}", quoted(unit))
                }
            };
            text +=
                &format!("  {}: {{ path: {}, payload: {payload}, retain: true }}\n", topic.key, quoted(&topic.path));
        }
        text += "\nroles:\n";
        for node in &self.nodes {
            for role in &node.roles {
                let (word, topic) = &role.topic;
                let options: String = role.options.iter().map(|option| format!(", {option}")).collect();
                text += &format!("  {}: {{ {}: {{ {word}: {topic}{options} }} }}\n", role.key, role.kind);
            }
            for (topic, rules) in &node.decisions {
                text += &format!("  {}:\n    decision:\n      publish: {topic}\n      rules:\n", decision(topic));
                for (when, then) in rules {
                    text += &format!("        - {{ when: '{}', then: {} }}\n", when.replace('\'', "''"), quoted(then));
                }
            }
        }
        text += "\nnodes:\n";
        for node in &self.nodes {
            let wired = node.roles.iter().map(|role| format!("      {}: {{ pin: {} }}\n", role.key, quoted(&role.pin)));
            let decisions = node.decisions.iter().map(|(topic, _)| format!("      {}: {{}}\n", decision(topic)));
            let roles: String = wired.chain(decisions).collect();
            let roles = if roles.is_empty() { " {}\n".to_owned() } else { format!("\n{roles}") };
            text += &format!("  {}:\n    board: {}\n    roles:{roles}", node.name, node.board);
        }
        let commands: Vec<&str> =
            self.topics.iter().filter(|topic| topic.command).map(|topic| topic.key.as_str()).collect();
        text + &format!(
            "\nclients:\n  home: {{ publish: [{}], subscribe: [\"*\"] }}    # Home Assistant, or whoever has the remote\n",
            commands.join(", ")
        )
    }
}

/// The role that decides about a topic.
fn decision(topic: &str) -> String {
    format!("decide-{}", topic.replace('_', "-"))
}

/// A text as YAML, with quotes where it needs some.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.');
    let number = text.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok();
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let word = matches!(text.to_lowercase().as_str(), "on" | "off" | "yes" | "no" | "true" | "false" | "null");
    if number || starts && !word && text.chars().all(plain) {
        return text.to_owned();
    }
    let inside: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", inside.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A name in the fleet language: small letters, digits and this.
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
    fn texts_that_yaml_would_misread_get_quotes() {
        assert_eq!(
            ["ON", "D1", "5", "a b", "a\"b", "", "#x", "room/light"].map(quoted),
            ["\"ON\"", "D1", "5", "\"a b\"", "\"a\\\"b\"", "\"\"", "\"#x\"", "room/light"]
        );
    }

    #[test]
    fn names() {
        assert_eq!(name("Küche – Licht 1", '_'), "kueche_licht_1");
        assert_eq!(name("2nd lamp", '-'), "x2nd-lamp");
        assert_eq!(name("***", '-'), "x");
    }
}
