//! The board of a device: one of the generator's catalogue, or the one that is most like it.

use super::super::yaml::{Tree, ValueKind};
use super::draft::Draft;
use fleetwright_generator::model::board;

/// The name of a device's board. `wanted` is what the device names; a board that is not in the catalogue is noted.
pub(super) fn name(wanted: Option<&Tree>, device: &Tree, draft: &mut Draft) -> String {
    let text = wanted.and_then(Tree::text).unwrap_or_default();
    if board(text).is_some() {
        return text.to_owned();
    }
    let similar = if text.starts_with("sonoff") || text.contains("8285") {
        "esp8285"
    } else if has_labels(device) {
        "d1_mini"
    } else {
        "esp12e"
    };
    let position = wanted.map_or(&device.position, |tree| &tree.position);
    draft.note(position, format_args!("there is no board `{text}`; taken for `{similar}`: choose the one you have"));
    similar.to_owned()
}

/// Whether pins are named by what is printed on a board: `D5`.
fn has_labels(tree: &Tree) -> bool {
    match &tree.kind {
        ValueKind::Scalar { text, .. } => text.strip_prefix('D').is_some_and(|rest| rest.parse::<u8>().is_ok()),
        ValueKind::List(items) => items.iter().any(has_labels),
        ValueKind::Map(entries) => entries.iter().any(|(_, value)| has_labels(value)),
    }
}
