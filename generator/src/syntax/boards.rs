//! Reading `boards`: boards that the catalogue does not have, in the catalogue's own words.

use super::reader::Reader;
use super::tree::{Tree, ValueKind};
use super::written::{BoardSpec, Named};
use crate::text::At;

impl Reader<'_> {
    pub(super) fn boards(&mut self, tree: &Tree) -> Vec<Named<BoardSpec>> {
        self.named(tree, "a map of boards", |reader, tree, _| reader.board(tree))
    }

    fn board(&mut self, tree: &Tree) -> Option<BoardSpec> {
        let mut map = self.map(tree, "a board (`{ flash_kb: 4096, exposed: [4, 5], aliases: { D1: 5 } }`)")?;
        let like = map.maybe("like").and_then(|tree| self.text(tree, "the name of a board"));
        let chip = map.maybe("chip").and_then(|tree| self.keyword(tree, &[("esp8266", false), ("esp8285", true)]));
        let flash_kb = map.maybe("flash_kb").and_then(|tree| self.whole(tree, 1, 65_536));
        let exposed = map.maybe("exposed").and_then(|tree| self.gpios(tree));
        let led = map.maybe("led").and_then(|tree| self.gpios(tree));
        let button = map.maybe("button").and_then(|tree| self.gpios(tree));
        let a0_volts = map.maybe("a0_volts").and_then(|tree| self.text(tree, "a voltage like `3.2`"));
        let aliases = map.maybe("aliases").map_or(Vec::new(), |tree| {
            self.named(tree, "a map from labels to GPIOs (`{ D1: 5, A0: 17 }`)", |reader, tree, _| {
                reader.whole(tree, 0, 17)
            })
        });
        map.finish(self);
        let flash_inside = chip.is_some_and(|chip| chip.value);
        Some(BoardSpec { like, flash_inside, flash_kb, exposed, led, button, a0_volts, aliases })
    }

    fn gpios(&mut self, tree: &Tree) -> Option<Vec<At<u8>>> {
        let ValueKind::List(items) = &tree.kind else {
            self.wrong(tree, "a list of GPIOs (`[4, 5]`)");
            return None;
        };
        Some(items.iter().filter_map(|item| self.whole(item, 0, 17)).collect())
    }
}
