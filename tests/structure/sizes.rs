//! How long files and functions are.

use crate::source::root;
use proc_macro2::Span;
use std::process::Command;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// The longest file, in lines.
const FILE: usize = 400;
/// The median of all files is below this many lines.
const MEDIAN: usize = 130;
/// The longest function, in lines.
const FUNCTION: usize = 60;
/// Longer functions that are tables, each with what it lists.
const TABLES: &[(&str, &str)] = &[
    ("tests/behaviour/rights.rs", "faults_in_the_rules_are_found_and_their_lines_are_named"),
    ("tests/behaviour/leaks.rs", "no_command_says_writes_or_starts_anything_with_a_secret_in_it"),
];

/// All Rust files that people write, from the project's root.
fn files() -> Vec<String> {
    let mut command = Command::new("git");
    command.args(["ls-files", "-co", "--exclude-standard", "--", "*.rs", ":!generated"]).current_dir(root());
    let output = command.output().expect("git");
    assert!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let files = String::from_utf8(output.stdout).expect("names");
    files.lines().filter(|file| root().join(file).is_file()).map(str::to_owned).collect()
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn files_are_short() {
    let mut lengths: Vec<(usize, String)> =
        files().into_iter().map(|file| (read(&file).lines().count(), file)).collect();
    lengths.sort();
    let long: Vec<&(usize, String)> = lengths.iter().filter(|(length, _)| *length > FILE).collect();
    assert!(long.is_empty(), "files above {FILE} lines; which second thing lives in them? {long:?}");
    let median = lengths[lengths.len() / 2].0;
    assert!(median < MEDIAN, "half of all files have {median} lines or more");
}

#[test]
fn functions_are_short() {
    let mut found = Vec::new();
    for file in files() {
        let parsed = syn::parse_file(&read(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut functions = Functions { file: &file, found: &mut found };
        functions.visit_file(&parsed);
    }
    assert!(found.is_empty(), "functions above {FUNCTION} lines:\n{}", found.join("\n"));
}

struct Functions<'f> {
    file: &'f str,
    found: &'f mut Vec<String>,
}

impl Functions<'_> {
    fn look(&mut self, signature: &syn::Signature, whole: Span) {
        let name = signature.ident.to_string();
        let length = whole.end().line - signature.fn_token.span.start().line + 1;
        if length > FUNCTION && !TABLES.contains(&(self.file, &name)) {
            self.found.push(format!("{}: {name} has {length} lines", self.file));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.look(&item.sig, item.span());
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.look(&item.sig, item.span());
        visit::visit_impl_item_fn(self, item);
    }
}
