//! The pins of a node, one by one: who uses each, and what the others are good for.

use super::choose::PinRequest;
use super::hazards::{Hazard, suits};
use super::usage::Use;
use crate::diag::Severity;
use crate::model::{Fleet, Node, Pin, Pull, RoleKind};
use std::collections::BTreeSet;

/// One pin of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinRow {
    /// What is printed on the board.
    pub label: String,
    /// The number in the data sheet; 17 is the analog input.
    pub gpio: u8,
    /// Who uses it, or what it could be used for.
    pub state: PinState,
}

/// What is known of a pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinState {
    /// A role uses it: its name, with the pin's own name if the role has several; for `pin: auto`, why this pin; and what
    /// is to be said against it.
    Used {
        /// `lamp`, `climate.sda`
        by: String,
        /// For `pin: auto`.
        why: Option<String>,
        /// Warnings, or what somebody allowed.
        against: Vec<String>,
    },
    /// Something else is wired to it, which no role drives: what that is.
    Reserved(String),
    /// It is free: what it is good for, what it is good for with a warning, and what it can't be used for.
    Free {
        /// Kinds of use.
        good: Vec<&'static str>,
        /// What may happen, for each kind of use with a warning.
        careful: Vec<(&'static str, String)>,
        /// What would happen, for each kind of use that is an error.
        bad: Vec<(&'static str, String)>,
    },
}

/// What people want to do with pins.
const USES: [(&str, Use); 7] = [
    ("relay or lamp, on while high", Use::Output { active_high: true, on_at_boot: false, pwm: false }),
    ("relay or LED, on while low", Use::Output { active_high: false, on_at_boot: false, pwm: false }),
    ("dimmer", Use::Output { active_high: true, on_at_boot: false, pwm: true }),
    ("button to GND", Use::Button { pull: Pull::Up }),
    ("contact to GND", Use::Input { pull: Pull::Up }),
    ("sensor that drives its line", Use::Input { pull: Pull::None }),
    ("I2C", Use::Bus),
];

/// All pins of a node's board, in the order of their numbers.
pub fn chart(fleet: &Fleet, node: &Node) -> Vec<PinRow> {
    let Some(board) = fleet.boards.get(&node.board) else { return Vec::new() };
    let prints = node.roles.iter().any(|(id, _)| matches!(fleet.roles[id.0].kind, RoleKind::SerialLog { .. }));
    let taken = BTreeSet::new();
    let request = |usage| PinRequest { who: "it", name: None, usage, board, prints, taken: &taken };
    let reserved = |gpio| node.reserved.iter().find(|(pin, _)| pin.gpio() == gpio).map(|(_, what)| what.clone());
    let row = |pin: Pin| {
        let state = match user(fleet, node, pin.gpio()) {
            Some((by, usage, why)) => {
                let against = request(usage).against(&pin).into_iter().map(consequence).collect();
                PinState::Used { by, why, against }
            }
            None if reserved(pin.gpio()).is_some() => PinState::Reserved(reserved(pin.gpio()).unwrap_or_default()),
            None => {
                let uses = USES.iter().copied().chain([("voltage to measure", Use::Analog)]);
                let (mut good, mut careful, mut bad) = (Vec::new(), Vec::new(), Vec::new());
                for (name, usage) in uses.filter(|(_, usage)| suits(*usage, &pin)) {
                    match request(usage).against(&pin).into_iter().next() {
                        None => good.push(name),
                        Some(hazard) if hazard.severity == Severity::Warning => {
                            careful.push((name, consequence(hazard)))
                        }
                        Some(hazard) => bad.push((name, consequence(hazard))),
                    }
                }
                PinState::Free { good, careful, bad }
            }
        };
        PinRow { label: pin.label().to_owned(), gpio: pin.gpio(), state }
    };
    board.pins().map(row).collect()
}

/// What would happen; the chart shows it beside the pin, so "it" is clear.
fn consequence(hazard: Hazard) -> String {
    let message = hazard.message.replace("`it`", "it");
    match hazard.severity {
        Severity::Error => message,
        Severity::Warning => format!("{message} ({})", hazard.code.as_str()),
    }
}

/// Who is wired to a pin, what for, and why there.
fn user(fleet: &Fleet, node: &Node, gpio: u8) -> Option<(String, Use, Option<String>)> {
    let here = |pin: &Pin| pin.gpio() == gpio;
    node.roles.iter().find_map(|(id, pin)| {
        let role = &fleet.roles[id.0];
        if let Some(pin) = pin.as_ref().filter(|pin| here(pin)) {
            return Some((role.name.clone(), Use::of(&role.kind, None)?, pin.why().map(str::to_owned)));
        }
        let (name, pin) = node.pins.get(id)?.iter().find(|(_, pin)| here(pin))?;
        let usage = Use::of(&role.kind, Some(name))?;
        Some((format!("{}.{name}", role.name), usage, pin.why().map(str::to_owned)))
    })
}
