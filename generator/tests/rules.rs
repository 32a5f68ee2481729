//! Rules: what is understood, where a fault is shown, and which decisions are fine and must stay without a warning.

use fleetwright_generator::check;
use fleetwright_generator::diag::Diagnostic;
use fleetwright_generator::text::Source;

/// A fleet with these rules for `light`, on two nodes, so that the sensor's messages come over the network.
fn fleet(rules: &str) -> Source {
    let text = format!(
        "fleet: attic
broker: {{ host: 192.168.1.10 }}
topics:
  light: {{ payload: {{ one_of: [\"Off\", \"On\"] }}, retain: true }}
  brightness: {{ payload: percent, retain: true }}
  warmth: {{ payload: {{ number: {{ min: -40, max: 85, step: 0.1 }} }}, retain: true }}
  there: {{ payload: bit, retain: true }}
  mirror: {{ payload: bit, retain: true }}
  button: {{ payload: {{ one_of: [on, off] }} }}
  twin: {{ payload: {{ one_of: [on, off] }} }}
roles:
  lamp: {{ switch_output: {{ subscribe: light }} }}
  sensor: {{ analog_input: {{ publish: brightness }} }}
  button: {{ push_button: {{ publish: button }} }}
  presence: {{ digital_input: {{ publish: there }} }}
  log: {{ serial_log: {{ subscribe: [mirror, warmth] }} }}
  {rules}
nodes:
  one: {{ board: d1_mini, roles: {{ lamp: {{ pin: D1 }}, choice: {{}}, log: {{}} }} }}
  two: {{ board: d1_mini, roles: {{ sensor: {{ pin: A0 }}, button: {{ pin: D2 }}, presence: {{ pin: D5 }} }} }}
clients:
  phone: {{ publish: [warmth, twin], subscribe: [\"*\"] }}
"
    );
    Source::from_bytes("attic.yaml", text.as_bytes()).expect("text")
}

fn light(rules: &str) -> Source {
    fleet(&format!("choice: {{ decision: {{ publish: light, rules: [ {rules} ] }} }}"))
}

fn findings(source: &Source) -> Vec<Diagnostic> {
    let found = check(source).map_or_else(|findings| findings.0, |(_, warnings)| warnings);
    found.into_iter().filter(|finding| !matches!(finding.code.as_str(), "never-published" | "unused-topic")).collect()
}

fn codes(source: &Source) -> Vec<&'static str> {
    findings(source).iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn decisions_that_are_fine_stay_without_a_warning() {
    let fine = [
        // A gap.
        r#"{ when: 'brightness < 30', then: "On" }, { when: 'brightness > 40', then: "Off" }"#,
        // The gap lies in what was published last.
        r#"{ when: 'brightness < 30 || (light == "On" && brightness < 40)', then: "On" }, { when: 'true', then: "Off" }"#,
        // It switches, but not faster than once in ten minutes.
        r#"{ when: 'brightness < 30 && age(light) > 10min', then: "On" }, { when: 'brightness >= 30 && age(light) > 10min', then: "Off" }, { when: 'button == "off"', then: "Off" }"#,
        // It blinks, on purpose.
        r#"{ when: 'light == "On" && age(light) > 1s', then: "Off" }, { when: 'light == "Off" && age(light) > 1s', then: "On" }, { when: 'button == "on"', then: "Off" }"#,
        // Before the first press nothing is to be published.
        r#"{ when: 'button == "on"', then: "On" }, { when: 'button == "off"', then: "Off" }"#,
        // Each rule asks for all that it needs.
        r#"{ when: '!there', then: "Off" }, { when: 'there && brightness < 30', then: "On" }, { when: 'brightness > 50', then: "Off" }"#,
        // No threshold that could be told from here: both sides move.
        r#"{ when: 'brightness < warmth', then: "On" }, { when: 'brightness > warmth + 10', then: "Off" }"#,
    ];
    for rules in fine {
        assert_eq!(codes(&light(rules)), [""; 0], "{rules}");
    }
}

#[test]
fn decisions_that_are_not_fine_are_found() {
    let cases = [
        (r#"{ when: 'brightness < 30', then: "On" }, { when: 'true', then: "Off" }"#, "rule-flicker"),
        (r#"{ when: 'brightness > 30', then: "Off" }, { when: 'brightness <= 31', then: "On" }"#, "rule-flicker"),
        (r#"{ when: 'there && !there', then: "On" }, { when: 'there', then: "Off" }"#, "rule-never"),
        (r#"{ when: 'brightness + 10 < 5', then: "On" }, { when: 'there', then: "Off" }"#, "rule-never"),
        (r#"{ when: 'warmth > 21.5 && warmth < 21.6', then: "On" }, { when: 'there', then: "Off" }"#, "rule-never"),
        (r#"{ when: 'age(there) < 1s && age(there) > 2s', then: "On" }, { when: 'there', then: "Off" }"#, "rule-never"),
        (r#"{ when: 'warmth < brightness', then: "On" }, { when: 'brightness > warmth', then: "Off" }"#, "rule-hidden"),
        (r#"{ when: '!there', then: "Off" }, { when: 'brightness < 30', then: "On" }"#, "start-flash"),
        (r#"{ when: 'light == "On"', then: "Off" }, { when: 'light == "Off"', then: "On" }"#, "undecided"),
        (r#"{ when: 'light == "On"', then: "Off" }, { when: 'true', then: "On" }"#, "topic-loop"),
    ];
    for (rules, code) in cases {
        assert!(codes(&light(rules)).contains(&code), "{rules}: {:?}", codes(&light(rules)));
    }
}

#[test]
fn all_operators_are_understood() {
    let whens = [
        "-warmth * 2 + 3 / brightness - 1.5 <= 7 && !(there || brightness != 3)",
        "age(there) < 2 * 30min + 1h - 500ms && 1.5h > age(button)",
        "button == twin || there != mirror && true == there",
        "1 == there && 30 > brightness && \"on\" != button",
    ];
    for when in whens {
        let source = light(&format!("{{ when: '{when}', then: \"On\" }}, {{ when: 'there', then: \"Off\" }}"));
        let codes = codes(&source);
        assert!(
            !codes.iter().any(|code| matches!(*code, "rule-type" | "rule-syntax" | "unknown-name")),
            "{when}: {codes:?}"
        );
    }
}

#[test]
fn then_is_an_expression_too() {
    let decision = |then: &str| {
        fleet(&format!("choice: {{ decision: {{ publish: mirror, rules: [ {{ when: 'there', then: {then} }} ] }} }}"))
    };
    for then in ["1", "'false'", "there", "'!there'", "'brightness < 30 && button == \"on\"'"] {
        let found = findings(&decision(then));
        let bad = found.iter().any(|finding| finding.code.as_str().starts_with("rule-type"));
        assert!(!bad, "{then}: {found:#?}");
    }
    assert_eq!(codes(&decision("brightness")), ["rule-type"]);
    assert_eq!(codes(&decision("'brightness <'")), ["rule-syntax"]);
}

/// The text at which a finding points.
fn pointed_at(rule: &str) -> (String, &'static str) {
    let source = light(rule);
    let findings = findings(&source);
    let finding = findings.first().unwrap_or_else(|| panic!("no finding in {rule}"));
    (source.text[finding.primary.span.start..finding.primary.span.end].to_owned(), finding.code.as_str())
}

#[test]
fn faults_point_into_the_text() {
    let cases = [
        (r#"{ when: 'there && brightnes < 3', then: "On" }"#, "brightnes", "unknown-name"),
        (r#"{ when: "there && button == \"of\"", then: "On" }"#, r#"\"of\""#, "rule-type"),
        ("{ when: 'there &&\n        button == \"of\"', then: \"On\" }", "\"of\"", "rule-type"),
        (r#"{ when: 'there && age(there) + 3 > 5s', then: "On" }"#, "age(there) + 3", "rule-type"),
        (r#"{ when: 'there && age(there) < 5', then: "On" }"#, "age(there) < 5", "rule-type"),
        (r#"{ when: 'there && button < twin', then: "On" }"#, "button < twin", "rule-type"),
        (r#"{ when: 'there && (brightness + "a") < 3', then: "On" }"#, "\"a\"", "rule-type"),
        (r#"{ when: 'there && brightness', then: "On" }"#, "brightness", "rule-type"),
        (r#"{ when: 'there = true', then: "On" }"#, "there = true", "rule-type"),
        (r#"{ when: 'there && brightness > 130', then: "On" }"#, "130", "out-of-range"),
    ];
    for (rule, text, code) in cases {
        assert_eq!(pointed_at(rule), (text.to_owned(), code), "{rule}");
    }
}
