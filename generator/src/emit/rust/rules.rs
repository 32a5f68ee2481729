//! Decisions: one function each, and one struct for all messages that they ask about.

use super::conditions::Speller;
use super::describe;
use super::layout::{Code, when};
use super::names::{Names, function, in_rules};
use crate::emit::text::no_line_breaks;
use crate::model::{Condition, Outcome, Payload, RoleKind, Rule, TopicId, TopicKind};
use crate::plan::{NodePlan, Plan};
use std::collections::BTreeSet;

/// How a decision's answer looks in Rust.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Label,
    Bit,
    Whole,
    Real,
    Text,
}

/// How the answer of a decision for this payload looks.
pub(super) fn answer(payload: &Payload, rules: &[Rule]) -> Answer {
    let computed = || rules.iter().any(|rule| matches!(rule.then, Outcome::Number(_)));
    match payload {
        Payload::OneOf(_) => Answer::Label,
        Payload::Bit => Answer::Bit,
        Payload::Text { .. } => Answer::Text,
        Payload::Percent | Payload::Number { decimals: 0, .. } if !computed() => Answer::Whole,
        _ => Answer::Real,
    }
}

/// Whether a decision asks for the time.
pub(super) fn asks_time(rules: &[Rule]) -> bool {
    fn asks(condition: &Condition) -> bool {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().any(asks),
            Condition::Time { .. } => true,
            _ => false,
        }
    }
    rules.iter().any(|rule| asks(&rule.when))
}

/// Everything that decisions need, item by item; nothing, if there are none.
pub(super) fn emit(plan: &Plan, node: &NodePlan, names: &Names) -> Vec<String> {
    let mut items = received(plan, node, names);
    for role in &node.roles {
        if let RoleKind::Decision { publish, rules, .. } = &role.kind {
            items.push(decision(plan, names, &role.name, *publish, rules));
        }
    }
    items
}

/// The topics that some decision of the node asks about.
fn asked(node: &NodePlan) -> BTreeSet<TopicId> {
    let decisions = node.roles.iter().filter(|role| matches!(role.kind, RoleKind::Decision { .. }));
    let asked: BTreeSet<TopicId> = decisions.flat_map(|role| role.kind.subscriptions()).collect();
    in_rules(node).intersection(&asked).copied().collect()
}

/// The struct of the messages that rules ask about, and how it is read.
fn received(plan: &Plan, node: &NodePlan, names: &Names) -> Vec<String> {
    let asked = asked(node);
    if asked.is_empty() {
        return Vec::new();
    }
    let (mut fields, mut values) = (String::new(), Vec::new());
    let mut borrows = false;
    for id in asked {
        let topic = &plan.topics[id.0];
        let (kind, how) = match &topic.payload {
            Payload::Percent | Payload::Number { decimals: 0, .. } => ("i32".to_owned(), "integer"),
            Payload::Number { .. } => ("f32".to_owned(), "number"),
            Payload::OneOf(labels) => (names.type_of(labels).unwrap_or_default().to_owned(), "label"),
            Payload::Bit => ("bool".to_owned(), "bit"),
            Payload::Text { .. } => {
                borrows = true;
                ("&'a str".to_owned(), "text")
            }
        };
        let about = no_line_breaks(&describe::payload(&topic.payload));
        fields += &format!("    /// `{}`, {about}\n    {}: Latest<{kind}>,\n", topic.path, topic.key);
        values.push((topic.key.clone(), Code::from(format!("values.{how}({})", names.topic(id)))));
    }
    let (lifetime, of) = if borrows { ("<'a>", "<'a>") } else { ("", "<'_>") };
    let values = Code::Struct("Self".into(), values).lay_out(8, 8, 0);
    vec![
        format!(
            "/// The last message of each topic that the rules ask about.\nstruct Received{lifetime} {{\n{fields}}}\n"
        ),
        format!(
            "impl{lifetime} Received{lifetime} {{\n    fn of(values: &Values{of}) -> Self {{\n        {values}\n    }}\n}}\n"
        ),
    ]
}

