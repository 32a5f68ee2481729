//! The rules of a decision, interpreted: what the generated function should answer.

use super::value::{Known, Value};
use fleetwright_generator::model::{Comparison, Condition, Number, Outcome, Time};
use fleetwright_generator::model::{Payload, Rule, TopicId};
use fleetwright_generator::plan::TopicPlan;
use std::cmp::Ordering;
use std::time::Instant;

/// What a decision answers.
#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    /// No rule holds: it stays.
    Keep,
    /// It depends on what we do not know.
    Unknown,
    /// The first rule that holds publishes this.
    Publish(Value),
}

/// What a decision knows when it is asked.
struct Situation<'a> {
    plans: &'a [TopicPlan],
    topics: &'a [Known],
    now: Instant,
}

/// Why there is no value.
#[derive(Clone, Copy)]
enum Absent {
    /// Nothing was published yet.
    Nothing,
    /// We do not know.
    Unknown,
}

/// Asks the rules of a decision for what it publishes; `topics` is what is known of each topic.
pub(super) fn answer(rules: &[Rule], publish: TopicId, plans: &[TopicPlan], topics: &[Known], now: Instant) -> Answer {
    let situation = Situation { plans, topics, now };
    for rule in rules {
        match situation.holds(&rule.when) {
            None => return Answer::Unknown,
            Some(false) => {}
            Some(true) => {
                return match situation.outcome(&rule.then, &plans[publish.0].payload) {
                    Ok(value) => Answer::Publish(value),
                    Err(Absent::Unknown) => Answer::Unknown,
                    // An outcome that needs a topic that has no value yet: the rule does not hold.
                    Err(Absent::Nothing) => continue,
                };
            }
        }
    }
    Answer::Keep
}

impl Situation<'_> {
    /// Whether a condition holds; `None`: we do not know.
    fn holds(&self, condition: &Condition) -> Option<bool> {
        let certain = |answer: Result<bool, Absent>| match answer {
            Ok(answer) => Some(answer),
            Err(Absent::Nothing) => Some(false),
            Err(Absent::Unknown) => None,
        };
        match condition {
            Condition::All(all) => {
                let answers: Vec<_> = all.iter().map(|one| self.holds(one)).collect();
                if answers.contains(&Some(false)) { Some(false) } else { (!answers.contains(&None)).then_some(true) }
            }
            Condition::Any(any) => {
                let answers: Vec<_> = any.iter().map(|one| self.holds(one)).collect();
                if answers.contains(&Some(true)) { Some(true) } else { (!answers.contains(&None)).then_some(false) }
            }
            Condition::Label { topic, equal, label } => {
                certain(self.value(*topic).map(|value| (*value == Value::Label(*label)) == *equal))
            }
            Condition::Bit { topic, value } => {
                certain(self.value(*topic).map(|known| *known == Value::Label(usize::from(*value))))
            }
            Condition::Text { topic, equal, text } => {
                certain(self.value(*topic).map(|value| (*value == Value::Text(text.clone())) == *equal))
            }
            Condition::Number { left, op, right } => {
                let both = self.number(left).and_then(|left| Ok((left, self.number(right)?)));
                certain(both.map(|(left, right)| compare(left.partial_cmp(&right), *op)))
            }
            Condition::Time { left, op, right } => {
                let both = self.millis(*left).and_then(|left| Ok((left, self.millis(*right)?)));
                certain(both.map(|(left, right)| compare(left.partial_cmp(&right), *op)))
            }
        }
    }

    fn value(&self, topic: TopicId) -> Result<&Value, Absent> {
        match &self.topics[topic.0] {
            Known::Unknown => Err(Absent::Unknown),
            Known::Nothing => Err(Absent::Nothing),
            Known::Published(value, _) => Ok(value),
        }
    }

    fn number(&self, number: &Number) -> Result<f64, Absent> {
        let both = |left: &Number, right: &Number| Ok((self.number(left)?, self.number(right)?));
        Ok(match number {
            Number::Literal(value) => *value,
            Number::Topic(topic) => match self.value(*topic)? {
                Value::Figure(figure) => f64::from(*figure) / f64::from(self.plans[topic.0].payload.decimals().unit()),
                _ => return Err(Absent::Unknown),
            },
            Number::Negative(inner) => -self.number(inner)?,
            Number::Sum(left, right) => both(left, right).map(|(left, right)| left + right)?,
            Number::Difference(left, right) => both(left, right).map(|(left, right)| left - right)?,
            Number::Product(left, right) => both(left, right).map(|(left, right)| left * right)?,
            Number::Quotient(left, right) => both(left, right).map(|(left, right)| left / right)?,
        })
    }

    fn millis(&self, time: Time) -> Result<u128, Absent> {
        match time {
            Time::Millis(millis) => Ok(u128::from(millis)),
            Time::Age(topic) => match &self.topics[topic.0] {
                Known::Published(_, at) => Ok(self.now.saturating_duration_since(*at).as_millis()),
                Known::Nothing => Err(Absent::Nothing),
                Known::Unknown => Err(Absent::Unknown),
            },
        }
    }

    fn outcome(&self, outcome: &Outcome, payload: &Payload) -> Result<Value, Absent> {
        Ok(match outcome {
            Outcome::Label(label) => Value::Label(*label),
            Outcome::Figure(figure) => Value::Figure(*figure),
            Outcome::Text(text) => Value::Text(text.clone()),
            Outcome::Copy(topic) => self.value(*topic)?.clone(),
            Outcome::Number(number) => {
                let (min, max, step) = match payload {
                    Payload::Number { min, max, step, .. } => (*min, *max, *step),
                    _ => (0, 100, 1),
                };
                let exact = self.number(number)? * f64::from(payload.decimals().unit());
                let steps = ((exact - f64::from(min)) / f64::from(step)).round();
                Value::Figure(((f64::from(min) + steps * f64::from(step)) as i32).clamp(min, max))
            }
        })
    }
}

fn compare(order: Option<Ordering>, op: Comparison) -> bool {
    // Of zero by zero: no comparison with it holds.
    let Some(order) = order else { return false };
    match op {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }
}
