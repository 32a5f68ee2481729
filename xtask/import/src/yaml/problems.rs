//! What can't be read of a device's files although they are YAML, with its place. Knows no reasons.

use super::tree::Position;
use std::cell::RefCell;

/// Problems while a device is read, in the order in which they are met.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    all: RefCell<Vec<(Position, String)>>,
}

impl Problems {
    pub(super) fn add(&self, position: &Position, what: impl Into<String>) {
        let problem = (position.clone(), what.into());
        let mut all = self.all.borrow_mut();
        if !all.contains(&problem) {
            all.push(problem);
        }
    }

    /// All of them.
    pub(crate) fn into_all(self) -> Vec<(Position, String)> {
        self.all.into_inner()
    }
}
