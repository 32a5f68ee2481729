//! YAML as ESPHome reads it: anchors and merge keys, `!include`, `!secret`, `!lambda`, substitutions and packages. Every
//! value keeps its file and line.

use anyhow::{Context, Result, bail};
use granit_parser::{Event, Parser, Tag};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Files that include files, at most.
const DEEPEST: usize = 16;
/// Values of a device, at most: aliases could make more of a short file than memory holds.
const MOST: usize = 100_000;

/// A value.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) place: Place,
    pub(super) kind: Kind,
}

/// A file and a line, from 1.
#[derive(Clone, Debug)]
pub(super) struct Place {
    file: Rc<str>,
    line: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A text; its tag without the `!`.
    Scalar(String, Option<String>),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Tree {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Tree> {
        self.entries().iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The entries of a map; nothing else has any.
    pub(super) fn entries(&self) -> &[(String, Tree)] {
        if let Kind::Map(entries) = &self.kind { entries } else { &[] }
    }

    /// The items of a list; a value that is none stands for a list of one, nothing for none.
    pub(super) fn items(&self) -> &[Tree] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Scalar(text, _) if text.is_empty() => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// A text that is plain, without a tag.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(text, None) => Some(text.trim()),
            _ => None,
        }
    }

    /// The text of a key.
    pub(super) fn word(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// Whether a key says yes, in one of YAML's ways.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.word(key).is_some_and(|word| matches!(word.to_lowercase().as_str(), "true" | "yes" | "on"))
    }

    fn count(&self) -> usize {
        1 + match &self.kind {
            Kind::List(items) => items.iter().map(Tree::count).sum(),
            Kind::Map(entries) => entries.iter().map(|(_, value)| value.count()).sum(),
            Kind::Scalar(..) => 0,
        }
    }
}

/// How a file is read.
pub(super) type Read<'r> = &'r dyn Fn(&Path) -> Result<String>;

/// A device: its file with everything that it includes, packages merged, substitutions made.
pub(super) fn device(path: &Path, read: Read<'_>) -> Result<Tree> {
    let mut tree = load(path, read, 0)?;
    let mut variables = BTreeMap::new();
    merge_packages(&mut tree, 0)?;
    for (name, value) in tree.get("substitutions").map(Tree::entries).unwrap_or_default() {
        variables.insert(name.clone(), value.text().unwrap_or_default().to_owned());
    }
    substitute(&mut tree, &variables);
    Ok(tree)
}

enum Open {
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>, Option<String>),
}

fn load(path: &Path, read: Read<'_>, depth: usize) -> Result<Tree> {
    if depth > DEEPEST {
        bail!("{}: files include each other more than {DEEPEST} times", path.display());
    }
    let text = read(path)?;
    let file: Rc<str> = path.to_string_lossy().into();
    let mut open: Vec<(Open, Place, usize, Option<String>)> = Vec::new();
    let mut anchors: BTreeMap<usize, Tree> = BTreeMap::new();
    let (mut root, mut total) = (None, 0);
    for event in Parser::new_from_str(&text) {
        let (event, span) = event.map_err(|error| {
            anyhow::anyhow!("{}:{}: not YAML: {}", path.display(), error.marker().line(), error.info())
        })?;
        let place = Place { file: file.clone(), line: span.start.line() };
        let (tree, anchor) = match event {
            Event::Scalar(text, _, anchor, tag) => {
                (Tree { place, kind: Kind::Scalar(text.into_owned(), name(tag.as_ref())) }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                open.push((Open::List(Vec::new()), place, anchor, name(tag.as_ref())));
                continue;
            }
            Event::MappingStart(_, anchor, tag) => {
                open.push((Open::Map(Vec::new(), None), place, anchor, name(tag.as_ref())));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some((closed, place, anchor, tag)) = open.pop() else { continue };
                let kind = match closed {
                    Open::List(items) => Kind::List(items),
                    Open::Map(entries, _) => Kind::Map(entries),
                };
                let tree = Tree { place, kind };
                if tag.as_deref() == Some("include") {
                    let file = tree.word("file").context("an `!include` names a `file`")?.to_owned();
                    let mut included = load(&beside(path, &file), read, depth + 1)?;
                    let vars = tree.get("vars").map(Tree::entries).unwrap_or_default();
                    let vars = vars.iter().map(|(name, value)| (name.clone(), value.text().unwrap_or_default().into()));
                    substitute(&mut included, &vars.collect());
                    (included, anchor)
                } else {
                    (tree, anchor)
                }
            }
            Event::Alias(anchor) => {
                let tree = anchors.get(&anchor).cloned().with_context(|| format!("{place}: an alias of nothing"))?;
                (tree, 0)
            }
            _ => continue,
        };
        let tree = match &tree.kind {
            Kind::Scalar(file, Some(tag)) if tag == "include" => load(&beside(path, file), read, depth + 1)?,
            _ => tree,
        };
        if anchor > 0 {
            anchors.insert(anchor, tree.clone());
        }
        total += tree.count();
        if total > MOST {
            bail!("{}: more than {MOST} values", path.display());
        }
        match open.last_mut() {
            None => root = root.or(Some(tree)),
            Some((Open::List(items), ..)) => items.push(tree),
            Some((Open::Map(_, key @ None), ..)) => match tree.kind {
                Kind::Scalar(text, _) => *key = Some(text),
                _ => bail!("{}: a key is a word", tree.place),
            },
            Some((Open::Map(entries, key), ..)) => match key.take() {
                Some(key) if key == "<<" => entries.extend(tree.items().iter().flat_map(Tree::entries).cloned()),
                Some(key) => {
                    entries.retain(|(known, _)| *known != key);
                    entries.push((key, tree));
                }
                None => {}
            },
        }
    }
    root.with_context(|| format!("{}: the file is empty", path.display()))
}

fn name(tag: Option<&Cow<'_, Tag>>) -> Option<String> {
    tag.filter(|tag| tag.handle() == "!").map(|tag| tag.suffix().to_owned())
}

fn beside(path: &Path, file: &str) -> PathBuf {
    path.parent().unwrap_or(Path::new(".")).join(file)
}

/// Puts the packages beneath the file: maps are merged, lists follow each other, and the file's own words win.
fn merge_packages(tree: &mut Tree, depth: usize) -> Result<()> {
    if depth > DEEPEST {
        bail!("{}: packages within packages, without an end", tree.place);
    }
    let Kind::Map(entries) = &mut tree.kind else { return Ok(()) };
    let Some(place) = entries.iter().position(|(key, _)| key == "packages") else { return Ok(()) };
    let (_, packages) = entries.remove(place);
    let all: Vec<Tree> = match packages.kind {
        Kind::Map(entries) => entries.into_iter().map(|(_, value)| value).collect(),
        Kind::List(items) => items,
        Kind::Scalar(..) => vec![packages],
    };
    let mut kept = Vec::new();
    for mut package in all {
        if package.entries().is_empty() || package.get("url").is_some() {
            // What lies elsewhere is not fetched.
            kept.push(package);
            continue;
        }
        merge_packages(&mut package, depth + 1)?;
        beneath(tree, package);
    }
    if let (Kind::Map(entries), Some(first)) = (&mut tree.kind, kept.first()) {
        let place = first.place.clone();
        entries.push(("packages".into(), Tree { place, kind: Kind::List(kept) }));
    }
    Ok(())
}

fn beneath(upper: &mut Tree, lower: Tree) {
    match (&mut upper.kind, lower.kind) {
        (Kind::Map(entries), Kind::Map(others)) => {
            for (key, value) in others {
                match entries.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, own)) => beneath(own, value),
                    None => entries.push((key, value)),
                }
            }
        }
        (Kind::List(items), Kind::List(others)) => {
            let own = std::mem::replace(items, others);
            items.extend(own);
        }
        _ => {}
    }
}

