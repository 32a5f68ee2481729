//! The catalogue of boards: one file for each, each fact with its source. Knows nothing of roles.

use super::board::{Board, Facts};
use super::chip::{self, ChipName};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

macro_rules! files {
    ($($name:literal)+) => { &[$(include_str!(concat!("../../../boards/", $name, ".yaml"))),+] };
}

const FILES: &[&str] = files!(
    "d1" "d1_mini" "d1_mini_lite" "d1_mini_pro" "esp01" "esp01_1m" "esp07" "esp07s" "esp12e" "esp8285" "esp_wroom_02"
    "huzzah" "nodemcu" "nodemcuv2"
);

/// A file of the catalogue: what a board has beyond the one that it is like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BoardFile {
    board: String,
    chip: ChipName,
    like: Option<String>,
    flash_kb: Option<u32>,
    exposed: Option<Vec<u8>>,
    led: Option<Vec<u8>>,
    button: Option<Vec<u8>>,
    a0_volts: Option<f32>,
    aliases: Option<BTreeMap<String, u8>>,
    /// Where each of the other facts is from.
    sources: BTreeMap<String, String>,
}

impl BoardFile {
    /// Reads a file; what is wrong with it.
    fn read(text: &str) -> Result<Self, String> {
        let entry: Self = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let facts = [
            ("like", entry.like.is_some()),
            ("flash_kb", entry.flash_kb.is_some()),
            ("exposed", entry.exposed.is_some()),
            ("led", entry.led.is_some()),
            ("button", entry.button.is_some()),
            ("a0_volts", entry.a0_volts.is_some()),
            ("aliases", entry.aliases.is_some()),
        ];
        for (fact, is_there) in facts {
            let source = entry.sources.get(fact);
            if is_there != source.is_some_and(|source| source.len() > 10) {
                return Err(format!("`{fact}` of {}: a fact and its source go together", entry.board));
            }
        }
        if let Some(unknown) = entry.sources.keys().find(|key| facts.iter().all(|(fact, _)| fact != key)) {
            return Err(format!("{} has a source for `{unknown}`", entry.board));
        }
        let free = |number: &&u8| chip::gpio(**number).is_some_and(|gpio| gpio.is_free_on(entry.chip));
        if let Some(number) = entry.exposed.iter().flatten().find(|number| !free(number)) {
            return Err(format!("{} can't bring out GPIO{number}", entry.board));
        }
        Ok(entry)
    }

    fn facts(&self) -> Facts {
        Facts {
            flash_kb: self.flash_kb,
            exposed: self.exposed.clone(),
            led: self.led.clone(),
            button: self.button.clone(),
            a0_volts: self.a0_volts,
            aliases: self.aliases.clone().unwrap_or_default(),
        }
    }
}

/// The boards that a fleet can name: those of the catalogue, and its own.
#[derive(Clone, Debug, Default)]
pub struct Boards(BTreeMap<String, Board>);

impl Boards {
    /// A board by its name.
    pub fn get(&self, name: &str) -> Option<&Board> {
        self.0.get(name).or_else(|| board(name))
    }

    /// All names, ordered.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.keys().chain(catalogue().keys()).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Adds one of the fleet's own.
    pub(crate) fn add(&mut self, name: &str, board: Board) {
        self.0.insert(name.to_owned(), board);
    }
}

fn catalogue() -> &'static BTreeMap<String, Board> {
    static READ: OnceLock<BTreeMap<String, Board>> = OnceLock::new();
    READ.get_or_init(|| {
        let entries: Vec<BoardFile> =
            FILES.iter().map(|text| BoardFile::read(text).expect("the boards' files are ours")).collect();
        let mut boards = BTreeMap::new();
        // Those that are like others come last.
        for like in [false, true] {
            for entry in entries.iter().filter(|entry| entry.like.is_some() == like) {
                let model: Board = entry.like.as_ref().map(|like| Board::clone(&boards[like])).unwrap_or_default();
                boards.insert(entry.board.clone(), model.with(&entry.facts()));
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

#[cfg(test)]
mod tests {
    use super::super::board::NoPin;
    use super::super::chip::{ANALOG, FLASH_SIZES, gpio};
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
    fn what_a_file_can_not_say_is_refused() {
        let file = "board: mine\nchip: esp8266\nflash_kb: 512\nexposed: [4, 5]\nsources:\n  \
                    flash_kb: \"the data sheet\"\n  exposed: \"the data sheet\"\n";
        assert!(BoardFile::read(file).is_ok());
        let wrong = [
            ("flash_kb: 512", "flash_kb: 512\ncolour: blue"),
            ("chip: esp8266", "chip: esp32"),
            ("chip: esp8266", "chips: esp8266"),
            ("exposed: [4, 5]", "exposed: [4, 5]\nled: [4]"),
            ("exposed: [4, 5]", "exposed: [4, 9]"),
            ("exposed: [4, 5]", "exposed: [4, 18]"),
            ("  exposed: ", "  led: "),
        ];
        for (from, to) in wrong {
            assert!(BoardFile::read(&file.replacen(from, to, 1)).is_err(), "`{to}` was taken");
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
