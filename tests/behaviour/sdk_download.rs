//! Downloads of the SDK, from a server on loopback, by real curl. The SDK itself can't be part of a test: the archives here are
//! made up, and come with the hashes that go with them.

use super::archive_server::{ArchiveServer, Manner};
use flate2::Compression;
use flate2::write::GzEncoder;
use lx106::download;
use lx106::sdk::{Source, Wanted};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tar::{Builder, EntryType, Header};

/// An archive's files: name, kind and content.
type Entry<'a> = (&'a str, EntryType, &'a [u8]);

const LIBRARY: &[u8] = b"a library";
const SCRIPT: &[u8] = b"a script";
const GOOD: [Entry<'_>; 4] = [
    ("SDK-3/lib/libphy.a", EntryType::Regular, LIBRARY),
    ("SDK-3/ld/script.ld", EntryType::Regular, SCRIPT),
    ("SDK-3/License", EntryType::Regular, b"a licence"),
    ("SDK-3/documents/manual.pdf", EntryType::Regular, b"a manual that nobody needs"),
];

fn archive(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, kind, content) in entries {
        let mut header = Header::new_gnu();
        // `set_path` refuses what some of these tests are about.
        header.as_gnu_mut().expect("of GNU").name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, *content).expect("added");
    }
    builder.into_inner().expect("ended").finish().expect("compressed")
}

fn hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// A folder that nothing is in, and the one below it that a download is to fill.
struct Place {
    parent: tempfile::TempDir,
    folder: PathBuf,
}

impl Place {
    fn new() -> Self {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("sdk");
        Self { parent, folder }
    }

    /// Downloads, and says what was wrong.
    fn fetch(&self, server: &ArchiveServer, sha256: Option<&str>) -> Result<(), String> {
        let (library, script) = (hash(LIBRARY), hash(SCRIPT));
        let wanted: [Wanted<'_>; 3] =
            [("lib/libphy.a", Some(&library)), ("ld/script.ld", Some(&script)), ("License", None)];
        let source = Source { url: &server.url(), sha256 };
        download::fetch(&source, &wanted, &self.folder, &mut |_| ()).map_err(|error| format!("{error:#}"))
    }

    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        list(self.parent.path(), self.parent.path(), &mut files);
        files.sort();
        files
    }
}

fn list(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("there") {
        let path = entry.expect("read").path();
        match path.is_dir() {
            true => list(root, &path, files),
            false => files.push(path.strip_prefix(root).expect("below").display().to_string()),
        }
    }
}

const UNPACKED: [&str; 3] = ["sdk/License", "sdk/ld/script.ld", "sdk/lib/libphy.a"];

#[test]
fn an_archive_is_fetched_and_what_is_needed_of_it_is_kept() {
    let (bytes, place) = (archive(&GOOD), Place::new());
    let server = ArchiveServer::start(bytes.clone(), Manner::Right);
    let source = Source { url: &server.url(), sha256: None };
    assert_eq!(download::size(&source).expect("it is told"), Some(bytes.len() as u64));
    place.fetch(&server, Some(&hash(&bytes))).expect("fetched");
    assert_eq!(place.files(), UNPACKED);
    assert_eq!(std::fs::read(place.folder.join("lib/libphy.a")).expect("there"), LIBRARY);
}

#[test]
fn a_transfer_that_broke_goes_on_and_begins_anew_where_the_server_can_not() {
    for (manner, starts) in [(Manner::Right, &[0, 100][..]), (Manner::WithoutRanges, &[0, 100, 0])] {
        let (bytes, place) = (archive(&GOOD), Place::new());
        let server = ArchiveServer::start(bytes.clone(), Manner::Breaks(100));
        let fault = place.fetch(&server, Some(&hash(&bytes))).expect_err("it broke");
        assert!(fault.contains("broke after 100 bytes") && fault.contains("goes on from there"), "{fault}");
        assert_eq!(place.files(), ["sdk.tar.gz.part"]);
        server.becomes(manner);
        place.fetch(&server, Some(&hash(&bytes))).expect("fetched");
        assert_eq!(place.files(), UNPACKED, "{manner:?}");
        assert_eq!(server.starts(), starts, "{manner:?}");
    }
}

