//! ESPHome's files as people have them: each becomes a fleet, with notes about what it lost. A new text is accepted with
//! `IMPORT=accept cargo test -p import --test import`, and then read aloud.

use fleetwright_generator::check;
use fleetwright_generator::diag::{Diagnostic, Severity};
use fleetwright_generator::text::Source;
use import::esphome::{Imported, import};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    project::root().join("tests/import")
}

/// Imports files of the folder, by names that do not say where it lies.
fn imported(files: &[&str]) -> anyhow::Result<Imported> {
    let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    import(&files, None, &|path: &Path| Ok(std::fs::read_to_string(folder().join(path))?))
}

/// What `check` says about the fleet.
fn findings(imported: &Imported) -> Vec<Diagnostic> {
    let source = Source::new(format!("{}.yaml", imported.name), imported.text.clone());
    match check(&source) {
        Ok((_, warnings)) => warnings,
        Err(findings) => findings.0,
    }
}

/// Compares the fleet and its notes with what was accepted; the codes of all errors.
fn errors(name: &str, files: &[&str]) -> Vec<&'static str> {
    let imported = imported(files).unwrap_or_else(|error| panic!("{name}: {error:#}"));
    let notes: String = imported.notes.iter().map(|note| format!("{note}\n")).collect();
    let actual = format!("{}\n--- notes\n{notes}", imported.text);
    let expected = folder().join(format!("{name}.txt"));
    if std::env::var_os("IMPORT").is_some_and(|value| value == "accept") {
        std::fs::write(&expected, &actual).expect("tests/import can be written");
    }
    assert_eq!(std::fs::read_to_string(&expected).expect("an accepted text"), actual, "{name}");
    let errors = findings(&imported).into_iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.code.as_str()).collect()
}

#[test]
fn a_switched_socket_with_a_button() {
    assert_eq!(errors("sonoff", &["sonoff.yaml"]), [""; 0]);
}

#[test]
fn motion_light_and_a_package() {
    assert_eq!(errors("hallway", &["hallway.yaml"]), [""; 0]);
    let text = imported(&["hallway.yaml"]).expect("a fleet").text;
    assert!(!text.contains("not so secret"), "a password is never copied");
}

#[test]
fn a_sensor_with_ranges() {
    assert_eq!(errors("greenhouse", &["greenhouse.yaml"]), [""; 0]);
}

#[test]
fn several_networks_a_fixed_address_and_a_radio_that_sleeps() {
    assert_eq!(errors("cellar", &["cellar.yaml"]), [""; 0]);
    let text = imported(&["cellar.yaml"]).expect("a fleet").text;
    assert!(!text.contains("not so secret"), "a password is never copied");
}

#[test]
fn hazards_are_told_at_once() {
    let errors = errors("garage", &["garage.yaml"]);
    assert!(errors.contains(&"pin-unknown") && errors.contains(&"pin-flash"), "{errors:?}");
    let all = findings(&imported(&["garage.yaml"]).expect("a fleet"));
    assert!(all.iter().any(|finding| finding.code.as_str() == "boot-high"), "{all:?}");
}

#[test]
fn thresholds_as_if_and_else() {
    assert_eq!(errors("heater", &["heater.yaml"]), [""; 0]);
}

#[test]
fn several_devices_are_one_fleet() {
    assert_eq!(errors("house", &["hallway.yaml", "sonoff.yaml", "greenhouse.yaml"]), [""; 0]);
}

#[test]
fn another_chip_and_no_device_are_refused() {
    let error = imported(&["esp32.yaml"]).expect_err("another chip").to_string();
    assert_eq!(error, "esp32.yaml:4: the device is an esp32, and Fleetwright builds for the ESP8266");
    let error = imported(&["common/base.yaml"]).expect_err("no pins").to_string();
    assert!(error.starts_with("nothing in these files fits a fleet"), "{error}");
    assert!(imported(&["nowhere.yaml"]).is_err());
    let named =
        |name| import(&["heater.yaml".into()], Some(name), &|path| Ok(std::fs::read_to_string(folder().join(path))?));
    assert!(named("../heater").is_err() && named("heater-2").is_ok());
}

#[test]
fn no_cut_off_file_panics() {
    for name in ["sonoff.yaml", "greenhouse.yaml", "garage.yaml", "heater.yaml"] {
        let text = std::fs::read_to_string(folder().join(name)).expect("readable");
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let cut = import(&[PathBuf::from("cut.yaml")], Some("cut"), &|_: &Path| Ok(text[..end].to_owned()));
            if let Ok(cut) = cut {
                // What comes out is YAML, whatever came in.
                let source = Source::new("cut.yaml", cut.text);
                let yaml = check(&source).err().is_some_and(|all| all.0.iter().any(|one| one.code.as_str() == "yaml"));
                assert!(!yaml, "{}", source.text);
            }
        }
    }
}
