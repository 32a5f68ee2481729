//! Durations as ESPHome writes them.

/// The milliseconds of `60s`, `1min`, `500 ms` or `10sec`; `None` for all else, and for more than 11 days.
pub(super) fn milliseconds(text: &str) -> Option<u32> {
    let text = text.trim();
    let start = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (figure, unit) = text.split_at(start);
    let figure: f64 = figure.trim().parse().ok().filter(|figure| *figure >= 0.0)?;
    let ms = figure
        * match unit.trim() {
            "ms" | "milliseconds" => 1.0,
            "s" | "sec" | "second" | "seconds" => 1_000.0,
            "min" | "mins" | "minute" | "minutes" => 60_000.0,
            "h" | "hour" | "hours" => 3_600_000.0,
            _ => return None,
        };
    (ms < 1e9).then(|| ms.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [("60s", 60_000), ("1min", 60_000), ("1.5 s", 1_500), ("500 ms", 500), ("2 hours", 7_200_000)];
        for (text, ms) in cases {
            assert_eq!(milliseconds(text), Some(ms));
        }
        for odd in ["never", "", "5", "-1s", "1d", "1e30h"] {
            assert_eq!(milliseconds(odd), None, "{odd}");
        }
    }
}
