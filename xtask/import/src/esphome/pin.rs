//! Pins as ESPHome describes them. Knows no board: the generator checks which pins there are.

use super::super::yaml::Tree;
use fleetwright_generator::syntax::PullSpec;

/// A pin of the chip.
#[derive(Clone)]
pub(super) struct Pin {
    /// As written: `D5`, `GPIO14`.
    pub(super) name: String,
    /// Whether low means active.
    pub(super) inverted: bool,
    pub(super) pull: PullSpec,
}

impl Pin {
    /// Reads the value of `pin`; `None`: there is none, or it is no pin of the chip's own.
    pub(super) fn read(tree: Option<&Tree>) -> Option<Self> {
        let tree = tree?;
        if let Some(text) = tree.text() {
            return Some(Self { name: text.to_owned(), inverted: false, pull: PullSpec::None });
        }
        let known = ["number", "inverted", "mode", "allow_other_uses", "ignore_strapping_warning"];
        if tree.entries().iter().any(|(key, _)| !known.contains(&key.as_str())) {
            return None;
        }
        let mode = tree.get("mode");
        let text = mode.and_then(Tree::text).unwrap_or_default().to_uppercase();
        let has = |key: &str| mode.is_some_and(|mode| mode.is_true(key));
        let pull = if text.contains("PULLUP") || has("pullup") {
            PullSpec::Up
        } else if text.contains("PULLDOWN") || has("pulldown") {
            PullSpec::Down
        } else {
            PullSpec::None
        };
        Some(Self { name: tree.text_of("number")?.to_owned(), inverted: tree.is_true("inverted"), pull })
    }
}
