//! The fleet while it is put together: its parts in the generator's own description, and the notes about what does not
//! fit. Knows no file format.

use super::super::yaml::{Fate, Position, Tree};
use super::report::{Counts, Key, Note, NoteKind};
use super::roles;
use fleetwright_generator::resolve::{REQUESTS, is_reserved_name};
use fleetwright_generator::syntax::{PayloadSpec, RoleKindSpec, RuleSpec};
use std::collections::BTreeSet;

/// A fleet, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The Wi-Fi networks.
    pub(super) networks: Vec<WifiNetwork>,
    /// How nodes save power, in the fleet's word.
    pub(super) power_save: Option<String>,
    /// The broker's address.
    pub(super) host: Option<String>,
    /// The broker's port.
    pub(super) port: Option<String>,
    pub(super) topics: Vec<Topic>,
    pub(super) nodes: Vec<Node>,
    pub(super) notes: Vec<Note>,
    pub(super) counts: Counts,
    /// The keys of all devices, and what became of them.
    pub(super) keys: Vec<Key>,
    /// Where a device differs from the first one in what the whole fleet shares, until it is told.
    pub(super) differing: Vec<(Position, &'static str)>,
    /// The keys of topics and roles.
    taken: BTreeSet<String>,
    told: BTreeSet<Note>,
}

/// A Wi-Fi network, as YAML: texts or `!secret name`.
#[derive(Debug)]
pub(super) struct WifiNetwork {
    pub(super) ssid: Option<String>,
    /// `None`: an open network.
    pub(super) password: Option<String>,
    pub(super) hidden: bool,
}

/// A topic of the fleet that is drafted.
#[derive(Debug)]
pub(super) struct Topic {
    /// Its name in the fleet file.
    pub(super) key: String,
    pub(super) path: String,
    pub(super) payload: PayloadSpec,
    /// Whether a role owns it and others ask for what it should be, among them Home Assistant.
    pub(super) settable: bool,
}

/// A node, made of one device.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) board: String,
    /// Its fixed address, as YAML.
    pub(super) ip: Option<String>,
    pub(super) roles: Vec<Role>,
    /// Pins that parts are wired to which are not in the fleet, each with its part.
    pub(super) reserved: Vec<(String, String)>,
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
    /// Tells something about a place.
    pub(super) fn say(&mut self, position: &Position, kind: NoteKind, what: impl std::fmt::Display) {
        let note = Note::new(position, kind, what.to_string());
        if self.told.insert(note.clone()) {
            self.notes.push(note);
        }
    }

    /// Tells something about a value and all that is in it.
    pub(super) fn note(&mut self, tree: &Tree, kind: NoteKind, what: impl std::fmt::Display) {
        tree.mark(Fate::Noted);
        self.say(&tree.position, kind, what);
    }

    /// Tells that a value and all that is in it is not in the fleet.
    pub(super) fn leave_out(&mut self, tree: &Tree, what: impl std::fmt::Display) {
        self.note(tree, NoteKind::LeftOut, what);
    }

    /// Sets what the whole fleet shares unless a device before this one did; keeps a difference until it is told.
    pub(super) fn share(
        &mut self,
        shared: impl FnOnce(&mut Self) -> &mut Option<String>,
        own: Option<String>,
        position: &Position,
        what: &'static str,
    ) {
        let Some(own) = own else { return };
        let first = shared(self);
        if first.as_ref().is_some_and(|first| *first != own) {
            self.differing.push((position.clone(), what));
        } else {
            *first = Some(own);
        }
    }

    /// Counts a part of a device.
    pub(super) fn count(&mut self, kind: &str, taken: bool) {
        let count = self.counts.entry(kind.to_owned()).or_default();
        if taken { count.taken += 1 } else { count.left += 1 }
    }

    /// A key that no topic and no role has yet and that the generator does not reserve.
    pub(super) fn free_key(&mut self, wish: &str) -> String {
        let wish = if is_reserved_name(wish) { format!("my_{wish}") } else { wish.to_owned() };
        let numbered = (2..).map(|number| format!("{wish}_{number}"));
        let mut wishes = std::iter::once(wish.clone()).chain(numbered);
        let free = wishes.find(|key| !self.taken.contains(key)).unwrap_or(wish);
        self.taken.insert(free.clone());
        free
    }

    /// Gives the last node a role, named after `key`, on a pin.
    pub(super) fn add_role(&mut self, key: &str, kind: RoleKindSpec, pin: String) {
        if let Some(node) = self.nodes.last_mut() {
            node.roles.push(Role { name: role_name(key), kind, pin: Some(pin) });
        }
    }

    /// The path, of those that a topic would need, that another topic has already: its own, or the one for requests if it
    /// is `settable`.
    pub(super) fn taken_path(&self, path: &str, settable: bool) -> Option<String> {
        let mut wanted = std::iter::once(path.to_owned()).chain(settable.then(|| request_path(path)));
        let has = |topic: &Topic, path: &str| topic.path == path || topic.settable && request_path(&topic.path) == path;
        wanted.find(|path| self.topics.iter().any(|topic| has(topic, path)))
    }

    /// Adds rules to the decisions about their topics. Two nodes with rules for one topic would contradict each other:
    /// the first that had some gets all of them.
    pub(super) fn decide(&mut self, rules: Vec<TopicRule>) {
        for TopicRule { topic, rule } in rules {
            if let Some(rules) = self.rules(&topic) {
                rules.push(rule);
            } else if let Some(node) = self.nodes.last_mut() {
                let name = format!("decide-{}", role_name(&topic));
                let kind = roles::decision(&topic, vec![rule]);
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

/// The name of the role that belongs to the topic `key`.
pub(super) fn role_name(key: &str) -> String {
    key.replace('_', "-")
}

/// Where requests for the state on a settable topic go.
pub(super) fn request_path(path: &str) -> String {
    format!("{path}{REQUESTS}")
}
