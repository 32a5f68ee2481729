//! Pins as ESPHome describes them. Knows no board: the generator checks which pins there are.

use super::super::yaml::Tree;
use fleetwright_generator::syntax::PullSpec;

/// A pin of the chip.
#[derive(Clone, Debug)]
pub(super) struct Pin {
    /// As the fleet language writes it: `D5`, `GPIO14`.
    pub(super) name: String,
    /// Whether low means active.
    pub(super) inverted: bool,
    pub(super) pull: PullSpec,
    /// Whether it is only ever pulled low, and let go of otherwise.
    pub(super) open_drain: bool,
    /// `allow_other_uses`: another part of the device uses it too.
    pub(super) shared: bool,
}

/// Keys of a pin; any other names the chip whose pin it is.
const KEYS: [&str; 6] = ["number", "inverted", "mode", "allow_other_uses", "ignore_strapping_warning", "id"];

impl Pin {
    /// Reads the value of a component's `pin`. Fails if there is none, or if it is no pin of the chip's own.
    pub(super) fn read(component: &Tree) -> Result<Self, String> {
        let tree = component.get("pin").ok_or("it has no `pin`")?;
        let plain = |name: &str| Self {
            name: name_here(name),
            inverted: false,
            pull: PullSpec::None,
            open_drain: false,
            shared: false,
        };
        if let Some(text) = tree.peek().filter(|text| !text.is_empty()) {
            tree.text();
            return Ok(plain(text));
        }
        if let Some((other, _)) = tree.entries().iter().find(|(key, _)| !KEYS.contains(&key.as_str())) {
            return Err(format!("its pin belongs to `{other}`, another chip"));
        }
        let number = tree.text_of("number").ok_or("its pin has no number")?;
        let mode = Mode::read(tree.get("mode"));
        Ok(Self {
            inverted: tree.is_true("inverted"),
            pull: mode.pull,
            open_drain: mode.open_drain,
            shared: tree.is_true("allow_other_uses"),
            ..plain(number)
        })
    }
}

/// What matters of `mode`; the rest follows from what the pin is used for.
struct Mode {
    pull: PullSpec,
    open_drain: bool,
}

impl Mode {
    /// `INPUT_PULLUP`, or `{ input: true, pullup: true }`.
    fn read(tree: Option<&Tree>) -> Self {
        let mut mode = Self { pull: PullSpec::None, open_drain: false };
        let Some(tree) = tree else { return mode };
        if tree.entries().is_empty() {
            let word = tree.parsed(|text| {
                let word = text.to_uppercase();
                Some(match word.as_str() {
                    "INPUT" | "OUTPUT" => (PullSpec::None, false),
                    "INPUT_PULLUP" => (PullSpec::Up, false),
                    "INPUT_PULLDOWN" | "INPUT_PULLDOWN_16" => (PullSpec::Down, false),
                    "OUTPUT_OPEN_DRAIN" | "INPUT_OUTPUT_OPEN_DRAIN" => (PullSpec::None, true),
                    _ => return None,
                })
            });
            (mode.pull, mode.open_drain) = word.unwrap_or((PullSpec::None, false));
            return mode;
        }
        mode.open_drain = tree.is_true("open_drain");
        if tree.is_true("pullup") {
            mode.pull = PullSpec::Up;
        }
        if tree.is_true("pulldown") {
            mode.pull = PullSpec::Down;
        }
        mode
    }
}

/// The name of a pin in the fleet language. The names of buses are ESPHome's own, and mean these pins on nearly every
/// board: esphome/components/esp8266/boards.py (2026.6.5), ESP8266_BASE_PINS.
pub(super) fn name_here(text: &str) -> String {
    let text = text.trim();
    let number = text.strip_prefix("GPIO").map(str::trim).unwrap_or(text);
    match number {
        "17" => "A0",
        "SS" => "GPIO15",
        "MOSI" => "GPIO13",
        "MISO" => "GPIO12",
        "SCK" => "GPIO14",
        "SDA" => "GPIO4",
        "SCL" => "GPIO5",
        _ if number.len() < text.len() => return format!("GPIO{number}"),
        _ => text,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_have_many_names() {
        let cases = [
            ("D1", "D1"),
            ("GPIO5", "GPIO5"),
            ("GPIO 5", "GPIO5"),
            ("5", "5"),
            ("TX", "TX"),
            ("GPIO17", "A0"),
            ("SDA", "GPIO4"),
        ];
        for (written, here) in cases {
            assert_eq!(name_here(written), here);
        }
    }
}
