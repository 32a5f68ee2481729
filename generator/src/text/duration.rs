//! Durations as they are written in a fleet file and in its rules.

/// Reads `500ms`, `2s`, `30min`, `1h`, also with decimals.
pub(crate) fn milliseconds(text: &str) -> Option<u64> {
    let unit_start = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit_start);
    let factor = match unit {
        "ms" => 1.0,
        "s" => 1_000.0,
        "min" => 60_000.0,
        "h" => 3_600_000.0,
        _ => return None,
    };
    let decimal = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let ms = decimal.then(|| number.parse::<f64>().ok()).flatten()? * factor;
    (ms.fract() == 0.0 && ms < 1e12).then_some(ms as u64)
}
