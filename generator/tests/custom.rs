//! Custom roles: what is wrong about them is found where it stands.

use fleetwright_generator::check;
use fleetwright_generator::text::Source;

const GOOD: &str = r#"fleet: attic
broker: { host: broker.local }
topics:
  a: { payload: bit }
  b: { payload: percent }
roles:
  own: { custom: { source: roles/own.rs, subscribe: [a], publish: [b], pins: [sda, scl], crates: { one: "1.2", two: { version: "^3", features: [x] } } } }
  log: { serial_log: { subscribe: b } }
nodes:
  esp: { board: d1_mini, roles: { own: { pins: { sda: D2, scl: D1 } }, log: {} } }
clients:
  phone: { publish: [a] }
"#;

/// The findings of the good file with a change: code, and what it points at.
fn found(from: &str, to: &str) -> Vec<(String, String)> {
    assert!(GOOD.contains(from), "no `{from}`");
    let source = Source::new("attic.yaml", GOOD.replacen(from, to, 1));
    let findings = match check(&source) {
        Ok((_, warnings)) => warnings,
        Err(findings) => findings.0,
    };
    let text = |finding: &fleetwright_generator::diag::Diagnostic| {
        let span = finding.primary.span;
        (finding.code.as_str().to_owned(), source.text[span.start..span.end].to_owned())
    };
    findings.iter().map(text).collect()
}

#[test]
fn the_good_file_is_good() {
    assert_eq!(found("attic", "attic"), []);
}

#[test]
fn mistakes_are_found_where_they_stand() {
    for (from, to, code, at) in [
        ("roles/own.rs", "../own.rs", "bad-value", "../own.rs"),
        ("roles/own.rs", "/etc/own.rs", "bad-value", "/etc/own.rs"),
        ("roles/own.rs", "roles/own", "bad-value", "roles/own"),
        ("roles/own.rs", "\"a\\\"b.rs\"", "bad-value", "\"a\\\"b.rs\""),
        ("subscribe: [a]", "subscribe: [c]", "unknown-name", "c"),
        ("pins: [sda, scl]", "pins: [sda, SCL]", "bad-name", "SCL"),
        ("pins: [sda, scl]", "pins: [sda, scl, scl]", "bad-value", "scl"),
        ("one: \"1.2\"", "fleetwright-node: \"1.2\"", "bad-value", "fleetwright-node"),
        ("one: \"1.2\"", "one: newest", "bad-value", "newest"),
        ("one: \"1.2\"", "one: '1\"'", "bad-value", "'1\"'"),
        ("features: [x]", "features: ['a b']", "bad-value", "'a b'"),
        ("scl: D1 }", "scl: D1, irq: D5 }", "pin-unknown", "irq"),
        (", scl: D1 }", " }", "pin-missing", "own"),
        ("{ pins: { sda: D2, scl: D1 } }", "{ pin: D2 }", "pin-missing", "own"),
        ("log: {}", "log: { pins: { x: D5 } }", "pin-missing", "x"),
        ("scl: D1", "scl: D12", "pin-unknown", "D12"),
        ("scl: D1", "scl: GPIO7", "pin-flash", "GPIO7"),
        ("scl: D1", "scl: A0", "pin-analog", "A0"),
        ("scl: D1", "scl: D2", "pin-taken", "D2"),
        ("scl: D1", "scl: D0", "i2c-pin", "D0"),
        ("source: roles/own.rs,", "", "missing-key", "subscribe"),
        ("source:", "sauce:", "unknown-key", "sauce"),
    ] {
        let findings = found(from, to);
        assert!(findings.contains(&(code.to_owned(), at.to_owned())), "{to}: {findings:?}");
    }
}

#[test]
fn two_roles_that_share_a_file_or_disagree_about_a_crate() {
    let second = |options: &str| format!("{options} }} }}\n  log: {{ serial_log");
    let from = "}\n  log: { serial_log";
    let twice = found(from, &format!("}}\n  more: {{ custom: {{ source: roles/own.rs{}", second("")));
    assert!(twice.contains(&("bad-value".into(), "roles/own.rs".into())), "{twice:?}");
    let other = found(from, &format!("}}\n  more: {{ custom: {{ source: b.rs, crates: {{ one: \"2\" }}{}", second("")));
    assert!(other.contains(&("bad-value".into(), "one".into())), "{other:?}");
    let same =
        found(from, &format!("}}\n  more: {{ custom: {{ source: b.rs, crates: {{ one: \"1.2\" }}{}", second("")));
    assert!(!same.iter().any(|(code, _)| code == "bad-value"), "{same:?}");
}
