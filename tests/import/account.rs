//! Nothing is lost without a line. Every key of every file is in the fleet, or a note tells about it, or it is in the table
//! of what means nothing; a key that is added anywhere is told; and a value that counts as taken over changes the fleet or
//! the notes when it changes.

use super::{folder, imported, imported_as, made};
use fleetwright_generator::syntax::events::{self, Properties, Scalar, TextRange, TreeBuilder};
use import::esphome::{Imported, Key, KeyFate};
use std::collections::BTreeSet;

/// Keys whose values stand where they are named, and mean nothing by themselves.
const PREPROCESSED: [&str; 3] = ["substitutions", "packages", "vars"];

/// All files that are one device by themselves.
fn devices() -> Vec<String> {
    let whole = ["sonoff.yaml", "greenhouse.yaml", "garage.yaml", "heater.yaml", "hallway.yaml"];
    made::files().into_iter().chain(whole.map(str::to_owned)).collect()
}

fn text_of(file: &str) -> String {
    std::fs::read_to_string(folder().join(file)).expect("readable")
}

/// A key, with the line that it stands in and the keys that lead to it; and its value if that is a scalar.
struct Entry {
    path: String,
    line: usize,
    scalar: Option<TextRange>,
}

/// Where a map ends or begins: the line of its first key, and the column; for maps in braces the byte behind `{`.
#[derive(Default)]
struct Walk {
    entries: Vec<Entry>,
    /// The bytes at which a map in braces begins.
    braces: Vec<usize>,
}

/// What the walk makes of a value: the entries below it, with paths from there.
type Below = Vec<Entry>;

impl TreeBuilder for Walk {
    type Value = (Option<String>, Option<TextRange>, Below);
    type Key = (String, usize);
    type Error = String;

    fn not_yaml(&mut self, at: TextRange, reason: &str) -> String {
        format!("{}: {reason}", at.line)
    }
    fn too_deep(&mut self, at: TextRange) -> String {
        format!("{}: too deep", at.line)
    }
    fn another_document(&mut self, _: TextRange) -> Result<(), String> {
        Ok(())
    }
    fn open(&mut self, _: &Properties, _: TextRange) -> Result<(), String> {
        Ok(())
    }
    fn scalar(&mut self, scalar: Scalar, properties: &Properties, at: TextRange) -> Result<Self::Value, String> {
        // A tag or an anchor stands before the text, and a text of several lines is a program.
        let plain = properties.tag.is_none() && properties.anchor.is_none() && !scalar.text.contains('\n');
        Ok((Some(scalar.text), Some(at).filter(|at| plain && at.end > at.start), Vec::new()))
    }
    fn list(&mut self, items: Vec<Self::Value>, _: &Properties, _: TextRange) -> Result<Self::Value, String> {
        let scalars = items.iter().filter_map(|item| item.1).map(|at| (at.line, at));
        let mut below: Below =
            scalars.map(|(line, at)| Entry { path: "[]".to_owned(), line, scalar: Some(at) }).collect();
        below.extend(items.into_iter().flat_map(|item| item.2));
        Ok((None, None, below))
    }
    fn map(
        &mut self,
        entries: Vec<(Self::Key, Self::Value)>,
        _: &Properties,
        at: TextRange,
    ) -> Result<Self::Value, String> {
        self.braces.push(at.start);
        let mut below = Below::new();
        for ((key, line), (_, scalar, inside)) in entries {
            below.extend(inside.into_iter().map(|entry| {
                let path = match entry.path.as_str() {
                    "[]" => format!("{key}[]"),
                    path => format!("{key}.{path}"),
                };
                Entry { path, ..entry }
            }));
            below.push(Entry { path: key, line, scalar });
        }
        Ok((None, None, below))
    }
    fn alias(&mut self, _: usize, _: TextRange) -> Result<Self::Value, String> {
        Ok((None, None, Vec::new()))
    }
    fn key(&mut self, value: Self::Value) -> Result<Self::Key, String> {
        Ok((value.0.ok_or("a key is a word")?, value.1.map_or(0, |at| at.line)))
    }
    fn entry(&mut self, entries: &mut Vec<(Self::Key, Self::Value)>, key: Self::Key, value: Self::Value) {
        entries.push((key, value));
    }
}

fn walk(text: &str) -> Walk {
    let mut walk = Walk::default();
    let (_, _, entries) = events::build(text, &mut walk).expect("YAML").expect("a value");
    walk.entries = entries;
    walk
}

fn is_preprocessed(path: &str) -> bool {
    PREPROCESSED.contains(&path.split('.').next().unwrap_or_default()) || path.contains("<<")
}

/// What an import makes, as one text.
fn made_of(imported: &Imported) -> String {
    let notes: Vec<String> = imported.notes.iter().map(ToString::to_string).collect();
    format!("{}\n{}", imported.text, notes.join("\n"))
}

