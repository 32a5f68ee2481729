//! Folders that are as they should be, and folders that are not.

use super::*;

fn artifacts(files: &[(&str, &str)]) -> Vec<Artifact> {
    let named: Vec<String> = files.iter().map(|(path, _)| format!("{path:?}: \"\"")).collect();
    let manifest = ("room/manifest.json", format!("{{ \"sha256\": {{ {} }} }}", named.join(", ")));
    let files = files.iter().map(|(path, text)| (*path, (*text).to_owned())).chain([manifest]);
    files.map(|(path, text)| Artifact { path: path.into(), text }).collect()
}

fn modified(path: &Path) -> std::time::SystemTime {
    fs::metadata(path).expect("there").modified().expect("a time")
}

#[test]
fn the_second_time_nothing_is_touched() {
    let out = tempfile::tempdir().expect("a folder");
    let artifacts = artifacts(&[("room/a/x.txt", "x"), ("room/b/y.txt", "y")]);
    let first = sync(out.path(), "room", &artifacts, Mode::Write).expect("written");
    assert_eq!((first.missing.len(), first.equal), (3, 0));
    let file = out.path().join("room/a/x.txt");
    let past = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    fs::File::options().write(true).open(&file).expect("a file").set_modified(past).expect("a time");
    let second = sync(out.path(), "room", &artifacts, Mode::Write).expect("written");
    assert!(second.is_none());
    assert_eq!(second.equal, 3);
    assert_eq!(modified(&file), past);
}

#[test]
fn check_and_dry_run_name_and_never_write() {
    let out = tempfile::tempdir().expect("a folder");
    let artifacts = artifacts(&[("room/a/x.txt", "x"), ("room/a/y.txt", "y")]);
    sync(out.path(), "room", &artifacts, Mode::Write).expect("written");
    fs::write(out.path().join("room/a/x.txt"), "edited").expect("edited");
    fs::remove_file(out.path().join("room/a/y.txt")).expect("removed");
    fs::write(out.path().join("room/a/z.txt"), "mine").expect("added");
    for mode in [Mode::Check, Mode::DryRun] {
        let differences = sync(out.path(), "room", &artifacts, mode).expect("compared");
        assert_eq!(differences.changed, ["room/a/x.txt"]);
        assert_eq!(differences.missing, ["room/a/y.txt"]);
        assert_eq!(differences.foreign, ["room/a/z.txt"]);
        assert_eq!(fs::read_to_string(out.path().join("room/a/x.txt")).expect("there"), "edited");
        assert!(!out.path().join("room/a/y.txt").exists());
    }
}

#[test]
fn stale_files_of_ours_go_and_foreign_ones_stay() {
    let out = tempfile::tempdir().expect("a folder");
    let before = artifacts(&[("room/old/x.txt", "x"), ("room/new/y.txt", "y")]);
    sync(out.path(), "room", &before, Mode::Write).expect("written");
    fs::write(out.path().join("room/new/mine.txt"), "mine").expect("added");
    let differences = sync(out.path(), "room", &artifacts(&[("room/new/y.txt", "y")]), Mode::Write).expect("written");
    assert_eq!(differences.stale, ["room/old/x.txt"]);
    assert_eq!(differences.foreign, ["room/new/mine.txt"]);
    assert!(!out.path().join("room/old").exists());
    assert!(out.path().join("room/new/mine.txt").exists());
}

#[test]
fn another_layout_is_left_alone() {
    let out = tempfile::tempdir().expect("a folder");
    let all = artifacts(&[("room/a/x.txt", "x"), ("room/b/y.txt", "y")]);
    sync(out.path(), "room", &all, Mode::Write).expect("written");
    fs::write(out.path().join("room/b/y.txt"), "edited").expect("edited");
    let only_a: Vec<Artifact> = all.into_iter().filter(|artifact| !artifact.path.starts_with("room/b")).collect();
    assert!(sync(out.path(), "room", &only_a, Mode::Check).expect("compared").is_none());
}

#[test]
fn a_manifest_that_points_elsewhere_removes_nothing_there() {
    let out = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(out.path().join("room")).expect("a folder");
    fs::write(out.path().join("precious"), "").expect("a file");
    fs::write(out.path().join("room/manifest.json"), r#"{ "sha256": { "room/../precious": "", "precious": "" } }"#)
        .expect("a file");
    sync(out.path(), "room", &artifacts(&[]), Mode::Write).expect("written");
    assert!(out.path().join("precious").exists());
}

#[test]
fn what_cargo_leaves_is_no_drift() {
    let out = tempfile::tempdir().expect("a folder");
    let artifacts = artifacts(&[("room/a/firmware/Cargo.toml", "x")]);
    sync(out.path(), "room", &artifacts, Mode::Write).expect("written");
    fs::write(out.path().join("room/a/firmware/Cargo.lock"), "").expect("a file");
    fs::create_dir_all(out.path().join("room/a/firmware/target/debug")).expect("a folder");
    fs::write(out.path().join("room/a/firmware/target/debug/x"), "").expect("a file");
    assert!(sync(out.path(), "room", &artifacts, Mode::Check).expect("compared").is_none());
}

#[test]
fn a_link_in_the_place_of_a_file_is_replaced_not_followed() {
    let out = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(out.path().join("room")).expect("a folder");
    fs::write(out.path().join("victim"), "x").expect("a file");
    std::os::unix::fs::symlink(out.path().join("victim"), out.path().join("room/x.txt")).expect("a link");
    sync(out.path(), "room", &artifacts(&[("room/x.txt", "new")]), Mode::Write).expect("written");
    assert_eq!(fs::read_to_string(out.path().join("victim")).expect("there"), "x");
    assert_eq!(fs::read_to_string(out.path().join("room/x.txt")).expect("there"), "new");
}
