//! A file with the files that it includes, as one tree: anchors, aliases, merge keys and `!include` are resolved, other
//! tags kept. Knows neither packages nor the variables of `substitutions:`.

use super::tree::{Position, Tree, ValueKind};
use anyhow::{Context, Result, anyhow, bail};
use fleetwright_generator::syntax::events::{self, DEEPEST, Properties, Scalar, TextRange, TreeBuilder};
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

/// What an `!include` asks for.
pub(super) struct Include<'i> {
    /// The file, from the folder of the one that includes it.
    pub(super) file: &'i str,
    /// `vars`
    pub(super) variables: Vec<(String, Tree)>,
    pub(super) at: &'i Position,
}

/// What a file needs from outside. `includes` is how many files lead to the one that asks.
pub(super) trait Outside {
    /// Counts values, which begin at a place; an error: there are too many.
    fn count(&self, values: usize, at: &Position) -> Result<()>;
    /// The tree of a file that is included.
    fn include(&self, include: Include<'_>, includes: usize) -> Result<Tree>;
    /// The files of a folder, as one of ESPHome's words for it puts them together.
    fn include_folder(&self, tag: &str, folder: &str, at: &Position, includes: usize) -> Result<Tree>;
}

/// The tree of a text that stands in `path`; `None`: it holds no value. `includes` is how many files lead to it.
pub(super) fn load(text: &str, path: &Path, loader: &dyn Outside, includes: usize) -> Result<Option<Tree>> {
    let file: Rc<str> = path.to_string_lossy().into();
    events::build(text, &mut FileBuilder { file, loader, includes, anchors: BTreeMap::new() })
}

/// A key of a map, and its line.
struct Key {
    text: String,
    line: usize,
}

/// Builds the tree of one file. Only the first document counts.
struct FileBuilder<'l> {
    file: Rc<str>,
    loader: &'l dyn Outside,
    includes: usize,
    anchors: BTreeMap<usize, Tree>,
}

impl FileBuilder<'_> {
    fn position(&self, at: TextRange) -> Position {
        Position { file: self.file.clone(), line: at.line }
    }

    /// Counts a value that is new, and keeps it for the aliases of its anchor.
    fn finished(&mut self, tree: Tree, anchor: Option<usize>) -> Result<Tree> {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, tree.clone());
        }
        self.loader.count(1, &tree.position)?;
        Ok(tree)
    }

    /// A list or map that has ended, or the file that it includes.
    fn collection(&mut self, kind: ValueKind, properties: &Properties, at: TextRange) -> Result<Tree> {
        let tree = Tree::new(self.position(at), kind);
        let tree = if local(properties) == Some("include") {
            let file = tree.text_of("file").context("an `!include` names a `file`")?.to_owned();
            let variables = tree.get("vars").map(Tree::entries).unwrap_or_default().to_vec();
            self.loader.include(Include { file: &file, variables, at: &tree.position }, self.includes)?
        } else {
            tree
        };
        self.finished(tree, properties.anchor)
    }
}

impl TreeBuilder for FileBuilder<'_> {
    type Value = Tree;
    type Key = Key;
    type Error = anyhow::Error;

    fn not_yaml(&mut self, at: TextRange, reason: &str) -> anyhow::Error {
        anyhow!("{}: not YAML: {reason}", self.position(at))
    }

    fn too_deep(&mut self, at: TextRange) -> anyhow::Error {
        anyhow!("{}: more than {DEEPEST} levels of lists and maps", self.position(at))
    }

    fn another_document(&mut self, _: TextRange) -> Result<()> {
        Ok(())
    }

    fn open(&mut self, _: &Properties, _: TextRange) -> Result<()> {
        Ok(())
    }

    fn scalar(&mut self, scalar: Scalar, properties: &Properties, at: TextRange) -> Result<Tree> {
        let position = self.position(at);
        let tree = match local(properties) {
            Some("include") => {
                let include = Include { file: &scalar.text, variables: Vec::new(), at: &position };
                self.loader.include(include, self.includes)?
            }
            Some(tag) if tag.starts_with("include_dir_") => {
                self.loader.include_folder(tag, &scalar.text, &position, self.includes)?
            }
            tag => {
                // What ESPHome leaves as it is, is a text here as well.
                let tag = tag.filter(|tag| !matches!(*tag, "force" | "literal")).map(str::to_owned);
                let null = scalar.plain && matches!(scalar.text.as_str(), "~" | "null" | "Null" | "NULL");
                let text = if null { String::new() } else { scalar.text };
                Tree::new(position, ValueKind::Scalar { text, tag })
            }
        };
        self.finished(tree, properties.anchor)
    }

    fn list(&mut self, items: Vec<Tree>, properties: &Properties, at: TextRange) -> Result<Tree> {
        self.collection(ValueKind::List(items), properties, at)
    }

    fn map(&mut self, entries: Vec<(Key, Tree)>, properties: &Properties, at: TextRange) -> Result<Tree> {
        let mut own: BTreeMap<String, usize> = BTreeMap::new();
        for (key, _) in entries.iter().filter(|(key, _)| key.text != "<<") {
            if let Some(before) = own.insert(key.text.clone(), key.line) {
                let line = Position { file: self.file.clone(), line: key.line };
                bail!(
                    "{line}: the key `{}` is there twice; it stands in line {before} too: keep one of them",
                    key.text
                );
            }
        }
        let mut merged = Vec::new();
        let mut map = Vec::new();
        for (key, value) in entries {
            if key.text == "<<" {
                merged.extend(value.items().iter().flat_map(Tree::entries).cloned());
            } else {
                map.push((key.text, value));
            }
        }
        for (key, value) in merged {
            // The map's own keys come first, then those of the first map that is merged.
            if own.insert(key.clone(), value.position.line).is_none() {
                map.push((key, value));
            }
        }
        self.collection(ValueKind::Map(map), properties, at)
    }

    fn alias(&mut self, anchor: usize, at: TextRange) -> Result<Tree> {
        let tree = self.anchors.get(&anchor).cloned();
        let tree = tree.with_context(|| format!("{}: an alias of nothing", self.position(at)))?;
        self.loader.count(tree.count(), &tree.position)?;
        Ok(tree)
    }

    fn key(&mut self, value: Tree) -> Result<Key> {
        let line = value.position.line;
        match value.kind {
            ValueKind::Scalar { text, .. } => Ok(Key { text, line }),
            _ => bail!("{}: a key is a word", value.position),
        }
    }

    fn entry(&mut self, entries: &mut Vec<(Key, Tree)>, key: Key, mut value: Tree) {
        // An alias and an included file keep their own place.
        if value.position.file == self.file && value.position.line >= key.line {
            value.position.line = key.line;
        }
        entries.push((key, value));
    }
}

fn local(properties: &Properties) -> Option<&str> {
    properties.tag.as_ref()?.local()
}
