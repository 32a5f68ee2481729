//! Conditions: expressions that are true or false. Rust's grammar is the rules' grammar, so nobody has to learn a new one.

use super::compare::compare;
use super::operand::Operand;
use super::scope::{Fault, Scope};
use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{Comparison, Condition, Number};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Lit, UnOp};

/// Reads a rule's `when`; a fault, or a warning about it, becomes a finding.
pub(crate) fn condition(scope: &Scope<'_>, findings: &mut Findings) -> Option<Condition> {
    match scope.parse().and_then(|expr| {
        let condition = scope.truth(&expr, true)?;
        warn_out_of_range(scope, &expr, findings);
        Ok(condition)
    }) {
        Ok(condition) => Some(condition),
        Err(fault) => {
            findings.push(*fault);
            None
        }
    }
}

impl Scope<'_> {
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

/// Warns of comparisons of a topic with a figure that it can't cross.
fn warn_out_of_range(scope: &Scope<'_>, expr: &Expr, findings: &mut Findings) {
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
            let (low, high) = topic.payload.range();
            if number < low || number > high {
                let message = format!("`{}` is always between {low} and {high}", topic.key);
                let span = scope.span(part.span());
                findings.push(Diagnostic::warning(codes::OUT_OF_RANGE, span, message).label("never reached"));
            }
        }
        _ => {}
    }
}
