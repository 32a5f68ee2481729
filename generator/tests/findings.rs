//! Each finding code has a case: `tests/findings/<code>.yaml` and, exactly, its findings. A new text is accepted
//! with `FINDINGS=accept cargo test -p fleetwright-generator --test findings`, and then read aloud.

#![allow(clippy::disallowed_methods, reason = "a test reads its cases")]

use fleetwright_generator::check;
use fleetwright_generator::diag::{Diagnostic, Severity, codes, render};
use fleetwright_generator::text::Source;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/findings")
}

fn findings(code: &str) -> (Source, Vec<Diagnostic>) {
    let path = folder().join(format!("{code}.yaml"));
    let bytes = std::fs::read(&path).unwrap_or_else(|_| panic!("the code `{code}` has no case {}", path.display()));
    match Source::from_bytes(&format!("{code}.yaml"), &bytes) {
        Err((source, findings)) => (source, findings.0),
        Ok(source) => match check(&source) {
            Ok((_, warnings)) => (source, warnings),
            Err(findings) => (source, findings.0),
        },
    }
}

#[test]
fn every_code_has_a_case_that_finds_it_and_says_it_in_these_words() {
    let mut wrong = Vec::new();
    for (code, explanation) in codes::ALL {
        let code = code.as_str();
        let text = codes::explain(code).unwrap_or_default();
        assert!(explanation.len() > 20 && text.len() > explanation.len() + 80, "{code} is not explained");
        let (source, findings) = findings(code);
        assert!(findings.iter().any(|finding| finding.code.as_str() == code), "{code}: {findings:#?}");
        let rendered = render::text(&source, &findings, false);
        let expected = folder().join(format!("{code}.txt"));
        if std::env::var_os("FINDINGS").is_some_and(|value| value == "accept") {
            std::fs::write(&expected, &rendered).expect("tests/findings can be written");
        }
        if std::fs::read_to_string(&expected).ok().as_ref() != Some(&rendered) {
            wrong.push(format!("{}\n{rendered}", expected.display()));
        }
    }
    assert!(wrong.is_empty(), "not what is expected in:\n{}", wrong.join("\n"));
}

/// The same case, repaired: `tests/findings/<code>.fixed.yaml`.
#[test]
fn every_finding_is_gone_when_it_is_repaired() {
    let mut left = Vec::new();
    for (code, _) in codes::ALL {
        let (source, found) = findings(&format!("{}.fixed", code.as_str()));
        // These files end where the finding was: what is missing after that is another matter.
        let whole = !matches!(*code, codes::YAML | codes::ENCODING | codes::TOO_LARGE);
        if found.iter().any(|finding| finding.code == *code || whole && finding.severity == Severity::Error) {
            left.push(render::text(&source, &found, false));
        }
    }
    assert!(left.is_empty(), "{}", left.concat());
}

#[test]
fn places_lie_inside_the_file_and_are_never_empty() {
    for (code, _) in codes::ALL {
        let (source, findings) = findings(code.as_str());
        for finding in findings {
            for label in finding.related.iter().chain([&finding.primary]) {
                assert!(label.span.start < label.span.end && label.span.end <= source.text.len(), "{finding:#?}");
                assert!(source.text.get(label.span.start..label.span.end).is_some(), "{finding:#?}");
            }
        }
    }
}

#[test]
fn json_says_the_same_places() {
    let (source, findings) = findings("duplicate-path");
    let json = render::json(&source, &findings);
    let finding = json.as_array().and_then(|all| all.iter().find(|finding| finding["code"] == "duplicate-path"));
    let finding = finding.expect("there is one");
    assert_eq!((&finding["line"], &finding["column"]), (&5.into(), &23.into()));
    assert_eq!((&finding["related"][0]["line"], &finding["related"][0]["column"]), (&4.into(), &18.into()));
    assert_eq!(finding["severity"], "error");
}

#[test]
fn five_mistakes_are_five_findings() {
    let text = include_str!("../../tests/behaviour/fleets/five-mistakes.yaml");
    let source = Source::new("attic.yaml", text);
    let findings = check(&source).expect_err("five mistakes").0;
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let found: Vec<(&str, (usize, usize))> =
        errors.map(|finding| (finding.code.as_str(), source.line_column(finding.primary.span.start))).collect();
    let expected = [
        ("bad-path", (6, 18)),
        ("unknown-name", (8, 41)),
        ("rule-type", (10, 59)),
        ("pin-unknown", (12, 48)),
        ("pin-analog", (12, 69)),
    ];
    assert_eq!(found, expected);
}
