//! Conditions as formulas over messages of single topics: each comparison becomes the set of messages that make it
//! true. Where a question joins several topics it stays a relation between them.

use super::concrete::{Moment, Value};
use super::ranges::Ranges;
use crate::model::{Comparison, Condition, Number, Payload, Time, Topic, TopicId};
use std::collections::{BTreeMap, BTreeSet};

/// Longer than anything lasts, in milliseconds; far from the end of the numbers.
const EVER: i64 = 1 << 60;
/// Topics with more figures than this are not asked figure by figure.
const MOST_FIGURES: i64 = 4_096;
/// More texts than a fleet can name.
const TEXTS: i64 = 1 << 40;

/// A condition, or its contrary; `holds: false` is true also before the first message of the topic.
#[derive(Clone, Debug)]
pub(super) enum Formula {
    All(Vec<Formula>),
    Any(Vec<Formula>),
    /// The last message of the topic is one of these.
    Value {
        topic: TopicId,
        within: Ranges,
        holds: bool,
    },
    /// The last message of the topic came so many milliseconds ago.
    Age {
        topic: TopicId,
        within: Ranges,
        holds: bool,
    },
    /// Both sides of a relation are there, in one of these orders.
    Order {
        relation: usize,
        orders: u8,
        holds: bool,
    },
}

/// Something that joins topics.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Relation {
    Numbers(Number, Number),
    Ages(TopicId, TopicId),
}

/// What is assumed of the last message of a topic, whatever else may be.
#[derive(Clone, Debug)]
pub(crate) enum Fixed {
    Missing,
    Value(Value),
}

pub(super) type Fixes = BTreeMap<TopicId, Fixed>;

/// Makes formulas; keeps the relations and texts that they refer to.
pub(super) struct Compiler<'a> {
    pub(super) topics: &'a [Topic],
    pub(super) relations: Vec<Relation>,
    pub(super) texts: Vec<String>,
}

impl Formula {
    pub(super) fn always() -> Self {
        Self::All(Vec::new())
    }

    pub(super) fn truth(truth: bool) -> Self {
        if truth { Self::always() } else { Self::Any(Vec::new()) }
    }

    /// What is true when this is not.
    pub(super) fn contrary(&self) -> Self {
        let all = |parts: &[Self]| parts.iter().map(Self::contrary).collect();
        match self.clone() {
            Self::All(parts) => Self::Any(all(&parts)),
            Self::Any(parts) => Self::All(all(&parts)),
            Self::Value { topic, within, holds } => Self::Value { topic, within, holds: !holds },
            Self::Age { topic, within, holds } => Self::Age { topic, within, holds: !holds },
            Self::Order { relation, orders, holds } => Self::Order { relation, orders, holds: !holds },
        }
    }
}

