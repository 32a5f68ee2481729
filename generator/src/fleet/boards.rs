//! The catalogue of boards: which pins they bring out, how they are labelled, and what the chip can do with them. One file
//! for the chip and one for each board, each fact with its source. Knows nothing of roles.

use super::model::Pin;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The number that stands for the analog input in the catalogue.
pub(super) const ANALOG: u8 = 17;
/// Sizes of flash memory for which there is a flash map, in KiB.
pub(super) const FLASH_SIZES: [u32; 6] = [512, 1024, 2048, 4096, 8192, 16_384];

const CHIP: &str = include_str!("../../boards/esp8266.yaml");

macro_rules! boards {
    ($($name:literal)+) => { &[$(include_str!(concat!("../../boards/", $name, ".yaml"))),+] };
}

const BOARDS: &[&str] = boards!(
    "d1" "d1_mini" "d1_mini_lite" "d1_mini_pro" "esp01" "esp01_1m" "esp07" "esp07s" "esp12e" "esp8285" "esp_wroom_02"
    "huzzah" "nodemcu" "nodemcuv2"
);

#[derive(Deserialize)]
struct Chip {
    gpio: BTreeMap<u8, Gpio>,
}

/// What the chip can do with a pin.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Gpio {
    pub(super) class: String,
    #[serde(default)]
    pub(super) pull_up: bool,
    #[serde(default)]
    pub(super) pull_down: bool,
    #[serde(default)]
    pub(super) irq: bool,
    /// `true`, `false` or `disputed`.
    #[serde(default = "yes")]
    pub(super) pwm: String,
    #[serde(default)]
    pub(super) i2c: bool,
    /// The level that it needs at reset: `high`, `low`, `not_low` or `none`.
    #[serde(default)]
    pub(super) strap: String,
    #[serde(default)]
    pub(super) boot: String,
    /// What the chip does instead of starting where the level at reset is wrong.
    #[serde(default)]
    pub(super) astray: String,
    /// `uart0_tx` is the serial log.
    #[serde(default)]
    pub(super) uart: String,
    /// Its usual second use: `i2c_sda`.
    #[serde(default)]
    pub(super) default: String,
}

fn yes() -> String {
    "true".into()
}

/// A file of the catalogue: what a board has beyond the one that it is like.
#[derive(Clone, Debug, Deserialize)]
struct Entry {
    board: String,
    like: Option<String>,
    #[serde(flatten)]
    facts: Facts,
}

/// What can be said of a board, by the catalogue or by a fleet; what is left out is as on the board that it is like.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Facts {
    pub(super) flash_kb: Option<u32>,
    pub(super) exposed: Option<Vec<u8>>,
    pub(super) led: Option<Vec<u8>>,
    pub(super) button: Option<Vec<u8>>,
    pub(super) a0_volts: Option<f32>,
    #[serde(default)]
    pub(super) aliases: BTreeMap<String, u8>,
}

/// A board.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Flash memory, in KiB.
    pub flash_kb: u32,
    pub(super) exposed: Vec<u8>,
    led: Vec<u8>,
    button: Vec<u8>,
    /// The voltage at A0 that reads 1023; `None`: no A0.
    a0_volts: Option<f32>,
    pub(super) aliases: BTreeMap<String, u8>,
}

/// The boards that a fleet can name: those of the catalogue, and its own.
#[derive(Clone, Debug, Default)]
pub struct Boards(BTreeMap<String, Board>);

fn chip() -> &'static Chip {
    static CHIP_READ: OnceLock<Chip> = OnceLock::new();
    CHIP_READ.get_or_init(|| serde_saphyr::from_str(CHIP).expect("the chip's file is ours"))
}

fn catalogue() -> &'static BTreeMap<String, Board> {
    static READ: OnceLock<BTreeMap<String, Board>> = OnceLock::new();
    READ.get_or_init(|| {
        let read = |text: &&str| serde_saphyr::from_str::<Entry>(text).expect("the boards' files are ours");
        let entries: Vec<Entry> = BOARDS.iter().map(read).collect();
        let mut boards = BTreeMap::new();
        // Those that are like others come last.
        for like in [false, true] {
            for entry in entries.iter().filter(|entry| entry.like.is_some() == like) {
                let model: Board = entry.like.as_ref().map(|like| Board::clone(&boards[like])).unwrap_or_default();
                boards.insert(entry.board.clone(), model.with(&entry.facts));
            }
        }
        boards
    })
}

/// A board of the catalogue by its name.
pub fn board(name: &str) -> Option<&'static Board> {
    catalogue().get(name)
}

/// All names of the catalogue, ordered.
pub fn board_names() -> impl Iterator<Item = &'static str> {
    catalogue().keys().map(String::as_str)
}

/// What the chip can do with a pin.
pub(super) fn gpio(number: u8) -> Option<&'static Gpio> {
    chip().gpio.get(&number)
}

/// Why a text names no pin of a board.
pub(super) enum NoPin {
    /// Neither a label of the board nor a GPIO that it brings out.
    Unknown,
    /// Flash memory.
    Flash(u8),
}

impl Boards {
    /// A board by its name.
    pub fn get(&self, name: &str) -> Option<&Board> {
        self.0.get(name).or_else(|| board(name))
    }

