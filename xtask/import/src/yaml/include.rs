//! `!include` and its kin: which files they mean, and what becomes of them. Reads files, and counts what they hold.

use super::load::{self, Include, Outside};
use super::problems::Problems;
use super::substitutions::{self, Variables};
use super::tree::{Position, Tree, ValueKind};
use crate::files::Files;
use anyhow::{Context, Result, bail};
use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};

/// Files that include each other, at most.
const MOST_INCLUDES: usize = 16;
/// Values of a device, at most: aliases could make more of a short file than memory holds.
const MOST_VALUES: usize = 100_000;

/// Reads the files of one device.
pub(super) struct Loader<'f> {
    pub(super) files: &'f dyn Files,
    pub(super) problems: &'f Problems,
    /// The values so far; those of aliases and included files count wherever they are used.
    values: Cell<usize>,
    /// Where a file is asked for that is not there.
    missing: RefCell<Vec<Position>>,
}

impl<'f> Loader<'f> {
    pub(super) fn new(files: &'f dyn Files, problems: &'f Problems) -> Self {
        Self { files, problems, values: Cell::default(), missing: RefCell::default() }
    }

    /// Where files are asked for that are not there.
    pub(super) fn missing(&self) -> Vec<Position> {
        self.missing.borrow().clone()
    }

    /// The tree of the file of a device.
    pub(super) fn device(&self, path: &Path) -> Result<Tree> {
        let text = self.files.read(path)?;
        load::load(&text, path, self, 0)?.with_context(|| format!("{}: the file is empty", path.display()))
    }

    /// The tree of a file; an empty file is a map without entries. `None`: it is not there.
    fn included(&self, path: &Path, at: &Position, includes: usize) -> Result<Option<Tree>> {
        if includes + 1 > MOST_INCLUDES {
            bail!("{at}: files include each other more than {MOST_INCLUDES} times");
        }
        let Ok(text) = self.files.read(path) else { return Ok(None) };
        let tree = load::load(&text, path, self, includes + 1)?;
        let position = || Position { file: path.to_string_lossy().into(), line: 1 };
        Ok(Some(tree.unwrap_or_else(|| Tree::new(position(), ValueKind::Map(Vec::new())))))
    }

    /// Reads the files whose names have variables that are known by now.
    pub(super) fn include_named(&self, tree: &mut Tree, known: &Variables) -> Result<()> {
        match &mut tree.kind {
            ValueKind::Include { file, variables } if file.contains('$') => {
                let name = substitutions::replaced_text(file, known);
                if name.contains('$') {
                    return Ok(());
                }
                let include = Include { file: &name, variables: std::mem::take(variables), at: &tree.position };
                *tree = self.include(include, 1)?;
                Ok(())
            }
            ValueKind::List(items) => items.iter_mut().try_for_each(|item| self.include_named(item, known)),
            ValueKind::Map(entries) => entries.iter_mut().try_for_each(|(_, value)| self.include_named(value, known)),
            ValueKind::Scalar { .. } | ValueKind::Include { .. } => Ok(()),
        }
    }
}

impl Outside for Loader<'_> {
    /// Counts values, which begin at a place.
    fn count(&self, values: usize, at: &Position) -> Result<()> {
        self.values.set(self.values.get() + values);
        if self.values.get() > MOST_VALUES {
            bail!("{at}: the device has more than {MOST_VALUES} values, those of aliases and included files counted");
        }
        Ok(())
    }

    /// The tree of a file that is included. One that is not there stays an include, and is noted; so does one whose name
    /// has variables, until they are known.
    fn include(&self, include: Include<'_>, includes: usize) -> Result<Tree> {
        let Include { file, variables, at } = include;
        let stays = |variables| Tree::new(at.clone(), ValueKind::Include { file: file.to_owned(), variables });
        if file.contains('$') {
            return Ok(stays(variables));
        }
        let path = beside(at, file);
        if is_secret(&path) {
            self.problems.add(at, format!("`!include {file}`: the file holds secrets, and was not read"));
            return Ok(stays(variables));
        }
        match self.included(&path, at, includes)? {
            Some(mut tree) => {
                let mut known: Variables = variables.into_iter().collect();
                if let ValueKind::Map(entries) = &mut tree.kind
                    && let Some(index) = entries.iter().position(|(key, _)| key == "defaults")
                {
                    for (name, value) in entries.remove(index).1.entries() {
                        known.entry(name.clone()).or_insert_with(|| value.clone());
                    }
                }
                // Other variables are those of the device, and still unknown.
                substitutions::replace(&mut tree, &known, None);
                Ok(tree)
            }
            None => {
                let what = "there is no such file; put it there and import again, or write its parts into the fleet";
                self.problems.add(at, format!("`!include {file}`: {what}"));
                self.missing.borrow_mut().push(at.clone());
                Ok(stays(variables))
            }
        }
    }

    /// The files of a folder, as one of ESPHome's four words for it puts them together.
    fn include_folder(&self, tag: &str, folder: &str, at: &Position, includes: usize) -> Result<Tree> {
        let scalar = || {
            let tag = Some(tag.to_owned());
            Tree::new(at.clone(), ValueKind::Scalar { text: folder.to_owned(), tag })
        };
        if !["include_dir_list", "include_dir_merge_list", "include_dir_named", "include_dir_merge_named"]
            .contains(&tag)
        {
            return Ok(scalar());
        }
        let Ok(paths) = self.files.below(&beside(at, folder)) else {
            self.problems.add(at, format!("`!{tag} {folder}`: there is no such folder; put it there and import again"));
            self.missing.borrow_mut().push(at.clone());
            return Ok(scalar());
        };
        let (mut items, mut entries) = (Vec::new(), Vec::new());
        for path in paths.into_iter().filter(|path| path.extension().is_some_and(|it| it == "yaml") && !is_secret(path))
        {
            let Some(tree) = self.included(&path, at, includes)? else { continue };
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            match (tag, tree.kind) {
                ("include_dir_list", kind) => items.push(Tree::new(tree.position, kind)),
                ("include_dir_merge_list", ValueKind::List(all)) => items.extend(all),
                ("include_dir_named", kind) => put(&mut entries, name, Tree::new(tree.position, kind)),
                ("include_dir_merge_named", ValueKind::Map(all)) => {
                    all.into_iter().for_each(|(key, value)| put(&mut entries, key, value));
                }
                _ => self.problems.add(&tree.position, format!("`!{tag} {folder}` takes no file of this shape")),
            }
        }
        let kind = if tag.ends_with("list") { ValueKind::List(items) } else { ValueKind::Map(entries) };
        Ok(Tree::new(at.clone(), kind))
    }
}

/// A key that is there already gets the new value.
fn put(entries: &mut Vec<(String, Tree)>, key: String, value: Tree) {
    entries.retain(|(known, _)| *known != key);
    entries.push((key, value));
}

/// A path that is named from the folder of a file.
fn beside(at: &Position, file: &str) -> PathBuf {
    Path::new(&*at.file).parent().unwrap_or(Path::new(".")).join(file)
}

/// Whether a file holds secrets, by the name that ESPHome gives it.
fn is_secret(path: &Path) -> bool {
    path.ends_with("secrets.yaml") || path.ends_with("secrets.yml")
}
