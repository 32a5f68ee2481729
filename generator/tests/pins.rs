//! Pins: the hazards that burn an evening, what may be allowed, and what `pin: auto` takes.

#![allow(clippy::disallowed_methods, reason = "a test reads its cases")]

use fleetwright_generator::check;
use fleetwright_generator::diag::Diagnostic;
use fleetwright_generator::resolve::{PinState, chart};
use fleetwright_generator::text::Source;

const ROLES: &str = "fleet: attic\nbroker: { host: broker.local }\ntopics:\n  light: { payload: bit }\n  \
    level: { payload: percent }\nroles:\n  lamp: { switch_output: { subscribe: light } }\n  \
    spot: { switch_output: { subscribe: light } }\n  led: { switch_output: { subscribe: light, active: low } }\n  \
    button: { push_button: { publish: light } }\n  door: { digital_input: { publish: light, pull: up } }\n  \
    motion: { digital_input: { publish: light } }\n  dimmer: { dimmer_output: { subscribe: level } }\n  \
    knob: { analog_input: { publish: level } }\n  log: { serial_log: { subscribe: light } }\n  \
    bus: { custom: { source: bus.rs, publish: [light], pins: [sda, scl] } }\nnodes:\n  esp: ";

fn source(node: &str) -> Source {
    Source::new("attic.yaml", format!("{ROLES}{node}\n"))
}

fn found(source: &Source) -> Vec<Diagnostic> {
    match check(source) {
        Ok((_, warnings)) => warnings,
        Err(findings) => findings.0,
    }
}

/// The codes of findings inside the node.
fn codes(node: &str) -> Vec<&'static str> {
    let source = source(node);
    let inside = found(&source).into_iter().filter(|finding| finding.primary.span.start >= ROLES.len());
    inside.map(|finding| finding.code.as_str()).collect()
}

fn on(board: &str, role: &str, pin: &str) -> Vec<&'static str> {
    codes(&format!("{{ board: {board}, roles: {{ {role}: {{ pin: {pin} }} }} }}"))
}

/// The pins of the node's roles, by their labels.
fn chosen(node: &str) -> Vec<(String, String)> {
    let (fleet, _) = check(&source(node)).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let node = &fleet.layouts[0].nodes[0];
    let single = node.roles.iter().filter_map(|(id, pin)| Some((id, String::new(), pin.as_ref()?)));
    let several =
        node.pins.iter().flat_map(|(id, pins)| pins.iter().map(move |(name, pin)| (id, format!(".{name}"), pin)));
    let mut pins: Vec<(String, String)> = single
        .chain(several)
        .map(|(id, name, pin)| (fleet.roles[id.0].name.clone() + &name, pin.label().to_owned()))
        .collect();
    pins.sort();
    pins
}

#[test]
fn seven_hazards_are_found_in_one_run() {
    let text = include_str!("../../tests/findings/seven-hazards.yaml");
    let source = Source::new("hazards.yaml", text);
    let findings = found(&source);
    let at = |word: &str, after: &str| {
        let start = text.find(after).expect("there") + after.len();
        source.line_column(start + text[start..].find(word).expect("there"))
    };
    let expected = [
        ("boot-level", at("D3", "contact: { pin: ")),
        ("boot-pull", at("D8", "button: { pin: ")),
        ("boot-high", at("D0", "garage: { pin: ")),
        ("serial-log", at("TX", "lamp: { pin: ")),
        ("pin-unknown", at("GPIO14", "reed: { pin: ")),
        ("i2c-pin", at("D0", "climate: { pins: ")),
        ("never-published", at("frost", "topics:")),
    ];
    let all: Vec<(&str, (usize, usize))> =
        findings.iter().map(|one| (one.code.as_str(), source.line_column(one.primary.span.start))).collect();
    for hazard in expected {
        assert!(all.contains(&hazard), "{hazard:?} is not among {all:#?}");
    }
    for finding in &findings {
        assert!(!finding.related.is_empty(), "{finding:#?}");
        assert!(!finding.help.is_empty(), "{finding:#?}");
    }
}

