//! What a rule gives its topic: a value, or an expression that computes one.

use super::operand::Operand;
use super::scope::{Fault, Scope};
use crate::diag::{Findings, near};
use crate::model::{Condition, Number, Outcome, Payload, TopicId};
use syn::Expr;
use syn::spanned::Spanned;

/// What `then` means.
pub(crate) enum Then {
    Outcome(Outcome),
    /// A bit: 1 where the first holds, 0 where the second does, nothing where neither is certain.
    Computed {
        when_true: Condition,
        when_false: Condition,
    },
}

/// Reads a rule's `then` for the topic that it publishes.
pub(crate) fn outcome(scope: &Scope<'_>, published: TopicId, findings: &mut Findings) -> Option<Then> {
    match read(scope, published) {
        Ok(outcome) => Some(outcome),
        Err(fault) => {
            findings.push(*fault);
            None
        }
    }
}

fn read(scope: &Scope<'_>, published: TopicId) -> Result<Then, Fault> {
    let topic = scope.topic(published);
    if topic.payload == Payload::Bit && !matches!(scope.text.value.as_str(), "0" | "1" | "true" | "false") {
        return bit(scope);
    }
    value(scope, published).map(Then::Outcome)
}

/// An expression that is true or false: another bit, a comparison, several of them.
fn bit(scope: &Scope<'_>) -> Result<Then, Fault> {
    let expr = scope.parse()?;
    if let Ok(Operand::Bit(topic)) = scope.operand(&expr) {
        return Ok(Then::Outcome(Outcome::Copy(topic)));
    }
    Ok(Then::Computed { when_true: scope.truth(&expr, true)?, when_false: scope.truth(&expr, false)? })
}

fn value(scope: &Scope<'_>, published: TopicId) -> Result<Outcome, Fault> {
    let text = scope.text.value.as_str();
    let topic = scope.topic(published);
    let other = scope.topics.iter().position(|other| other.key == text && other.payload == topic.payload).map(TopicId);
    let whole =
        |message: String| crate::diag::Diagnostic::error(crate::diag::codes::RULE_TYPE, scope.text.span, message);
    match &topic.payload {
        Payload::OneOf(labels) => match (labels.iter().position(|label| label == text), other) {
            (Some(label), _) => Ok(Outcome::Label(label)),
            (None, Some(other)) => Ok(Outcome::Copy(other)),
            (None, None) => {
                let hint = near(text, labels.iter().map(String::as_str));
                let help = format!("the messages of `{}` are \"{}\"", topic.key, labels.join("\", \""));
                let fault = whole(format!("`{}` has no message `{text}`", topic.key));
                Err(Box::new(fault.maybe_help(hint).help(help)))
            }
        },
        Payload::Bit => Ok(Outcome::Label(usize::from(matches!(text, "1" | "true")))),
        Payload::Text { max } => {
            let source = scope.topics.iter().position(|source| source.key == text).map(TopicId);
            match (source.map(|id| (id, &scope.topic(id).payload)), text.len() <= usize::from(*max)) {
                (Some((id, Payload::Text { max: longest })), _) if longest <= max => Ok(Outcome::Copy(id)),
                (Some((id, Payload::Text { max: longest })), _) => {
                    let fault =
                        whole(format!("`{}` carries {longest} bytes, `{}` only {max}", scope.topic(id).key, topic.key));
                    Err(Box::new(fault.help("give both topics the same `max`")))
                }
                (_, true) => Ok(Outcome::Text(text.to_owned())),
                (_, false) => Err(Box::new(whole(format!("`{}` carries at most {max} bytes", topic.key)))),
            }
        }
        Payload::Percent | Payload::Number { .. } => figure(scope, published),
    }
}

fn figure(scope: &Scope<'_>, published: TopicId) -> Result<Outcome, Fault> {
    let expr = scope.parse()?;
    let topic = scope.topic(published);
    match scope.operand(&expr)? {
        Operand::Number(Number::Literal(number)) => {
            let (low, high) = topic.payload.range();
            if number < low || number > high {
                let fault = scope.fault(expr.span(), format!("`{}` is {low} to {high}, never {number}", topic.key));
                return Err(Box::new(fault));
            }
            let figure = topic.payload.nearest(number).map(Outcome::Figure);
            figure.ok_or_else(|| Box::new(scope.fault(expr.span(), format!("`{}` carries no numbers", topic.key))))
        }
        Operand::Number(number) if names_a_topic(&number) => Ok(Outcome::Number(number)),
        Operand::Number(_) => Err(constant(scope, &expr)),
        other => {
            let message = format!("`{}` is a number; {} is none", topic.key, other.describe(scope));
            Err(Box::new(scope.fault(expr.span(), message)))
        }
    }
}

fn constant(scope: &Scope<'_>, expr: &Expr) -> Fault {
    Box::new(scope.fault(expr.span(), "this calculation has always the same result").help("write the result"))
}

fn names_a_topic(number: &Number) -> bool {
    match number {
        Number::Topic(_) => true,
        Number::Literal(_) => false,
        Number::Negative(number) => names_a_topic(number),
        Number::Sum(a, b) | Number::Difference(a, b) | Number::Product(a, b) | Number::Quotient(a, b) => {
            names_a_topic(a) || names_a_topic(b)
        }
    }
}
