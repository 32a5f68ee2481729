//! Names: which characters they may have, since they become folders, crates, MQTT users and Rust identifiers.

use crate::diag::{Diagnostic, Findings, codes};
use crate::syntax::Named;
use crate::text::{Source, Span, Text};
use std::collections::BTreeMap;

/// What a kind of name looks like.
pub(super) struct Style {
    pattern: &'static str,
    longest: usize,
    also: &'static str,
}

/// Fleets, layouts, clients: folders and users.
pub(super) const NODE: Style = Style { pattern: "[a-z][a-z0-9-]*", longest: 64, also: "-" };
/// Nodes: folders, users, and names of machines in the network, of which the SDK and routers take so many bytes.
pub(super) const HOST: Style = Style { longest: 32, ..NODE };
/// Topics: words in rules.
pub(super) const TOPIC: Style = Style { pattern: "[a-z][a-z0-9_]*", longest: 64, also: "_" };
/// Roles: functions and modules of Rust.
pub(super) const ROLE: Style = Style { pattern: "[a-z][a-z0-9_-]*", longest: 64, also: "_-" };
/// Secrets: keys of their file.
pub(super) const SECRET: Style = Style { pattern: "[a-z][a-z0-9_]*", longest: 64, also: "_" };

/// Words that a crate or a rule can't be named after, because Rust or the rules need them.
const RESERVED: [&str; 53] = [
    "abstract", "age", "alloc", "as", "async", "await", "become", "box", "break", "const", "continue", "core", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "now", "override", "priv", "pub", "ref", "return", "self", "static", "std",
    "struct", "super", "test", "trait", "true", "try", "type", "unsafe", "use", "where", "while",
];

/// Whether a name of one of many copies is too long for a node.
pub(super) fn is_long_for_a_host(name: &str) -> bool {
    name.len() > HOST.longest
}

/// Checks a name.
pub(super) fn check(name: &Text, style: Style, what: &str, findings: &mut Findings) {
    let text = name.value.as_str();
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || style.also.contains(c);
    let valid =
        text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(inside) && text.len() <= style.longest;
    if !valid {
        let better: String = text
            .to_lowercase()
            .chars()
            .map(|c| if inside(c) { c } else { style.also.chars().next().unwrap_or('_') })
            .skip_while(|c| !c.is_ascii_lowercase())
            .take(style.longest)
            .collect();
        let help = (!better.is_empty()).then(|| format!("write `{better}`"));
        findings.push(
            Diagnostic::error(codes::BAD_NAME, name.span, format!("`{text}` can't be the name of {what}"))
                .maybe_help(help)
                .note(format!("such a name is {} of at most {} characters", style.pattern, style.longest)),
        );
    }
}

/// So that a topic and a message fit the node's buffers, in bytes.
pub(super) const LONGEST_PATH: usize = 128;

/// Whether no crate and no rule can be named so, because Rust, the rules or Fleetwright need the name.
pub fn is_reserved_name(name: &str) -> bool {
    RESERVED.contains(&name) || name.starts_with("fleetwright")
}

/// Refuses words that Rust keeps for itself; for names that become crates or variables.
pub(super) fn check_reserved(name: &Text, what: &str, findings: &mut Findings) {
    // `test` is fine for a topic: it is only a crate's name that Cargo refuses.
    let reserved = is_reserved_name(&name.value) && !(what == "a topic" && name.value == "test");
    if reserved {
        let message = format!(
            "`{}` is a word of Rust, of the rules or of Fleetwright and can't be the name of {what}",
            name.value
        );
        let help = format!("write `my{}{}`", if what == "a topic" { "_" } else { "-" }, name.value);
        findings.push(Diagnostic::error(codes::BAD_NAME, name.span, message).help(help));
    }
}

/// Two that share one user on the broker.
pub(super) fn check_unique<'a>(names: impl Iterator<Item = (&'a Text, &'static str)>, findings: &mut Findings) {
    let mut first: BTreeMap<&str, (Span, &str)> = BTreeMap::new();
    for (name, what) in names {
        match first.get(name.value.as_str()) {
            None => {
                first.insert(&name.value, (name.span, what));
            }
            Some((span, before)) => findings.push(
                Diagnostic::error(codes::NAME_TWICE, name.span, format!("`{}` is {before} already", name.value))
                    .label(format!("{what} of the same name"))
                    .related(*span, "first here")
                    .help("rename one: the name is its user on the broker"),
            ),
        }
    }
}

/// Refuses the name of another file's fleet: one of them would replace what was generated for the other.
pub(super) fn check_neighbours(name: &Text, source: &Source, findings: &mut Findings) {
    if let Some((_, path)) = source.neighbours.iter().find(|(other, _)| *other == name.value) {
        findings.push(
            Diagnostic::error(codes::NAME_TWICE, name.span, format!("`{}` is the fleet of {path} already", name.value))
                .label("the fleet of another file has the same name")
                .help(format!("rename one: both would be generated into `generated/{}`", name.value)),
        );
    }
}

/// Roles whose names become one function's, since Rust has no `-` in names.
pub(super) fn check_functions(names: &[&Text], findings: &mut Findings) {
    let mut first: BTreeMap<String, &Text> = BTreeMap::new();
    for name in names {
        let function = name.value.replace('-', "_");
        if let Some(before) = first.get(&function).filter(|before| before.value != name.value) {
            findings.push(
                Diagnostic::error(
                    codes::NAME_TWICE,
                    name.span,
                    format!("`{}` and `{}` differ too little", before.value, name.value),
                )
                .label("again here")
                .related(before.span, "first here")
                .help("rename one: both would be the function `{function}`".replace("{function}", &function)),
            );
        }
        first.entry(function).or_insert(name);
    }
}

/// The index of a name in a list of names.
pub(super) fn index_of<T>(list: &[Named<T>], name: &str) -> Option<usize> {
    list.iter().position(|entry| entry.name.value == name)
}