#[test]
fn the_placement_table() {
    let table: [(&str, &str, &[&str]); 34] = [
        ("lamp", "D1", &[]),
        ("lamp", "D5", &["boot-glitch"]),
        ("lamp", "D8", &[]),
        ("lamp", "D3", &["boot-high"]),
        ("lamp", "D4", &["board-part", "boot-high"]),
        ("lamp", "D0", &["boot-high"]),
        ("lamp", "TX", &["boot-high", "serial-pin"]),
        ("led", "D2", &[]),
        ("led", "D6", &[]),
        ("led", "D8", &["boot-pull"]),
        ("led", "D3", &["boot-glitch"]),
        ("led", "D4", &["boot-glitch"]),
        ("led", "D0", &[]),
        ("button", "D7", &[]),
        ("button", "D8", &["boot-pull"]),
        ("button", "D3", &["strapping-pin"]),
        ("button", "D4", &["strapping-pin"]),
        ("button", "D0", &["pull-unavailable"]),
        ("button", "RX", &["serial-pin"]),
        ("door", "D5", &[]),
        ("door", "D8", &["boot-pull"]),
        ("door", "D3", &["boot-level"]),
        ("door", "D4", &["boot-level"]),
        ("motion", "D1", &[]),
        ("motion", "D8", &["boot-level"]),
        ("motion", "D3", &["boot-level"]),
        ("motion", "D0", &[]),
        ("dimmer", "D1", &[]),
        ("dimmer", "D0", &["boot-high", "no-pwm"]),
        ("knob", "A0", &[]),
        ("knob", "D1", &["pin-analog"]),
        ("lamp", "A0", &["pin-analog"]),
        ("lamp", "GPIO6", &["pin-flash"]),
        ("lamp", "GPIO9", &["pin-flash"]),
    ];
    for (role, pin, expected) in table {
        assert_eq!(on("d1_mini", role, pin), expected, "{role} on {pin}");
    }
    assert_eq!(on("esp8285", "button", "9"), [""; 0]);
    assert_eq!(on("esp12e", "knob", "A0"), ["analog-range"]);
    assert_eq!(on("nodemcuv2", "lamp", "D3"), ["board-part", "boot-high"]);
}

#[test]
fn a_bus_needs_lines_that_let_go() {
    let bus =
        |sda: &str| codes(&format!("{{ board: d1_mini, roles: {{ bus: {{ pins: {{ sda: {sda}, scl: D1 }} }} }} }}"));
    assert_eq!(bus("D2"), [""; 0]);
    assert_eq!(bus("D0"), ["i2c-pin"]);
    assert_eq!(bus("D8"), ["i2c-pin"]);
    assert_eq!(bus("D3"), ["strapping-pin"]);
    assert_eq!(bus("D1"), ["pin-taken"]);
}

#[test]
fn what_is_allowed_is_silent_and_what_silences_nothing_is_wrong() {
    let wired = |wiring: &str| codes(&format!("{{ board: d1_mini, roles: {{ lamp: {{ {wiring} }} }} }}"));
    assert_eq!(wired("pin: D5, allow: { boot-glitch: \"it may flash\" }"), [""; 0]);
    assert_eq!(wired("pin: D4, allow: { boot-high: \"it may flash\" }"), ["board-part"]);
    assert_eq!(wired("pin: D1, allow: { boot-glitch: \"it may flash\" }"), ["allow-unused"]);
    assert_eq!(wired("pin: D5, allow: { boot-glitch: \" \" }"), ["bad-value"]);
    assert_eq!(wired("pin: D5, allow: { boot-glich: \"it may flash\" }"), ["boot-glitch", "unknown-name"]);
    // Nobody knows what a pin that is not there would warn of.
    assert_eq!(wired("pin: D99, allow: { boot-glitch: \"it may flash\" }"), ["pin-unknown"]);
    let door = "{ board: d1_mini, roles: { door: { pin: D3, allow: { boot-level: \"I like it\" } } } }";
    assert_eq!(codes(door), ["boot-level", "allow-unused"]);
}

#[test]
fn auto_takes_the_safest_pin_for_each_use() {
    let one = |role: &str| chosen(&format!("{{ board: d1_mini, roles: {{ {role}: {{ pin: auto }} }} }}"))[0].1.clone();
    let expected = ["D2", "D6", "D6", "D6", "D6", "A0"];
    assert_eq!(["lamp", "led", "button", "door", "motion", "knob"].map(one), expected);
    let bus = "{ board: d1_mini, roles: { bus: { pins: { sda: auto, scl: auto } } } }";
    assert_eq!(chosen(bus), [("bus.scl".into(), "D1".into()), ("bus.sda".into(), "D2".into())]);
    // Nothing harmless is left: the least harm, and it is reported.
    assert_eq!(on("esp01", "lamp", "auto").len(), 1);
}

#[test]
fn auto_is_stable_when_lines_move() {
    let lines = ["lamp: { pin: auto }", "spot: { pin: auto }", "button: { pin: auto }", "door: { pin: D6 }"];
    let fleet = |order: [usize; 4]| {
        let roles = order.map(|index| lines[index]).join(", ");
        chosen(&format!("{{ board: d1_mini, roles: {{ {roles} }} }}"))
    };
    let first = fleet([0, 1, 2, 3]);
    assert_eq!(first, fleet([3, 2, 1, 0]));
    assert_eq!(first, fleet([2, 0, 3, 1]));
    let pin = |role: &str| first.iter().find(|(name, _)| name == role).map(|(_, pin)| pin.as_str());
    assert_eq!((pin("lamp"), pin("spot"), pin("button")), (Some("D2"), Some("D1"), Some("D7")));
}

