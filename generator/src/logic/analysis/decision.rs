//! Questions about decisions: which of their rules can decide, and which moments make them publish something.

use super::concrete::{Moment, Value};
use super::formula::{Compiler, Fixed, Fixes, Formula};
use super::ranges::Ranges;
use super::solve::{Solution, Solver};
use crate::model::{Outcome, Rule, Topic, TopicId};
use std::collections::{BTreeMap, BTreeSet};

/// Rules beyond these hide nothing, as far as we look: no person reads so many.
const MOST_RULES: usize = 200;
/// How long to look for an answer before leaving it open.
const STEPS: u32 = 20_000;

/// What is known of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may decide.
    Open,
    /// No moment makes it true.
    Never,
    /// Whenever it holds, an earlier one does: this one, or several together.
    Hidden(Option<usize>),
}

/// A decision, to be asked about.
pub(crate) struct Decision<'a> {
    pub(crate) topics: &'a [Topic],
    pub(crate) rules: &'a [Rule],
    pub(crate) publish: TopicId,
}

/// One of two moments that share everything but a few topics.
pub(crate) struct Side<'f> {
    /// The topics in which it differs.
    pub(crate) fixes: BTreeMap<TopicId, Fixed>,
    /// The rule that decides in it.
    pub(crate) rule: usize,
    /// What the decision must then publish.
    pub(crate) value: &'f Value,
}

impl Decision<'_> {
    /// A verdict on each rule.
    pub(crate) fn verdicts(&self) -> Vec<Verdict> {
        let mut compiler = Compiler::new(self.topics);
        let formulas = self.formulas(&mut compiler, &Fixes::new());
        let contraries: Vec<Formula> = formulas.iter().map(Formula::contrary).collect();
        let never = |goals: &[&Formula]| Solver { compiler: &compiler, steps: STEPS }.never(goals);
        let verdict = |index: usize| {
            let own = &formulas[index];
            if never(&[own]) {
                return Verdict::Never;
            }
            let before = &contraries[..index.min(MOST_RULES)];
            let all: Vec<&Formula> = before.iter().chain([own]).collect();
            if index == 0 || !never(&all) {
                return Verdict::Open;
            }
            Verdict::Hidden(before.iter().position(|before| never(&[before, own])))
        };
        (0..formulas.len()).map(verdict).collect()
    }

    /// Whether some rule can hold before the first message of these topics.
    pub(crate) fn can_decide(&self, missing: &BTreeSet<TopicId>) -> bool {
        let fixes = missing.iter().map(|topic| (*topic, Fixed::Missing)).collect();
        let mut compiler = Compiler::new(self.topics);
        let formulas = self.formulas(&mut compiler, &fixes);
        !formulas.iter().all(|formula| Solver { compiler: &compiler, steps: STEPS }.never(&[formula]))
    }

    /// The rules that give a fixed value, with that value.
    pub(crate) fn values(&self) -> impl Iterator<Item = (usize, Value)> + '_ {
        self.rules.iter().enumerate().filter_map(|(index, rule)| match &rule.then {
            Outcome::Label(label) => Some((index, Value::Label(*label))),
            Outcome::Figure(figure) => Some((index, Value::Figure((*figure).into()))),
            Outcome::Text(text) => Some((index, Value::Text(text.clone()))),
            Outcome::Number(_) | Outcome::Copy(_) => None,
        })
    }

    /// Figures of a topic at which a rule's answer may change, with the ones just before.
    pub(crate) fn edges(&self, topic: TopicId) -> BTreeSet<i64> {
        fn collect(formula: &Formula, wanted: TopicId, edges: &mut BTreeSet<i64>) {
            match formula {
                Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|part| collect(part, wanted, edges)),
                Formula::Value { topic, within, .. } if *topic == wanted => {
                    edges.extend(within.edges().flat_map(|edge| [edge - 1, edge]));
                }
                _ => {}
            }
        }
        let mut compiler = Compiler::new(self.topics);
        let formulas = self.formulas(&mut compiler, &Fixes::new());
        let mut edges = BTreeSet::new();
        formulas.iter().for_each(|formula| collect(formula, topic, &mut edges));
        let domain = compiler.domain(topic);
        edges.retain(|edge| domain.first() <= Some(*edge) && Some(*edge) <= domain.last());
        edges
    }

    /// Two moments that differ in their fixes alone, and in which the decision publishes what each side wants; ages lie
    /// in the ranges given.
    pub(crate) fn pair(&self, one: &Side<'_>, other: &Side<'_>, ages: &[(TopicId, i64)]) -> Option<[Moment<'_>; 2]> {
        let mut compiler = Compiler::new(self.topics);
        let mut goals = Vec::new();
        for side in [one, other] {
            let mut formulas = self.formulas(&mut compiler, &side.fixes);
            let own = formulas.swap_remove(side.rule);
            formulas.truncate(side.rule);
            goals.extend(formulas.iter().map(Formula::contrary).chain([own]));
        }
        goals.extend(ages.iter().map(|(topic, most)| Formula::Age {
            topic: *topic,
            within: Ranges::between(0, *most),
            holds: true,
        }));
        let goals: Vec<&Formula> = goals.iter().collect();
        let Solution::Perhaps(state) = (Solver { compiler: &compiler, steps: STEPS }).solve(&goals) else {
            return None;
        };
        [false, true].into_iter().find_map(|last| {
            let moments = [one, other].map(|side| {
                let mut moment = state.moment(&compiler, last);
                apply(&mut moment, &side.fixes);
                (moment, side)
            });
            let shown = |(moment, side): &(Moment<'_>, &Side<'_>)| {
                moment.decide(self.rules, self.publish).is_some_and(|(_, value)| value == *side.value)
            };
            moments.iter().all(shown).then(|| moments.map(|(moment, _)| moment))
        })
    }

    /// A formula for each rule: it holds, and what it gives is there.
    fn formulas(&self, compiler: &mut Compiler<'_>, fixes: &Fixes) -> Vec<Formula> {
        let formula = |rule: &Rule| {
            let mut needs = BTreeSet::new();
            rule.then.topics(&mut needs);
            let when = compiler.compile(&rule.when, fixes);
            Formula::All([when].into_iter().chain(needs.iter().map(|topic| compiler.received(*topic, fixes))).collect())
        };
        self.rules.iter().map(formula).collect()
    }
}