/// The function of a decision.
fn decision(plan: &Plan, names: &Names, key: &str, publish: TopicId, rules: &[Rule]) -> String {
    let speller = Speller { plan, names };
    let topic = &plan.topics[publish.0];
    let answer = answer(&topic.payload, rules);
    let mut asked = BTreeSet::new();
    let mut body = String::new();
    let mut decided = false;
    for rule in rules {
        rule.when.topics(&mut asked);
        rule.then.topics(&mut asked);
        body += &format!("    // {}    {}\n", no_line_breaks(&rule.when_text), rule.position);
        if !decided {
            decided = rule.when == Condition::All(Vec::new())
                && matches!(rule.then, Outcome::Label(_) | Outcome::Figure(_) | Outcome::Text(_));
            body += &self::rule(&speller, &topic.payload, answer, rule, decided);
        }
    }
    if !decided {
        body += "    None\n";
    }
    let texts = asked.iter().any(|id| matches!(plan.topics[id.0].payload, Payload::Text { .. }));
    let (generic, lifetime) = match (answer == Answer::Text, texts) {
        (true, true) => ("<'a>", "<'a>"),
        (true, false) => ("<'a>", ""),
        (false, true) => ("", "<'_>"),
        (false, false) => ("", ""),
    };
    let mut arguments = Vec::new();
    if !asked.is_empty() {
        arguments.push(format!("received: &Received{lifetime}"));
    }
    if asks_time(rules) {
        arguments.push("now: Instant".into());
    }
    let (what, done) = match topic.kind {
        TopicKind::Requests { .. } => (format!("the next request on `{}`", topic.path), "requested"),
        TopicKind::Plain | TopicKind::State { .. } => (format!("the next message of `{}`", topic.path), "published"),
    };
    format!(
        "/// `{key}`: the first rule that holds decides {}. If none holds, nothing is {}.\n\
         fn {}{generic}({}) -> Option<{}> {{\n{body}}}\n",
        what,
        done,
        function(key),
        arguments.join(", "),
        kind(answer, &topic.payload, names),
    )
}

/// The type of a decision's answer.
fn kind<'n>(answer: Answer, payload: &Payload, names: &'n Names) -> &'n str {
    match (answer, payload) {
        (Answer::Label, Payload::OneOf(labels)) => names.type_of(labels).unwrap_or_default(),
        (Answer::Label | Answer::Bit, _) => "bool",
        (Answer::Whole, _) => "i32",
        (Answer::Real, _) => "f32",
        (Answer::Text, _) => "&'a str",
    }
}

/// One rule; `last`: it always holds, and nothing follows.
fn rule(speller: &Speller<'_>, payload: &Payload, answer: Answer, rule: &Rule, last: bool) -> String {
    let mut asks = BTreeSet::new();
    rule.then.topics(&mut asks);
    let value = match (&rule.then, payload, answer) {
        (Outcome::Label(index), Payload::OneOf(labels), _) => speller.names.label(labels, *index),
        (Outcome::Label(index), _, _) => (*index == 1).to_string(),
        (Outcome::Figure(figure), _, Answer::Real) => {
            format!("{:?}", f64::from(*figure) / f64::from(payload.decimals().unit()))
        }
        (Outcome::Figure(figure), _, _) => figure.to_string(),
        (Outcome::Text(text), _, _) => format!("{text:?}"),
        (Outcome::Number(number), _, _) => speller.argument(number),
        (Outcome::Copy(topic), _, Answer::Real) if speller.is_whole(*topic) => {
            format!("{} as f32", speller.key(*topic))
        }
        (Outcome::Copy(topic), _, _) => speller.key(*topic).to_owned(),
    };
    if last {
        return format!("    Some({value})\n");
    }
    let mut clauses = match &rule.when {
        Condition::All(parts) if parts.is_empty() && !asks.is_empty() => Vec::new(),
        condition => match speller.condition(condition) {
            Code::Chain("&&", clauses) if !asks.is_empty() => clauses,
            other => vec![other],
        },
    };
    let bound =
        asks.iter().map(|topic| format!("let Some({}) = {}.get()", speller.key(*topic), speller.received(*topic)));
    clauses.extend(bound.map(Code::from));
    let condition = match <[Code; 1]>::try_from(clauses) {
        Ok([only]) => only,
        Err(clauses) => Code::Chain("&&", clauses),
    };
    when(&condition, &format!("return Some({value});"))
}
