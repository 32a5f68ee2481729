//! Findings as text for people and as JSON for programs.

use super::{Diagnostic, Severity};
use crate::text::{Source, Span};
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
    let title = level.primary_title(&finding.message).id(finding.code.as_str());
    // The file of the finding itself first, then the others that it names.
    let own = source.file(finding.primary.span.start);
    let mut files = vec![own];
    for label in &finding.related {
        let file = source.file(label.span.start);
        if !files.contains(&file) {
            files.push(file);
        }
    }
    let snippets = files.into_iter().map(|(path, whole)| {
        let text = source.text.get(whole.start..whole.end).unwrap_or_default();
        // Where the first character of an empty file is to be shown there is nothing to underline.
        let range = |span: Span| (span.start - whole.start).min(text.len())..(span.end - whole.start).min(text.len());
        let inside = |span: Span| source.file(span.start).1 == whole;
        let primary = Some(&finding.primary).filter(|label| inside(label.span));
        let primary = primary.map(|label| AnnotationKind::Primary.span(range(label.span)).label(&label.text));
        let related = finding.related.iter().filter(|label| inside(label.span));
        let related = related.map(|label| AnnotationKind::Context.span(range(label.span)).label(&label.text));
        Snippet::source(text).path(path).annotations(primary.into_iter().chain(related))
    });
    let snippets = snippets.collect::<Vec<_>>();
    let chain = source.chain(finding.primary.span.start).into_iter().map(|from| source.position(from.start));
    let chain = chain.map(|from| Level::NOTE.message(format!("included by {}:{}", from.file, from.line)));
    let helps = finding.help.iter().map(|text| Level::HELP.message(text));
    let notes = finding.notes.iter().map(|text| Level::NOTE.message(text));
    annotate_snippets::Group::with_title(title).elements(snippets).elements(helps).elements(notes).elements(chain)
}

/// Findings as an array of objects: `code`, `severity`, `message`, `file`, `line`, `column`, `end_line`, `end_column`
/// (all from 1, columns in characters), `label`, `related`, `help`, `notes`.
pub fn json(source: &Source, findings: &[Diagnostic]) -> Value {
    findings
        .iter()
        .map(|finding| {
            let mut object = labelled(source, finding.primary.span, &finding.primary.text);
            object["code"] = json!(finding.code.as_str());
            object["severity"] = json!(match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            });
            object["message"] = json!(finding.message);
            object["related"] = finding.related.iter().map(|label| labelled(source, label.span, &label.text)).collect();
            object["help"] = json!(finding.help);
            object["notes"] = json!(finding.notes);
            object
        })
        .collect()
}

fn labelled(source: &Source, span: Span, label: &str) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({
        "file": start.file, "line": start.line, "column": start.column, "end_line": end.line, "end_column": end.column,
        "label": label,
    })
}
