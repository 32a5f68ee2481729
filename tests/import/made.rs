//! Small files in ESPHome's dialect, one for each thing that people use. Their first lines say what is expected:
//! `# fleet:` a text in the fleet, `# absent:` one that is not in it, `# note:` a text in a note, `# hazard: code: reason` an
//! error that `check` has to find because of the file itself.

use super::{Imported, errors, findings, folder, imported, imported_as};
use import::files::{Disk, Files};
use std::path::PathBuf;

/// All files of `made` and `cases`, by their paths from the folder of the tests.
pub(super) fn files() -> Vec<String> {
    let below = ["made", "cases"].iter().flat_map(|name| Disk.below(&folder().join(name)).expect("a folder"));
    let relative = |path: PathBuf| path.strip_prefix(folder()).map(|path| path.to_string_lossy().into_owned());
    below.map(|path| relative(path).expect("below the folder")).collect()
}

/// The expectations of a kind.
fn expected<'t>(text: &'t str, kind: &str) -> Vec<&'t str> {
    let comments = text.lines().map_while(|line| line.strip_prefix("# "));
    comments.filter_map(|line| line.strip_prefix(kind)?.strip_prefix(": ")).collect()
}

#[test]
fn every_file_becomes_the_fleet_that_it_expects() {
    let files = files();
    assert!(files.iter().filter(|file| file.starts_with("made")).count() >= 40);
    let mut wrong = Vec::new();
    for file in &files {
        let text = std::fs::read_to_string(folder().join(file)).expect("readable");
        match imported(&[file.as_str()]) {
            Ok(imported) => wrong.extend(faults(&text, &imported).into_iter().map(|fault| format!("{file}: {fault}"))),
            Err(error) => wrong.push(format!("{file}: {error:#}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is not as a file expects it.
fn faults(text: &str, imported: &Imported) -> Vec<String> {
    let notes: Vec<String> = imported.notes.iter().map(ToString::to_string).collect();
    let (fleet, told, absent) = (expected(text, "fleet"), expected(text, "note"), expected(text, "absent"));
    let mut faults = Vec::new();
    if fleet.is_empty() && told.is_empty() {
        faults.push("it expects nothing".to_owned());
    }
    let missing = fleet.iter().filter(|part| !imported.text.contains(**part));
    faults.extend(missing.map(|part| format!("not in the fleet: {part}\n{}", imported.text)));
    let there = absent.iter().filter(|part| imported.text.contains(**part));
    faults.extend(there.map(|part| format!("in the fleet: {part}\n{}", imported.text)));
    let untold = told.iter().filter(|part| !notes.iter().any(|note| note.contains(**part)));
    faults.extend(untold.map(|part| format!("in no note: {part}\n{}", notes.join("\n"))));
    let hazards: Vec<&str> =
        expected(text, "hazard").iter().filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    let errors = errors(imported);
    if errors != hazards {
        faults.push(format!("check finds {errors:?}, and the file has the hazards {hazards:?}\n{}", imported.text));
    }
    faults
}

#[test]
fn no_help_calls_a_pin_free_that_something_is_wired_to() {
    let imported = imported(&["cases/lost-pins.yaml"]).expect("a fleet");
    let helps =
        |imported: &Imported| findings(imported).into_iter().flat_map(|one| one.help).collect::<Vec<_>>().join("\n");
    let proposes = |helps: &str| ["D1", "D2", "D5", "D6", "D7"].into_iter().any(|pin| helps.contains(pin));
    assert!(!proposes(&helps(&imported)), "{}", helps(&imported));
    let lines = imported.text.lines().filter(|line| !line.contains("reserved:"));
    let free = Imported { text: lines.map(|line| format!("{line}\n")).collect(), ..imported };
    assert!(proposes(&helps(&free)), "TX has a hazard, and there are better pins: {}", helps(&free));
}

#[test]
fn truth_is_read_in_every_spelling() {
    for (words, active) in
        [(["true", "Yes", "ON", "enable"], "active: low"), (["false", "No", "off", "Disable"], "fleet: x")]
    {
        for word in words {
            let text = format!(
                "esphome: {{ name: x }}\nesp8266: {{ board: d1_mini }}\nswitch:\n  - {{ platform: gpio, name: A, pin: {{ number: D1, \
                 inverted: {word} }} }}\n"
            );
            let imported = imported_as("x.yaml", &text.replace("name: x", "name: it")).expect("a fleet");
            assert_eq!(imported.text.contains("active: low"), active == "active: low", "{word}");
            assert!(!imported.notes.iter().any(|note| note.text.contains("not understood")), "{word}");
        }
    }
}
