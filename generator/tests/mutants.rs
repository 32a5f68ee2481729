//! Broken files are answered, never with a panic: the fleets of the project with lines, words and characters changed by
//! seeded chance. Every finding has a place inside the text, and a file with an error makes no output.

#![allow(clippy::disallowed_methods, reason = "a test reads its cases")]

use fastrand::Rng;
use fleetwright_generator::diag::{Diagnostic, Severity, render};
use fleetwright_generator::text::Source;
use fleetwright_generator::{Options, generate};
use std::path::Path;

/// Mutants in all.
const MUTANTS: usize = 1_200;
/// What people write where something else belongs.
const WORDS: [&str; 40] = [
    "",
    "on",
    "off",
    "yes",
    "null",
    "~",
    "D1",
    "D99",
    "GPIO6",
    "A0",
    "-1",
    "101",
    "1e99",
    "0.5",
    "99999999999",
    "auto",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    ":",
    "#",
    "*",
    "&x",
    "!secret",
    "!x y",
    "\t",
    "  ",
    "- ",
    "|",
    ">",
    "30min",
    "age(light)",
    "ä",
    "🦀",
    "\u{202e}",
    "light",
    "percent",
];

fn fleets() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut fleets = Vec::new();
    for folder in ["fleets", "fleets/common", "tests/behaviour/fleets", "tests/findings"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("readable").path();
            let name = path.file_name().expect("named").to_string_lossy().into_owned();
            if name.ends_with(".yaml") && name != "secrets.yaml" && name != "encoding.yaml" {
                fleets.push((name, std::fs::read_to_string(&path).expect("readable")));
            }
        }
    }
    fleets.sort();
    fleets
}

/// A place between two characters.
fn cut(text: &str, random: &mut Rng) -> usize {
    text.floor_char_boundary(random.usize(..=text.len()))
}

fn mutate(text: &mut String, random: &mut Rng) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (one, other) = (random.usize(..lines.len().max(1)), random.usize(..lines.len().max(1)));
    match random.usize(..9) {
        0 if !lines.is_empty() => drop(lines.remove(one)),
        1 if !lines.is_empty() => lines.insert(other, lines[one].clone()),
        2 if !lines.is_empty() => lines.swap(one, other),
        3 if !lines.is_empty() => lines[one].insert_str(0, "  "),
        4 if !lines.is_empty() => lines[one] = lines[one].trim_start().to_owned(),
        5 => {
            let at = cut(text, random);
            return text.insert_str(at, WORDS[random.usize(..WORDS.len())]);
        }
        6 => {
            let at = cut(text, random);
            return text.truncate(at);
        }
        7 => {
            // Another word in the place of a word.
            let words: Vec<(usize, &str)> = text.match_indices(|c: char| c.is_ascii_alphanumeric()).collect();
            let Some((start, _)) = words.get(random.usize(..words.len().max(1))).copied() else { return };
            let end = text[start..].find(|c: char| !c.is_ascii_alphanumeric()).map_or(text.len(), |end| start + end);
            return text.replace_range(start..end, WORDS[random.usize(..WORDS.len())]);
        }
        _ => {
            let (a, b) = (cut(text, random), cut(text, random));
            return text
                .replace_range(a.min(b)..a.max(b).min(text.floor_char_boundary(a.min(b) + 12)).max(a.min(b)), "");
        }
    }
    *text = lines.join("\n") + "\n";
}

fn check(source: &Source, findings: &[Diagnostic]) {
    for finding in findings {
        for label in finding.related.iter().chain([&finding.primary]) {
            let shown = source.text.get(label.span.start..label.span.end);
            assert!(shown.is_some_and(|shown| !shown.is_empty()) || source.text.is_empty(), "{finding:#?}");
        }
        assert!(!finding.message.is_empty());
    }
    // The renderers must not panic either.
    assert_eq!(render::text(source, findings, false).is_empty(), findings.is_empty());
    assert_eq!(render::json(source, findings).as_array().map(Vec::len), Some(findings.len()));
}

#[test]
fn a_thousand_mutants() {
    let fleets = fleets();
    let mut random = Rng::with_seed(0x5EED);
    let (mut broken, mut whole) = (0, 0);
    for number in 0..MUTANTS {
        let (name, text) = &fleets[number % fleets.len()];
        let mut text = text.clone();
        (0..=random.usize(..2)).for_each(|_| mutate(&mut text, &mut random));
        let source = match Source::from_bytes(name, text.as_bytes()) {
            Ok(source) => source,
            Err((source, findings)) => {
                check(&source, &findings.0);
                broken += 1;
                continue;
            }
        };
        let outcome = std::panic::catch_unwind(|| generate(&source, &Options::default()));
        match outcome.unwrap_or_else(|_| panic!("mutant {number} of {name}:\n{text}")) {
            Ok(output) => {
                check(&source, &output.warnings);
                assert!(output.warnings.iter().all(|finding| finding.severity == Severity::Warning));
                whole += 1;
            }
            Err(findings) => {
                check(&source, &findings.0);
                assert!(findings.0.iter().any(|finding| finding.severity == Severity::Error), "{name}:\n{text}");
                broken += 1;
            }
        }
    }
    assert!(broken > MUTANTS / 4 && whole > MUTANTS / 50, "of both kinds: {broken} and {whole}");
}
