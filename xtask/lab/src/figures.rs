//! Figures: the numbers of topics as integers, in units of 10^-decimals of their payload. How they stand in a message,
//! and which reading of A0 stands for which.

use anyhow::{Context, Result, bail};
use fleetwright_generator::model::Payload;

/// The figure that a reading of A0 stands for: straight lines between the points of a map (reading, figure), flat beyond
/// them, rounded to the nearest.
pub(crate) fn of_reading(map: &[(i32, i32)], reading: i32) -> i32 {
    let line = map.windows(2).find(|pair| (pair[0].0..=pair[1].0).contains(&reading));
    match (line, map.first(), map.last()) {
        (Some(&[(x0, y0), (x1, y1)]), ..) => {
            let exact = f64::from(y0) + (f64::from(y1) - f64::from(y0)) * f64::from(reading - x0) / f64::from(x1 - x0);
            exact.round() as i32
        }
        (_, Some(first), _) if reading < first.0 => first.1,
        (_, _, Some(last)) => last.1,
        _ => reading,
    }
}

/// The reading of A0 that stands for a value, written as in messages of its topic: where the first line of the map that
/// reaches the value does so.
///
/// # Errors
///
/// The value is no number, or no line of the map reaches it.
pub(crate) fn to_reading(payload: &Payload, map: &[(i32, i32)], value: &str) -> Result<u16> {
    let number: f64 = value.parse().with_context(|| format!("`{value}` is no number"))?;
    let figure = number * f64::from(payload.decimals().unit());
    for pair in map.windows(2) {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        let (low, high) = (f64::from(low), f64::from(high));
        if figure >= low.min(high) && figure <= low.max(high) {
            let part = if high == low { 0.0 } else { (figure - low) / (high - low) };
            let reading = from + (part * f64::from(to - from)).round() as i32;
            return u16::try_from(reading).with_context(|| format!("A0 never reads {reading}"));
        }
    }
    bail!("`{number}` lies outside of the sensor's map")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_for_values() {
        let map = [(0, 0), (1023, 100)];
        assert_eq!(to_reading(&Payload::Percent, &map, "0").ok(), Some(0));
        assert_eq!(to_reading(&Payload::Percent, &map, "12").ok(), Some(123));
        assert_eq!(to_reading(&Payload::Percent, &map, "100").ok(), Some(1023));
        assert!(to_reading(&Payload::Percent, &map, "101").is_err());
        assert_eq!(to_reading(&Payload::Percent, &[(0, 100), (1023, 0)], "100").ok(), Some(0));
    }

    #[test]
    fn figures_of_readings() {
        let map = [(0, 0), (1023, 100)];
        assert_eq!([0, 123, 512, 1023].map(|reading| of_reading(&map, reading)), [0, 12, 50, 100]);
        let falling = [(100, 850), (900, -400)];
        assert_eq!([0, 500, 1023].map(|reading| of_reading(&falling, reading)), [850, 225, -400]);
    }
}
