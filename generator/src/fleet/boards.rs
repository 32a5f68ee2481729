//! The catalogue of boards: which pins they bring out, how they are labelled, and what the chip can do with them.

use super::model::Pin;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const DATA: &str = include_str!("../../boards/esp8266.yaml");
/// The number that stands for the analog input in the catalogue.
pub(super) const ANALOG: u8 = 17;

#[derive(Deserialize)]
struct Catalogue {
    gpio: BTreeMap<u8, Gpio>,
    boards: BTreeMap<String, Board>,
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
    pub(super) boot: String,
}

/// A board.
#[derive(Clone, Debug, Deserialize)]
pub struct Board {
    like: Option<String>,
    /// Flash memory, in KiB.
    #[serde(default)]
    pub flash_kb: u32,
    #[serde(default)]
    exposed: Vec<u8>,
    #[serde(default)]
    aliases: BTreeMap<String, u8>,
}

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let mut catalogue: Catalogue = serde_saphyr::from_str(DATA).expect("the catalogue is ours");
        let boards = catalogue.boards.clone();
        for board in catalogue.boards.values_mut() {
            if let Some(model) = board.like.as_ref().map(|like| boards[like].clone()) {
                let flash_kb = if board.flash_kb == 0 { model.flash_kb } else { board.flash_kb };
                *board = Board { flash_kb, ..model };
            }
        }
        catalogue
    })
}

/// A board by its name.
pub fn board(name: &str) -> Option<&'static Board> {
    catalogue().boards.get(name)
}

/// All names, ordered.
pub fn board_names() -> impl Iterator<Item = &'static str> {
    catalogue().boards.keys().map(String::as_str)
}

/// What the chip can do with a pin.
pub(super) fn gpio(number: u8) -> Option<&'static Gpio> {
    catalogue().gpio.get(&number)
}

/// Why a text names no pin of a board.
pub(super) enum NoPin {
    /// Neither a label of the board nor a GPIO that it brings out.
    Unknown,
    /// Flash memory.
    Flash(u8),
}

impl Board {
    /// The pin with this label or number (`D1`, `GPIO5`, `5`, `A0`).
    pub(super) fn pin(&self, text: &str) -> Result<Pin, NoPin> {
        let number = text.strip_prefix("GPIO").unwrap_or(text).parse::<u8>().ok().filter(|number| *number < ANALOG);
        let number = self.aliases.get(text).copied().or(number).ok_or(NoPin::Unknown)?;
        if !self.exposed.contains(&number) {
            let flash = gpio(number).is_some_and(|gpio| gpio.class.starts_with("flash"));
            return Err(if flash { NoPin::Flash(number) } else { NoPin::Unknown });
        }
        Ok(Pin::new(number, self.label(number)))
    }

    /// What is printed on the board at a pin.
    fn label(&self, number: u8) -> String {
        let alias = self.aliases.iter().find(|(_, gpio)| **gpio == number);
        match alias {
            Some((label, _)) => label.clone(),
            None if number == ANALOG => "A0".into(),
            None => format!("GPIO{number}"),
        }
    }

    /// All labels of pins, for messages: `D0, D1, …`.
    pub(super) fn labels(&self) -> Vec<String> {
        self.exposed.iter().map(|number| self.label(*number)).collect()
    }

    /// Pins that do not move at power-up, best first.
    pub(super) fn still(&self) -> Vec<Pin> {
        let still = |pin: &Pin| gpio(pin.gpio()).is_some_and(|gpio| gpio.boot == "high_z");
        self.good().into_iter().filter(still).collect()
    }

    /// Pins without a second job, best first.
    pub(super) fn good(&self) -> Vec<Pin> {
        let rank = |number: u8| match gpio(number).map(|gpio| gpio.class.as_str()) {
            Some("best") => Some(0),
            Some("good") => Some(1),
            _ => None,
        };
        let mut pins: Vec<(u8, u8)> =
            self.exposed.iter().filter_map(|number| Some((rank(*number)?, *number))).collect();
        pins.sort_unstable();
        pins.into_iter().map(|(_, number)| Pin::new(number, self.label(number))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_board_is_complete() {
        assert_eq!(board_names().count(), 14);
        for name in board_names() {
            let board = board(name).expect("just listed");
            assert!(board.flash_kb >= 512 && !board.exposed.is_empty(), "{name}");
            assert!(board.aliases.values().all(|gpio| board.exposed.contains(gpio)), "{name}");
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
