//! Operands: what a comparison has on its sides, and what rules compute with.

use super::scope::{Fault, Scope};
use crate::diag::{Diagnostic, codes};
use crate::model::{Number, Payload, Time, TopicId};
use crate::text::milliseconds;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Lit, UnOp};

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

impl Scope<'_> {
    /// Reads something that can be compared.
    pub(crate) fn operand(&self, expr: &Expr) -> Result<Operand, Fault> {
        match expr {
            Expr::Paren(paren) => self.operand(&paren.expr),
            Expr::Path(path) => match path.path.get_ident() {
                Some(ident) => self.find(ident).map(|id| match self.topic(id).payload {
                    Payload::Percent | Payload::Number { .. } => Operand::Number(Number::Topic(id)),
                    Payload::OneOf(_) => Operand::Label(id),
                    Payload::Bit => Operand::Bit(id),
                    Payload::Text { .. } => Operand::Text(id),
                }),
                None => Err(self.no_rule(expr)),
            },
            Expr::Lit(literal) => self.literal(expr, &literal.lit),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
                self.number(&unary.expr).map(|number| Operand::Number(negative(number)))
            }
            Expr::Binary(binary) => {
                let make: fn(Box<Number>, Box<Number>) -> Number = match binary.op {
                    BinOp::Add(_) => Number::Sum,
                    BinOp::Sub(_) => Number::Difference,
                    BinOp::Mul(_) => Number::Product,
                    BinOp::Div(_) => Number::Quotient,
                    _ => return Err(self.no_rule(expr)),
                };
                let sides = (self.operand(&binary.left)?, self.operand(&binary.right)?);
                if let (Operand::Time(_), _) | (_, Operand::Time(_)) = sides {
                    return self.duration(expr, &binary.op, sides);
                }
                let (left, right) = (self.number(&binary.left)?, self.number(&binary.right)?);
                Ok(Operand::Number(make(Box::new(left), Box::new(right))))
            }
            Expr::Call(call) => match (&*call.func, call.args.first(), call.args.len()) {
                (Expr::Path(function), Some(Expr::Path(topic)), 1) if function.path.is_ident("age") => {
                    let ident = topic.path.get_ident().ok_or_else(|| self.no_rule(expr))?;
                    self.find(ident).map(|id| Operand::Time(Time::Age(id)))
                }
                _ => {
                    let fault =
                        Diagnostic::error(codes::RULE_SYNTAX, self.span(expr.span()), "a rule has no such function");
                    Err(Box::new(fault.help("the only one is `age(topic)`: the time since the topic's last message")))
                }
            },
            _ => Err(self.no_rule(expr)),
        }
    }

    fn literal(&self, expr: &Expr, literal: &Lit) -> Result<Operand, Fault> {
        let bad = |text: &str| {
            let fault = self.fault(expr.span(), format!("`{text}` is neither a number nor a duration"));
            Box::new(fault.help("numbers are written `21.5`, durations `500ms`, `2s`, `30min`, `1h`"))
        };
        let (digits, suffix, text) = match literal {
            Lit::Str(text) => return Ok(Operand::Literal(text.value())),
            Lit::Bool(bool) => return Ok(Operand::Truth(bool.value)),
            Lit::Int(int) => (int.base10_digits().to_owned(), int.suffix(), int.to_string()),
            Lit::Float(float) => (float.base10_digits().to_owned(), float.suffix(), float.to_string()),
            _ => return Err(self.no_rule(expr)),
        };
        if suffix.is_empty() {
            let number = digits.parse::<f64>().ok().filter(|number| number.abs() < 1e9);
            return number.map(|number| Operand::Number(Number::Literal(number))).ok_or_else(|| bad(&text));
        }
        let ms = milliseconds(&format!("{digits}{suffix}"));
        ms.map(|ms| Operand::Time(Time::Millis(ms))).ok_or_else(|| bad(&text))
    }

    /// A calculation with durations: its result, since an age can only be compared.
    fn duration(&self, expr: &Expr, op: &BinOp, sides: (Operand, Operand)) -> Result<Operand, Fault> {
        use Operand::{Number as N, Time as T};
        let times = |number: f64, ms: u64| (number * ms as f64).round();
        let ms = match (sides, op) {
            ((T(Time::Millis(a)), T(Time::Millis(b))), BinOp::Add(_)) => a as f64 + b as f64,
            ((T(Time::Millis(a)), T(Time::Millis(b))), BinOp::Sub(_)) => a as f64 - b as f64,
            ((T(Time::Millis(ms)), N(Number::Literal(number))), BinOp::Mul(_))
            | ((N(Number::Literal(number)), T(Time::Millis(ms))), BinOp::Mul(_)) => times(number, ms),
            ((T(Time::Millis(ms)), N(Number::Literal(number))), BinOp::Div(_)) => times(1.0 / number, ms),
            _ => {
                let fault = self.fault(expr.span(), "this can't be calculated with ages and durations");
                let help = "an age is compared with a duration (`age(button) < 30min`), and durations are added, \
                            subtracted, or multiplied by a number";
                return Err(Box::new(fault.help(help)));
            }
        };
        if !(0.0..1e12).contains(&ms) {
            return Err(Box::new(self.fault(expr.span(), "no duration is negative, or longer than thirty years")));
        }
        Ok(Operand::Time(Time::Millis(ms as u64)))
    }

    pub(crate) fn number(&self, expr: &Expr) -> Result<Number, Fault> {
        match self.operand(expr)? {
            Operand::Number(number) => Ok(number),
            other => {
                let message = format!("{} is no number to calculate with", other.describe(self));
                Err(Box::new(self.fault(expr.span(), message)))
            }
        }
    }

    fn no_rule(&self, expr: &Expr) -> Fault {
        let fault = Diagnostic::error(codes::RULE_SYNTAX, self.span(expr.span()), "this has no place in a rule");
        Box::new(
            fault.help("a rule is made of topics, numbers, `\"labels\"`, `age(topic)`, comparisons, `&&`, `||`, `!`"),
        )
    }
}

/// A negative number that was written as one stays a literal.
fn negative(number: Number) -> Number {
    match number {
        Number::Literal(number) => Number::Literal(-number),
        other => Number::Negative(Box::new(other)),
    }
}
