//! Whole devices, with the fleet and the report that become of them, word by word; and files that are refused.

use super::{Folder, errors, findings, folder, imported, imported_as, made};
use fleetwright_generator::check;
use fleetwright_generator::text::Source;
use import::esphome::{by_kind, import, summary};

/// Compares the fleet and its report with what was accepted; the codes of all errors.
fn accepted(name: &str, files: &[&str]) -> Vec<&'static str> {
    let imported = imported(files).unwrap_or_else(|error| panic!("{name}: {error:#}"));
    let report = format!("{}\n{}", by_kind(&imported.notes), summary(&imported.counts, &imported.notes));
    let actual = format!("{}\n--- report\n{report}", imported.text);
    let expected = folder().join(format!("{name}.txt"));
    if std::env::var_os("IMPORT").is_some_and(|value| value == "accept") {
        std::fs::write(&expected, &actual).expect("tests/import can be written");
    }
    assert_eq!(std::fs::read_to_string(&expected).expect("an accepted text"), actual, "{name}");
    errors(&imported)
}

#[test]
fn a_switched_socket_with_a_button() {
    assert_eq!(accepted("sonoff", &["sonoff.yaml"]), [""; 0]);
}

#[test]
fn motion_light_and_a_package() {
    assert_eq!(accepted("hallway", &["hallway.yaml"]), [""; 0]);
    let imported = imported(&["hallway.yaml"]).expect("a fleet");
    let all = format!("{} {:?}", imported.text, imported.notes);
    assert!(!all.contains("not so secret"), "a password is never copied");
}

#[test]
fn a_sensor_with_ranges() {
    assert_eq!(accepted("greenhouse", &["greenhouse.yaml"]), [""; 0]);
}

#[test]
fn several_networks_a_fixed_address_and_a_radio_that_sleeps() {
    assert_eq!(accepted("cellar", &["cellar.yaml"]), [""; 0]);
    let text = imported(&["cellar.yaml"]).expect("a fleet").text;
    assert!(!text.contains("not so secret"), "a password is never copied");
}

#[test]
fn hazards_are_told_at_once() {
    let errors = accepted("garage", &["garage.yaml"]);
    assert!(errors.contains(&"boot-level") && errors.contains(&"pin-flash"), "{errors:?}");
    let all = findings(&imported(&["garage.yaml"]).expect("a fleet"));
    assert!(all.iter().any(|finding| finding.code.as_str() == "boot-high"), "{all:?}");
}

#[test]
fn thresholds_as_if_and_else() {
    assert_eq!(accepted("heater", &["heater.yaml"]), [""; 0]);
}

#[test]
fn several_devices_are_one_fleet() {
    assert_eq!(accepted("house", &["hallway.yaml", "sonoff.yaml", "greenhouse.yaml"]), [""; 0]);
}

#[test]
fn what_is_no_device_for_this_chip_is_refused() {
    let refused = |text: &str| imported_as("x.yaml", text).expect_err(text).to_string();
    for chip in ["esp32", "bk72xx", "rp2040", "nrf52"] {
        let error = refused(&format!("esphome: {{ name: a }}\n{chip}:\n  board: b\n"));
        assert_eq!(error, format!("x.yaml:2: the device is an {chip}, and Fleetwright builds for the ESP8266"));
    }
    let error = refused("esphome: { name: a, platform: ESP32, board: b }\n");
    assert!(error.starts_with("x.yaml:1: the device is no ESP8266"), "{error}");
    let error = refused("esphome: { name: a }\nswitch: []\n");
    assert!(error.starts_with("x.yaml:1: the device does not say which chip it has"), "{error}");
    let error = refused("esphome: { name: a }\npackages:\n  chip: github://somebody/else/esp32.yaml\n");
    assert!(error.starts_with("x.yaml:3: the device does not say which chip it has"), "{error}");
    assert!(error.contains("it may stand in the file that is asked for here"), "{error}");
    let error = refused("esphome: { name: a }\n<<: !include common/none.yaml\n");
    assert!(error.starts_with("x.yaml:2: "), "{error}");
}

#[test]
fn no_device_and_odd_names_are_refused() {
    let error = imported(&["common/base.yaml"]).expect_err("no chip").to_string();
    assert!(error.starts_with("common/base.yaml:2: the device does not say which chip it has"), "{error}");
    let nothing = "esphome: { name: a }\nesp8266: { board: d1_mini }\nfan: { platform: speed, output: o }\n";
    let error = imported_as("x.yaml", nothing).expect_err("no part fits").to_string();
    assert!(error.starts_with("nothing in these files fits a fleet"), "{error}");
    assert!(imported(&["nowhere.yaml"]).is_err());
    let named = |name| import(&["heater.yaml".into()], Some(name), &Folder { instead: None });
    assert!(named("../heater").is_err() && named("heater-2").is_ok());
}

#[test]
fn many_values_are_counted_once() {
    let part = "  - platform: gpio\n    name: S\n    pin: D2\n    on_press:\n      then:\n        - if:\n            condition:\n              \
                and:\n                - switch.is_on: a\n            then:\n              - delay: 1s\n              - if:\n                  \
                condition:\n                    switch.is_on: a\n                  then:\n                    - switch.turn_off: a\n";
    let head = "esphome: { name: big }\nesp8266: { board: d1_mini }\nbinary_sensor:\n";
    let large = imported_as("x.yaml", &format!("{head}{}", part.repeat(600))).expect("12,000 values");
    assert_eq!(large.text.matches("digital_input").count(), 600);
    let error =
        imported_as("x.yaml", &format!("{head}{}", part.repeat(8_000))).expect_err("160,000 values").to_string();
    assert!(error.contains("more than 100000 values"), "{error}");
}

#[test]
fn no_cut_off_file_panics() {
    let whole = ["sonoff.yaml", "greenhouse.yaml", "garage.yaml", "heater.yaml"].map(|name| (name.to_owned(), 1));
    let small = made::files().into_iter().map(|name| (name, 17));
    for (name, step) in whole.into_iter().chain(small) {
        let text = std::fs::read_to_string(folder().join(name)).expect("readable");
        for end in (0..text.len()).step_by(step).filter(|end| text.is_char_boundary(*end)) {
            if let Ok(cut) = imported_as("cut.yaml", &text[..end]) {
                // What comes out is YAML, whatever came in.
                let source = Source::new("cut.yaml", cut.text);
                let yaml = check(&source).err().is_some_and(|all| all.0.iter().any(|one| one.code.as_str() == "yaml"));
                assert!(!yaml, "{}", source.text);
            }
        }
    }
}
