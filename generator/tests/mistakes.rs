//! The mistakes that beginners make most: each finding tells what to write.

use fleetwright_generator::diag::render;
use fleetwright_generator::{check, text::Source};

const ATTIC: &str = r#"fleet: attic
broker: { host: 192.168.1.10 }
topics:
  light: { path: attic/light, payload: { one_of: ["Off", "On"] }, retain: true }
  brightness: { payload: percent }
roles:
  lamp: { switch_output: { subscribe: light } }
  sensor: { analog_input: { publish: brightness } }
  choice:
    decision:
      publish: light
      rules:
        - { when: 'brightness < 30', then: "On" }
        - { when: 'brightness > 40', then: "Off" }
nodes:
  esp: { board: d1_mini, roles: { lamp: { pin: D1 }, sensor: { pin: A0 }, choice: {} } }
"#;

#[test]
fn each_is_repairable_from_its_message() {
    let cases = [
        ("  light: {", "\tlight: {", "put blanks in its place"),
        ("fleet: attic", "fleet attic", "write `fleet: attic`"),
        ("host: 192", "host:192", "write `host: 192.168.1.10`"),
        ("  sensor: { analog", "    sensor: { analog", "start it in the same column as the entries beside it"),
        ("d1_mini", "D1 mini", "did you mean `d1_mini`?"),
        ("subscribe: light", "subscribe: lights", "did you mean `light`?"),
        ("then: \"On\"", "then: on", "did you mean `On`?"),
        ("pin: D1 ", "pin: D9 ", "its pins: D3, TX, D4, RX, D2, D1,"),
        ("lamp: { pin: D1 }, ", "", "add `lamp: { … }` to the roles of one of its nodes"),
        ("brightness < 30", "brightness < \"30\"", "write `30`"),
        ("brightness < 30", "light = \"On\"", "write `==` to compare"),
        ("choice: {} } }", "choice: {} }", "write `}` where its entries end"),
        ("  brightness: {", "  light: {", "`light` stands twice"),
        ("pin: D1", "pin: D0", "write `pin: D2`, which is free"),
    ];
    for (right, wrong, expected) in cases {
        assert!(ATTIC.contains(right), "{right}");
        let source = Source::new("attic.yaml", ATTIC.replacen(right, wrong, 1));
        let found = match check(&source) {
            Ok((_, warnings)) => warnings,
            Err(findings) => findings.0,
        };
        let text = render::text(&source, &found, false);
        assert!(text.contains(expected), "{wrong}: {expected}\n{text}");
    }
    let source = Source::new("attic.yaml", ATTIC);
    assert!(check(&source).is_ok_and(|(_, warnings)| warnings.is_empty()), "without a mistake there is no finding");
}
