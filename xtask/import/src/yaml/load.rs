//! A file with the files that it includes, as one tree: anchors, aliases, merge keys and `!include` are resolved, other
//! tags kept. Knows neither packages nor the variables of `substitutions:`.

use super::substitutions;
use super::tree::{Position, Tree, ValueKind};
use anyhow::{Context, Result, anyhow, bail};
use fleetwright_generator::syntax::events::{self, DEEPEST, Properties, Scalar, TextRange, TreeBuilder};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Files that include each other, at most.
const MOST_INCLUDES: usize = 16;
/// Values of a file, at most: aliases could make more of a short file than memory holds.
const MOST_VALUES: usize = 100_000;

/// How the text of a file is read.
pub(crate) type Read<'r> = &'r dyn Fn(&Path) -> Result<String>;

/// Reads a file and those that it includes.
pub(super) fn load(path: &Path, read: Read<'_>) -> Result<Tree> {
    load_included(path, read, 0)
}

fn load_included(path: &Path, read: Read<'_>, includes: usize) -> Result<Tree> {
    if includes > MOST_INCLUDES {
        bail!("{}: files include each other more than {MOST_INCLUDES} times", path.display());
    }
    let text = read(path)?;
    let file: Rc<str> = path.to_string_lossy().into();
    let mut builder = FileBuilder { path, file, read, includes, anchors: BTreeMap::new(), values: 0 };
    events::build(&text, &mut builder)?.with_context(|| format!("{}: the file is empty", path.display()))
}

/// Builds the tree of one file. Only the first document counts; of equal keys the last one does.
struct FileBuilder<'r> {
    path: &'r Path,
    file: Rc<str>,
    read: Read<'r>,
    /// How many files the path to this one goes through.
    includes: usize,
    anchors: BTreeMap<usize, Tree>,
    /// The values so far, those of aliases and included files counted where they are used.
    values: usize,
}

impl FileBuilder<'_> {
    fn position(&self, at: TextRange) -> Position {
        Position { file: self.file.clone(), line: at.line }
    }

    /// Counts a value, and keeps it for the aliases of its anchor.
    fn finished(&mut self, tree: Tree, anchor: Option<usize>) -> Result<Tree> {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, tree.clone());
        }
        self.values += tree.count();
        if self.values > MOST_VALUES {
            bail!("{}: more than {MOST_VALUES} values", self.path.display());
        }
        Ok(tree)
    }

    /// The tree of a file that is named from the folder of this one.
    fn include(&self, file: &str) -> Result<Tree> {
        let path: PathBuf = self.path.parent().unwrap_or(Path::new(".")).join(file);
        load_included(&path, self.read, self.includes + 1)
    }

    /// A list or map that has ended, or the file that it includes.
    fn collection(&mut self, kind: ValueKind, properties: &Properties, at: TextRange) -> Result<Tree> {
        let mut tree = Tree { position: self.position(at), kind };
        if local(properties) == Some("include") {
            let file = tree.text_of("file").context("an `!include` names a `file`")?;
            let mut included = self.include(file)?;
            substitutions::replace(&mut included, &substitutions::variables(tree.get("vars")));
            tree = included;
        }
        self.finished(tree, properties.anchor)
    }
}

impl TreeBuilder for FileBuilder<'_> {
    type Value = Tree;
    type Key = String;
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
        let tree = match local(properties) {
            Some("include") => self.include(&scalar.text)?,
            tag => {
                let kind = ValueKind::Scalar { text: scalar.text, tag: tag.map(str::to_owned) };
                Tree { position: self.position(at), kind }
            }
        };
        self.finished(tree, properties.anchor)
    }

    fn list(&mut self, items: Vec<Tree>, properties: &Properties, at: TextRange) -> Result<Tree> {
        self.collection(ValueKind::List(items), properties, at)
    }

    fn map(&mut self, entries: Vec<(String, Tree)>, properties: &Properties, at: TextRange) -> Result<Tree> {
        self.collection(ValueKind::Map(entries), properties, at)
    }

    fn alias(&mut self, anchor: usize, at: TextRange) -> Result<Tree> {
        let tree = self.anchors.get(&anchor).cloned();
        let tree = tree.with_context(|| format!("{}: an alias of nothing", self.position(at)))?;
        self.finished(tree, None)
    }

    fn key(&mut self, value: Tree) -> Result<String> {
        match value.kind {
            ValueKind::Scalar { text, .. } => Ok(text),
            _ => bail!("{}: a key is a word", value.position),
        }
    }

    fn entry(&mut self, entries: &mut Vec<(String, Tree)>, key: String, value: Tree) {
        if key == "<<" {
            entries.extend(value.items().iter().flat_map(Tree::entries).cloned());
        } else {
            entries.retain(|(known, _)| *known != key);
            entries.push((key, value));
        }
    }
}

fn local(properties: &Properties) -> Option<&str> {
    properties.tag.as_ref()?.local()
}
