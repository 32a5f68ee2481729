//! Broken files: each kind is answered with an error, in bounded time, and never with a panic.

use fleetwright_generator::diag::{Severity, render};
use fleetwright_generator::text::Source;
use fleetwright_generator::{Options, generate};

const ROOM: &str = include_str!("../../fleets/room.yaml");

/// Whether the file is refused, with findings that can be shown.
fn is_refused(bytes: &[u8]) -> bool {
    let (source, findings) = match Source::from_bytes("broken.yaml", bytes) {
        Err(refused) => refused,
        Ok(source) => match generate(&source, &Options { runtime: "../firmware".into(), ..Options::default() }) {
            Ok(_) => return false,
            Err(findings) => (source, findings),
        },
    };
    let errors = findings.0.iter().filter(|finding| finding.severity == Severity::Error).count();
    errors > 0
        && !render::text(&source, &findings.0, false).is_empty()
        && render::json(&source, &findings.0).as_array().is_some_and(|all| all.len() == findings.0.len())
}

fn with(from: &str, to: &str) -> Vec<u8> {
    assert!(ROOM.contains(from), "the room has no `{from}`");
    ROOM.replacen(from, to, 1).into_bytes()
}

#[test]
fn the_room_itself_is_fine() {
    assert!(!is_refused(ROOM.as_bytes()));
}

#[test]
fn files_that_are_no_fleets() {
    let kinds: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b" \n\n".to_vec(),
        b"# only a comment\n".to_vec(),
        b"---\n...\n".to_vec(),
        b"null".to_vec(),
        b"42".to_vec(),
        b"a text".to_vec(),
        b"[]".to_vec(),
        b"{}".to_vec(),
        b"- fleet: room\n".to_vec(),
        b"{".to_vec(),
        b"[".to_vec(),
        b"\"".to_vec(),
        b"'".to_vec(),
        b"fleet: !!binary aGk=\n".to_vec(),
        b"%YAML 9.9\n---\nfleet: a\n".to_vec(),
        b"fleet: a\n---\nfleet: b\n".to_vec(),
        b"? [a, b]\n: c\n".to_vec(),
        b"<html></html>".to_vec(),
        b"{\"fleet\": 5}".to_vec(),
        b"\xff\xfe".to_vec(),
        b"fleet: \xc3\x28".to_vec(),
        b"fleet: a\0b\n".to_vec(),
        b"\0\0\0\0".to_vec(),
        "fleet: a\u{feff}b\n".as_bytes().to_vec(),
        "fleet: \u{85}\n".as_bytes().to_vec(),
        vec![b' '; 10 << 20],
        vec![b'['; 10 << 20],
        vec![b'['; 100_000],
        vec![b'{'; 100_000],
        b"- ".repeat(50_000),
        b"a: &x\n".repeat(10_000),
        [b"fleet: ".as_slice(), &b"[".repeat(5_000), &b"]".repeat(5_000)].concat(),
    ];
    for (index, kind) in kinds.iter().enumerate() {
        assert!(is_refused(kind), "kind {index}: {}", String::from_utf8_lossy(&kind[..kind.len().min(40)]));
    }
}

#[test]
fn fleets_that_are_broken_somewhere() {
    let kinds = [
        with("fleet: room", "fleet: &a [*a]"),
        with("fleet: room", "fleet: *nothing"),
        with("fleet: room", "x: &a [1]\ny: &b [*a, *a]\nz: &c [*b, *b]\nfleet: room"),
        with("fleet: room", "fleet: ../../etc"),
        with("fleet: room", "fleet: [room]"),
        with("fleet: room", "fleet:"),
        with("fleet: room", "flet: room"),
        with("fleet: room", "\tfleet: room"),
        with("fleet: room", "<<: { fleet: room }"),
        with("topics:", "topics: 5\nother:"),
        with("topics:", "topics: {}\nother:"),
        with("payload: percent", "payload: [percent]"),
        with("payload: percent", "payload: { number: { min: 1e9, max: .inf } }"),
        with("payload: percent", "payload: { number: { min: 0, max: 99999999999999 } }"),
        with("payload: percent", "payload: { text: { max: -1 } }"),
        with("payload: percent", "payload: { one_of: [] }"),
        with("payload: percent", "payload: { percent: {}, bit: {} }"),
        with("room/brightness", "\"room/bright\\nuser eve\""),
        with("room/brightness", "\"room/bright\\0\""),
        with("room/brightness", "room/#"),
        with("room/brightness", "$SYS/x"),
        with("room/brightness", "\" room\""),
        with("room/brightness", "\"e\\u0301\""),
        with("room/brightness", "room/esp-light/status"),
        with("qos: 1", "qos: 2"),
        with("qos: 1", "qos: [1]"),
        with("retain: true", "retain: { yes: no }"),
        with("every: 1s", "every: -1s"),
        with("every: 1s", "every: 1e400s"),
        with("every: 1s", "every: 99999999999999999999h"),
        with("change: 2", "change: 0"),
        with("brightness < 30", "brightness < "),
        with("brightness < 30", "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1"),
        with("brightness < 30", "brightness < 30 }, { when: x"),
        with("brightness < 30", "fn main() {}"),
        with("brightness < 30", "{ loop {} }"),
        with("brightness < 30", "brightness < 99999999999999999999999999999999999999999999"),
        with("brightness < 30", "age(brightness) < 30"),
        with("pin: A0", "pin: 99999"),
        with("pin: A0", "pin: -1"),
        with("pin: A0", "pin: { pin: A0 }"),
        with("board: esp01_1m", "board: ''"),
        with("esp-choice:", "esp-light:"),
        with("esp-choice:", "core:"),
        with("clients:", "nodes:\n  x: {}\nclients:"),
        with("viewer:", "esp-light:"),
        with("!secret wifi_ssid", "!secret ../x"),
        with("!secret wifi_ssid", "!secret"),
        with("host: 192.168.1.10", "host: \"a\\nallow_anonymous true\""),
    ];
    for (index, kind) in kinds.iter().enumerate() {
        assert!(is_refused(kind), "kind {index}");
    }
}

#[test]
fn the_room_cut_off_anywhere_never_panics() {
    for end in 0..ROOM.len() {
        // Some beginnings of the room are fleets, too; none may panic.
        is_refused(&ROOM.as_bytes()[..end]);
    }
}

#[test]
fn the_room_with_one_byte_changed_never_panics() {
    for index in (0..ROOM.len()).step_by(3) {
        for byte in [b'{', b'"', b'\n', b':', b'&', 0xff] {
            let mut bytes = ROOM.as_bytes().to_vec();
            bytes[index] = byte;
            is_refused(&bytes);
        }
    }
}
