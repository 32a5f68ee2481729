//! Findings as text for people and as JSON for programs.

use super::{Diagnostic, Severity};
use crate::source::{Source, Span};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::{Value, json};

/// Findings as a person reads them, one after the other.
pub fn text(source: &Source, findings: &[Diagnostic], color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    findings.iter().map(|finding| renderer.render(&[group(source, finding)]).to_string() + "\n\n").collect()
}

fn group<'a>(source: &'a Source, finding: &'a Diagnostic) -> annotate_snippets::Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    // Where the first character of an empty file is to be shown there is nothing to underline.
    let range = |span: Span| span.start.min(source.text.len())..span.end.min(source.text.len());
    let primary = AnnotationKind::Primary.span(range(finding.primary.span)).label(&finding.primary.text);
    let related =
        finding.related.iter().map(|label| AnnotationKind::Context.span(range(label.span)).label(&label.text));
    let snippet = Snippet::source(&source.text).path(&source.path).annotation(primary).annotations(related);
    let helps = finding.help.iter().map(|text| Level::HELP.message(text));
    let notes = finding.notes.iter().map(|text| Level::NOTE.message(text));
    level.primary_title(&finding.message).id(finding.code.as_str()).element(snippet).elements(helps).elements(notes)
}

/// Findings as an array of objects: `code`, `severity`, `message`, `file`, `line`, `column`, `end_line`, `end_column`
/// (all from 1, columns in characters), `label`, `related`, `help`, `notes`.
pub fn json(source: &Source, findings: &[Diagnostic]) -> Value {
    findings
        .iter()
        .map(|finding| {
            let mut object = place(source, finding.primary.span, &finding.primary.text);
            object["code"] = json!(finding.code.as_str());
            object["severity"] = json!(match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            });
            object["message"] = json!(finding.message);
            object["related"] = finding.related.iter().map(|label| place(source, label.span, &label.text)).collect();
            object["help"] = json!(finding.help);
            object["notes"] = json!(finding.notes);
            object
        })
        .collect()
}

fn place(source: &Source, span: Span, label: &str) -> Value {
    let (line, column) = source.line_column(span.start);
    let (end_line, end_column) = source.line_column(span.end);
    json!({
        "file": source.path, "line": line, "column": column, "end_line": end_line, "end_column": end_column,
        "label": label,
    })
}
