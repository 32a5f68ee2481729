//! Comparisons: which kinds of things can be compared, and with what.

use super::operand::Operand;
use super::scope::{Fault, Scope};
use crate::diag::near;
use crate::model::{Comparison, Condition, Number, TopicId};
use syn::Expr;
use syn::spanned::Spanned;

/// Types a comparison; `whole` is the expression, and each side comes with its part of it.
pub(super) fn compare(
    scope: &Scope<'_>,
    whole: &Expr,
    left: (&Expr, Operand),
    op: Comparison,
    right: (&Expr, Operand),
) -> Result<Condition, Fault> {
    use Operand as O;
    match (left.1, right.1) {
        (O::Number(left), O::Number(right)) => Ok(Condition::Number { left, op, right }),
        (O::Time(left), O::Time(right)) => Ok(Condition::Time { left, op, right }),
        // The other way round is the same comparison.
        (
            first @ (O::Literal(_) | O::Truth(_) | O::Number(Number::Literal(_))),
            second @ (O::Label(_) | O::Text(_) | O::Bit(_)),
        ) => compare(scope, whole, (right.0, second), op.mirrored(), (left.0, first)),
        (first, second) => equality(scope, whole, op, &first, (right.0, &second)),
    }
}

/// Types a comparison of two things that have no order.
fn equality(
    scope: &Scope<'_>,
    whole: &Expr,
    op: Comparison,
    left: &Operand,
    (right_part, right): (&Expr, &Operand),
) -> Result<Condition, Fault> {
    use Operand as O;
    let equal = |what: &str| match op {
        Comparison::Equal => Ok(true),
        Comparison::NotEqual => Ok(false),
        _ => Err(Box::new(scope.fault(whole.span(), format!("{what} can be compared with `==` and `!=` only")))),
    };
    match (left, right) {
        (&O::Label(topic), O::Literal(text)) => {
            Ok(Condition::Label { topic, equal: equal("labels")?, label: label(scope, topic, text, right_part)? })
        }
        (&O::Text(topic), O::Literal(text)) => {
            Ok(Condition::Text { topic, equal: equal("texts")?, text: text.clone() })
        }
        (&O::Bit(topic), O::Truth(value)) => Ok(Condition::Bit { topic, value: *value == equal("bits")? }),
        (&O::Bit(topic), &O::Number(Number::Literal(number))) if number == 0.0 || number == 1.0 => {
            Ok(Condition::Bit { topic, value: (number == 1.0) == equal("bits")? })
        }
        (&O::Label(left), &O::Label(right)) if scope.topic(left).payload == scope.topic(right).payload => {
            let equal = equal("labels")?;
            // Whichever label the one carries, the other carries it too, or does not.
            let both = |label| {
                let left = Condition::Label { topic: left, equal: true, label };
                Condition::All(vec![left, Condition::Label { topic: right, equal, label }])
            };
            Ok(Condition::Any((0..scope.topic(left).payload.labels().len()).map(both).collect()))
        }
        (&O::Bit(left), &O::Bit(right)) => {
            let equal = equal("bits")?;
            let both = |value| {
                let left = Condition::Bit { topic: left, value };
                Condition::All(vec![left, Condition::Bit { topic: right, value: value == equal }])
            };
            Ok(Condition::Any([true, false].map(both).to_vec()))
        }
        _ => Err(incomparable(scope, whole, left, right)),
    }
}

fn incomparable(scope: &Scope<'_>, whole: &Expr, left: &Operand, right: &Operand) -> Fault {
    use Operand as O;
    let message = format!("{} can't be compared with {}", left.describe(scope), right.describe(scope));
    let fault = scope.fault(whole.span(), message);
    Box::new(match (left, right) {
        (O::Label(id), _) | (_, O::Label(id)) => fault.help(labels_of(scope, *id)),
        (O::Bit(_), _) | (_, O::Bit(_)) => fault.help("compare it with `true` or `false`, or write it alone"),
        (O::Literal(text), O::Number(_)) | (O::Number(_), O::Literal(text)) if text.parse::<f64>().is_ok() => {
            fault.help(format!("a number has no quotes: write `{text}`"))
        }
        (O::Time(_), _) | (_, O::Time(_)) => fault.help("durations have a unit: `500ms`, `2s`, `30min`, `1h`"),
        _ => fault,
    })
}

fn labels_of(scope: &Scope<'_>, topic: TopicId) -> String {
    let labels = scope.topic(topic).payload.labels();
    format!("the messages of `{}` are \"{}\"", scope.topic(topic).key, labels.join("\", \""))
}

fn label(scope: &Scope<'_>, topic: TopicId, text: &str, part: &Expr) -> Result<usize, Fault> {
    let labels = scope.topic(topic).payload.labels();
    labels.iter().position(|label| label == text).ok_or_else(|| {
        let message = format!("`{}` has no message \"{text}\"", scope.topic(topic).key);
        let hint = near(text, labels.iter().map(String::as_str));
        Box::new(scope.fault(part.span(), message).maybe_help(hint).help(labels_of(scope, topic)))
    })
}
