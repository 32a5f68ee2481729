//! Whether formulas can be true together. "Never" is certain; "perhaps" comes with what the topics may say then.

use super::concrete::{Moment, Said};
use super::formula::{Compiler, Formula, Relation};
use super::interval;
use super::ranges::Ranges;
use crate::fleet::TopicId;
use std::collections::BTreeMap;

/// What may be true of one topic.
#[derive(Clone, Debug)]
struct Cell {
    /// It may be that it was not heard.
    unheard: bool,
    /// What it may have said, if it was heard.
    words: Ranges,
    /// How long ago, if it was heard.
    ages: Ranges,
}

/// What is demanded of a relation.
#[derive(Clone, Copy, Debug)]
struct Demand {
    /// Orders that satisfy all that must hold.
    yes: u8,
    /// Something must hold, so that both sides are there.
    certain: bool,
    /// Orders that would satisfy what must not hold.
    no: u8,
}

/// What may be true of all topics together.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    cells: BTreeMap<TopicId, Cell>,
    demands: BTreeMap<usize, Demand>,
}

/// Whether formulas can be true together.
pub(super) enum Answer {
    Never,
    /// Not excluded; such a state would show it.
    Perhaps(State),
    /// Too much to look at.
    Unknown,
}

/// Looks for a state, within a number of steps.
pub(super) struct Solver<'c, 'a> {
    pub(super) compiler: &'c Compiler<'a>,
    pub(super) steps: u32,
}

impl State {
    /// What a topic may say.
    pub(super) fn words(&self, compiler: &Compiler<'_>, topic: TopicId) -> Ranges {
        self.cells.get(&topic).map_or_else(|| compiler.domain(topic), |cell| cell.words.clone())
    }

    fn cell(&mut self, compiler: &Compiler<'_>, topic: TopicId) -> &mut Cell {
        let fresh = || Cell { unheard: true, words: compiler.domain(topic), ages: Compiler::ages() };
        self.cells.entry(topic).or_insert_with(fresh)
    }

    fn surely_heard(&self, topic: TopicId) -> bool {
        self.cells.get(&topic).is_some_and(|cell| !cell.unheard)
    }

    /// Takes a formula without parts as true; `false`: it can't be.
    fn take(&mut self, compiler: &Compiler<'_>, leaf: &Formula) -> bool {
        let (topic, holds) = match leaf {
            Formula::Word { topic, holds, .. } | Formula::Age { topic, holds, .. } => (*topic, *holds),
            Formula::Order { relation, orders, holds } => {
                let demand = self.demands.entry(*relation).or_insert(Demand { yes: 7, certain: false, no: 0 });
                if *holds {
                    demand.yes &= orders;
                    demand.certain = true;
                    return compiler.relations[*relation].topics().into_iter().all(|topic| {
                        let cell = self.cell(compiler, topic);
                        cell.unheard = false;
                        !cell.words.is_empty() && !cell.ages.is_empty()
                    });
                }
                demand.no |= orders;
                return true;
            }
            Formula::All(_) | Formula::Any(_) => return true,
        };
        let cell = self.cell(compiler, topic);
        cell.unheard &= !holds;
        let cut = |set: &Ranges, within: &Ranges| if holds { set.and(within) } else { set.without(within) };
        match leaf {
            Formula::Word { within, .. } => cell.words = cut(&cell.words, within),
            Formula::Age { within, .. } => cell.ages = cut(&cell.ages, within),
            _ => {}
        }
        cell.unheard || (!cell.words.is_empty() && !cell.ages.is_empty())
    }

    /// Whether each relation can still be as demanded.
    fn relations_can_hold(&self, compiler: &Compiler<'_>) -> bool {
        self.demands.iter().all(|(relation, demand)| {
            let relation = &compiler.relations[*relation];
            let (left, right, undefined) = match relation {
                Relation::Numbers(left, right) => {
                    let (left, right) = (interval::of(compiler, self, left), interval::of(compiler, self, right));
                    ((left.low, left.high), (right.low, right.high), left.undefined || right.undefined)
                }
                Relation::Ages(left, right) => {
                    let ages = |topic| {
                        let ages = self.cells.get(topic).map_or_else(Compiler::ages, |cell| cell.ages.clone());
                        (ages.first().unwrap_or(0) as f64, ages.last().unwrap_or(0) as f64)
                    };
                    (ages(left), ages(right), false)
                }
            };
            let there = relation.topics().into_iter().all(|topic| self.surely_heard(topic)) && !undefined;
            let possible = u8::from(left.0 < right.1)
                + if left.0 <= right.1 && right.0 <= left.1 { 2 } else { 0 }
                + if left.1 > right.0 { 4 } else { 0 };
            // Who is not there satisfies everything that must not hold.
            !(demand.certain || there) || demand.yes & !demand.no & possible != 0
        })
    }

    /// One moment of this state: of each set the first element, or the last.
    pub(super) fn moment<'a>(&self, compiler: &Compiler<'a>, last: bool) -> Moment<'a> {
        let pick = |set: &Ranges| if last { set.last() } else { set.first() };
        let heard = self.cells.iter().filter_map(|(topic, cell)| {
            let age =
                if last && cell.ages.last() == Compiler::ages().last() { cell.ages.first() } else { pick(&cell.ages) };
            Some((*topic, (compiler.said(*topic, pick(&cell.words)?), age?)))
        });
        Moment { topics: compiler.topics, heard: heard.collect::<BTreeMap<TopicId, (Said, i64)>>() }
    }
}

impl Solver<'_, '_> {
    /// Whether the formulas can be true together.
    pub(super) fn solve(&mut self, formulas: &[&Formula]) -> Answer {
        self.search(State::default(), formulas.to_vec())
    }

    /// Whether it is certain that the formulas are never true together.
    pub(super) fn never(&mut self, formulas: &[&Formula]) -> bool {
        matches!(self.solve(formulas), Answer::Never)
    }

    fn search(&mut self, mut state: State, mut goals: Vec<&Formula>) -> Answer {
        let mut choices: Vec<&[Formula]> = Vec::new();
        loop {
            while let Some(goal) = goals.pop() {
                match goal {
                    Formula::All(parts) => goals.extend(parts),
                    Formula::Any(parts) => choices.push(parts),
                    leaf if !state.take(self.compiler, leaf) => return Answer::Never,
                    _ => {}
                }
            }
            if !state.relations_can_hold(self.compiler) {
                return Answer::Never;
            }
            // A choice of which only one is left is none.
            let mut open: Vec<&[Formula]> = Vec::new();
            for choice in std::mem::take(&mut choices) {
                let mut possible = choice.iter().filter(|part| state.clone().take(self.compiler, part));
                match (possible.next(), possible.next()) {
                    (None, _) => return Answer::Never,
                    (Some(only), None) => goals.push(only),
                    _ => open.push(choice),
                }
            }
            choices = open;
            if goals.is_empty() {
                break;
            }
        }
        let Some(place) = (0..choices.len()).min_by_key(|place| choices[*place].len()) else {
            return Answer::Perhaps(state);
        };
        let choice = choices.swap_remove(place);
        if choices.len() > 200 {
            return Answer::Unknown;
        }
        let rest: Vec<Formula> = choices.iter().map(|parts| Formula::Any(parts.to_vec())).collect();
        for part in choice {
            let cost = 1 + choices.len() as u32;
            if self.steps < cost {
                return Answer::Unknown;
            }
            self.steps -= cost;
            let goals = rest.iter().chain([part]).collect();
            match self.search(state.clone(), goals) {
                Answer::Never => {}
                found => return found,
            }
        }
        Answer::Never
    }
}
