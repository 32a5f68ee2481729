//! Reading an expression with syn: Rust's grammar is the rules' grammar, so nobody has to learn a new one.

use super::compare::{Operand, compare};
use super::model::{Comparison, Condition, Number, Time};
use crate::diag::{Diagnostic, Findings, codes, near};
use crate::fleet::{Payload, Topic, TopicId};
use crate::source::{Source, Span};
use crate::spec::Text;
use crate::spec::reader::milliseconds;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Lit, UnOp};

/// A rule is a line or two; more would exhaust the parser's stack before it helped anybody.
const LONGEST: usize = 1_000;
const DEEPEST: usize = 50;

/// What an expression may refer to, and where it stands.
pub(crate) struct Scope<'a> {
    pub(crate) source: &'a Source,
    pub(crate) topics: &'a [Topic],
    pub(crate) text: &'a Text,
}

/// A fault in an expression; boxed, since it is large and rare.
pub(crate) type Fault = Box<Diagnostic>;

impl Scope<'_> {
    /// The place of a part of the expression in the file.
    pub(crate) fn place(&self, part: proc_macro2::Span) -> Span {
        let whole = self.text.span;
        let written = self.source.text.get(whole.start..whole.end).unwrap_or_default();
        let Some(range) = super::place::place(written, &self.text.value, part.byte_range()) else { return whole };
        let span = Span { start: whole.start + range.start, end: whole.start + range.end };
        if span.start < span.end { span } else { whole }
    }

    pub(crate) fn fault(&self, part: proc_macro2::Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(codes::RULE_TYPE, self.place(part), message)
    }

    pub(crate) fn topic(&self, id: TopicId) -> &Topic {
        &self.topics[id.0]
    }

    /// Looks a topic up by its key.
    pub(crate) fn find(&self, word: &syn::Ident) -> Result<TopicId, Fault> {
        let name = word.to_string();
        let found = self.topics.iter().position(|topic| topic.key == name);
        found.map(TopicId).ok_or_else(|| {
            let keys = self.topics.iter().map(|topic| topic.key.as_str());
            let message = format!("there is no topic `{name}`");
            Box::new(
                Diagnostic::error(codes::UNKNOWN_NAME, self.place(word.span()), message)
                    .maybe_help(near(&name, keys))
                    .help("a rule names topics by their keys; a label stands in double quotes: `\"On\"`"),
            )
        })
    }

    /// Parses the text.
    pub(crate) fn parse(&self) -> Result<Expr, Fault> {
        let text = &self.text.value;
        let syntax = |span, message: String| {
            let help = super::hints::hint(text).unwrap_or("for example `brightness < 30 && presence == \"present\"`");
            Box::new(Diagnostic::error(codes::RULE_SYNTAX, span, message).help(help))
        };
        if text.len() > LONGEST || text.matches(['(', '[', '{', '!', '-', '&', '*']).count() > DEEPEST {
            return Err(syntax(self.text.span, "the rule is too long or too deep".into()));
        }
        syn::parse_str::<Expr>(text).map_err(|error| {
            let span = if text.trim().is_empty() { self.text.span } else { self.place(error.span()) };
            syntax(span, format!("not an expression: {error}"))
        })
    }

    /// Reads something that is true or false; `positive`: or, if not, its contrary.
    pub(super) fn truth(&self, expr: &Expr, positive: bool) -> Result<Condition, Fault> {
        match expr {
            Expr::Paren(paren) => self.truth(&paren.expr, positive),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => self.truth(&unary.expr, !positive),
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_) | BinOp::Or(_)) => {
                let sides = vec![self.truth(&binary.left, positive)?, self.truth(&binary.right, positive)?];
                // De Morgan: the contrary of "both" is "one is not".
                let all = matches!(binary.op, BinOp::And(_)) == positive;
                Ok(if all { Condition::All(sides) } else { Condition::Any(sides) })
            }
            Expr::Binary(binary) => match comparison(&binary.op) {
                Some(op) => {
                    let (left, right) = (self.operand(&binary.left)?, self.operand(&binary.right)?);
                    let op = if positive { op } else { op.contrary() };
                    compare(self, expr, (&binary.left, left), op, (&binary.right, right))
                }
                None => Err(self.not_true_or_false(expr)),
            },
            Expr::Lit(literal) => match &literal.lit {
                Lit::Bool(bool) if bool.value == positive => Ok(Condition::All(Vec::new())),
                Lit::Bool(_) => Ok(Condition::Any(Vec::new())),
                _ => Err(self.not_true_or_false(expr)),
            },
            Expr::Path(_) => match self.operand(expr)? {
                Operand::Bit(topic) => Ok(Condition::Bit { topic, value: positive }),
                _ => Err(self.not_true_or_false(expr)),
            },
            Expr::Assign(_) => {
                let fault = self.fault(expr.span(), "`=` sets a value, and a rule sets nothing");
                Err(Box::new(fault.help("write `==` to compare")))
            }
            _ => Err(self.not_true_or_false(expr)),
        }
    }

    fn not_true_or_false(&self, expr: &Expr) -> Fault {
        let fault = self.fault(expr.span(), "this is neither true nor false");
        Box::new(fault.help("compare it with something: `brightness < 30`, `button == \"turn on\"`"))
    }

    /// Reads something that can be compared.
    pub(crate) fn operand(&self, expr: &Expr) -> Result<Operand, Fault> {
        match expr {
            Expr::Paren(paren) => self.operand(&paren.expr),
            Expr::Path(path) => match path.path.get_ident() {
                Some(word) => self.find(word).map(|id| match self.topic(id).payload {
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
                    let word = topic.path.get_ident().ok_or_else(|| self.no_rule(expr))?;
                    self.find(word).map(|id| Operand::Time(Time::Age(id)))
                }
                _ => {
                    let fault =
                        Diagnostic::error(codes::RULE_SYNTAX, self.place(expr.span()), "a rule has no such function");
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
        let fault = Diagnostic::error(codes::RULE_SYNTAX, self.place(expr.span()), "this has no place in a rule");
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

fn comparison(op: &BinOp) -> Option<Comparison> {
    Some(match op {
        BinOp::Eq(_) => Comparison::Equal,
        BinOp::Ne(_) => Comparison::NotEqual,
        BinOp::Lt(_) => Comparison::Less,
        BinOp::Le(_) => Comparison::LessOrEqual,
        BinOp::Gt(_) => Comparison::Greater,
        BinOp::Ge(_) => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

/// Reads a rule's `when`; a fault, or a warning about it, becomes a finding.
pub(crate) fn condition(scope: &Scope<'_>, findings: &mut Findings) -> Option<Condition> {
    match scope.parse().and_then(|expr| {
        let condition = scope.truth(&expr, true)?;
        super::compare::warn_out_of_range(scope, &expr, findings);
        Ok(condition)
    }) {
        Ok(condition) => Some(condition),
        Err(fault) => {
            findings.push(*fault);
            None
        }
    }
}
