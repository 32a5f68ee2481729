//! `include`: a fleet in several files. Their maps become one, and everything keeps its place in its own file.

use super::tree::{self, Tree, ValueKind};
use crate::diag::{Diagnostic, Findings, codes};
use crate::text::{Source, Span};

/// The maps that may stand in several files; their entries come together.
const MERGED: [&str; 7] = ["topics", "roles", "nodes", "layouts", "clients", "boards", "scenarios"];
/// Files of one fleet, at most.
const MOST: usize = 64;

/// A file that is named in an `include`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// As it stands there, from the folder of its file.
    pub written: String,
    /// Its path as messages show it.
    pub path: String,
    /// Where it is named.
    pub span: Span,
}

/// The files that are named and not there yet; who has a disk adds them with [`Source::include`] and asks again.
pub fn wanted(source: &Source) -> Vec<Wanted> {
    let mut findings = Findings::default();
    let named = source.files().flat_map(|(_, file)| {
        tree::read(source, file, &mut findings)
            .map_or(Vec::new(), |tree| entries(source, &tree, &mut Findings::default()))
    });
    let mut new: Vec<Wanted> = Vec::new();
    for wanted in named.collect::<Vec<_>>() {
        let known =
            source.files().any(|(path, _)| path == wanted.path) || new.iter().any(|other| other.path == wanted.path);
        if !known && source.included.len() + new.len() < MOST {
            new.push(wanted);
        }
    }
    new
}

/// The tree of all files together.
pub(super) fn whole(source: &Source, findings: &mut Findings) -> Option<Tree> {
    let mut root = None;
    for (_, file) in source.files() {
        let refused = source.included.iter().any(|included| included.start == file.start && included.refused.is_some());
        if refused {
            continue;
        }
        let tree = tree::read(source, file, findings);
        if let Some(tree) = &tree {
            let wanted = entries(source, tree, findings);
            wanted.iter().for_each(|wanted| check(source, wanted, findings));
        }
        root = match (file.start, root, tree) {
            (0, _, tree) => Some(tree?),
            (_, Some(root), Some(tree)) => Some(merge(root, tree, findings)),
            // The findings tell why it has no tree.
            (_, root, None) | (_, root @ None, _) => root,
        };
    }
    root
}

/// What a file includes.
fn entries(source: &Source, tree: &Tree, findings: &mut Findings) -> Vec<Wanted> {
    let ValueKind::Map(keys) = &tree.kind else { return Vec::new() };
    let Some((_, list)) = keys.iter().find(|(key, _)| key.text == "include") else { return Vec::new() };
    let items = match &list.kind {
        ValueKind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(list),
    };
    let mut wanted = Vec::new();
    for item in items {
        match &item.kind {
            ValueKind::Scalar { text, .. } if is_file(text) => {
                let path = beside(source.file(item.span.start).0, text);
                wanted.push(Wanted { written: text.clone(), path, span: item.span });
            }
            _ => findings.push(
                Diagnostic::error(codes::INCLUDE, item.span, "the path of a YAML file belongs here")
                    .help("write it from this file's folder: `include: [boards.yaml, ../common/kitchen.yaml]`"),
            ),
        }
    }
    wanted
}

fn is_file(text: &str) -> bool {
    let yaml = text.ends_with(".yaml") || text.ends_with(".yml");
    yaml && !text.starts_with('/') && !text.contains(['\\', ':', '\n']) && text.len() <= 256
}

/// The path of a file that is named in another one.
fn beside(file: &str, written: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn check(source: &Source, wanted: &Wanted, findings: &mut Findings) {
    let here = source.file(wanted.span.start).0;
    let refuse = |why: &str| {
        let message = format!("`{}` can't be included: {why}", wanted.written);
        Diagnostic::error(codes::INCLUDE, wanted.span, message)
    };
    let mut chain = source.chain(wanted.span.start).into_iter().map(|from| source.file(from.start).0);
    if wanted.path == here || chain.any(|file| file == wanted.path) {
        findings.push(refuse("it includes this file").help("delete one of the two"));
        return;
    }
    match source.included.iter().find(|file| file.path == wanted.path) {
        Some(file) if file.from == wanted.span => {
            if let Some(reason) = &file.refused {
                findings.push(refuse(reason).help("write the path from this file's folder"));
            }
        }
        Some(file) => findings.push(
            refuse("it is included already")
                .related(file.from, "here")
                .help("delete one: what it defines counts everywhere"),
        ),
        None => findings.push(refuse("there is no such file").help("write the path from this file's folder")),
    }
}

/// Adds what an included file defines.
fn merge(mut root: Tree, tree: Tree, findings: &mut Findings) -> Tree {
    let ValueKind::Map(entries) = tree.kind else {
        let message = "an included file is a map of parts of a fleet (`topics:`, `roles:`, …)";
        findings.push(Diagnostic::error(codes::WRONG_TYPE, tree.span, message));
        return root;
    };
    // A fleet file that is no map is a finding of its own.
    let ValueKind::Map(all) = &mut root.kind else { return root };
    for (key, value) in entries.into_iter().filter(|(key, _)| key.text != "include") {
        let before = all.iter_mut().find(|(other, _)| other.text == key.text).map(|(_, value)| &mut value.kind);
        match (before, value.kind) {
            (Some(ValueKind::Map(before)), ValueKind::Map(more)) if MERGED.contains(&key.text.as_str()) => {
                before.extend(more)
            }
            // What stands twice and can't be merged, the reader finds as it does within one file.
            (_, kind) => all.push((key, Tree { span: value.span, kind })),
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_from_the_folder_of_the_file() {
        assert_eq!(beside("fleets/house.yaml", "parts/hall.yaml"), "fleets/parts/hall.yaml");
        assert_eq!(beside("fleets/house.yaml", "./../common/hall.yaml"), "common/hall.yaml");
        assert_eq!(beside("house.yaml", "../hall.yaml"), "../hall.yaml");
        assert_eq!(beside("../a/house.yaml", "../../hall.yaml"), "../../hall.yaml");
    }

    #[test]
    fn places_are_those_of_the_file() {
        let mut source = Source::new("fleets/house.yaml", "fleet: house\ninclude: [hall.yaml]\n");
        let wanted = wanted(&source);
        assert_eq!((wanted.len(), wanted[0].path.as_str()), (1, "fleets/hall.yaml"));
        source.include("fleets/hall.yaml", wanted[0].span, Ok("# hall\ntopics: {}\n"));
        let position = source.position(source.text.find("topics").expect("there"));
        assert_eq!((position.file.as_str(), position.line, position.column), ("fleets/hall.yaml", 2, 1));
        assert_eq!(source.chain(source.text.find("topics").expect("there")), [wanted[0].span]);
        assert!(super::wanted(&source).is_empty());
    }
}
