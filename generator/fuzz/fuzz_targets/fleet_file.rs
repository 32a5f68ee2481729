//! Any bytes as a fleet file: an answer, and never a panic. Every finding stands at characters of the file, and both
//! renderers can show it.
//!
//! `cargo +nightly fuzz run --fuzz-dir generator/fuzz fleet_file CORPUS -- -max_total_time=600`,
//! where CORPUS is a folder with copies of the example fleets.
#![no_main]

use fleetwright_generator::diag::{Diagnostic, render};
use fleetwright_generator::text::Source;
use fleetwright_generator::{Options, generate};
use libfuzzer_sys::fuzz_target;

fn show(source: &Source, findings: &[Diagnostic]) {
    for label in findings.iter().flat_map(|finding| finding.related.iter().chain([&finding.primary])) {
        assert!(source.text.is_empty() || source.text.get(label.span.start..label.span.end).is_some_and(|text| !text.is_empty()));
    }
    render::text(source, findings, false);
    render::json(source, findings);
}

fuzz_target!(|bytes: &[u8]| {
    match Source::from_bytes("fleet.yaml", bytes) {
        Err((source, findings)) => show(&source, &findings.0),
        Ok(source) => match generate(&source, &Options::default()) {
            Ok(output) => show(&source, &output.warnings),
            Err(findings) => show(&source, &findings.0),
        },
    }
});
