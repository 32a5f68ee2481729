//! Whether formulas can be true together. "Never" is certain; "perhaps" comes with the messages that make it so.

use super::formula::{Compiler, Formula, Relation};
use super::interval;
use super::state::AbstractState;
use crate::model::TopicId;

/// Whether formulas can be true together.
pub(super) enum Solution {
    Never,
    /// Not excluded; such a state would show it.
    Perhaps(AbstractState),
    /// Too much to look at.
    Unknown,
}

/// Looks for a state, within a number of steps.
pub(super) struct Solver<'c, 'a> {
    pub(super) compiler: &'c Compiler<'a>,
    pub(super) steps: u32,
}

impl Solver<'_, '_> {
    /// Whether the formulas can be true together.
    pub(super) fn solve(&mut self, formulas: &[&Formula]) -> Solution {
        self.search(AbstractState::default(), formulas.to_vec())
    }

    /// Whether it is certain that the formulas are never true together.
    pub(super) fn never(&mut self, formulas: &[&Formula]) -> bool {
        matches!(self.solve(formulas), Solution::Never)
    }

    fn search(&mut self, mut state: AbstractState, mut goals: Vec<&Formula>) -> Solution {
        let mut choices: Vec<&[Formula]> = Vec::new();
        loop {
            while let Some(goal) = goals.pop() {
                match goal {
                    Formula::All(parts) => goals.extend(parts),
                    Formula::Any(parts) => choices.push(parts),
                    leaf if !state.take(self.compiler, leaf) => return Solution::Never,
                    _ => {}
                }
            }
            if !relations_can_hold(&state, self.compiler) {
                return Solution::Never;
            }
            // A choice of which only one is left is none.
            let mut open: Vec<&[Formula]> = Vec::new();
            for choice in std::mem::take(&mut choices) {
                let mut possible = choice.iter().filter(|part| state.clone().take(self.compiler, part));
                match (possible.next(), possible.next()) {
                    (None, _) => return Solution::Never,
                    (Some(only), None) => goals.push(only),
                    _ => open.push(choice),
                }
            }
            choices = open;
            if goals.is_empty() {
                break;
            }
        }
        let Some(index) = (0..choices.len()).min_by_key(|index| choices[*index].len()) else {
            return Solution::Perhaps(state);
        };
        let choice = choices.swap_remove(index);
        if choices.len() > 200 {
            return Solution::Unknown;
        }
        let rest: Vec<Formula> = choices.iter().map(|parts| Formula::Any(parts.to_vec())).collect();
        for part in choice {
            let cost = 1 + choices.len() as u32;
            if self.steps < cost {
                return Solution::Unknown;
            }
            self.steps -= cost;
            let goals = rest.iter().chain([part]).collect();
            match self.search(state.clone(), goals) {
                Solution::Never => {}
                found => return found,
            }
        }
        Solution::Never
    }
}

/// Whether each relation can still be as demanded.
fn relations_can_hold(state: &AbstractState, compiler: &Compiler<'_>) -> bool {
    state.demands().all(|(relation, demand)| {
        let relation = &compiler.relations[relation];
        let (left, right, undefined) = match relation {
            Relation::Numbers(left, right) => {
                let (left, right) = (interval::of(compiler, state, left), interval::of(compiler, state, right));
                ((left.low, left.high), (right.low, right.high), left.undefined || right.undefined)
            }
            Relation::Ages(left, right) => {
                let ages = |topic: &TopicId| {
                    let ages = state.ages(*topic);
                    (ages.first().unwrap_or(0) as f64, ages.last().unwrap_or(0) as f64)
                };
                (ages(left), ages(right), false)
            }
        };
        let there = relation.topics().into_iter().all(|topic| state.surely_received(topic)) && !undefined;
        let possible = u8::from(left.0 < right.1)
            + if left.0 <= right.1 && right.0 <= left.1 { 2 } else { 0 }
            + if left.1 > right.0 { 4 } else { 0 };
        // Who is not there satisfies everything that must not hold.
        !(demand.certain || there) || demand.yes & !demand.no & possible != 0
    })
}
