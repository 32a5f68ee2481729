//! A client of a proof, and its rights as the fleet gives them.

use fleetwright_generator::plan::UserPlan;
use std::collections::BTreeSet;

/// A user that tries to read and to write.
pub(super) struct Client<'a> {
    pub(super) name: &'a str,
    /// The topics that it may read.
    pub(super) read: BTreeSet<&'a str>,
    /// The topics that it may write.
    pub(super) write: BTreeSet<&'a str>,
}

impl<'a> Client<'a> {
    /// A client with the rights of a user.
    pub(super) fn of(user: &'a UserPlan) -> Self {
        Self {
            name: &user.name,
            read: user.read.iter().map(String::as_str).collect(),
            write: user.write.iter().map(String::as_str).collect(),
        }
    }

    /// A client that may read and write nothing.
    pub(super) fn without_rights(name: &'a str) -> Self {
        Self { name, read: BTreeSet::new(), write: BTreeSet::new() }
    }
}
