//! The command line, as a person types it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn xtask(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).current_dir(project::root()).stdin(Stdio::null()).output().expect("it starts")
}

fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const MISTAKES: &str = include_str!("fleets/five-mistakes.yaml");

fn written(folder: &Path, text: &str) -> String {
    let path = folder.join("attic.yaml");
    std::fs::write(&path, text).expect("written");
    path.to_string_lossy().into_owned()
}

#[test]
fn the_examples_are_fine_and_current() {
    for arguments in [&["check"][..], &["gen", "--check"]] {
        let output = xtask(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    }
}

#[test]
fn words_that_are_off_are_answered_with_two() {
    for arguments in
        [&["chekc"][..], &["check", "rom"], &["gen", "room", "--layout", "other"], &["sim", "nowhere.yaml"]]
    {
        assert_eq!(xtask(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn five_mistakes_in_text_and_json() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), MISTAKES);
    let output = xtask(&["check", &path]);
    assert_eq!(output.status.code(), Some(1));
    for position in ["attic.yaml:6:18", "attic.yaml:8:41", "attic.yaml:10:59", "attic.yaml:12:48", "attic.yaml:12:69"] {
        assert!(printed(&output).contains(position), "{position}\n{}", printed(&output));
    }
    let output = xtask(&["check", "--format", "json", &path]);
    assert_eq!(output.status.code(), Some(1));
    let findings: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let positions: Vec<(u64, u64)> = findings
        .as_array()
        .expect("an array")
        .iter()
        .filter_map(|finding| Some((finding["line"].as_u64()?, finding["column"].as_u64()?)))
        .collect();
    assert_eq!(positions, [(6, 18), (8, 41), (10, 59), (12, 48), (12, 69)]);
}

#[test]
fn a_fleet_with_mistakes_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), MISTAKES);
    let out = folder.path().join("out");
    let output = xtask(&["gen", &path, "--out", &out.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!out.exists());
}

#[test]
fn the_second_gen_writes_nothing_and_an_edited_file_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_string_lossy().into_owned();
    let arguments = ["gen", "listener", "--out", &out];
    assert_eq!(xtask(&arguments).status.code(), Some(0));
    let acl = folder.path().join("listener/default/broker/acl");
    let modified = || std::fs::metadata(&acl).and_then(|data| data.modified()).expect("there");
    let before = modified();
    assert_eq!(xtask(&arguments).status.code(), Some(0));
    assert_eq!(modified(), before);
    assert_eq!(xtask(&["gen", "listener", "--out", &out, "--check"]).status.code(), Some(0));
    std::fs::write(&acl, "topic readwrite #\n").expect("written");
    let output = xtask(&["gen", "listener", "--out", &out, "--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        printed(&output).contains("listener/default/broker/acl")
            && printed(&output).contains("cargo xtask gen listener")
    );
    assert_eq!(std::fs::read_to_string(&acl).expect("there"), "topic readwrite #\n", "checking never writes");
}

#[test]
fn what_is_generated_elsewhere_finds_the_runtime() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_string_lossy().into_owned();
    assert_eq!(xtask(&["gen", "listener", "--out", &out]).status.code(), Some(0));
    let manifest = folder.path().join("listener/default/firmware/Cargo.toml");
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--format-version", "1", "--offline", "--manifest-path"]).arg(manifest);
    let output = cargo.stdin(Stdio::null()).output().expect("it starts");
    assert!(output.status.success(), "{}", printed(&output));
}

#[test]
fn sim_takes_commands_and_ends_with_its_input() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["sim", "button-led", "--layout", "two-esps"]).current_dir(project::root());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    use std::io::Write;
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(b"nodes\nset button pressed\npress nothing\nstop broker\nstart broker\nquit\n").expect("typed");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    for line in ["esp-led (nodemcuv2): led on D1", "there is no role `nothing` here", "[esp-led] link up"] {
        assert!(printed(&output).contains(line), "{line}\n{}", printed(&output));
    }
}
