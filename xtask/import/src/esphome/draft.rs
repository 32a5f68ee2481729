//! The fleet while it is put together: its parts in the generator's own description, and the notes about what does not
//! fit. Knows no file format.

use super::super::fleet_text::{TICK_MS, text};
use super::super::yaml::Position;
use fleetwright_generator::resolve::is_reserved_name;
use fleetwright_generator::syntax::{PayloadSpec, RoleKindSpec, RuleSpec, SaysSpec};

/// A fleet, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The name of the Wi-Fi network, as YAML: a text or `!secret name`.
    pub(super) ssid: Option<String>,
    /// The broker's address.
    pub(super) host: Option<String>,
    /// The broker's port.
    pub(super) port: Option<String>,
    pub(super) topics: Vec<Topic>,
    pub(super) nodes: Vec<Node>,
    /// What was not taken over, or not as it was: `file:line: what`.
    pub(super) notes: Vec<String>,
}

/// A topic of the fleet that is drafted.
#[derive(Debug)]
pub(super) struct Topic {
    /// Its name in the fleet file.
    pub(super) key: String,
    pub(super) path: String,
    pub(super) payload: PayloadSpec,
    /// Whether a client publishes on it, as Home Assistant did.
    pub(super) command: bool,
}

/// A node, made of one device.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) board: String,
    pub(super) roles: Vec<Role>,
}

/// A role of a node.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) name: String,
    pub(super) kind: RoleKindSpec,
    /// The pin it is wired to; a decision has none.
    pub(super) pin: Option<String>,
}

/// A rule, and the topic that it decides about.
#[derive(Debug)]
pub(super) struct TopicRule {
    pub(super) topic: String,
    pub(super) rule: RuleSpec,
}

impl Draft {
    pub(super) fn note(&mut self, position: &Position, what: impl std::fmt::Display) {
        let note = format!("{position}: {what}");
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// A key that no topic and no role has yet and that the generator does not reserve.
    pub(super) fn free_key(&self, wish: &str) -> String {
        let taken = |key: &str| {
            self.topics.iter().any(|topic| topic.key == key)
                || self.nodes.iter().any(|node| node.roles.iter().any(|role| role.name == key))
        };
        let wish = if is_reserved_name(wish) { format!("my_{wish}") } else { wish.to_owned() };
        let numbered = (2..).map(|number| format!("{wish}_{number}"));
        std::iter::once(wish.clone()).chain(numbered).find(|key| !taken(key)).unwrap_or(wish)
    }

    pub(super) fn topic(&mut self, key: &str) -> Option<&mut Topic> {
        self.topics.iter_mut().find(|topic| topic.key == key)
    }

    /// Gives the last node a role, named after `key`, on a pin.
    pub(super) fn add_role(&mut self, key: &str, kind: RoleKindSpec, pin: String) {
        if let Some(node) = self.nodes.last_mut() {
            node.roles.push(Role { name: key.replace('_', "-"), kind, pin: Some(pin) });
        }
    }

    /// Adds rules to the decisions about their topics. Two nodes with rules for one topic would contradict each other:
    /// the first that had some gets all of them.
    pub(super) fn decide(&mut self, rules: Vec<TopicRule>) {
        for TopicRule { topic, rule } in rules {
            if let Some(rules) = self.rules(&topic) {
                rules.push(rule);
            } else if let Some(node) = self.nodes.last_mut() {
                let name = format!("decide-{}", topic.replace('_', "-"));
                let kind =
                    RoleKindSpec::Decision { topic: SaysSpec::Publish(text(topic)), rules: vec![rule], tick: TICK_MS };
                node.roles.push(Role { name, kind, pin: None });
            }
        }
    }

    /// The rules of the decision about a topic.
    fn rules(&mut self, topic: &str) -> Option<&mut Vec<RuleSpec>> {
        self.nodes.iter_mut().flat_map(|node| &mut node.roles).find_map(|role| match &mut role.kind {
            RoleKindSpec::Decision { topic: said, rules, .. } if said.name().value == topic => Some(rules),
            _ => None,
        })
    }
}

impl Node {
    /// The roles, those on a pin first.
    pub(super) fn ordered_roles(&self) -> impl Iterator<Item = &Role> {
        let wired = self.roles.iter().filter(|role| role.pin.is_some());
        wired.chain(self.roles.iter().filter(|role| role.pin.is_none()))
    }
}
