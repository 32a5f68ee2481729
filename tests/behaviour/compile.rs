//! What the language can describe compiles without a warning, not only the examples.

use fleetwright_generator::text::Source;
use fleetwright_generator::{Options, Output, generate};
use lab::layout::RunningLayout;
use lab::nodes::NodePlatform;
use project::sync::{Mode, sync};
use std::path::Path;

fn everything(security: &str, out: &Path) -> Output {
    let text =
        include_str!("fleets/everything.yaml").replace("port: 8883", &format!("port: 8883, security: {security}"));
    let source = Source::new("everything.yaml", text);
    let firmware = project::root().join("firmware");
    let options = Options { runtime: firmware.to_string_lossy().into_owned(), ..Options::default() };
    let output = generate(&source, &options).expect("no mistakes");
    sync(out, "everything", &output.artifacts, Mode::Write).expect("written");
    output
}

#[test]
fn everything_compiles_and_runs() {
    everything_runs_on(NodePlatform::Host);
}

#[test]
fn everything_compiles_for_the_chip_and_runs_on_the_emulator() {
    everything_runs_on(NodePlatform::Emulator);
}

fn everything_runs_on(on: NodePlatform) {
    let out = tempfile::tempdir().expect("a folder");
    let output = everything("password", out.path());
    let plan = &output.plans[0];
    let mut running =
        RunningLayout::start_on(on, out.path(), plan, &output.artifacts, Default::default()).expect("it runs");
    let patience = lab::layout::PATIENCE;
    running.set("probe", "20.5").expect("set");
    running.observer().expect("a broker").expect("everything/celsius", "20.5", 0, patience).expect("published");
    let endpoint = running.broker.as_ref().expect("a broker").endpoint();
    let user = running.password("desk").map(|password| ("desk", password));
    let desk = broker::watch::Watcher::start(endpoint, user, "#", None).expect("the desk gets in");
    desk.publish("everything/target", "25", false).expect("sent");
    desk.expect("everything/heat", "0.45", 0, patience).expect("(25 - 20.5) / 10");
    desk.publish("everything/note", "hi", false).expect("sent");
    desk.expect("everything/headline", "hi", 0, patience).expect("a text is copied");
}

#[test]
fn an_open_fleet_says_so_in_its_files() {
    let out = tempfile::tempdir().expect("a folder");
    let output = everything("open", out.path());
    let codes: Vec<&str> = output.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert!(codes.contains(&"security-open"), "{codes:?}");
    let file =
        |name: &str| std::fs::read_to_string(out.path().join("everything/default/broker").join(name)).expect("there");
    assert!(file("mosquitto.conf").contains("\nallow_anonymous true\n"));
    assert!(!file("mosquitto.conf").contains("acl_file"));
    let running =
        RunningLayout::start(out.path(), &output.plans[0], &output.artifacts, Default::default()).expect("it runs");
    let endpoint = running.broker.as_ref().expect("a broker").endpoint();
    assert!(broker::watch::gets_in(endpoint, None, "anybody").expect("an answer"));
}

#[test]
fn the_same_file_gives_the_same_bytes_and_pictures_are_xml() {
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (first, second) = (everything("password", one.path()), everything("password", two.path()));
    assert_eq!(first.artifacts, second.artifacts);
    for artifact in first.artifacts.iter().filter(|artifact| artifact.path.ends_with(".svg")) {
        let picture = roxmltree::Document::parse(&artifact.text).expect("XML");
        assert!(picture.descendants().any(|node| node.text().is_some_and(|text| text.contains("everything/celsius"))));
    }
}
