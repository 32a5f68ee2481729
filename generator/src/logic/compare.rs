//! Comparisons: which kinds of things can be compared, and with what.

use super::model::{Comparison, Condition, Number, Time};
use super::read::{Fault, Scope};
use crate::diag::{Diagnostic, Findings, codes, near};
use crate::fleet::{Payload, TopicId};
use syn::Expr;
use syn::spanned::Spanned;

/// One side of a comparison.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Number(Number),
    Label(TopicId),
    Bit(TopicId),
    Text(TopicId),
    Time(Time),
    /// `"a text"`
    Literal(String),
    /// `true`, `false`
    Truth(bool),
}

impl Operand {
    /// What it is, for a sentence.
    pub(crate) fn describe(&self, scope: &Scope<'_>) -> String {
        let topic = |id: &TopicId, kind: &str| format!("`{}` ({kind})", scope.topic(*id).key);
        match self {
            Self::Number(Number::Topic(id)) => topic(id, "a number"),
            Self::Number(_) => "a number".into(),
            Self::Label(id) => topic(id, "one of its labels"),
            Self::Bit(id) => topic(id, "true or false"),
            Self::Text(id) => topic(id, "a text"),
            Self::Time(Time::Age(_)) => "an age".into(),
            Self::Time(Time::Millis(_)) => "a duration".into(),
            Self::Literal(text) => format!("the text \"{text}\""),
            Self::Truth(truth) => format!("`{truth}`"),
        }
    }
}

impl Comparison {
    /// What holds when this does not.
    pub(crate) fn contrary(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::GreaterOrEqual => Self::Less,
            Self::Greater => Self::LessOrEqual,
            Self::LessOrEqual => Self::Greater,
        }
    }

    /// The same comparison with its sides exchanged.
    pub(crate) fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

/// Types a comparison.
pub(crate) fn compare(
    scope: &Scope<'_>,
    whole: &Expr,
    left: (&Expr, Operand),
    op: Comparison,
    right: (&Expr, Operand),
) -> Result<Condition, Fault> {
    use Operand as O;
    let equal = match op {
        Comparison::Equal => Some(true),
        Comparison::NotEqual => Some(false),
        _ => None,
    };
    let (left_part, right_part) = (left.0, right.0);
    let only_equal = |what: &str| {
        let fault = scope.fault(whole.span(), format!("{what} can be compared with `==` and `!=` only"));
        Box::new(fault)
    };
    match (left.1, right.1) {
        (O::Number(left), O::Number(right)) => Ok(Condition::Number { left, op, right }),
        (O::Time(left), O::Time(right)) => Ok(Condition::Time { left, op, right }),
        (O::Label(topic), O::Literal(text)) => {
            let equal = equal.ok_or_else(|| only_equal("labels"))?;
            Ok(Condition::Label { topic, equal, label: label(scope, topic, &text, right_part)? })
        }
        (O::Text(topic), O::Literal(text)) => {
            Ok(Condition::Text { topic, equal: equal.ok_or_else(|| only_equal("texts"))?, text })
        }
        (O::Bit(topic), O::Truth(value)) => {
            let equal = equal.ok_or_else(|| only_equal("bits"))?;
            Ok(Condition::Bit { topic, value: value == equal })
        }
        (O::Bit(topic), O::Number(Number::Literal(number))) if number == 0.0 || number == 1.0 => {
            let equal = equal.ok_or_else(|| only_equal("bits"))?;
            Ok(Condition::Bit { topic, value: (number == 1.0) == equal })
        }
        (O::Label(left), O::Label(right)) if scope.topic(left).payload == scope.topic(right).payload => {
            let equal = equal.ok_or_else(|| only_equal("labels"))?;
            // Whichever label the one says, the other says it too, or does not.
            let both = |label| {
                let left = Condition::Label { topic: left, equal: true, label };
                Condition::All(vec![left, Condition::Label { topic: right, equal, label }])
            };
            Ok(Condition::Any((0..scope.topic(left).payload.labels().len()).map(both).collect()))
        }
        (O::Bit(left), O::Bit(right)) => {
            let equal = equal.ok_or_else(|| only_equal("bits"))?;
            let both = |value| {
                let left = Condition::Bit { topic: left, value };
                Condition::All(vec![left, Condition::Bit { topic: right, value: value == equal }])
            };
            Ok(Condition::Any([true, false].map(both).to_vec()))
        }
        // The other way round is the same comparison.
        (
            left @ (O::Literal(_) | O::Truth(_) | O::Number(Number::Literal(_))),
            right @ (O::Label(_) | O::Text(_) | O::Bit(_)),
        ) => compare(scope, whole, (right_part, right), op.mirrored(), (left_part, left)),
        (left, right) => {
            let message = format!("{} can't be compared with {}", left.describe(scope), right.describe(scope));
            let fault = scope.fault(whole.span(), message);
            Err(Box::new(match (&left, &right) {
                (O::Label(id), _) | (_, O::Label(id)) => fault.help(labels_of(scope, *id)),
                (O::Bit(_), _) | (_, O::Bit(_)) => fault.help("compare it with `true` or `false`, or write it alone"),
                (O::Literal(text), O::Number(_)) | (O::Number(_), O::Literal(text)) if text.parse::<f64>().is_ok() => {
                    fault.help(format!("a number has no quotes: write `{text}`"))
                }
                (O::Time(_), _) | (_, O::Time(_)) => fault.help("durations have a unit: `500ms`, `2s`, `30min`, `1h`"),
                _ => fault,
            }))
        }
    }
}

