//! Reading `custom`: the user's own Rust, its topics, its pins and the crates that it uses.

use super::reader::{Map, Reader};
use super::tree::{Tree, ValueKind};
use super::written::{CrateSpec, CustomSpec, Named};
use crate::text::Text;

impl Reader<'_> {
    pub(super) fn custom(&mut self, map: &mut Map<'_>) -> Option<CustomSpec> {
        let source = map.must(self, "source", "name the file, beside this one: `source: roles/fan.rs`");
        let source = source.and_then(|tree| self.text(tree, "the path of a file of Rust"));
        let mut list =
            |reader: &mut Self, key, expected| map.maybe(key).map_or(Vec::new(), |tree| reader.texts(tree, expected));
        let subscribe = list(self, "subscribe", "the key of a topic");
        let publish = list(self, "publish", "the key of a topic");
        let owns = list(self, "owns", "the key of a topic");
        let sets = list(self, "sets", "the key of a topic");
        let pins = list(self, "pins", "a name for a pin");
        let crates = map.maybe("crates").map_or(Vec::new(), |tree| {
            self.named(tree, "a map from crates to versions", |reader, tree, _| reader.package(tree))
        });
        Some(CustomSpec { source: source?, subscribe, publish, owns, sets, pins, crates })
    }

    /// `"0.4"` or `{ version: "0.4", features: [blocking], default-features: false }`.
    fn package(&mut self, tree: &Tree) -> Option<CrateSpec> {
        if !matches!(tree.kind, ValueKind::Map(_)) {
            let version = self.text(tree, "a version like `\"0.4\"`, or a map with `version`")?;
            return Some(CrateSpec { version, features: Vec::new(), default_features: true });
        }
        let mut map = self.map(tree, "a version")?;
        let version = map.must(self, "version", "write which: `version: \"0.4\"`");
        let version = version.and_then(|tree| self.text(tree, "a version like `\"0.4\"`"));
        let features = map.maybe("features").map_or(Vec::new(), |tree| self.texts(tree, "the name of a feature"));
        let default_features = map.maybe("default-features").and_then(|tree| self.flag(tree)).unwrap_or(true);
        map.finish(self);
        Some(CrateSpec { version: version?, features, default_features })
    }

    /// `pins: { sda: D2, scl: D1 }`
    pub(super) fn named_pins(&mut self, tree: &Tree) -> Vec<Named<Text>> {
        self.named(
            tree,
            "a map from a role's pins to those of the board (`{ sda: D2, scl: D1 }`)",
            |reader, tree, _| reader.text(tree, "a pin (`D1`, `GPIO5` or `5`)"),
        )
    }
}
