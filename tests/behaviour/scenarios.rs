//! Scenarios of fleet files: they pass, they are the same each time, and what is broken fails with a report that helps.

use super::generated;
use fleetwright_generator::plan::Plan;
use fleetwright_generator::{Options, Output};
use lab::nodes::NodePlatform;
use lab::scenario::junit::{self, Suite};
use lab::scenario::{ScenarioOutcome, ScenarioRun, ScenarioRunner, timeline};
use project::sync::{Mode, sync};
use project::{fleets, root};
use std::path::Path;
use std::process::{Command, Stdio};

fn layout<'o>(output: &'o Output, name: &str) -> &'o Plan {
    output.plans.iter().find(|plan| plan.layout == name).expect("a layout of the example")
}

fn index_of(plan: &Plan, name: &str) -> usize {
    plan.scenarios.iter().position(|scenario| scenario.name.contains(name)).expect("a scenario of the example")
}

/// Generates the room elsewhere and under another name, since Cargo tells crates apart by it; lets somebody break a file,
/// and plays one of its scenarios.
fn played(
    on: NodePlatform,
    (name, text): (&str, &str),
    layout: &str,
    scenario: &str,
    file: &str,
    break_it: impl Fn(&str) -> String,
) -> (ScenarioRun, Plan) {
    let text = text.replace("fleet: room", &format!("fleet: {name}"));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("room.yaml");
    std::fs::write(&path, &text).expect("written");
    let out = folder.path().join("out");
    let output = fleets::generate(&path, &out, None).expect("readable").output.expect("no errors");
    sync(&out, name, &output.artifacts, Mode::Write).expect("written");
    if !file.is_empty() {
        let file = out.join(name).join(layout).join(file);
        let before = std::fs::read_to_string(&file).expect("generated");
        let after = break_it(&before);
        assert_ne!(before, after, "nothing was broken");
        std::fs::write(&file, after).expect("written");
    }
    let plan = self::layout(&output, layout).clone();
    let mut runner = ScenarioRunner::start(on, &out, &plan, &output.artifacts).expect("it starts");
    let played = runner.run(index_of(&plan, scenario), 1).expect("it plays");
    drop(runner);
    (played, plan)
}

fn room() -> String {
    std::fs::read_to_string(root().join("fleets/room.yaml")).expect("an example")
}

fn all_pass(on: NodePlatform, fleet: &str) {
    let output = generated(fleet);
    for plan in &output.plans {
        let mut runner =
            ScenarioRunner::start(on, &root().join("generated"), plan, &output.artifacts).expect("it starts");
        for index in 0..plan.scenarios.len() {
            let played = runner.run(index, 1).expect("it plays");
            assert_eq!(played.outcome, ScenarioOutcome::Passed, "{}", played.report(plan));
        }
    }
}

#[test]
fn the_room_passes_all_of_its_scenarios_in_every_layout() {
    all_pass(NodePlatform::Host, "room");
}

#[test]
fn it_does_so_on_the_emulator() {
    all_pass(NodePlatform::Emulator, "room");
}

#[test]
fn of_copies_the_first_plays() {
    let output = generated("campus");
    assert_eq!(output.plans[0].nodes.len(), 13);
    all_pass(NodePlatform::Host, "campus");
    all_pass(NodePlatform::Emulator, "campus");
}

#[test]
fn the_same_seed_gives_the_same_transcript() {
    let output = generated("room");
    let plan = layout(&output, "one-per-role");
    for on in [NodePlatform::Host, NodePlatform::Emulator] {
        let mut runner =
            ScenarioRunner::start(on, &root().join("generated"), plan, &output.artifacts).expect("it starts");
        for name in ["bad network", "broker may restart", "without Wi-Fi"] {
            let index = index_of(plan, name);
            let first = runner.run(index, 7).expect("it plays").transcript;
            for _ in 1..20 {
                assert_eq!(first.text(plan), runner.run(index, 7).expect("it plays").transcript.text(plan));
            }
            assert_ne!(first, runner.run(index, 8).expect("it plays").transcript, "another seed, another back-off");
        }
    }
}

#[test]
fn a_broken_rule_is_told_in_words_that_help() {
    for (on, layout) in [
        (NodePlatform::Host, "one-per-role"),
        (NodePlatform::Host, "all-in-one"),
        (NodePlatform::Emulator, "one-per-role"),
    ] {
        let node = if layout == "all-in-one" { "esp-room" } else { "esp-choice" };
        let file = format!("firmware/{node}/src/lib.rs");
        let break_it = |code: &str| code.replace("percent > 40", "percent > 90");
        let (played, plan) = played(on, ("broken-rule", &room()), layout, "a bright room", &file, break_it);
        let report = played.report(&plan);
        let ScenarioOutcome::Failed(failure) = &played.outcome else { panic!("{}", played.transcript.text(&plan)) };
        assert!(failure.found[0].starts_with("`light` is \"On\" since 0.000 s, not \"Off\""), "{report}");
        assert!(failure.needed[0].contains("from `choice` on esp-"), "{report}");
        let line = room().lines().position(|line| line.contains("expect: { light: \"Off\", lamp: low, within: 1s"));
        assert_eq!(Some(failure.position.line), line.map(|line| line + 1), "the first of them");
        assert!(report.contains("publishes room/brightness 80"), "{report}");
    }
}

