//! `boards:` of a fleet: a board that the catalogue does not have.

#![allow(clippy::disallowed_methods, reason = "a test reads the folder of boards")]

use fleetwright_generator::check;
use fleetwright_generator::model::board_names;
use fleetwright_generator::text::Source;

fn fleet(boards: &str, node: &str) -> Source {
    let text = format!(
        "fleet: attic\nbroker: {{ host: 192.168.1.10 }}\ntopics:\n  light: {{ payload: bit }}\nroles:\n  \
         lamp: {{ switch_output: {{ subscribe: light }} }}\n  button: {{ push_button: {{ publish: light }} }}\nboards:\n  \
         {boards}\nnodes:\n  esp: {node}\n"
    );
    Source::new("attic.yaml", text)
}

/// Codes and what they point at.
fn findings(boards: &str, node: &str) -> Vec<(String, String)> {
    let source = fleet(boards, node);
    let findings = match check(&source) {
        Ok((_, warnings)) => warnings,
        Err(findings) => findings.0,
    };
    let at = |finding: &fleetwright_generator::diag::Diagnostic| {
        source.text.get(finding.primary.span.start..finding.primary.span.end).unwrap_or_default().to_owned()
    };
    findings.iter().map(|finding| (finding.code.as_str().to_owned(), at(finding))).collect()
}

#[test]
fn a_board_from_nothing_and_one_like_another() {
    let bare = "mine: { flash_kb: 2048, exposed: [4, 5, 17], aliases: { IN: 4, OUT: 5 } }";
    let node = "{ board: mine, roles: { lamp: { pin: OUT }, button: { pin: IN } } }";
    assert_eq!(findings(bare, node), []);
    let (fleet, _) = check(&fleet(bare, node)).expect("fine");
    assert_eq!(fleet.boards.get("mine").map(|board| board.flash_kb), Some(2048));
    let like = "mine: { like: d1_mini, flash_kb: 16384, aliases: { RELAY: 5 } }";
    assert_eq!(findings(like, "{ board: mine, roles: { lamp: { pin: RELAY }, button: { pin: D2 } } }"), []);
    let inside = "mine: { chip: esp8285, flash_kb: 1024, exposed: [4, 5, 9] }";
    assert_eq!(findings(inside, "{ board: mine, roles: { lamp: { pin: 5 }, button: { pin: 4 } } }"), []);
}

#[test]
fn what_a_board_can_not_be() {
    let node = "{ board: mine, roles: { lamp: { pin: 5 }, button: { pin: 4 } } }";
    let wrong = |board: &str| findings(board, node);
    let code_at = |code: &str, at: &str| vec![(code.to_owned(), at.to_owned())];
    assert_eq!(wrong("mine: { exposed: [4, 5] }"), code_at("missing-key", "mine"));
    assert_eq!(wrong("mine: { like: d1_mni }"), code_at("unknown-name", "d1_mni")[..].to_vec());
    assert_eq!(wrong("mine: { flash_kb: 3000, exposed: [4, 5] }"), code_at("bad-value", "3000"));
    assert_eq!(wrong("mine: { flash_kb: 512, exposed: [4, 5, 9] }"), code_at("pin-flash", "9"));
    assert_eq!(wrong("mine: { flash_kb: 512, exposed: [4, 5], led: [14] }"), code_at("pin-unknown", "14"));
    assert_eq!(
        wrong("mine: { flash_kb: 512, exposed: [4, 5], aliases: { \"12\": 4 } }"),
        code_at("bad-name", "\"12\"")
    );
    assert_eq!(wrong("mine: { like: d1_mini, a0_volts: many }"), code_at("bad-value", "many"));
    assert_eq!(
        findings("d1_mini: { like: d1 }", "{ board: d1_mini, roles: { lamp: { pin: D1 }, button: { pin: D2 } } }"),
        code_at("bad-name", "d1_mini")
    );
}

#[test]
fn every_file_of_the_catalogue_is_in_it() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("boards");
    let names = std::fs::read_dir(folder).expect("the boards").map(|entry| entry.expect("a file").path());
    let mut files: Vec<String> = names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    files.retain(|name| name != "esp8266");
    files.sort();
    let mut known: Vec<String> = board_names().map(str::to_owned).collect();
    known.sort();
    assert_eq!(known, files, "`FILES` in model/boards/catalogue.rs has every board of generator/boards");
}