    /// All names, ordered.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.keys().chain(catalogue().keys()).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Adds one of the fleet's own.
    pub(super) fn add(&mut self, name: &str, board: Board) {
        self.0.insert(name.to_owned(), board);
    }
}

impl Board {
    /// This board with other facts.
    pub(super) fn with(mut self, facts: &Facts) -> Self {
        self.flash_kb = facts.flash_kb.unwrap_or(self.flash_kb);
        self.exposed = facts.exposed.clone().unwrap_or(self.exposed);
        self.led = facts.led.clone().unwrap_or(self.led);
        self.button = facts.button.clone().unwrap_or(self.button);
        self.a0_volts = facts.a0_volts.or(self.a0_volts);
        self.aliases.extend(facts.aliases.clone());
        self.aliases.retain(|_, gpio| self.exposed.contains(gpio));
        self
    }

    /// The pin with this label or number (`D1`, `GPIO5`, `5`, `A0`).
    pub(super) fn pin(&self, text: &str) -> Result<Pin, NoPin> {
        let number = text.strip_prefix("GPIO").unwrap_or(text).parse::<u8>().ok().filter(|number| *number < ANALOG);
        let number = if text == "A0" { Some(ANALOG) } else { number };
        let number = self.aliases.get(text).copied().or(number).ok_or(NoPin::Unknown)?;
        if !self.exposed.contains(&number) {
            return Err(if is_flash(number) { NoPin::Flash(number) } else { NoPin::Unknown });
        }
        Ok(Pin::new(number, self.label(number)))
    }

    /// What is printed on the board at a pin.
    fn label(&self, number: u8) -> String {
        let here = self.aliases.iter().filter(|(_, gpio)| **gpio == number).map(|(label, _)| label);
        match here.min_by_key(|label| (label.chars().count(), *label)) {
            Some(label) => label.clone(),
            None if number == ANALOG => "A0".into(),
            None => format!("GPIO{number}"),
        }
    }

    /// All pins, in the order of their numbers.
    pub(super) fn pins(&self) -> impl Iterator<Item = Pin> {
        self.exposed.iter().map(|number| Pin::new(*number, self.label(*number)))
    }

    /// All labels of pins, for messages: `D0, D1, …`.
    pub(super) fn labels(&self) -> Vec<String> {
        self.exposed.iter().map(|number| self.label(*number)).collect()
    }

    /// Pins without a second job, best first.
    pub(super) fn good(&self) -> Vec<Pin> {
        let mut pins: Vec<(u8, Pin)> = self.pins().filter_map(|pin| Some((rank(pin.gpio())?, pin))).collect();
        pins.sort();
        pins.into_iter().map(|(_, pin)| pin).collect()
    }

    /// Whether an LED of the board's own hangs at the pin.
    pub(super) fn has_led(&self, number: u8) -> bool {
        self.led.contains(&number)
    }

    /// Whether a button of the board's own connects the pin with GND.
    pub(super) fn has_button(&self, number: u8) -> bool {
        self.button.contains(&number)
    }

    /// The voltage at A0 that gives the highest reading.
    pub fn a0_volts(&self) -> f32 {
        self.a0_volts.unwrap_or(1.0)
    }
}

/// How good a pin without a second job is, best first.
pub(super) fn rank(number: u8) -> Option<u8> {
    match gpio(number).map(|gpio| gpio.class.as_str()) {
        Some("best") => Some(0),
        Some("good") => Some(1),
        _ => None,
    }
}

/// Whether the pin goes to the flash memory of boards whose flash memory is outside of the chip.
pub(super) fn is_flash(number: u8) -> bool {
    gpio(number).is_some_and(|gpio| gpio.class.starts_with("flash"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_board_is_complete() {
        assert_eq!(board_names().count(), 14);
        for name in board_names() {
            let board = board(name).expect("just listed");
            assert!(FLASH_SIZES.contains(&board.flash_kb) && !board.exposed.is_empty(), "{name}");
            assert!(board.exposed.iter().all(|number| gpio(*number).is_some()), "{name}");
            assert_eq!(board.exposed.contains(&ANALOG), board.a0_volts.is_some(), "{name}");
            assert!(board.led.iter().chain(&board.button).all(|number| board.exposed.contains(number)), "{name}");
        }
    }

    #[test]
    fn every_fact_has_a_source() {
        #[derive(Deserialize)]
        struct Sourced {
            sources: BTreeMap<String, String>,
            #[serde(flatten)]
            facts: BTreeMap<String, serde_json::Value>,
        }
        for text in BOARDS {
            let file: Sourced = serde_saphyr::from_str(text).expect("ours");
            let facts: Vec<&String> = file.facts.keys().filter(|key| *key != "board" && *key != "chip").collect();
            assert_eq!(facts, file.sources.keys().collect::<Vec<_>>(), "{:?}", file.facts.get("board"));
            assert!(file.sources.values().all(|source| source.len() > 10));
        }
    }

    #[test]
    fn labels_and_numbers() {
        let board = board("d1_mini").expect("known");
        assert_eq!(board.pin("D1").ok(), board.pin("GPIO5").ok());
        assert_eq!(board.pin("5").map(|pin| pin.label().to_owned()).ok().as_deref(), Some("D1"));
        assert!(matches!(board.pin("GPIO7"), Err(NoPin::Flash(7))));
        assert!(matches!(board.pin("D12"), Err(NoPin::Unknown)));
    }
}
