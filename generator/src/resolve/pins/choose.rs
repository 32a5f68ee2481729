//! `pin: auto`: the safest free pin. What is fixed is assigned before, and those that are chosen are chosen in the order
//! of their roles' names, so that moving lines around changes nothing.

use super::hazards::{Case, Hazard, hazards, suits};
use super::usage::Use;
use crate::diag::Severity;
use crate::model::chip::{self, Boot, rank};
use crate::model::{Board, Pin};
use std::collections::BTreeSet;

/// What is asked for.
pub(super) struct PinRequest<'a> {
    pub(super) who: &'a str,
    /// The name of the role's pin, if it has several.
    pub(super) name: Option<&'a str>,
    pub(super) usage: Use,
    pub(super) board: &'a Board,
    pub(super) prints: bool,
    pub(super) taken: &'a BTreeSet<u8>,
}

/// A pin that could serve, and what is against it.
pub(super) struct Candidate {
    pub(super) pin: Pin,
    pub(super) against: Vec<Hazard>,
}

impl PinRequest<'_> {
    /// Free pins that work, safest first.
    pub(super) fn candidates(&self) -> Vec<Candidate> {
        let free = self.board.pins().filter(|pin| suits(self.usage, pin) && !self.taken.contains(&pin.gpio()));
        let judged = free.map(|pin| Candidate { against: self.against(&pin), pin });
        let mut working: Vec<Candidate> = judged
            .filter(|candidate| candidate.against.iter().all(|hazard| hazard.severity == Severity::Warning))
            .collect();
        working
            .sort_by_key(|candidate| (candidate.against.len(), self.preference(&candidate.pin), candidate.pin.gpio()));
        working
    }

    /// Free pins without a hazard, safest first.
    pub(super) fn harmless(&self) -> Vec<Pin> {
        let fine = self.candidates().into_iter().filter(|candidate| candidate.against.is_empty());
        fine.map(|candidate| candidate.pin).collect()
    }

    pub(super) fn against(&self, pin: &Pin) -> Vec<Hazard> {
        let (who, usage, board, prints) = (self.who, self.usage, self.board, self.prints);
        hazards(&Case { who, usage, pin, board, prints })
    }

    /// Among equals: the pin's own second use first, and no pin that others need more.
    fn preference(&self, pin: &Pin) -> u8 {
        let usual = chip::gpio(pin.gpio()).is_some_and(|gpio| {
            self.name.is_some_and(|name| self.usage == Use::Bus && gpio.default.is_some_and(|line| line.pin() == name))
        });
        let modest = matches!(
            self.usage,
            Use::Button { .. }
                | Use::Input { .. }
                | Use::Output { active_high: false, .. }
                | Use::Output { on_at_boot: true, .. }
        );
        match rank(pin.gpio()) {
            _ if usual => 0,
            Some(rank) if modest => 2 - rank,
            Some(rank) => 1 + rank,
            None => 3,
        }
    }

    /// The safest free pin, with the reason.
    pub(super) fn safest(&self) -> Option<Pin> {
        let best = self.candidates().into_iter().next()?;
        let why = self.reason(&best);
        Some(best.pin.chosen(why))
    }

    fn reason(&self, best: &Candidate) -> String {
        let Some(gpio) = chip::gpio(best.pin.gpio()) else { return String::new() };
        if let Some(hazard) = best.against.first() {
            return format!("the best that is left, although {}", hazard.message);
        }
        match (self.usage, gpio.boot) {
            (Use::Analog, _) => "the one pin that measures".into(),
            (Use::Bus, _) if gpio.default.is_some() => "the usual line of a bus, and it rests at power-up".into(),
            (_, Some(Boot::HighZ)) => "it has no second job and rests at power-up".into(),
            (Use::Button { .. } | Use::Input { .. }, _) if rank(best.pin.gpio()).is_some() => {
                "it has no second job; that it is pulled up at power-up does not matter to an input".into()
            }
            (Use::Output { active_high: false, .. }, Some(Boot::PulledUp | Boot::High)) => {
                "it is high at power-up, which is off here".into()
            }
            (Use::Output { active_high: true, .. }, Some(Boot::LowByBoard)) => {
                "the board holds it low at power-up, which is off here".into()
            }
            _ if rank(best.pin.gpio()).is_some() => "it has no second job".into(),
            _ => "it has no hazard, and nothing better is free".into(),
        }
    }
}