/// States, of which none satisfies its formula, in some context: `settled` are the conditions under which each state
/// would stay. Gives a context in which it is likely; the caller shows it.
pub(crate) fn context_without(
    decisions: &[Decision<'_>],
    states: &[BTreeMap<TopicId, Value>],
) -> Option<BTreeMap<TopicId, (Value, i64)>> {
    let topics = decisions.first()?.topics;
    let mut compiler = Compiler::new(topics);
    let mut goals = Vec::new();
    for state in states {
        let fixes: Fixes = state.iter().map(|(topic, value)| (*topic, Fixed::Value(value.clone()))).collect();
        // It moves, if one decision gives another value: its rules for other values, each without those before.
        let mut moves = Vec::new();
        for decision in decisions {
            let formulas = decision.formulas(&mut compiler, &fixes);
            for (index, value) in decision.values() {
                if state.get(&decision.publish) != Some(&value) {
                    let before = formulas[..index].iter().map(Formula::contrary);
                    moves.push(Formula::All(before.chain([formulas[index].clone()]).collect()));
                }
            }
        }
        goals.push(Formula::Any(moves));
    }
    // What has just been published is not old.
    let ages = states.first()?.keys();
    goals.extend(ages.map(|topic| Formula::Age { topic: *topic, within: Ranges::between(0, 0), holds: true }));
    let goals: Vec<&Formula> = goals.iter().collect();
    match (Solver { compiler: &compiler, steps: STEPS }).solve(&goals) {
        Solution::Perhaps(state) => Some(state.moment(&compiler, false).received),
        Solution::Never | Solution::Unknown => None,
    }
}

fn apply(moment: &mut Moment<'_>, fixes: &Fixes) {
    for (topic, fixed) in fixes {
        match fixed {
            Fixed::Missing => {
                moment.received.remove(topic);
            }
            Fixed::Value(value) => moment.received.entry(*topic).or_insert((value.clone(), 0)).0 = value.clone(),
        }
    }
}
