//! Values as bytes on the wire: decimal text, labels, UTF-8. Own code instead of `core::fmt`, whose float formatting
//! alone costs five kilobytes of a chip's data memory.

use crate::value::{Payload, Value};

/// Room for any figure: sign, ten digits, point.
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

/// Reads decimal text in units of 10^-`decimals`, rounding what is finer.
fn figure(bytes: &[u8], decimals: u8) -> Option<i32> {
    let (negative, digits) = match bytes.split_first()? {
        (b'-', rest) => (true, rest),
        _ => (false, bytes),
    };
    let mut figure: i64 = 0;
    let mut seen = 0u32;
    let mut point = false;
    let mut after = 0u8;
    let mut round = false;
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                seen += 1;
                let digit = i64::from(byte - b'0');
                if !point || after < decimals {
                    figure = figure.checked_mul(10)?.checked_add(digit)?;
                } else if after == decimals {
                    round = digit >= 5;
                }
                after = after.saturating_add(u8::from(point));
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    if seen == 0 || seen > 18 || digits.last() == Some(&b'.') {
        return None;
    }
    for _ in after..decimals {
        figure = figure.checked_mul(10)?;
    }
    figure += i64::from(round);
    i32::try_from(if negative { -figure } else { figure }).ok()
}

/// Writes a figure in units of 10^-`decimals`: at least one digit before the point, `decimals` digits after it.
fn spell(figure: i32, decimals: u8, buffer: &mut [u8; FIGURE]) -> &[u8] {
    let mut rest = figure.unsigned_abs();
    let mut start = FIGURE;
    let mut written = 0u8;
    let mut put = |byte: u8| {
        start = start.saturating_sub(1);
        if let Some(place) = buffer.get_mut(start) {
            *place = byte;
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

/// Writes a count.
pub(crate) fn decimal(count: usize, buffer: &mut [u8; FIGURE]) -> &[u8] {
    spell(i32::try_from(count).unwrap_or(i32::MAX), 0, buffer)
}
