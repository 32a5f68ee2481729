//! Decisions: one function each, and one struct for all that they ask about.

use super::conditions::Speller;
use super::describe;
use super::names::{Names, function, in_rules};
use crate::model::{Condition, Outcome, Payload, RoleKind, Rule, TopicId};
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

/// Everything that decisions need; nothing, if there are none.
pub(super) fn emit(plan: &Plan, node: &NodePlan, names: &Names, comments: &mut Vec<String>) -> String {
    let mut text = heard(plan, node, names);
    for role in &node.roles {
        if let RoleKind::Decision { publish, rules, .. } = &role.kind {
            text += &decision(plan, names, &role.name, *publish, rules, comments);
        }
    }
    text
}

/// The topics that some decision of the node hears.
fn asked(node: &NodePlan) -> BTreeSet<TopicId> {
    let decisions = node.roles.iter().filter(|role| matches!(role.kind, RoleKind::Decision { .. }));
    let heard: BTreeSet<TopicId> = decisions.flat_map(|role| role.kind.subscriptions()).collect();
    in_rules(node).intersection(&heard).copied().collect()
}

fn heard(plan: &Plan, node: &NodePlan, names: &Names) -> String {
    let asked = asked(node);
    if asked.is_empty() {
        return String::new();
    }
    let (mut fields, mut values) = (String::new(), String::new());
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
        fields +=
            &format!("/// `{}`, {}\n{}: Latest<{kind}>,\n", topic.path, describe::payload(&topic.payload), topic.key);
        values += &format!("{}: values.{how}({}),\n", topic.key, names.topic(id));
    }
    let (lifetime, of) = if borrows { ("<'a>", "<'a>") } else { ("", "<'_>") };
    format!(
        "/// What the rules ask about: the last message of each topic.\nstruct Heard{lifetime} {{ {fields} }}\n\
         impl{lifetime} Heard{lifetime} {{ fn of(values: &Values{of}) -> Self {{ Self {{ {values} }} }} }}\n"
    )
}

fn decision(
    plan: &Plan,
    names: &Names,
    key: &str,
    publish: TopicId,
    rules: &[Rule],
    comments: &mut Vec<String>,
) -> String {
    let speller = Speller { plan, names };
    let topic = &plan.topics[publish.0];
    let answer = answer(&topic.payload, rules);
    let mut heard = BTreeSet::new();
    let mut body = String::new();
    let mut decided = false;
    for rule in rules {
        rule.when.topics(&mut heard);
        rule.then.topics(&mut heard);
        body += &format!("rule!({});\n", comments.len());
        comments.push(format!("{}    {}", rule.when_text, rule.place));
        if !decided {
            decided = rule.when == Condition::All(Vec::new())
                && matches!(rule.then, Outcome::Label(_) | Outcome::Figure(_) | Outcome::Text(_));
            body += &self::rule(&speller, &topic.payload, answer, rule, decided);
        }
    }
    if !decided {
        body += "None\n";
    }
    let kind = match answer {
        Answer::Label => match &topic.payload {
            Payload::OneOf(labels) => names.type_of(labels).unwrap_or_default().to_owned(),
            _ => String::new(),
        },
        Answer::Bit => "bool".into(),
        Answer::Whole => "i32".into(),
        Answer::Real => "f32".into(),
        Answer::Text => "&'a str".into(),
    };
    let texts = heard.iter().any(|id| matches!(plan.topics[id.0].payload, Payload::Text { .. }));
    let (generic, lifetime) = match (answer == Answer::Text, texts) {
        (true, true) => ("<'a>", "<'a>"),
        (true, false) => ("<'a>", ""),
        (false, true) => ("", "<'_>"),
        (false, false) => ("", ""),
    };
    let mut arguments = Vec::new();
    if !heard.is_empty() {
        arguments.push(format!("heard: &Heard{lifetime}"));
    }
    if asks_time(rules) {
        arguments.push("now: Instant".into());
    }
    format!(
        "/// `{key}`: the first rule that holds decides what `{}` says; none: it stays.\n\
         fn {}{generic}({}) -> Option<{kind}> {{\n{body}}}\n",
        topic.path,
        function(key),
        arguments.join(", "),
    )
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
        return format!("Some({value})\n");
    }
    let bound = asks.iter().map(|topic| format!("let Some({}) = {}.get()", speller.key(*topic), speller.heard(*topic)));
    let when = match &rule.when {
        Condition::All(parts) if parts.is_empty() && !asks.is_empty() => None,
        when => Some(speller.condition(when, !asks.is_empty())),
    };
    let whole: Vec<String> = when.into_iter().chain(bound).collect();
    format!("if {} {{ return Some({value}); }}\n", whole.join(" && "))
}