#[test]
fn the_fix_that_a_finding_proposes_removes_it() {
    for (role, pin) in
        [("lamp", "D0"), ("lamp", "D5"), ("led", "D8"), ("button", "D3"), ("door", "D4"), ("dimmer", "D0")]
    {
        let source = source(&format!("{{ board: d1_mini, roles: {{ {role}: {{ pin: {pin} }} }} }}"));
        let finding = found(&source).into_iter().find(|one| one.primary.span.start >= ROLES.len()).expect("a hazard");
        let help = finding.help.first().and_then(|help| help.split("`pin: ").nth(1));
        let better = help.and_then(|help| help.split('`').next()).expect("a concrete pin");
        assert_eq!(on("d1_mini", role, better), [""; 0], "{role} on {better}");
    }
}

#[test]
fn the_readme_of_a_layout_says_why_a_pin_was_chosen_and_what_a0_takes() {
    let node = "{ board: d1_mini, roles: { lamp: { pin: auto }, knob: { pin: A0 } } }";
    let output = fleetwright_generator::generate(&source(node), &fleetwright_generator::Options::default());
    let artifacts = output.expect("no errors").artifacts;
    let readme = artifacts.iter().find(|file| file.path.ends_with("default/README.md")).expect("a README");
    assert!(readme.text.contains("D2 was chosen: it has no second job and rests at power-up"), "{}", readme.text);
    assert!(readme.text.contains("0 to 3.2 V on this board"), "{}", readme.text);
}

#[test]
fn copies_and_the_fleets_own_boards_are_judged_too() {
    let text = "fleet: campus\nfor_each: { room: 1..3 }\nbroker: { host: broker.local }\n\
        boards:\n  mine: { like: d1_mini, led: [12], aliases: { OUT: 12 } }\ntopics:\n  \
        light: { path: \"campus/{room}\", payload: bit }\nroles:\n  lamp: { switch_output: { subscribe: light } }\n  \
        button: { push_button: { publish: light } }\nnodes:\n  \
        \"esp-{room}\": { board: mine, roles: { lamp: { pin: OUT }, button: { pin: auto } } }\n";
    let source = Source::new("campus.yaml", text);
    let (fleet, warnings) = check(&source).expect("no errors");
    let codes: Vec<&str> = warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(codes, ["board-part", "boot-glitch"]);
    assert!(warnings[0].notes.iter().any(|note| note.contains("3 copies")), "{warnings:#?}");
    assert_eq!(fleet.layouts[0].nodes.len(), 3);
    assert!(fleet.layouts[0].nodes.iter().all(|node| node.roles.iter().all(|(_, pin)| pin.is_some())));
}

#[test]
fn reserved_pins_are_neither_chosen_nor_proposed() {
    let node = |more: &str, roles: &str| format!("{{ board: d1_mini, {more}roles: {{ {roles} }} }}");
    let reserved = "reserved: { D1: \"a bus\", GPIO4: \"a bus\", D5: \"a strip\" }, ";
    let safest = |more: &str| chosen(&node(more, "lamp: { pin: auto }"))[0].1.clone();
    assert_eq!(safest(""), "D2", "the safest of all, which is GPIO4");
    assert!(!["D1", "D2", "D5"].contains(&safest(reserved).as_str()), "{}", safest(reserved));

    let there = source(&node(reserved, "lamp: { pin: D5 }"));
    let finding = found(&there).into_iter().find(|one| one.code.as_str() == "pin-taken").expect("D5 is reserved");
    assert!(finding.message.contains("`lamp` is on D5 (GPIO14), which is reserved"), "{}", finding.message);
    assert_eq!(finding.related.len(), 1, "where it is reserved");
    let proposed = |more: &str| {
        let helps = found(&source(&node(more, "lamp: { pin: D4 }"))).into_iter().flat_map(|one| one.help);
        helps.filter(|help| help.contains("which is free")).collect::<String>()
    };
    let proposes_reserved = |more: &str| ["D1", "D2", "D5"].iter().any(|pin| proposed(more).contains(pin));
    assert!(proposes_reserved("") && !proposes_reserved(reserved), "{}", proposed(reserved));

    assert_eq!(codes(&node("reserved: { D1: a, GPIO5: b }, ", "lamp: { pin: D2 }")), ["pin-taken"]);
    assert_eq!(codes(&node("reserved: { D99: a }, ", "lamp: { pin: D2 }")), ["pin-unknown"]);
    assert_eq!(codes(&node("reserved: { GPIO6: a }, ", "lamp: { pin: D2 }")), ["pin-flash"]);
}

#[test]
fn the_drawing_shows_what_is_reserved() {
    let node = "{ board: d1_mini, reserved: { D5: \"a strip\" }, roles: { lamp: { pin: D1 } } }";
    let (fleet, _) = check(&source(node)).expect("a fleet");
    let rows = chart(&fleet, &fleet.layouts[0].nodes[0]);
    let row = rows.iter().find(|row| row.label == "D5").expect("a row");
    assert_eq!(row.state, PinState::Reserved("a strip".to_owned()));
}