impl Relation {
    /// The topics that it joins.
    pub(super) fn topics(&self) -> BTreeSet<TopicId> {
        match self {
            Self::Numbers(left, right) => {
                let mut topics = BTreeSet::new();
                left.topics(&mut topics);
                right.topics(&mut topics);
                topics
            }
            Self::Ages(left, right) => [*left, *right].into(),
        }
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn new(topics: &'a [Topic]) -> Self {
        Self { topics, relations: Vec::new(), texts: Vec::new() }
    }

    /// All messages that a topic can have.
    pub(super) fn domain(&self, topic: TopicId) -> Ranges {
        match &self.topics[topic.0].payload {
            Payload::Percent => Ranges::between(0, 100),
            Payload::Number { min, max, .. } => Ranges::between((*min).into(), (*max).into()),
            Payload::OneOf(labels) => Ranges::between(0, labels.len() as i64 - 1),
            Payload::Bit => Ranges::between(0, 1),
            Payload::Text { .. } => Ranges::between(0, TEXTS),
        }
    }

    /// All ages that a message can have.
    pub(super) fn ages() -> Ranges {
        Ranges::between(0, EVER)
    }

    /// The formula that is true once a message of the topic came.
    pub(super) fn received(&self, topic: TopicId, fixes: &Fixes) -> Formula {
        match fixes.get(&topic) {
            Some(fixed) => Formula::truth(matches!(fixed, Fixed::Value(_))),
            None => Formula::Value { topic, within: self.domain(topic), holds: true },
        }
    }

    /// The word with this number.
    pub(super) fn value(&self, topic: TopicId, number: i64) -> Value {
        match &self.topics[topic.0].payload {
            Payload::OneOf(_) | Payload::Bit => Value::Label(number as usize),
            Payload::Text { .. } => {
                // Any text that no rule names stands for all others.
                let text = usize::try_from(number).ok().and_then(|number| self.texts.get(number));
                Value::Text(text.cloned().unwrap_or_else(|| "\u{1}".into()))
            }
            _ => Value::Figure(number),
        }
    }

    /// A condition as a formula.
    pub(super) fn compile(&mut self, condition: &Condition, fixes: &Fixes) -> Formula {
        match condition {
            Condition::All(parts) => Formula::All(parts.iter().map(|part| self.compile(part, fixes)).collect()),
            Condition::Any(parts) => Formula::Any(parts.iter().map(|part| self.compile(part, fixes)).collect()),
            Condition::Label { topic, equal, label } => self.equals(*topic, *label as i64, *equal, fixes),
            Condition::Bit { topic, value } => self.equals(*topic, (*value).into(), true, fixes),
            Condition::Text { topic, equal, text } => {
                let known = self.texts.iter().position(|known| known == text).unwrap_or_else(|| {
                    self.texts.push(text.clone());
                    self.texts.len() - 1
                });
                self.equals(*topic, known as i64, *equal, fixes)
            }
            Condition::Number { left, op, right } => self.numbers(left, *op, right, fixes),
            Condition::Time { left, op, right } => self.times(*left, *op, *right, fixes),
        }
    }

    fn equals(&self, topic: TopicId, value: i64, equal: bool, fixes: &Fixes) -> Formula {
        match fixes.get(&topic) {
            Some(Fixed::Missing) => Formula::truth(false),
            Some(Fixed::Value(fixed)) => Formula::truth((*fixed == self.value(topic, value)) == equal),
            None => {
                let one = Ranges::between(value, value);
                let within = if equal { one } else { self.domain(topic).without(&one) };
                Formula::Value { topic, within, holds: true }
            }
        }
    }

    fn numbers(&mut self, left: &Number, op: Comparison, right: &Number, fixes: &Fixes) -> Formula {
        let (Some(left), Some(right)) = (self.put_in(left, fixes), self.put_in(right, fixes)) else {
            return Formula::truth(false);
        };
        let relation = Relation::Numbers(left.clone(), right.clone());
        let topics: Vec<TopicId> = relation.topics().into_iter().collect();
        let asked = Condition::Number { left: left.clone(), op, right: right.clone() };
        let holds = |received| Moment { topics: self.topics, received }.holds(&asked);
        match topics.as_slice() {
            [] => Formula::truth(holds(BTreeMap::new())),
            [topic] => {
                let topic = *topic;
                let domain = self.domain(topic);
                let (Some(low), Some(high)) = (domain.first(), domain.last()) else { return Formula::truth(false) };
                let holds_of = |figure| holds([(topic, (Value::Figure(figure), 0))].into());
                let direct = matches!((&left, &right), (Number::Topic(_), Number::Literal(_)));
                if high - low < MOST_FIGURES {
                    Formula::Value { topic, within: Ranges::such_that(low, high, holds_of), holds: true }
                } else if direct {
                    Formula::Value { topic, within: self.split(topic, (low, high), op, &right), holds: true }
                } else if matches!((&left, &right), (Number::Literal(_), Number::Topic(_))) {
                    Formula::Value { topic, within: self.split(topic, (low, high), op.mirrored(), &left), holds: true }
                } else {
                    self.order(relation, op)
                }
            }
            _ => self.order(relation, op),
        }
    }

    /// A comparison of a topic with a figure: true up to, at or from a place that is found by halving.
    fn split(&self, topic: TopicId, (low, high): (i64, i64), op: Comparison, literal: &Number) -> Ranges {
        let first_not = |op: Comparison| {
            let asked = Condition::Number { left: Number::Topic(topic), op, right: literal.clone() };
            let holds = |figure| {
                Moment { topics: self.topics, received: [(topic, (Value::Figure(figure), 0))].into() }.holds(&asked)
            };
            let (mut from, mut to) = (low, high + 1);
            while from < to {
                let middle = from + (to - from) / 2;
                if holds(middle) { from = middle + 1 } else { to = middle }
            }
            from
        };
        let less = Ranges::between(low, first_not(Comparison::Less) - 1);
        let less_or_equal = Ranges::between(low, first_not(Comparison::LessOrEqual) - 1);
        let all = Ranges::between(low, high);
        match op {
            Comparison::Less => less,
            Comparison::LessOrEqual => less_or_equal,
            Comparison::Greater => all.without(&less_or_equal),
            Comparison::GreaterOrEqual => all.without(&less),
            Comparison::Equal => less_or_equal.without(&less),
            Comparison::NotEqual => all.without(&less_or_equal.without(&less)),
        }
    }

    /// The expression with what is fixed put in; `None`: it needs a topic without a message so far.
    fn put_in(&self, number: &Number, fixes: &Fixes) -> Option<Number> {
        let pair = |a: &Number, b: &Number| Some((Box::new(self.put_in(a, fixes)?), Box::new(self.put_in(b, fixes)?)));
        Some(match number {
            Number::Topic(topic) => match fixes.get(topic) {
                Some(Fixed::Value(Value::Figure(figure))) => {
                    let unit = f64::from(self.topics[topic.0].payload.decimals().unit());
                    Number::Literal(*figure as f64 / unit)
                }
                Some(_) => return None,
                None => number.clone(),
            },
            Number::Literal(_) => number.clone(),
            Number::Negative(inner) => Number::Negative(Box::new(self.put_in(inner, fixes)?)),
            Number::Sum(a, b) => pair(a, b).map(|(a, b)| Number::Sum(a, b))?,
            Number::Difference(a, b) => pair(a, b).map(|(a, b)| Number::Difference(a, b))?,
            Number::Product(a, b) => pair(a, b).map(|(a, b)| Number::Product(a, b))?,
            Number::Quotient(a, b) => pair(a, b).map(|(a, b)| Number::Quotient(a, b))?,
        })
    }

    fn times(&mut self, left: Time, op: Comparison, right: Time, fixes: &Fixes) -> Formula {
        let missing = |topic| matches!(fixes.get(topic), Some(Fixed::Missing));
        match (left, right) {
            (Time::Age(topic), _) | (_, Time::Age(topic)) if missing(&topic) => Formula::truth(false),
            (Time::Age(topic), Time::Millis(ms)) => {
                let limit = i64::try_from(ms).unwrap_or(EVER).min(EVER - 1);
                let (below, at, above) =
                    (Ranges::between(0, limit - 1), Ranges::between(limit, limit), Ranges::between(limit + 1, EVER));
                let all = Self::ages();
                let within = match op {
                    Comparison::Less => below,
                    Comparison::Equal => at,
                    Comparison::Greater => above,
                    Comparison::LessOrEqual => all.without(&above),
                    Comparison::NotEqual => all.without(&at),
                    Comparison::GreaterOrEqual => all.without(&below),
                };
                Formula::Age { topic, within, holds: true }
            }
            (Time::Millis(_), Time::Age(_)) => self.times(right, op.mirrored(), left, fixes),
            (Time::Millis(left), Time::Millis(right)) => Formula::truth(op.allows(left.cmp(&right))),
            (Time::Age(left), Time::Age(right)) if left == right => {
                let same = Formula::truth(op.allows(std::cmp::Ordering::Equal));
                Formula::All(vec![Formula::Age { topic: left, within: Self::ages(), holds: true }, same])
            }
            (Time::Age(left), Time::Age(right)) if missing(&right) || missing(&left) => Formula::truth(false),
            (Time::Age(left), Time::Age(right)) => self.order(Relation::Ages(left, right), op),
        }
    }

    fn order(&mut self, relation: Relation, op: Comparison) -> Formula {
        let mirrored = match &relation {
            Relation::Numbers(left, right) => Relation::Numbers(right.clone(), left.clone()),
            Relation::Ages(left, right) => Relation::Ages(*right, *left),
        };
        if let Some(known) = self.relations.iter().position(|known| *known == mirrored && mirrored != relation) {
            return Formula::Order { relation: known, orders: orders(op.mirrored()), holds: true };
        }
        let known = self.relations.iter().position(|known| *known == relation).unwrap_or_else(|| {
            self.relations.push(relation);
            self.relations.len() - 1
        });
        Formula::Order { relation: known, orders: orders(op), holds: true }
    }
}

/// The orders that satisfy a comparison: 1 less, 2 equal, 4 greater.
fn orders(op: Comparison) -> u8 {
    use std::cmp::Ordering::{Equal, Greater, Less};
    [(Less, 1), (Equal, 2), (Greater, 4)].into_iter().filter(|(order, _)| op.allows(*order)).map(|(_, bit)| bit).sum()
}
