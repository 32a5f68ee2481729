//! Entries of maps whose keys the user chose.

use crate::text::Text;

/// An entry of a map whose keys are names that the user chose.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// The key of the entry.
    pub name: Text,
    /// What it stands for.
    pub value: T,
}
