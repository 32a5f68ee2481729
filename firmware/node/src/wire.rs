//! Values as bytes on the wire: decimal text, labels, UTF-8. Own code instead of `core::fmt`, whose float formatting
//! alone costs five kilobytes of a chip's data memory.

use crate::needs::TEXTS;
use crate::value::{Payload, Value};

/// Bytes that any figure fits in: sign, ten digits, point.
pub(crate) const FIGURE: usize = 16;

impl Payload {
    /// Reads a message; `None`: it is not valid for this payload.
    pub fn read<'b>(&self, bytes: &'b [u8]) -> Option<Value<'b>> {
        match *self {
            Self::Number { min, max, decimals, .. } => {
                figure(bytes, decimals).filter(|figure| (min..=max).contains(figure)).map(Value::Number)
            }
            Self::Labels(labels) => {
                let index = labels.iter().position(|label| label.as_bytes() == bytes)?;
                u8::try_from(index).ok().map(Value::Label)
            }
            Self::Text { .. } if !TEXTS => None,
            Self::Text { max } => {
                (bytes.len() <= usize::from(max)).then(|| core::str::from_utf8(bytes).ok().map(Value::Text)).flatten()
            }
        }
    }

    /// Writes a value; `buffer` holds it where it has to be spelled. A value of another payload is empty.
    pub(crate) fn write<'b>(&self, value: Value<'b>, buffer: &'b mut [u8; FIGURE]) -> &'b [u8] {
        match (*self, value) {
            (Self::Number { decimals, .. }, Value::Number(figure)) => spell(figure, decimals, buffer),
            (Self::Labels(labels), Value::Label(index)) => {
                labels.get(usize::from(index)).map(|label| label.as_bytes()).unwrap_or_default()
            }
            (Self::Text { .. }, Value::Text(text)) => text.as_bytes(),
            _ => &[],
        }
    }

    /// The valid value nearest to a computed figure (21.46 with step 0.1: `21.5`); labels and text have none and stay
    /// at their first.
    pub fn nearest(&self, exact: f32) -> Value<'static> {
        let Self::Number { min, max, step, decimals } = *self else { return Value::Label(0) };
        let scaled = exact * power_of_ten(decimals) as f32;
        let steps = (scaled - min as f32) / step.max(1) as f32;
        // `as` keeps a float inside the integer's range, and `core` has no rounding of floats.
        let steps = if steps < 0.0 { 0 } else { (steps + 0.5) as i32 };
        Value::Number(min.saturating_add(steps.saturating_mul(step.max(1))).clamp(min, max))
    }
}

/// 10 to the power of `decimals`; at most 9 fit.
pub(crate) fn power_of_ten(decimals: u8) -> i32 {
    (0..decimals.min(9)).fold(1, |power, _| power * 10)
}

/// Reads decimal text in units of 10^-`decimals`, rounding what is finer. In 32 bits: that is what the chip can do.
fn figure(bytes: &[u8], decimals: u8) -> Option<i32> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    let mut figure = 0;
    let (mut seen, mut point, mut after, mut round) = (false, false, 0, false);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                seen = true;
                let digit = byte - b'0';
                if !point || after < decimals {
                    figure = shifted(figure, digit)?;
                } else if after == decimals {
                    round = digit >= 5;
                }
                after = after.saturating_add(u8::from(point));
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    if !seen || digits.last() == Some(&b'.') {
        return None;
    }
    for _ in after..decimals {
        figure = shifted(figure, 0)?;
    }
    let figure = figure.checked_add(i32::from(round))?;
    Some(if negative { -figure } else { figure })
}

/// A digit more behind a figure; `None`: it is too large.
fn shifted(figure: i32, digit: u8) -> Option<i32> {
    // A comparison is shorter than a product of 64 bits, by which an overflow would be told.
    if figure > i32::MAX / 10 { None } else { (figure * 10).checked_add(i32::from(digit)) }
}

/// Writes a figure in units of 10^-`decimals`: at least one digit before the point, `decimals` digits after it.
fn spell(figure: i32, decimals: u8, buffer: &mut [u8; FIGURE]) -> &[u8] {
    let mut rest = figure.unsigned_abs();
    let mut start = FIGURE;
    let mut written = 0u8;
    let mut put = |byte: u8| {
        start = start.saturating_sub(1);
        if let Some(target) = buffer.get_mut(start) {
            *target = byte;
        }
    };
    loop {
        put(b'0' + (rest % 10) as u8);
        rest /= 10;
        written += 1;
        if written == decimals {
            put(b'.');
        } else if rest == 0 && written > decimals {
            break;
        }
    }
    if figure < 0 {
        put(b'-');
    }
    buffer.get(start..).unwrap_or_default()
}

/// Writes a word in hexadecimal, all eight digits.
pub(crate) fn hexadecimal(number: u32) -> [u8; 8] {
    let mut digits = [0; 8];
    for (target, digit) in digits.iter_mut().zip((0..8).rev()) {
        let digit = (number >> (digit * 4) & 15) as u8;
        *target = if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
    }
    digits
}

/// Writes a count.
pub(crate) fn decimal(count: usize, buffer: &mut [u8; FIGURE]) -> &[u8] {
    spell(i32::try_from(count).unwrap_or(i32::MAX), 0, buffer)
}
