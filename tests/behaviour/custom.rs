//! Roles in somebody's own Rust: a driver of crates.io with a simulated sensor behind its bus, and a fan with PWM.

use super::{start_layout, start_layout_on};
use fleetwright_generator::Artifact;
use fleetwright_protocol::Report;
use lab::layout::PATIENCE;
use lab::nodes::NodePlatform;
use project::sync;
use std::time::Duration;

#[test]
fn a_published_driver_reads_a_sensor_over_the_bus() {
    measured(NodePlatform::Host);
}

/// The same driver as the chip's machine code, bit by bit over the chip's own functions.
#[test]
fn so_it_does_on_the_emulator() {
    measured(NodePlatform::Emulator);
}

fn measured(on: NodePlatform) {
    let mut running = start_layout_on(on, "climate", "default");
    running.nodes[0].expect(Report::Log("no BME280 on the bus"), 0, PATIENCE).expect("nobody is there yet");
    // d1_mini: D6 is GPIO12, D5 is GPIO14.
    for (line, warmth, humidity, airing) in [
        ("bme280 12 14 21.5 45 1013.25", "21.5", "45", false),
        ("bme280 12 14 25.6 70 990", "25.6", "70", true),
        ("bme280 12 14 -7.3 50 1040", "-7.3", "50", false),
        ("bme280 12 14 30 0 1040", "30.0", "0", false),
        ("bme280 12 14 31 100 1040", "31.0", "100", true),
    ] {
        let mark = running.observer().expect("a broker").mark();
        running.nodes[0].send_line(line).expect("told");
        let observer = running.observer().expect("a broker");
        observer.expect("cellar/warmth", warmth, mark, PATIENCE).expect("measured");
        observer.expect("cellar/humidity", humidity, mark, PATIENCE).expect("measured");
        running.expect_switch("fan", airing).expect("the rules saw it");
    }
    running.nodes[0].send_line("bme280 12 14 400 45 1013").expect("told");
    let refusal = "`bme280 12 14 400 45 1013`: expected `bme280 SDA SCL CELSIUS PERCENT HECTOPASCAL`; it measures -40 to 85 °C, \
                   0 to 100 % and 300 to 1100 hPa";
    running.nodes[0].expect(Report::Error(refusal), 0, PATIENCE).expect("refused");
}

#[test]
fn a_fan_follows_its_owners_own_rust() {
    let mut running = start_layout("fan", "two-esps");
    let fan = |running: &lab::layout::RunningLayout, permille, after| {
        running.nodes[1].expect(Report::Duty { gpio: 5, permille }, after, PATIENCE).expect("the fan follows");
    };
    fan(&running, 0, 0);
    for (warmth, duty, speed) in [("26", 200, "20"), ("31", 400, "40"), ("60", 1000, "100"), ("20", 0, "0")] {
        let mark = (running.nodes[1].mark(), running.observer().expect("a broker").mark());
        running.set("sensor", warmth).expect("set");
        fan(&running, duty, mark.0);
        running.observer().expect("a broker").expect("rack/speed", speed, mark.1, PATIENCE).expect("published");
    }
    running.set("sensor", "60").expect("set");
    fan(&running, 1000, 0);
    let endpoint = running.broker.as_ref().expect("a broker").endpoint();
    let user = running.password("phone").map(|password| ("phone", password));
    let phone = broker::watch::Watcher::start(endpoint, user, "rack/#", None).expect("the phone gets in");
    let mark = running.nodes[1].mark();
    phone.publish("rack/mode", "quiet", true).expect("sent");
    fan(&running, 500, mark);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(running.nodes[1].lines().iter().filter(|line| *line == "duty 5 500").count(), 1);
}

#[test]
fn a_file_that_is_there_is_never_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |text: &str| [Artifact { path: "roles/own.rs".into(), text: text.into() }];
    let path = folder.path().join("roles/own.rs");
    assert_eq!(sync::add(folder.path(), &file("first")).expect("written"), std::slice::from_ref(&path));
    std::fs::write(&path, "mine").expect("written");
    assert!(sync::add(folder.path(), &file("second")).expect("left alone").is_empty());
    assert_eq!(std::fs::read_to_string(&path).expect("there"), "mine");
}

#[test]
fn the_first_version_of_a_role_compiles_and_runs() {
    let out = tempfile::tempdir().expect("a folder");
    let fleet = out.path().join("attic.yaml");
    let text = "fleet: attic\nbroker: { host: broker.local }\ntopics:\n\
        \x20 wish: { payload: { one_of: [calm, \"loud!\"] } }\n  note: { payload: { text: { max: 12 } } }\n\
        roles:\n  my-own: { custom: { source: own.rs, subscribe: [wish, note], publish: [note], pins: [a, b] } }\n\
        nodes:\n  esp: { board: d1_mini, roles: { my-own: { pins: { a: D1, b: D2 } } } }\n\
        clients:\n  phone: { publish: [wish], subscribe: [note] }\n";
    std::fs::write(&fleet, text).expect("written");
    let output = project::fleets::generate(&fleet, out.path(), None).expect("readable").output.expect("no errors");
    sync::sync(out.path(), "attic", &output.artifacts, sync::Mode::Write).expect("written");
    sync::add(out.path(), &output.stubs).expect("written");
    let mut running =
        lab::layout::RunningLayout::start(out.path(), &output.plans[0], &output.artifacts, Default::default())
            .expect("it compiles without a warning, and starts");
    lab::smoke::run(&mut running).expect("nothing is demanded of what nobody knows");
}
