//! Rules asked about one concrete moment, as the firmware asks them: whole figures as integers, all else in `f32`.

use crate::model::{Comparison, Condition, Number, Outcome, Payload, Rule, Time, Topic, TopicId};
use std::collections::BTreeMap;

/// The last message of a topic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    /// The label with this index; of a bit, 0 or 1.
    Label(usize),
    /// In units of 10^-decimals.
    Figure(i64),
    Text(String),
}

/// What is known at one moment: of each topic with a message the last one, and how many milliseconds ago it came.
#[derive(Clone, Debug)]
pub(crate) struct Moment<'a> {
    pub(crate) topics: &'a [Topic],
    pub(crate) received: BTreeMap<TopicId, (Value, i64)>,
}

impl Moment<'_> {
    /// The first rule that holds, and what it gives.
    pub(crate) fn decide(&self, rules: &[Rule], published: TopicId) -> Option<(usize, Value)> {
        let payload = &self.topics.get(published.0)?.payload;
        let given = |rule: &Rule| self.holds(&rule.when).then(|| self.outcome(&rule.then, payload)).flatten();
        rules.iter().enumerate().find_map(|(index, rule)| given(rule).map(|value| (index, value)))
    }

    /// Whether a condition certainly holds.
    pub(crate) fn holds(&self, condition: &Condition) -> bool {
        let last = |topic: &TopicId| self.received.get(topic).map(|(value, _)| value);
        match condition {
            Condition::All(parts) => parts.iter().all(|part| self.holds(part)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part)),
            Condition::Label { topic, equal, label } => {
                last(topic).is_some_and(|value| (*value == Value::Label(*label)) == *equal)
            }
            Condition::Bit { topic, value } => {
                last(topic).is_some_and(|last| *last == Value::Label(usize::from(*value)))
            }
            Condition::Text { topic, equal, text } => {
                last(topic).is_some_and(|value| matches!(value, Value::Text(received) if (received == text) == *equal))
            }
            Condition::Number { left, op, right } => self.compare(left, *op, right),
            Condition::Time { left, op, right } => match (self.time(*left), self.time(*right)) {
                (Some(left), Some(right)) => left.partial_cmp(&right).is_some_and(|order| op.allows(order)),
                _ => false,
            },
        }
    }

    fn compare(&self, left: &Number, op: Comparison, right: &Number) -> bool {
        let whole = |number: &Number| match number {
            Number::Topic(topic) if self.topics[topic.0].payload.decimals().unit() == 1 => self.figure(*topic),
            Number::Literal(literal) if literal.fract() == 0.0 => Some(*literal as i64),
            _ => None,
        };
        if let (Some(left), Some(right)) = (whole(left), whole(right)) {
            return op.allows(left.cmp(&right));
        }
        match (self.number(left), self.number(right)) {
            (Some(left), Some(right)) => left.partial_cmp(&right).is_some_and(|order| op.allows(order)),
            _ => false,
        }
    }

    fn figure(&self, topic: TopicId) -> Option<i64> {
        match self.received.get(&topic) {
            Some((Value::Figure(figure), _)) => Some(*figure),
            _ => None,
        }
    }

    fn number(&self, number: &Number) -> Option<f32> {
        let both = |a: &Number, b: &Number| self.number(a).zip(self.number(b));
        Some(match number {
            Number::Topic(topic) => {
                let unit = self.topics[topic.0].payload.decimals().unit();
                self.figure(*topic)? as f32 / unit as f32
            }
            Number::Literal(literal) => *literal as f32,
            Number::Negative(inner) => -self.number(inner)?,
            Number::Sum(a, b) => both(a, b).map(|(a, b)| a + b)?,
            Number::Difference(a, b) => both(a, b).map(|(a, b)| a - b)?,
            Number::Product(a, b) => both(a, b).map(|(a, b)| a * b)?,
            Number::Quotient(a, b) => both(a, b).map(|(a, b)| a / b)?,
        })
    }

    fn time(&self, time: Time) -> Option<i64> {
        match time {
            Time::Millis(ms) => i64::try_from(ms).ok(),
            Time::Age(topic) => self.received.get(&topic).map(|(_, age)| *age),
        }
    }

    fn outcome(&self, outcome: &Outcome, payload: &Payload) -> Option<Value> {
        Some(match outcome {
            Outcome::Label(label) => Value::Label(*label),
            Outcome::Figure(figure) => Value::Figure((*figure).into()),
            Outcome::Text(text) => Value::Text(text.clone()),
            Outcome::Copy(topic) => self.received.get(topic)?.0.clone(),
            // Of zero by zero the cast makes 0, as the firmware's does.
            Outcome::Number(number) => Value::Figure(payload.nearest(self.number(number)?.into())?.into()),
        })
    }
}
