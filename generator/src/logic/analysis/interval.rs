//! How small and how large an expression can get, with room for the rounding of `f32`.

use super::formula::Compiler;
use super::state::AbstractState;
use crate::model::{Number, TopicId};

/// Whole numbers up to here are exact in `f32`.
const EXACT: f64 = 16_777_216.0;

/// All values between two, and whether they are whole numbers that `f32` does not round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval {
    pub(super) low: f64,
    pub(super) high: f64,
    whole: bool,
    /// Whether it can be no number at all.
    pub(super) undefined: bool,
}

const ANYTHING: Interval = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY, whole: false, undefined: true };

impl Interval {
    /// What results with rounding: nothing, as long as all are small whole numbers.
    fn rounded(low: f64, high: f64, whole: bool, undefined: bool) -> Self {
        let size = low.abs().max(high.abs());
        if low.is_nan() || high.is_nan() || size > 1e30 {
            return ANYTHING;
        }
        if whole && size < EXACT {
            return Self { low, high, whole, undefined };
        }
        let room = size * 1e-6 + 1e-30;
        Self { low: low - room, high: high + room, whole: false, undefined }
    }
}

/// How small and how large an expression can get in a state.
pub(super) fn of(compiler: &Compiler<'_>, state: &AbstractState, number: &Number) -> Interval {
    let both = |a: &Number, b: &Number| (of(compiler, state, a), of(compiler, state, b));
    match number {
        Number::Literal(literal) => Interval::rounded(*literal, *literal, literal.fract() == 0.0, false),
        Number::Topic(topic) => of_topic(compiler, state, *topic),
        Number::Negative(inner) => {
            let inner = of(compiler, state, inner);
            Interval { low: -inner.high, high: -inner.low, ..inner }
        }
        Number::Sum(a, b) => {
            let (a, b) = both(a, b);
            Interval::rounded(a.low + b.low, a.high + b.high, a.whole && b.whole, a.undefined || b.undefined)
        }
        Number::Difference(a, b) => {
            let (a, b) = both(a, b);
            Interval::rounded(a.low - b.high, a.high - b.low, a.whole && b.whole, a.undefined || b.undefined)
        }
        Number::Product(a, b) => {
            let (a, b) = both(a, b);
            let corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
            hull(corners, a.whole && b.whole, a.undefined || b.undefined)
        }
        Number::Quotient(a, b) => {
            let (a, b) = both(a, b);
            if b.low <= 0.0 && b.high >= 0.0 {
                return ANYTHING;
            }
            let corners = [a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high];
            hull(corners, false, a.undefined || b.undefined)
        }
    }
}

fn hull(corners: [f64; 4], whole: bool, undefined: bool) -> Interval {
    if corners.iter().any(|corner| corner.is_nan()) {
        return ANYTHING;
    }
    let low = corners.into_iter().fold(f64::INFINITY, f64::min);
    let high = corners.into_iter().fold(f64::NEG_INFINITY, f64::max);
    Interval::rounded(low, high, whole, undefined)
}

fn of_topic(compiler: &Compiler<'_>, state: &AbstractState, topic: TopicId) -> Interval {
    let values = state.values(compiler, topic);
    let decimals = compiler.topics[topic.0].payload.decimals();
    let unit = f64::from(decimals.unit());
    match (values.first(), values.last()) {
        (Some(low), Some(high)) => {
            Interval::rounded(low as f64 / unit, high as f64 / unit, decimals.unit() == 1, false)
        }
        _ => ANYTHING,
    }
}