#[test]
fn every_key_has_a_fate() {
    for file in devices() {
        let imported = imported(&[file.as_str()]).expect("a fleet");
        for entry in walk(&text_of(&file)).entries {
            if is_preprocessed(&entry.path) || entry.path.ends_with("[]") {
                continue;
            }
            // What a package or an anchor has may be overridden, and then stands nowhere; these files say it themselves.
            let known =
                imported.keys.iter().any(|key| key.file == file && key.line == entry.line && key.path == entry.path);
            assert!(
                known || text_of(&file).contains("packages:"),
                "{file}:{}: `{}` has no fate",
                entry.line,
                entry.path
            );
        }
        for key in imported.keys.iter().filter(|key| key.fate == KeyFate::Noted) {
            assert!(!imported.notes.is_empty(), "{file}: {} is noted, and there are no notes", key.path);
        }
    }
}

#[test]
fn a_key_that_nobody_knows_is_told_wherever_it_stands() {
    let mut tried = 0;
    for file in devices() {
        let text = text_of(&file);
        for at in walk(&text).braces {
            if !text[at..].starts_with('{') {
                continue;
            }
            let changed = format!("{} unheard_of: 1,{}", &text[..=at], &text[at + 1..]);
            let line = text[..at].matches('\n').count() + 1;
            // Where a file of variables or of packages gets a key more, it is one more of those.
            let Ok(imported) = imported_as(&file, &changed) else { continue };
            let fate = imported.keys.iter().find(|key| key.path.ends_with("unheard_of")).map(|key| key.fate);
            let preprocessed = imported
                .keys
                .iter()
                .any(|key| key.path.starts_with("substitutions") && key.path.ends_with("unheard_of"));
            // What a device takes away of a package is nowhere.
            let removed = fate.is_none() && text.contains("!remove");
            let meaningless = matches!(fate, Some(KeyFate::Meaningless(_)));
            let told = imported.notes.iter().any(|note| note.line <= line && note.file == file)
                && fate == Some(KeyFate::Noted);
            assert!(
                told || meaningless || preprocessed || removed,
                "{file}:{line}: a key was lost: {fate:?}\n{changed}"
            );
            tried += 1;
        }
    }
    assert!(tried > 150, "only {tried} maps were tried");
}

#[test]
fn a_value_that_was_taken_over_changes_what_is_made() {
    let mut lost = BTreeSet::new();
    let mut tried = 0;
    for file in devices() {
        let text = text_of(&file);
        let before = imported(&[file.as_str()]).map(|imported| imported.keys).expect("a fleet");
        let whole = imported_as(&file, &text).map(|imported| made_of(&imported)).expect("a fleet");
        for Entry { path, line, scalar } in walk(&text).entries {
            let Some(at) = scalar.filter(|_| !is_preprocessed(&path)) else { continue };
            let key = path.trim_end_matches("[]");
            // A list begins on a line above its items.
            let here = |known: &&Key| known.path == key && (known.line == line || key != path && known.line < line);
            let nearest = before.iter().filter(here).map(|known| known.line).max();
            let mut here = before.iter().filter(here).filter(|known| Some(known.line) == nearest).peekable();
            let taken = here.peek().is_some() && here.all(|known| known.fate == KeyFate::Taken);
            // An id matters to who refers to it, which is another key.
            let declared = path.matches('.').count() == 1 && path.ends_with(".id");
            let word = &text[at.start..at.end];
            if !taken || declared || word.contains('$') {
                continue;
            }
            let changed = format!("{}{}{}", &text[..at.start], other(word), &text[at.end..]);
            tried += 1;
            if imported_as(&file, &changed).is_ok_and(|imported| made_of(&imported) == whole) {
                lost.insert(format!(
                    "{file}:{line}: `{path}: {word}` counts as taken over, and {} makes the same",
                    other(word)
                ));
            }
        }
    }
    assert!(tried > 400, "only {tried} values were tried");
    assert!(lost.is_empty(), "{}", lost.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Another value of the same shape.
fn other(word: &str) -> String {
    let bare = word.trim_matches(|c| c == '"' || c == '\'');
    match bare.to_lowercase().as_str() {
        "true" | "yes" | "on" | "enable" => return "false".to_owned(),
        "false" | "no" | "off" | "disable" => return "true".to_owned(),
        _ => {}
    }
    match bare.find(|c: char| c.is_ascii_digit()).filter(|start| *start == 0) {
        Some(_) => {
            let end = bare.find(|c: char| !c.is_ascii_digit()).unwrap_or(bare.len());
            let number: u64 = bare[..end].parse().unwrap_or(1);
            format!("\"{}{}\"", number + 1, &bare[end..])
        }
        None => format!("\"{bare}x\""),
    }
}
