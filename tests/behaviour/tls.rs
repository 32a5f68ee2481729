//! The room with `security: tls`: the same expectations as without, with a key for each user.

use fleetwright_generator::Output;
use std::path::Path;
use xtask::fleets;
use xtask::fleets::root;
use xtask::nodes::On;
use xtask::scenario::{Theatre, Verdict};
use xtask::stage::{Shown, Stage};
use xtask::sync::{Mode, sync};
use xtask::{rights, smoke, strangers};

/// The room as it stands in the examples, but encrypted and under a name of its own, generated into a folder.
fn room(name: &str, out: &Path) -> Output {
    let text = std::fs::read_to_string(root().join("fleets/room.yaml")).expect("an example");
    let encrypted = text.replace("security: password", "security: tls");
    assert_ne!(text, encrypted, "the room says that it has passwords");
    let path = out.join("room.yaml");
    std::fs::write(&path, encrypted.replace("fleet: room", &format!("fleet: {name}"))).expect("written");
    let output = fleets::generate(&path, out, None).expect("readable").expect("no errors");
    sync(out, name, &output.artifacts, Mode::Write).expect("written");
    output
}

/// What `verify` does with one layout.
fn verified(on: On, name: &str, layout: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let output = room(name, folder.path());
    let plan = output.plans.iter().find(|plan| plan.layout == layout).expect("a layout of the room");
    let mut stage = Stage::start_on(on, folder.path(), plan, &output.artifacts, Shown::default()).expect("it runs");
    let door = stage.broker.as_ref().expect("a broker").door();
    assert!(door.encrypted);
    strangers::stay_out(plan, door).expect("nobody gets in");
    rights::prove(plan, &output.artifacts).expect("it was tried").verdict().expect("as the fleet says");
    smoke::run(&mut stage).expect("messages and pins follow the rules");
    drop(stage);
    let mut theatre = Theatre::open(on, folder.path(), plan, &output.artifacts).expect("it starts");
    for place in 0..plan.scenarios.len() {
        let played = theatre.play(place, 1).expect("it plays");
        assert!(matches!(played.verdict, Verdict::Passed), "{}: {:?}", plan.scenarios[place].name, played.verdict);
    }
}

#[test]
fn the_room_passes_everything_over_tls() {
    verified(On::Host, "tlshost", "one-per-role");
}

#[test]
fn the_room_passes_everything_over_tls_on_the_emulator() {
    verified(On::Emulator, "tlschip", "one-per-role");
}
