//! Switches and lights own their states, and whoever switched them asks for one: what they are at power-up, where commands
//! go, and that the fleet of a plug with a button is the one that the behaviour tests play.

use super::{Imported, errors, imported, imported_as};

/// A device with MQTT, with these lines below `esp8266:` and these components.
fn device(chip: &str, components: &str) -> Imported {
    let head = format!("esphome: {{ name: it }}\nesp8266: {{ board: d1_mini{chip} }}\nmqtt: {{ broker: 10.0.0.2 }}\n");
    imported_as("x.yaml", &format!("{head}{components}")).unwrap_or_else(|error| panic!("{components}: {error:#}"))
}

fn told(imported: &Imported, part: &str) -> usize {
    imported.notes.iter().filter(|note| note.text.contains(part)).count()
}

/// Compares `at_boot` of the role `a` and what is told of it, for a device without and with `restore_from_flash`.
fn restores(component: &str, mode: &str, expected: (&str, [&str; 2])) {
    let (at_boot, notes) = expected;
    for (chip, note) in ["", ", restore_from_flash: true"].into_iter().zip(notes) {
        let imported = device(chip, &component.replace("MODE", mode));
        let role =
            imported.text.lines().find(|line| line.starts_with("  a: {") && line.contains("owns: a")).expect("a");
        let written = role.split("at_boot: ").nth(1).and_then(|rest| rest.split([' ', ',']).next()).unwrap_or("");
        assert_eq!(written, at_boot, "{mode}{chip}: {role}");
        let said: Vec<&str> =
            imported.notes.iter().map(|note| note.text.as_str()).filter(|text| text.starts_with("`a` was")).collect();
        let expected: Vec<&str> = Some(note).filter(|note| !note.is_empty()).into_iter().collect();
        assert!(
            said.len() == expected.len() && said.iter().zip(&expected).all(|(said, part)| said.contains(part)),
            "{mode}{chip}: {said:?}"
        );
        assert_eq!(errors(&imported), [""; 0], "{}", imported.text);
    }
}

#[test]
fn what_a_switch_is_at_power_up() {
    let switch = "switch: { platform: gpio, name: A, pin: D1, restore_mode: MODE }\n";
    let opposite = ["after a restart the opposite", "after a power cut the opposite"];
    for (mode, expected) in [
        ("ALWAYS_OFF", ("", ["", ""])),
        ("ALWAYS_ON", ("on", ["", ""])),
        ("RESTORE_DEFAULT_OFF", ("last", ["off after a power cut", ""])),
        ("RESTORE_DEFAULT_ON", ("last", ["on after a power cut", "on when it was started for the first time"])),
        ("RESTORE_INVERTED_DEFAULT_OFF", ("last", opposite)),
        ("RESTORE_INVERTED_DEFAULT_ON", ("last", opposite)),
        ("DISABLED", ("", ["left alone at power-up"; 2])),
    ] {
        restores(switch, mode, expected);
    }
}

#[test]
fn what_a_light_is_at_power_up() {
    let output = "output: { platform: esp8266_pwm, id: o, pin: D1 }\n";
    let dimmer = format!("{output}light: {{ platform: monochromatic, name: A, output: o, restore_mode: MODE }}\n");
    restores(&dimmer, "RESTORE_AND_ON", ("on", ["as bright after a power cut as it was before"; 2]));
    restores(&dimmer, "RESTORE_AND_OFF", ("", ["", ""]));
    restores(&dimmer, "RESTORE_DEFAULT_OFF", ("last", ["off after a power cut", ""]));
    restores(&dimmer.replace("monochromatic", "binary"), "RESTORE_AND_ON", ("on", ["", ""]));
}

#[test]
fn where_commands_go_is_told_once_for_a_file() {
    let two = "switch:\n  - { platform: gpio, name: A, pin: D1 }\n  - { platform: gpio, name: B, pin: D2 }\n";
    let with = device("", two);
    let what = "commands went to `it/switch/a/command`; here they go to `it/switch/a/state/set`";
    assert_eq!((told(&with, what), told(&with, "commands went to")), (1, 1), "{:?}", with.notes);
    let same = "switch: { platform: gpio, name: A, pin: D1, state_topic: hall/a, command_topic: hall/a/set }\n";
    assert_eq!(told(&device("", same), "commands"), 0, "they go where they went");
    let api = format!("esphome: {{ name: it }}\nesp8266: {{ board: d1_mini }}\napi:\n{two}");
    let without = imported_as("x.yaml", &api).expect("a fleet");
    assert_eq!(told(&without, "commands went to"), 0, "there were no topics: {:?}", without.notes);
    assert_eq!(told(&without, "commands go to these with `/set`"), 1, "{:?}", without.notes);
}

#[test]
fn no_state_is_where_another_part_hears_requests() {
    let components = "switch:\n  - { platform: gpio, name: A, pin: D1, state_topic: hall/a }\n  \
                      - { platform: gpio, name: B, pin: D2, state_topic: hall/a/set }\n\
                      binary_sensor:\n  - { platform: gpio, name: C, pin: D5, state_topic: hall/a/set }\n";
    let imported = device("", components);
    assert_eq!(errors(&imported), [""; 0], "{}", imported.text);
    assert_eq!(told(&imported, "another part has the topic `hall/a/set` already"), 2, "{:?}", imported.notes);
    let before = device(
        "",
        "switch:\n  - { platform: gpio, name: B, pin: D2, state_topic: hall/a/set }\n  \
                             - { platform: gpio, name: A, pin: D1, state_topic: hall/a }\n",
    );
    assert_eq!(errors(&before), [""; 0], "{}", before.text);
    assert!(before.text.contains("path: hall/a_2,"), "{}", before.text);
}

#[test]
fn only_a_button_that_had_a_topic_is_told_to_have_none() {
    let components = "switch: { platform: gpio, name: A, id: a, pin: D1 }\nbinary_sensor:\n  \
                      - { platform: gpio, name: B, pin: { number: D5, mode: INPUT_PULLUP, inverted: true }, internal: INTERNAL, \
                      on_press: [ { switch.toggle: a } ] }\n";
    for (internal, notes) in [("false", 1), ("true", 0)] {
        let imported = device("", &components.replace("INTERNAL", internal));
        assert_eq!(told(&imported, "the button has no topic of its own any more"), notes, "{:?}", imported.notes);
        assert_eq!(told(&imported, "Home Assistant did not see this part"), 0, "{:?}", imported.notes);
    }
}

#[test]
fn without_anything_to_set_the_client_listens() {
    let imported = device("", "binary_sensor: { platform: gpio, name: A, pin: D5 }\n");
    assert!(imported.text.contains("  home: { subscribe: [\"*\"] }"), "{}", imported.text);
    assert_eq!(errors(&imported), [""; 0], "{}", imported.text);
}

#[test]
fn the_plug_that_is_played_without_a_broker_is_the_imported_one() {
    let played = project::root().join("tests/behaviour/fleets/offline-button.yaml");
    let played = std::fs::read_to_string(played).expect("a fleet");
    let imported = imported(&["cases/offline-button.yaml"]).expect("a fleet");
    let entries: Vec<&str> =
        imported.text.lines().filter(|line| line.starts_with("  ") && line.contains('{')).collect();
    assert_eq!(entries.len(), 6, "{}", imported.text);
    for entry in entries.into_iter().map(|line| line.split("    #").next().unwrap_or_default().trim()) {
        assert!(played.contains(entry), "{entry} is not in the fleet that is played");
    }
}