#[test]
fn a_wrong_topic_name_is_told_in_words_that_help() {
    let break_it = |code: &str| code.replace("\"room/light\"", "\"room/lihgt\"");
    let file = "firmware/esp-choice/src/lib.rs";
    let (played, plan) =
        played(NodePlatform::Host, ("broken-topic", &room()), "one-per-role", "a dark room", file, break_it);
    let report = played.report(&plan);
    let ScenarioOutcome::Failed(failure) = &played.outcome else { panic!("{}", played.transcript.text(&plan)) };
    assert_eq!(failure.found[0], "`light` never had a message; \"On\" is expected");
    for expected in [
        "publishes room/lihgt On  <- the broker drops it: esp-choice has no right to write room/lihgt",
        "the message `room/light On` on the broker by 1.000 s, from `choice` on esp-choice",
        "`lamp`: D1 (GPIO5) of esp-light is low since 0.000 s, not high",
        "it follows when its node receives `room/light On`",
    ] {
        assert!(report.contains(expected), "{expected}\n{report}");
    }
}

#[test]
fn every_step_does_what_it_says() {
    let start = room().find("scenarios:").expect("scenarios");
    let text = room()[..start].to_owned()
        + r#"scenarios:
  all words:
    - hold: { presence: 2s }
    - expect: { presence: absent, no message on: button, within: 0s } # comment
"#;
    // `within` beside claims is fine; only `no message on` alone can't come within a time.
    let (played, plan) =
        played(NodePlatform::Host, ("all-words", &text), "one-per-role", "all words", "", str::to_owned);
    assert_eq!(played.outcome, ScenarioOutcome::Passed, "{}", played.report(&plan));
    assert_eq!(played.virtual_ms, 2_050);
    let text = text.replace("no message on: button, within: 0s", "no message on: presence");
    let (played, plan) =
        self::played(NodePlatform::Emulator, ("all-words", &text), "all-in-one", "all words", "", str::to_owned);
    let ScenarioOutcome::Failed(failure) = &played.outcome else { panic!("{}", played.transcript.text(&plan)) };
    assert_eq!(
        failure.found,
        [
            "esp-room published `room/presence present` at 0.000 s",
            "esp-room published `room/presence absent` at 2.000 s"
        ]
    );
    assert_eq!(failure.step, "expect: { presence: absent, no message on: presence }");
}

#[test]
fn results_as_junit_and_as_a_picture() {
    let output = generated("room");
    let plan = layout(&output, "one-per-role");
    let mut runner = ScenarioRunner::start(NodePlatform::Host, &root().join("generated"), plan, &output.artifacts)
        .expect("it starts");
    let mut played = runner.run(index_of(plan, "the button"), 1).expect("it plays");
    let svg = timeline::svg(&played, plan);
    let picture = roxmltree::Document::parse(&svg).expect("XML");
    let texts: Vec<&str> = picture.descendants().filter_map(|node| node.text()).collect();
    for text in ["light", "lamp D1", "On", "high"] {
        assert!(texts.contains(&text), "{text}: {texts:?}");
    }
    played.name = "a < b & \"c\"".into();
    let mut skipped = played.clone();
    skipped.outcome = ScenarioOutcome::Skipped(vec!["lamp".into()]);
    let xml = junit::xml(&[Suite { plan, runs: vec![played, skipped] }]);
    let report = roxmltree::Document::parse(&xml).expect("XML");
    let case = report.descendants().find(|node| node.has_tag_name("testcase")).expect("a case");
    assert_eq!(case.attribute("name"), Some("a < b & \"c\""));
    assert_eq!(case.attribute("classname"), Some("room.one-per-role"));
    let suite = report.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
    assert_eq!((suite.attribute("tests"), suite.attribute("skipped")), (Some("2"), Some("1")));
}

#[test]
fn a_layout_without_a_role_skips_what_needs_it() {
    let text =
        room().replace("button:   { pin: D2 }", "").replace("esp-button:   { board: d1_mini,   roles: {  } }", "");
    let source = fleetwright_generator::text::Source::new("room.yaml", text);
    let options = Options::default();
    let output = fleetwright_generator::generate(&source, &options).expect("only warnings");
    let plan = layout(&output, "one-per-role");
    assert_eq!(plan.scenarios[index_of(plan, "the button")].unplaced, ["button"]);
    assert!(plan.scenarios[index_of(plan, "a dark room")].unplaced.is_empty());
}

#[test]
fn from_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("results.xml");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("test").args(arguments).current_dir(root()).stdin(Stdio::null()).output().expect("it starts")
    };
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let pictures = folder.path().join("pictures");
    let arguments = ["room", "dark room", "--junit", &path(&file), "--timeline", &path(&pictures)];
    let output = run(&arguments);
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{stdout}");
    assert_eq!(
        stdout.matches("ok  a dark room with somebody in it gets light").count(),
        3,
        "one for each layout: {stdout}"
    );
    assert!(std::fs::read_to_string(&file).expect("written").contains("<testcase"));
    assert_eq!(std::fs::read_dir(&pictures).expect("made").count(), 3);
    for arguments in [&["room", "nothing of this name"][..], &["listener"], &["--seed", "4"], &["room", "--times", "0"]]
    {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
}
