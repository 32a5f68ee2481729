//! What the analysis claims, against every moment of a small world asked one by one.

use super::concrete::{Moment, Value};
use super::decision::{Decision, Verdict};
use crate::model::{Comparison, Condition, Number, Outcome, Payload, Rule, Time, Topic, TopicId, TopicKind};
use fastrand::Rng;
use std::collections::BTreeMap;

const BIT: TopicId = TopicId(0);
const LABEL: TopicId = TopicId(1);
const FIGURES: [TopicId; 2] = [TopicId(2), TopicId(3)];
const TEXT: TopicId = TopicId(4);
const TEXTS: [&str; 2] = ["x", "y"];
const AGES: [i64; 5] = [0, 1_000, 1_500, 2_000, 3_000];

fn topics() -> Vec<Topic> {
    let number = |max, decimals| Payload::Number { min: -1, max, step: 1, decimals, unit: None };
    let labels = ["a", "b", "c"].map(str::to_owned).to_vec();
    let payloads = [Payload::Bit, Payload::OneOf(labels), number(2, 0), number(2, 1), Payload::Text { max: 8 }];
    let topic = |(index, payload)| Topic {
        kind: TopicKind::Plain,
        key: format!("t{index}"),
        path: format!("t{index}"),
        payload,
        retain: false,
        at_least_once: false,
        shared: false,
    };
    payloads.into_iter().enumerate().map(topic).collect()
}

fn comparison(random: &mut Rng) -> Comparison {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    [Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual][random.usize(..6)]
}

fn number(random: &mut Rng, depth: usize) -> Number {
    let literals = [-1.0, 0.0, 0.1, 0.5, 1.0, 2.0];
    let part = |random: &mut Rng| Box::new(number(random, depth - 1));
    match random.usize(..if depth == 0 { 4 } else { 8 }) {
        0 | 1 => Number::Topic(FIGURES[random.usize(..2)]),
        2 | 3 => Number::Literal(literals[random.usize(..6)]),
        4 => Number::Sum(part(random), part(random)),
        5 => Number::Difference(part(random), part(random)),
        6 => Number::Product(part(random), part(random)),
        _ => Number::Quotient(part(random), part(random)),
    }
}

/// `joined`: with questions that join several topics.
fn condition(random: &mut Rng, depth: usize, joined: bool) -> Condition {
    let limit = |random: &mut Rng| Time::Millis([1_000, 2_000][random.usize(..2)]);
    let aged = |random: &mut Rng| Time::Age([BIT, LABEL][random.usize(..2)]);
    match random.usize(..if depth == 0 { 5 } else { 8 }) {
        0 => Condition::Bit { topic: BIT, value: random.usize(..2) == 1 },
        1 => Condition::Label { topic: LABEL, equal: random.usize(..2) == 1, label: random.usize(..3) },
        2 => Condition::Text { topic: TEXT, equal: random.usize(..2) == 1, text: TEXTS[random.usize(..2)].into() },
        3 if joined => Condition::Number { left: number(random, 2), op: comparison(random), right: number(random, 1) },
        3 => {
            let (left, right) =
                (Number::Topic(FIGURES[random.usize(..2)]), Number::Literal([-1.0, 0.1, 1.0][random.usize(..3)]));
            Condition::Number { left, op: comparison(random), right }
        }
        4 if joined && random.usize(..2) == 1 => {
            Condition::Time { left: aged(random), op: comparison(random), right: aged(random) }
        }
        4 => Condition::Time { left: aged(random), op: comparison(random), right: limit(random) },
        5 | 6 => Condition::All((0..random.usize(..4)).map(|_| condition(random, depth - 1, joined)).collect()),
        _ => Condition::Any((0..random.usize(..4)).map(|_| condition(random, depth - 1, joined)).collect()),
    }
}