fn labels_of(scope: &Scope<'_>, topic: TopicId) -> String {
    let labels = scope.topic(topic).payload.labels();
    format!("`{}` says \"{}\"", scope.topic(topic).key, labels.join("\", \""))
}

fn label(scope: &Scope<'_>, topic: TopicId, text: &str, part: &Expr) -> Result<usize, Fault> {
    let labels = scope.topic(topic).payload.labels();
    labels.iter().position(|label| label == text).ok_or_else(|| {
        let message = format!("`{}` never says \"{text}\"", scope.topic(topic).key);
        let hint = near(text, labels.iter().map(String::as_str));
        Box::new(scope.fault(part.span(), message).maybe_help(hint).help(labels_of(scope, topic)))
    })
}

/// Warns of comparisons of a topic with a figure that it can't cross.
pub(crate) fn warn_out_of_range(scope: &Scope<'_>, expr: &Expr, findings: &mut Findings) {
    match expr {
        Expr::Paren(paren) => warn_out_of_range(scope, &paren.expr, findings),
        Expr::Unary(unary) => warn_out_of_range(scope, &unary.expr, findings),
        Expr::Binary(binary) => {
            let sides = (scope.operand(&binary.left).ok(), scope.operand(&binary.right).ok());
            let (id, number, part) = match sides {
                (Some(Operand::Number(Number::Topic(id))), Some(Operand::Number(Number::Literal(number)))) => {
                    (id, number, &binary.right)
                }
                (Some(Operand::Number(Number::Literal(number))), Some(Operand::Number(Number::Topic(id)))) => {
                    (id, number, &binary.left)
                }
                _ => {
                    warn_out_of_range(scope, &binary.left, findings);
                    warn_out_of_range(scope, &binary.right, findings);
                    return;
                }
            };
            let topic = scope.topic(id);
            let (low, high) = range(&topic.payload);
            if number < low || number > high {
                let message = format!("`{}` is always between {low} and {high}", topic.key);
                let place = scope.place(part.span());
                findings.push(Diagnostic::warning(codes::OUT_OF_RANGE, place, message).label("never reached"));
            }
        }
        _ => {}
    }
}

/// The range of a figure, in its unit.
pub(crate) fn range(payload: &Payload) -> (f64, f64) {
    match *payload {
        Payload::Percent => (0.0, 100.0),
        Payload::Number { min, max, decimals, .. } => {
            let unit = 10f64.powi(i32::from(decimals));
            (f64::from(min) / unit, f64::from(max) / unit)
        }
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    }
}
