//! Custom roles: the user's own Rust. What can be checked without reading it: where it is, what it works with, and its
//! pins.

use super::context::topic;
use super::names;
use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{Crate, Custom};
use crate::syntax::{CrateSpec, CustomSpec, Named, RoleKindSpec, Spec};
use crate::text::{Span, Text};

/// Modules of a generated crate; a custom role is one, too.
const OURS: &str = "given";

pub(super) fn resolve(name: &Text, custom: &CustomSpec, spec: &Spec, findings: &mut Findings) -> Custom {
    if name.value == OURS {
        let message = format!("`{OURS}` is a word of the generated code and can't be the name of a custom role");
        findings.push(Diagnostic::error(codes::BAD_NAME, name.span, message).help("write `my-given`"));
    }
    check_source(name, &custom.source, spec, findings);
    check_pins(&custom.pins, findings);
    for entry in &custom.crates {
        check_crate(entry, spec, findings);
    }
    let mut topics = |list: &[Text]| {
        let mut ids = Vec::new();
        for name in list {
            let id = topic(spec, name, findings);
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    };
    Custom {
        source: custom.source.value.clone(),
        subscribe: topics(&custom.subscribe),
        publish: topics(&custom.publish),
        pins: custom.pins.iter().map(|pin| pin.value.clone()).collect(),
        crates: custom.crates.iter().map(package).collect(),
    }
}

fn package(entry: &Named<CrateSpec>) -> Crate {
    Crate {
        name: entry.name.value.clone(),
        version: entry.value.version.value.clone(),
        features: entry.value.features.iter().map(|feature| feature.value.clone()).collect(),
        default_features: entry.value.default_features,
    }
}

fn customs(spec: &Spec) -> impl Iterator<Item = (&Text, &CustomSpec)> {
    spec.roles.iter().filter_map(|role| match &role.value.kind {
        RoleKindSpec::Custom(custom) => Some((&role.name, custom)),
        _ => None,
    })
}

/// The path stands in generated Rust, and a missing file is written: it stays below the fleet file's folder.
fn check_source(name: &Text, source: &Text, spec: &Spec, findings: &mut Findings) {
    let text = source.value.as_str();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let inside = text.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    if !text.ends_with(".rs") || text.len() > 128 || !text.chars().all(plain) || !inside {
        let message = format!("`{text}` is no path of a file of Rust below this one's folder");
        let help = format!("write a path like `roles/{}.rs`; `cargo xtask gen` writes a first version", name.value);
        findings.push(Diagnostic::error(codes::BAD_VALUE, source.span, message).help(help));
    }
    let before = customs(spec).take_while(|(other, _)| other.span != name.span);
    if let Some((other, first)) = before.into_iter().find(|(_, custom)| custom.source.value == text) {
        let message = format!("`{text}` is the source of `{}` already", other.value);
        findings.push(
            Diagnostic::error(codes::BAD_VALUE, source.span, message)
                .related(first.source.span, "first here")
                .help("a file names the topics of one role: give each role its own, and share what they do in a crate"),
        );
    }
}

fn check_pins(pins: &[Text], findings: &mut Findings) {
    for (index, pin) in pins.iter().enumerate() {
        names::check(pin, names::TOPIC, "a pin", findings);
        if let Some(before) = pins[..index].iter().find(|before| before.value == pin.value) {
            let message = format!("the pin `{}` stands twice", pin.value);
            findings.push(
                Diagnostic::error(codes::BAD_VALUE, pin.span, message)
                    .related(before.span, "first here")
                    .help("delete one"),
            );
        }
    }
}

/// What stands here goes into a manifest of Cargo's.
fn check_crate(entry: &Named<CrateSpec>, spec: &Spec, findings: &mut Findings) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut refuse = |span: Span, message: String, help: &str| {
        findings.push(Diagnostic::error(codes::BAD_VALUE, span, message).help(help));
    };
    let name = entry.name.value.as_str();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic())
        || !name.chars().all(is_plain)
        || name.starts_with("fleetwright")
    {
        refuse(entry.name.span, format!("`{name}` can't be the name of a crate"), "write it as crates.io does");
    }
    let version = &entry.value.version;
    let figure = |c: char| c.is_ascii_alphanumeric() || " .,*^~=<>+-".contains(c);
    if !version.value.contains(|c: char| c.is_ascii_digit()) || !version.value.chars().all(figure) {
        refuse(version.span, format!("`{}` is no version", version.value), "write one like `\"0.4\"`");
    }
    for feature in &entry.value.features {
        if feature.value.is_empty() || !feature.value.chars().all(|c| is_plain(c) || c == '/' || c == '+') {
            refuse(feature.span, format!("`{}` can't be a feature", feature.value), "write it as the crate does");
        }
    }
    let others = customs(spec).flat_map(|(_, custom)| &custom.crates);
    let before = others.take_while(|other| other.name.span != entry.name.span);
    if let Some(first) = before.into_iter().find(|other| other.name.value == name && package(other) != package(entry)) {
        findings.push(
            Diagnostic::error(codes::BAD_VALUE, entry.name.span, format!("two roles ask for different `{name}`"))
                .related(first.name.span, "first here")
                .help("ask for the same version and features in both: they may share a node"),
        );
    }
}