/// Every moment of the small world.
fn moments(topics: &[Topic]) -> Vec<Moment<'_>> {
    let mut received: Vec<BTreeMap<TopicId, (Value, i64)>> = vec![BTreeMap::new()];
    let mut add = |topic: TopicId, values: Vec<Value>, ages: &[i64]| {
        let with = values.iter().flat_map(|value| ages.iter().map(move |age| (value.clone(), *age)));
        let with: Vec<(Value, i64)> = with.collect();
        received = received
            .iter()
            .flat_map(|before| {
                let more = with.iter().map(|value| {
                    let mut more = before.clone();
                    more.insert(topic, value.clone());
                    more
                });
                more.chain([before.clone()]).collect::<Vec<_>>()
            })
            .collect();
    };
    add(BIT, vec![Value::Label(0), Value::Label(1)], &AGES);
    add(LABEL, (0..3).map(Value::Label).collect(), &AGES);
    add(FIGURES[0], (-1..=2).map(Value::Figure).collect(), &[0]);
    add(FIGURES[1], (-1..=2).map(Value::Figure).collect(), &[0]);
    add(TEXT, TEXTS.into_iter().chain(["else"]).map(|text| Value::Text(text.into())).collect(), &[0]);
    received.into_iter().map(|received| Moment { topics, received }).collect()
}

fn rules(random: &mut Rng, joined: bool) -> Vec<Rule> {
    let rule = |index, random: &mut Rng| Rule {
        when_text: String::new(),
        then_text: String::new(),
        position: crate::text::Position { file: "fleet.yaml".into(), line: 1, column: 1 },
        index,
        when: condition(random, 2, joined),
        then: if random.usize(..4) == 0 { Outcome::Copy(LABEL) } else { Outcome::Label(random.usize(..3)) },
    };
    (0..3).map(|index| rule(index, random)).collect()
}

#[test]
fn what_is_claimed_of_rules_is_true_of_every_moment() {
    let topics = topics();
    let moments = moments(&topics);
    let mut random = Rng::with_seed(0x5eed_cafe);
    let mut claims = 0;
    for round in 0..260 {
        let joined = round % 2 == 0;
        let rules = rules(&mut random, joined);
        let decision = Decision { topics: &topics, rules: &rules, publish: LABEL };
        let verdicts = decision.verdicts();
        let (mut holds, mut decides) = ([false; 3], [false; 3]);
        for moment in &moments {
            if let Some((index, _)) = moment.decide(&rules, LABEL) {
                decides[index] = true;
            }
            for index in (0..3).filter(|index| !holds[*index]).collect::<Vec<_>>() {
                holds[index] = moment.decide(&rules[index..=index], LABEL).is_some();
            }
        }
        for (index, verdict) in verdicts.iter().enumerate() {
            let wrong = match verdict {
                Verdict::Never => holds[index],
                Verdict::Hidden(_) => decides[index] || !holds[index],
                // Where each question is about one topic nothing may be missed either.
                Verdict::Open => !joined && !decides[index],
            };
            claims += usize::from(*verdict != Verdict::Open);
            assert!(!wrong, "rule {index} is not {verdict:?}: {rules:#?}");
        }
    }
    assert!(claims > 50, "only {claims} claims were made, too few to be a test");
}

#[test]
fn a_decision_that_can_decide_is_found_in_every_small_world() {
    let topics = topics();
    let moments = moments(&topics);
    let mut random = Rng::with_seed(0xfeed_beef);
    for _ in 0..150 {
        let rules = rules(&mut random, false);
        let decision = Decision { topics: &topics, rules: &rules, publish: LABEL };
        let missing = [LABEL, FIGURES[0]].into();
        let possible = moments
            .iter()
            .filter(|moment| !moment.received.contains_key(&LABEL) && !moment.received.contains_key(&FIGURES[0]))
            .any(|moment| moment.decide(&rules, LABEL).is_some());
        assert_eq!(decision.can_decide(&missing), possible, "{rules:#?}");
    }
}
