//! Who may what, as tried, against what the fleet allows: as data; `render` shows it.

use super::client::Client;
use std::collections::{HashMap, HashSet};

/// The rights of a user on a topic, and what was found of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// What the fleet allows.
    pub(super) may_read: bool,
    pub(super) may_write: bool,
    /// What was found; `None`: not tried.
    pub(super) reads: Option<bool>,
    pub(super) writes: Option<bool>,
}

impl Cell {
    pub(super) fn is_wrong(self) -> bool {
        self.reads.is_some_and(|reads| reads != self.may_read)
            || self.writes.is_some_and(|writes| writes != self.may_write)
    }

    /// `rw`, `r`, `w` or `·`, as found; `!` where it should be otherwise.
    pub(super) fn mark(self) -> String {
        let mark = match (self.reads, self.writes) {
            (Some(true), Some(true)) => "rw",
            (Some(true), _) => "r",
            (_, Some(true)) => "w",
            _ => "·",
        };
        format!("{mark}{}", if self.is_wrong() { "!" } else { "" })
    }
}

/// What every user may read and write: users by topics.
#[derive(Debug)]
pub struct Matrix {
    pub(super) users: Vec<String>,
    pub(super) topics: Vec<String>,
    /// The index of each topic.
    indexes: HashMap<String, usize>,
    /// A row for each user, a column for each topic.
    pub(super) cells: Vec<Vec<Cell>>,
    /// Faults that belong to no cell, in sentences.
    beside: Vec<String>,
}

impl Matrix {
    pub(super) fn new(clients: &[Client<'_>], topics: &[&str]) -> Self {
        let cell = |client: &Client<'_>, topic: &&str| Cell {
            may_read: client.read.contains(topic),
            may_write: client.write.contains(topic),
            // A client that receives nothing of what the speaker publishes has no right to read.
            reads: Some(false),
            writes: None,
        };
        Self {
            users: clients.iter().map(|client| client.name.to_owned()).collect(),
            topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
            indexes: topics.iter().enumerate().map(|(index, topic)| ((*topic).to_owned(), index)).collect(),
            cells: clients.iter().map(|client| topics.iter().map(|topic| cell(client, topic)).collect()).collect(),
            beside: Vec::new(),
        }
    }

    /// A user received something on a topic.
    pub(super) fn received(&mut self, row: usize, topic: &str) {
        match self.indexes.get(topic) {
            Some(index) => self.cells[row][*index].reads = Some(true),
            None => self.beside.push(format!("`{}` receives {topic}", self.users[row])),
        }
    }

    /// The broker acknowledged or refused what a user published.
    pub(super) fn wrote(&mut self, row: usize, topic: &str, allowed: bool) {
        if let Some(index) = self.indexes.get(topic) {
            self.cells[row][*index].writes = Some(allowed);
        }
    }

    /// What an observer received, by user and topic, must be what was allowed.
    pub(super) fn check_delivery(&mut self, delivered: &HashSet<(&str, &str)>) {
        for (user, cells) in self.users.iter().zip(&self.cells) {
            for (topic, cell) in self.topics.iter().zip(cells) {
                let Some(allowed) = cell.writes else { continue };
                let arrived = delivered.contains(&(user.as_str(), topic.as_str()));
                if allowed != arrived {
                    let what = if arrived {
                        "was refused, and arrived all the same"
                    } else {
                        "was allowed, and did not arrive"
                    };
                    self.beside.push(format!("what `{user}` wrote to {topic} {what}"));
                }
            }
        }
    }

    /// Every right too many and every right too few, in sentences.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (user, cells) in self.users.iter().zip(&self.cells) {
            for (topic, cell) in self.topics.iter().zip(cells) {
                if let Some(reads) = cell.reads.filter(|reads| *reads != cell.may_read) {
                    faults.push(format!("`{user}` {} read {topic}", if reads { "may" } else { "may not" }));
                }
                if let Some(writes) = cell.writes.filter(|writes| *writes != cell.may_write) {
                    faults.push(format!("`{user}` {} write {topic}", if writes { "may" } else { "may not" }));
                }
            }
        }
        faults.extend(self.beside.iter().cloned());
        faults
    }
}