#[test]
fn what_is_left_of_another_file_is_no_part_of_this_one() {
    let (bytes, place) = (archive(&GOOD), Place::new());
    let server = ArchiveServer::start(bytes.clone(), Manner::Right);
    std::fs::write(place.parent.path().join("sdk.tar.gz.part"), vec![0; bytes.len() + 1]).expect("written");
    place.fetch(&server, Some(&hash(&bytes))).expect("fetched");
    assert_eq!(place.files(), UNPACKED);
}

#[test]
fn what_is_not_the_archive_is_refused_and_nothing_is_left_of_it() {
    let good = archive(&GOOD);
    let sha256 = hash(&good);
    for (manner, words) in [
        (Manner::Missing, "404"),
        (Manner::Page, "is refused and deleted"),
        (Manner::Short(120), "is refused and deleted"),
    ] {
        let place = Place::new();
        let fault = place.fetch(&ArchiveServer::start(good.clone(), manner), Some(&sha256)).expect_err("refused");
        assert!(fault.contains(words), "{manner:?}: {fault}");
        assert!(!place.folder.exists(), "{manner:?}");
        place.fetch(&ArchiveServer::start(good.clone(), Manner::Right), Some(&sha256)).expect("and then it works");
    }
    let server = ArchiveServer::start(archive(&GOOD[..2]), Manner::Right);
    let place = Place::new();
    let fault = place.fetch(&server, Some(&sha256)).expect_err("another one");
    assert!(fault.contains(&sha256) && fault.contains("cargo xtask sdk DIR"), "{fault}");
    assert_eq!(place.files(), [""; 0]);
}

#[test]
fn an_archive_whose_hash_nobody_states_is_judged_by_its_files() {
    let cases: [(&str, Vec<Entry<'_>>, &str); 5] = [
        ("a file less", GOOD[1..].to_vec(), "lib/libphy.a is missing"),
        ("another file", with(0, "SDK-3/lib/libphy.a", b"another"), "lib/libphy.a is not the one"),
        ("a way out", with(3, "SDK-3/../../evil", b"evil"), "leads out of its folder"),
        ("the root", with(3, "/evil", b"evil"), "leads out of its folder"),
        ("a file twice", with(3, "SDK-3/lib/libphy.a", LIBRARY), "is in the archive twice"),
    ];
    for (what, entries, words) in cases {
        let place = Place::new();
        let server = ArchiveServer::start(archive(&entries), Manner::Right);
        let fault = place.fetch(&server, None).expect_err(what);
        assert!(fault.contains(words), "{what}: {fault}");
        assert_eq!(place.files(), [""; 0], "{what}");
    }
    let mut link = GOOD.to_vec();
    link[0].1 = EntryType::Symlink;
    for (bytes, words) in [
        (archive(&link), "lib/libphy.a in the archive is no file"),
        (archive(&GOOD)[..100].to_vec(), "ends early"),
        (b"<!DOCTYPE html>".to_vec(), "this is no archive; it begins with \"<!DOCTYPE html>\""),
    ] {
        let place = Place::new();
        let fault = place.fetch(&ArchiveServer::start(bytes, Manner::Right), None).expect_err(words);
        assert!(fault.contains(words), "{fault}");
        assert_eq!(place.files(), [""; 0]);
    }
}

/// The good archive with one entry changed.
fn with<'a>(index: usize, name: &'a str, content: &'a [u8]) -> Vec<Entry<'a>> {
    let mut entries = GOOD.to_vec();
    entries[index] = (name, EntryType::Regular, content);
    entries
}

#[test]
fn the_command_shows_the_licence_asks_and_refuses_what_is_not_the_sdk() {
    let project = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("sdk").args(arguments).env("FLEETWRIGHT_ROOT", project.path()).env_remove("ESP8266_SDK");
        command.stdin(Stdio::null()).output().expect("it starts")
    };
    let none = run(&[]);
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stdout).contains("cargo xtask sdk --download"));
    let server = ArchiveServer::start(archive(&GOOD), Manner::Right);
    let asked = run(&["--download", "--from", &server.url()]);
    let shown = String::from_utf8_lossy(&asked.stdout).into_owned();
    for words in ["ESPRESSIF MIT License", "on Espressif's ESP8266 only", &server.url(), "0.0 MB", "[y/N]"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert_eq!(asked.status.code(), Some(2));
    assert!(server.starts().is_empty(), "without a yes nothing is fetched");
    let refused = run(&["--download", "--yes", "--from", &server.url()]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("is refused and deleted"), "{said}");
    let left = std::fs::read_dir(project.path().join("target/sdk")).expect("made");
    assert_eq!(left.count(), 0, "nothing is left of it");
}
