//! Files that are no fleets, in fifty ways: each is answered with findings, none with a panic or a written file.

use project::root;
use std::path::Path;
use xtask::commands::r#gen::Gen;
use xtask::outcome::Outcome;

fn room() -> String {
    std::fs::read_to_string(root().join("fleets/room.yaml")).expect("an example")
}

/// Runs `gen` on some bytes; whether it found something, and wrote nothing.
fn is_refused(bytes: &[u8], folder: &Path) -> bool {
    let (file, out) = (folder.join("broken.yaml"), folder.join("out"));
    std::fs::write(&file, bytes).expect("written");
    let path = file.to_str().expect("UTF-8").to_owned();
    let outcome =
        Gen { fleets: vec![path], out: Some(out.clone()), ..Gen::default() }.run().expect("findings are no failure");
    outcome == Outcome::Findings && !out.exists()
}

#[test]
fn truncated_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let room = room();
    // Up to the end of the layouts every piece lacks something; after that only clients are missing.
    let end = room.find("layouts:").expect("layouts");
    let wrong: Vec<usize> = (0..25)
        .map(|part| end * part / 25)
        .filter(|cut| !is_refused(&room.as_bytes()[..*cut], folder.path()))
        .collect();
    assert_eq!(wrong, [0; 0], "cut there");
}

#[test]
fn wrong_shapes() {
    let folder = tempfile::tempdir().expect("a folder");
    let room = room();
    let swap = |from: &str, to: &str| {
        assert!(room.contains(from), "{from}");
        room.replacen(from, to, 1).into_bytes()
    };
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty", vec![]),
        ("a comment", b"# nothing\n".to_vec()),
        ("a number", b"5\n".to_vec()),
        ("a list", b"- fleet\n- room\n".to_vec()),
        ("a text", b"fleet room\n".to_vec()),
        ("two documents", [room.as_bytes(), b"\n---\nfleet: other\n"].concat()),
        ("NUL", swap("fleet: room", "fleet: ro\0om")),
        ("escaped NUL", swap("path: room/light", r#"path: "room/\0light""#)),
        ("no UTF-8", [room.as_bytes(), b"# \xff\xfe\n"].concat()),
        ("UTF-16", room.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("a tab", swap("  brightness:", "\tbrightness:")),
        ("a list for a map", swap("fleet: room", "fleet: [room]")),
        ("a map for a text", swap("host: 192.168.1.10", "host: { a: b }")),
        ("a text for a map", swap("payload: percent", "payload: { percent }")),
        ("a number for a yes", swap("retain: true", "retain: 7")),
        ("a key twice", swap("fleet: room", "fleet: room\nfleet: hall")),
        ("an unknown key", swap("fleet: room", "fleet: room\nflavour: sweet")),
        ("an unclosed quote", swap("\"turn on\"", "\"turn on")),
        ("an unclosed bracket", swap("[absent, present]", "[absent, present")),
        ("an anchor without an end", swap("fleet: room", "fleet: &a [*a]")),
        ("a cycle of anchors", swap("fleet: room", "x: &a { b: &b { c: *a, d: *b } }\nfleet: room")),
        ("an alias of nothing", swap("fleet: room", "fleet: *nothing")),
        ("a billion laughs", laughs().into_bytes()),
        ("a strange tag", swap("fleet: room", "fleet: !!python/object room")),
        ("a merge key", swap("  brightness:", "  <<: { x: 1 }\n  brightness:")),
        ("a complex key", swap("fleet: room", "? [a, b]\n: c\nfleet: room")),
        ("deep lists", format!("fleet: {}{}\n", "[".repeat(20_000), "]".repeat(20_000)).into_bytes()),
        ("deep maps", format!("fleet: {}1{}\n", "{ a: ".repeat(20_000), " }".repeat(20_000)).into_bytes()),
        ("deep blocks", (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>().into_bytes()),
        ("ten megabytes", [room.as_bytes(), "# comment\n".repeat(1 << 20).as_bytes()].concat()),
        ("a long rule", swap("presence == \"absent\"", &format!("{}true{}", "(".repeat(10_000), ")".repeat(10_000)))),
        ("many nots", swap("presence == \"absent\"", &format!("{}true", "!".repeat(100_000)))),
        ("a long sum", swap("brightness < 30", &format!("brightness{} < 30", " + 1".repeat(50_000)))),
        ("a rule that is a program", swap("brightness < 30", "{ loop {} }")),
        ("a name that leaves the folder", swap("fleet: room", "fleet: ../room")),
        ("a node that leaves the folder", swap("esp-light: ", "\"../esp\": ")),
        ("a user with a line end", swap("viewer: ", "\"viewer\\nuser admin\": ")),
        ("a topic with a line end", swap("path: room/light", r#"path: "room/light\ntopic write #""#)),
        ("a wildcard", swap("path: room/light", "path: room/#")),
        ("a line end inside a label", swap("[absent, present]", r#"["absent\n", present]"#)),
    ];
    let wrong: Vec<&str> =
        cases.iter().filter(|(_, bytes)| !is_refused(bytes, folder.path())).map(|(name, _)| *name).collect();
    assert!(cases.len() + 25 >= 50);
    assert_eq!(wrong, [""; 0]);
}

/// A text of a few lines that stands for ten to the power of ten words.
fn laughs() -> String {
    let more =
        (1..10).map(|depth| format!("l{depth}: &l{depth} [{}]\n", vec![format!("*l{}", depth - 1); 10].join(", ")));
    format!("l0: &l0 [ha, ha]\n{}fleet: *l9\n", more.collect::<String>())
}
