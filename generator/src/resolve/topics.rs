//! Topics: names on the wire, and payloads as integers in units of their smallest digit.

use super::{names, states};
use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{Decimals, Payload, Topic, TopicKind};
use crate::syntax::{PayloadSpec, Spec};
use crate::text::{Span, Text};
use std::collections::BTreeMap;
use unicode_normalization::is_nfc;

const LONGEST_LABEL: usize = 64;
const MOST_LABELS: usize = 250;

pub(super) fn resolve(spec: &Spec, findings: &mut Findings) -> Vec<Topic> {
    let mut first: BTreeMap<String, Span> = BTreeMap::new();
    let mut topics = Vec::new();
    for entry in &spec.topics {
        names::check(&entry.name, names::TOPIC, "a topic", findings);
        names::check_reserved(&entry.name, "a topic", findings);
        let path = entry.value.path.as_ref().unwrap_or(&entry.name);
        check_path(spec, path, findings);
        match first.get(&path.value) {
            Some(before) => findings.push(
                Diagnostic::error(
                    codes::DUPLICATE_PATH,
                    path.span,
                    format!("two topics have the path `{}`", path.value),
                )
                .label("again here")
                .related(*before, "first here")
                .help("give one another path, or use one topic for both"),
            ),
            None => {
                first.insert(path.value.clone(), path.span);
            }
        }
        let shared = match &entry.value.scope {
            Some(scope) if scope.value != "shared" => {
                let message = format!("`{}` is no scope", scope.value);
                let help = "write `scope: shared` to keep the topic on the broker, or leave it out";
                findings.push(Diagnostic::error(codes::UNKNOWN_NAME, scope.span, message).help(help));
                false
            }
            scope => scope.is_some(),
        };
        topics.push(Topic {
            key: entry.name.value.clone(),
            path: path.value.clone(),
            payload: payload(&entry.value.payload.value, entry.value.payload.span, findings),
            retain: entry.value.retain.as_ref().is_some_and(|retain| retain.value),
            at_least_once: entry.value.qos.as_ref().is_some_and(|qos| qos.value == 1),
            shared,
            kind: TopicKind::Plain,
        });
    }
    states::add_requests(spec, &mut topics, findings);
    topics
}

/// Refuses, never escapes: names go into the broker's files, where a line end or a blank would mean something else.
fn check_path(spec: &Spec, path: &Text, findings: &mut Findings) {
    let text = path.value.as_str();
    let status = text
        .strip_prefix(&spec.fleet.value)
        .is_some_and(|rest| rest.starts_with('/') && rest.ends_with("/status") && rest.matches('/').count() == 2);
    let fault = if text.is_empty() {
        Some(("is empty", "write a name like `room/light`"))
    } else if text.len() > names::LONGEST_PATH {
        Some(("is longer than 128 bytes", "shorten it"))
    } else if text.contains(['+', '#']) {
        Some(("has a wildcard (`+` or `#`)", "a topic is one name; write it without wildcards"))
    } else if text.starts_with('$') {
        Some(("starts with `$`, which brokers keep for themselves", "write it without the `$`"))
    } else if text.chars().any(char::is_control) {
        Some(("has a control character", "write it without line ends, tabs and the like"))
    } else if text.trim() != text {
        Some(("starts or ends with a blank, which the broker's files would drop", "write it without the blank"))
    } else if !is_nfc(text) {
        Some((
            "is not in Unicode's normal form C, so it would not equal itself typed elsewhere",
            "type it anew on one keyboard",
        ))
    } else if status {
        Some(("belongs to the nodes: `<fleet>/<node>/status` shows whether they are online", "choose another path"))
    } else {
        None
    };
    if let Some((fault, help)) = fault {
        let shown: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(40).collect();
        findings.push(
            Diagnostic::error(codes::BAD_PATH, path.span, format!("the topic name `{shown}` {fault}")).help(help),
        );
    }
}

fn payload(spec: &PayloadSpec, span: Span, findings: &mut Findings) -> Payload {
    match spec {
        PayloadSpec::Percent => Payload::Percent,
        PayloadSpec::Bit => Payload::Bit,
        PayloadSpec::Text { max } => Payload::Text { max: max.value },
        PayloadSpec::OneOf(labels) => {
            check_labels(labels, span, findings);
            Payload::OneOf(labels.iter().map(|label| label.value.clone()).collect())
        }
        PayloadSpec::Number { min, max, step, unit } => {
            let number = number([min, max], step.as_ref(), findings).unwrap_or((0, 1, 1, 0));
            let (min, max, step, decimals) = number;
            let unit = unit.as_ref().map(|unit| unit.value.chars().filter(|c| !c.is_control()).take(16).collect());
            Payload::Number { min, max, step, decimals, unit }
        }
    }
}

fn check_labels(labels: &[Text], span: Span, findings: &mut Findings) {
    if labels.len() < 2 || labels.len() > MOST_LABELS {
        let message = format!("`one_of` needs 2 to {MOST_LABELS} labels, not {}", labels.len());
        findings.push(Diagnostic::error(codes::BAD_VALUE, span, message));
    }
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    for label in labels {
        let text = label.value.as_str();
        if text.is_empty() || text.len() > LONGEST_LABEL || text.chars().any(char::is_control) {
            let message = "a label has 1 to 64 bytes and no control characters";
            findings.push(Diagnostic::error(codes::BAD_VALUE, label.span, message));
        }
        if let Some(before) = first.insert(text, label.span) {
            findings.push(
                Diagnostic::error(codes::BAD_VALUE, label.span, format!("the label `{text}` stands twice"))
                    .label("again here")
                    .related(before, "first here")
                    .help("delete one"),
            );
        }
    }
}

/// (min, max, step, decimals), all in units of 10^-decimals.
fn number(range: [&Text; 2], step: Option<&Text>, findings: &mut Findings) -> Option<(i32, i32, i32, u8)> {
    let texts = [Some(range[0]), Some(range[1]), step];
    let decimals = texts.into_iter().flatten().map(|text| Decimals::of(&text.value)).max()?;
    let mut read = |text: &Text| {
        let figure = decimals.figure(&text.value);
        if figure.is_none() {
            let message = format!(
                "`{}` is no number that fits (at most nine digits, {} of them decimals)",
                text.value,
                Decimals::MOST.0
            );
            findings.push(Diagnostic::error(codes::BAD_VALUE, text.span, message));
        }
        figure
    };
    let (min, max, width) = (read(range[0]), read(range[1]), step.map(&mut read));
    let (min, max, width) = (min?, max?, width.unwrap_or(Some(1))?);
    if min >= max {
        findings.push(
            Diagnostic::error(codes::BAD_VALUE, range[1].span, "`max` is not larger than `min`")
                .related(range[0].span, "`min`")
                .help("exchange them"),
        );
        return None;
    }
    if width < 1 || (i64::from(max) - i64::from(min)) % i64::from(width) != 0 {
        let span = step.map_or(range[1].span, |step| step.span);
        let message = "`max` can't be reached from `min` in steps of `step`";
        findings.push(
            Diagnostic::error(codes::BAD_VALUE, span, message)
                .help("write a step larger than 0 that divides the range"),
        );
        return None;
    }
    Some((min, max, width, decimals.0))
}