/// Replaces `${name}` and `$name`, also where a value names others.
fn substitute(tree: &mut Tree, variables: &BTreeMap<String, String>) {
    match &mut tree.kind {
        Kind::Scalar(text, _) => {
            for _ in 0..DEEPEST {
                let next = replaced(text, variables);
                // What grows without an end names itself.
                if next == *text || next.len() > 64 << 10 {
                    break;
                }
                *text = next;
            }
        }
        Kind::List(items) => items.iter_mut().for_each(|item| substitute(item, variables)),
        Kind::Map(entries) => {
            for (key, value) in entries {
                *key = replaced(key, variables);
                substitute(value, variables);
            }
        }
    }
}

fn replaced(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        out += &rest[..start];
        let after = &rest[start + 1..];
        let braces = after.strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
        let (name, left) = match braces {
            Some((name, left)) => (name.trim(), left),
            None => (&after[..end], &after[end..]),
        };
        match variables.get(name) {
            Some(value) => out += value,
            None => out += &rest[start..rest.len() - left.len()],
        }
        rest = left;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &Path) -> Result<String> {
        Ok(match path.to_str() {
            Some("main.yaml") => {
                "substitutions: { who: lamp, id: \"${who}_1\" }\npackages:\n  base: !include base.yaml\n\
                 esphome:\n  name: $id\nswitch:\n  - { name: own }\n"
            }
            Some("base.yaml") => "esphome: { name: base, comment: \"${who}!\" }\nswitch:\n  - name: low\n    <<: &a { pin: 5 }\nx: !include { file: vars.yaml, vars: { n: 7 } }\ny: !secret word",
            Some("vars.yaml") => "n: ${n}",
            Some("round.yaml") => "a: !include round.yaml",
            _ => bail!("no such file"),
        }
        .to_owned())
    }

    #[test]
    fn packages_lie_beneath_and_texts_are_filled_in() {
        let tree = device(Path::new("main.yaml"), &read).expect("a device");
        let own = tree.get("esphome").expect("a map");
        assert_eq!((own.word("name"), own.word("comment")), (Some("lamp_1"), Some("lamp!")));
        let switches = tree.get("switch").expect("a list").items();
        let names: Vec<Option<&str>> = switches.iter().map(|switch| switch.word("name")).collect();
        assert_eq!(names, [Some("low"), Some("own")]);
        assert_eq!(switches[0].word("pin"), Some("5"));
        assert_eq!(switches[0].place.to_string(), "base.yaml:3");
        assert_eq!(tree.get("x").and_then(|x| x.word("n")), Some("7"));
        assert!(tree.word("y").is_none(), "a secret is no text");
    }

    #[test]
    fn what_has_no_end_ends() {
        assert!(device(Path::new("round.yaml"), &read).is_err());
        let bomb = |_: &Path| {
            let lists = (1..12).map(|n| format!("l{n}: &l{n} [{}]\n", vec![format!("*l{}", n - 1); 9].join(", ")));
            Ok(format!("l0: &l0 [1]\n{}", lists.collect::<String>()))
        };
        assert!(device(Path::new("bomb.yaml"), &bomb).is_err());
        let own = |_: &Path| Ok("substitutions: { a: x$a$a }\nb: $a".to_owned());
        assert!(device(Path::new("own.yaml"), &own).is_ok());
    }
}
