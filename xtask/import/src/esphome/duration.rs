//! Durations as ESPHome writes them.

use super::super::yaml::Tree;

/// The milliseconds of `60s`, `1min`, `500 ms`, `10sec`, `1d` or `01:30:00`; `None` for all else, and for more than 11
/// days.
pub(super) fn milliseconds(text: &str) -> Option<u32> {
    let text = text.trim();
    let ms = if text.contains(':') { clock(text)? } else { with_unit(text)? };
    (0.0..1e9).contains(&ms).then(|| ms.round() as u32)
}

fn with_unit(text: &str) -> Option<f64> {
    let start = text.find(|c: char| c.is_alphabetic())?;
    let (figure, unit) = text.split_at(start);
    let figure: f64 = figure.trim().parse().ok()?;
    let factor = match unit.trim() {
        "us" | "µs" | "microseconds" => 0.001,
        "ms" | "milliseconds" => 1.0,
        "s" | "sec" | "second" | "seconds" => 1_000.0,
        "min" | "mins" | "minute" | "minutes" => 60_000.0,
        "h" | "hour" | "hours" => 3_600_000.0,
        "d" | "day" | "days" => 86_400_000.0,
        _ => return None,
    };
    Some(figure * factor)
}

/// `HH:MM` and `HH:MM:SS`
fn clock(text: &str) -> Option<f64> {
    let parts: Vec<u32> = text.split(':').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let [hours, minutes, seconds] = match parts.as_slice() {
        [hours, minutes] => [*hours, *minutes, 0],
        [hours, minutes, seconds] => [*hours, *minutes, *seconds],
        _ => return None,
    };
    Some((f64::from(hours) * 3_600.0 + f64::from(minutes) * 60.0 + f64::from(seconds)) * 1_000.0)
}

/// The milliseconds of a value, which is a text or a map: `{ minutes: 1, seconds: 30 }`.
pub(super) fn of(tree: &Tree) -> Option<u32> {
    if tree.entries().is_empty() {
        return tree.parsed(milliseconds);
    }
    let parts =
        tree.entries().iter().map(|(unit, value)| value.parsed(|figure| milliseconds(&format!("{figure}{unit}"))));
    parts.sum::<Option<u32>>()
}

/// `50ms`, `2s`, `1min`
pub(super) fn written(ms: u32) -> String {
    match ms {
        _ if ms > 0 && ms.is_multiple_of(60_000) => format!("{}min", ms / 60_000),
        _ if ms > 0 && ms.is_multiple_of(1_000) => format!("{}s", ms / 1_000),
        _ => format!("{ms}ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [
            ("60s", 60_000),
            ("1min", 60_000),
            ("1.5 s", 1_500),
            ("500 ms", 500),
            ("2 hours", 7_200_000),
            ("1d", 86_400_000),
            ("00:01:30", 90_000),
            ("01:00", 3_600_000),
            ("1500us", 2),
        ];
        for (text, ms) in cases {
            assert_eq!(milliseconds(text), Some(ms), "{text}");
        }
        for odd in ["never", "", "5", "-1s", "12d", "1e30h", "1:2:3:4", "a:b"] {
            assert_eq!(milliseconds(odd), None, "{odd}");
        }
    }
}
