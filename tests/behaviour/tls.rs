//! The room with `security: tls` and `tls-pinned`: the same expectations as without, and who gets in with what.

use super::{emulator, generated, room};
use fleetwright_generator::Output;
use xtask::chip::{self, On as Link};
use xtask::fleets::root;
use xtask::nodes::On;
use xtask::scenario::{Theatre, Verdict};
use xtask::stage::{Shown, Stage};
use xtask::{handshake, rights, smoke, strangers};

/// What `verify` does with one layout.
fn verified(on: On, name: &str, security: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let output = room(name, folder.path(), &[("security: password", &format!("security: {security}"))]);
    let plan = output.plans.iter().find(|plan| plan.layout == "one-per-role").expect("a layout of the room");
    let mut stage = Stage::start_on(on, folder.path(), plan, &output.artifacts, Shown::default()).expect("it runs");
    let door = stage.broker.as_ref().expect("a broker").door();
    assert!(door.is_encrypted());
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
    verified(On::Host, "tlshost", "tls");
}

#[test]
fn the_room_passes_everything_with_a_broker_that_it_knows() {
    verified(On::Host, "pinnedhost", "tls-pinned");
}

#[test]
fn the_room_passes_everything_over_tls_on_the_emulator() {
    verified(On::Emulator, "tlschip", "tls");
}

#[test]
fn the_room_passes_everything_with_a_broker_that_it_knows_on_the_emulator() {
    verified(On::Emulator, "pinnedchip", "tls-pinned");
}

#[test]
fn a_handshake_is_within_its_budget() {
    let output = generated("button-led-tls");
    let plain = generated("button-led");
    let kit = emulator::kit();
    let built = |output: &Output, name: &str| {
        let plan = output.plans.iter().find(|plan| plan.layout == "two-esps").expect("a layout");
        let node = plan.nodes.iter().find(|node| node.name == name).expect("a node");
        let workspace = root().join("generated").join(&plan.fleet).join(&plan.layout).join("firmware");
        let map = chip::map(node.flash_kb).expect("a map");
        let built = kit.build(&workspace, &node.program, map, Link::Emulator).expect("builds");
        (plan.clone(), node.clone(), built)
    };
    for name in ["esp-button", "esp-led"] {
        let (plan, node, encrypted) = built(&output, name);
        let (_, _, open) = built(&plain, name);
        let cost = handshake::cost(&plan, &output.artifacts, &node, &encrypted.elf).expect("it connects");
        assert!(cost.instructions <= 60_000_000, "{cost}");
        let fixed = encrypted.sizes.own_data() - open.sizes.own_data();
        assert!(fixed + cost.borrowed <= 18 * 1024, "{fixed} bytes and {cost}");
        assert!(fixed + cost.kept <= 6 * 1024, "{fixed} bytes and {cost}");
        assert!(cost.deepest + 1_024 <= cost.borrowed, "interrupts need room too: {cost}");
        assert!(encrypted.sizes.own_flash() - open.sizes.own_flash() <= 80 * 1024, "{name}");
        // The SDK leaves 5.2 KB, and what it calls a node from takes one of them.
        assert!(cost.stack <= 4_096, "{cost}");
    }
}
