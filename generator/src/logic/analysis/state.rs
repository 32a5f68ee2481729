//! What may be true of all topics together, while formulas are taken as true one after the other.

use super::concrete::{Moment, Value};
use super::formula::{Compiler, Formula};
use super::ranges::Ranges;
use crate::model::TopicId;
use std::collections::BTreeMap;

/// What may be true of one topic.
#[derive(Clone, Debug)]
struct Cell {
    /// Whether no message may have come so far.
    missing: bool,
    /// What the last message may be, if one came.
    values: Ranges,
    /// How long ago it came, if one came.
    ages: Ranges,
}

/// What is demanded of a relation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    /// Orders that satisfy all that must hold.
    pub(super) yes: u8,
    /// Something must hold, so that both sides are there.
    pub(super) certain: bool,
    /// Orders that would satisfy what must not hold.
    pub(super) no: u8,
}

/// What may be true of all topics together.
#[derive(Clone, Debug, Default)]
pub(super) struct AbstractState {
    cells: BTreeMap<TopicId, Cell>,
    demands: BTreeMap<usize, Demand>,
}

impl AbstractState {
    /// What the messages of a topic may be.
    pub(super) fn values(&self, compiler: &Compiler<'_>, topic: TopicId) -> Ranges {
        self.cells.get(&topic).map_or_else(|| compiler.domain(topic), |cell| cell.values.clone())
    }

    /// How old its last message may be.
    pub(super) fn ages(&self, topic: TopicId) -> Ranges {
        self.cells.get(&topic).map_or_else(Compiler::ages, |cell| cell.ages.clone())
    }

    /// What is demanded of relations, each with its number.
    pub(super) fn demands(&self) -> impl Iterator<Item = (usize, &Demand)> {
        self.demands.iter().map(|(relation, demand)| (*relation, demand))
    }

    fn cell(&mut self, compiler: &Compiler<'_>, topic: TopicId) -> &mut Cell {
        let fresh = || Cell { missing: true, values: compiler.domain(topic), ages: Compiler::ages() };
        self.cells.entry(topic).or_insert_with(fresh)
    }

    /// Whether a message came, whatever else may be.
    pub(super) fn surely_received(&self, topic: TopicId) -> bool {
        self.cells.get(&topic).is_some_and(|cell| !cell.missing)
    }

    /// Takes a formula without parts as true; `false`: it can't be.
    pub(super) fn take(&mut self, compiler: &Compiler<'_>, leaf: &Formula) -> bool {
        let (topic, holds) = match leaf {
            Formula::Value { topic, holds, .. } | Formula::Age { topic, holds, .. } => (*topic, *holds),
            Formula::Order { relation, orders, holds } => {
                let demand = self.demands.entry(*relation).or_insert(Demand { yes: 7, certain: false, no: 0 });
                if *holds {
                    demand.yes &= orders;
                    demand.certain = true;
                    return compiler.relations[*relation].topics().into_iter().all(|topic| {
                        let cell = self.cell(compiler, topic);
                        cell.missing = false;
                        !cell.values.is_empty() && !cell.ages.is_empty()
                    });
                }
                demand.no |= orders;
                return true;
            }
            Formula::All(_) | Formula::Any(_) => return true,
        };
        let cell = self.cell(compiler, topic);
        cell.missing &= !holds;
        let cut = |set: &Ranges, within: &Ranges| if holds { set.and(within) } else { set.without(within) };
        match leaf {
            Formula::Value { within, .. } => cell.values = cut(&cell.values, within),
            Formula::Age { within, .. } => cell.ages = cut(&cell.ages, within),
            _ => {}
        }
        cell.missing || (!cell.values.is_empty() && !cell.ages.is_empty())
    }

    /// One moment of this state: of each set the first element, or the last.
    pub(super) fn moment<'a>(&self, compiler: &Compiler<'a>, last: bool) -> Moment<'a> {
        let pick = |set: &Ranges| if last { set.last() } else { set.first() };
        let received = self.cells.iter().filter_map(|(topic, cell)| {
            let age =
                if last && cell.ages.last() == Compiler::ages().last() { cell.ages.first() } else { pick(&cell.ages) };
            Some((*topic, (compiler.value(*topic, pick(&cell.values)?), age?)))
        });
        Moment { topics: compiler.topics, received: received.collect::<BTreeMap<TopicId, (Value, i64)>>() }
    }
}
