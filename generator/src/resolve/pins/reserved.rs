//! Pins of a node that something else is wired to, which no role drives: they are never chosen or proposed, and a role
//! there is a finding.

use crate::diag::{Diagnostic, Findings, codes, near};
use crate::model::{Board, NoPin, Pin};
use crate::syntax::{Named, NodeSpec};
use crate::text::Text;
use std::collections::BTreeMap;

/// The reserved pins of a node, by their numbers, each as it is written.
#[derive(Default)]
pub(in crate::resolve) struct Reserved<'a> {
    pins: BTreeMap<u8, (Pin, &'a Named<Text>)>,
}

impl<'a> Reserved<'a> {
    /// Reads those of a node; what is no pin of its board, or is reserved twice, is a finding.
    pub(in crate::resolve) fn read(node: &'a NodeSpec, board: &Board, findings: &mut Findings) -> Self {
        let mut reserved = Self::default();
        for entry in &node.reserved {
            let (text, span) = (entry.name.value.as_str(), entry.name.span);
            match board.pin(text) {
                Ok(pin) => match reserved.pins.get(&pin.gpio()) {
                    Some((_, first)) => {
                        let message = format!("{} (GPIO{}) is reserved twice", pin.label(), pin.gpio());
                        let finding = Diagnostic::error(codes::PIN_TAKEN, span, message).label("again here");
                        findings.push(finding.related(first.name.span, "first here").help("keep one of them"));
                    }
                    None => drop(reserved.pins.insert(pin.gpio(), (pin, entry))),
                },
                Err(NoPin::Flash(number)) => {
                    let message =
                        format!("GPIO{number} belongs to the board's flash memory, so nothing else can be there");
                    findings.push(Diagnostic::error(codes::PIN_FLASH, span, message).help("leave it out"));
                }
                Err(NoPin::Unknown) => findings.push(unknown(node, board, &entry.name)),
            }
        }
        reserved
    }

    /// What is wired to a pin.
    pub(super) fn at(&self, gpio: u8) -> Option<&'a Named<Text>> {
        self.pins.get(&gpio).map(|(_, entry)| *entry)
    }

    /// The numbers of the pins.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u8> + '_ {
        self.pins.keys().copied()
    }

    /// The pins, each with what is wired to it, in the order of their numbers.
    pub(in crate::resolve) fn pins(&self) -> Vec<(Pin, String)> {
        self.pins.values().map(|(pin, entry)| (pin.clone(), entry.value.value.clone())).collect()
    }

    /// Pins of the board without a second job that are not reserved, as a message names them.
    pub(super) fn good(&self, board: &Board) -> String {
        let free: Vec<Pin> = board.good().into_iter().filter(|pin| !self.pins.contains_key(&pin.gpio())).collect();
        labels(&free)
    }
}

/// The board has no such pin.
pub(super) fn unknown(node: &NodeSpec, board: &Board, pin: &Text) -> Diagnostic {
    let all = board.labels();
    Diagnostic::error(codes::PIN_UNKNOWN, pin.span, format!("`{}` has no pin `{}`", node.board.value, pin.value))
        .related(node.board.span, "the board")
        .maybe_help(near(&pin.value, all.iter().map(String::as_str)))
        .help(format!("its pins: {}", all.join(", ")))
}

/// `D1, D2`; small boards have none without a second job.
pub(super) fn labels(pins: &[Pin]) -> String {
    if pins.is_empty() {
        return "none on this board".into();
    }
    pins.iter().map(Pin::label).collect::<Vec<_>>().join(", ")
}
