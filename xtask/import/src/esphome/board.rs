//! The board of a device: one of the generator's catalogue, or the one that is most like it.

use super::super::yaml::Tree;
use super::draft::Draft;
use super::report::NoteKind;
use super::wired::WiredPin;
use fleetwright_generator::model::board;

/// Names of small modules that people also write for any other module with the same memory: a ready-made socket or bulb
/// has one with more pins.
const PLACEHOLDERS: [&str; 2] = ["esp01", "esp01_1m"];
/// What is taken for a module of a ready-made product: it brings out all pins, and has 1 MB.
const PRODUCT: &str = "esp8285";

/// The name of a device's board. `wanted` is what the device names; a board that is not taken as it is, is noted.
pub(super) fn name(wanted: Option<&Tree>, device: &Tree, wired: &[WiredPin], draft: &mut Draft) -> String {
    let text = wanted.and_then(Tree::text).unwrap_or_default();
    let position = wanted.map_or(&device.position, |tree| &tree.position);
    if let Some(known) = board(text) {
        let product = board(PRODUCT).filter(|_| PLACEHOLDERS.contains(&text));
        let beyond = wired.iter().find(|pin| {
            known.gpio(&pin.name).is_none() && product.is_some_and(|product| product.gpio(&pin.name).is_some())
        });
        let Some(pin) = beyond else { return text.to_owned() };
        let what = format!(
            "an ESP-01 has no {}, so `{text}` stands for the module of a ready-made product: taken for `{PRODUCT}`; \
             if it is another, write its name",
            pin.name
        );
        draft.say(position, NoteKind::Decide, what);
        return PRODUCT.to_owned();
    }
    let has_labels = wired.iter().any(|pin| pin.name.starts_with('D'));
    let similar = match text {
        _ if text.starts_with("sonoff") || text.contains("8285") => PRODUCT,
        _ if has_labels => "d1_mini",
        _ => "esp12e",
    };
    let labels = if has_labels { ", and compare what is printed at its pins with those of the other" } else { "" };
    let unknown = if text.is_empty() { "no board is named".to_owned() } else { format!("there is no board `{text}`") };
    let what = format!("{unknown}; taken for `{similar}`: choose the one you have{labels}");
    draft.say(position, NoteKind::Decide, what);
    similar.to_owned()
}
