//! A fleet in several files: its maps come together, and findings show the file and the way to it.

use fleetwright_generator::check;
use fleetwright_generator::diag::{codes, render};
use fleetwright_generator::syntax::wanted;
use fleetwright_generator::text::Source;

const HOUSE: &str = "fleet: house
include: [parts/hall.yaml]
broker: { host: broker.local }
topics:
  light: { path: house/light, payload: bit }
roles:
  lamp: { switch_output: { subscribe: light } }
nodes:
  esp: { board: d1_mini, roles: { lamp: { pin: D1 }, button: { pin: D2 } } }
";
const HALL: &str = "# the hall
include: more.yaml
roles:
  button: { push_button: { publish: light } }
";

/// A fleet whose files are those of a list.
fn source(house: &str, files: &[(&str, &str)]) -> Source {
    let mut source = Source::new("fleets/house.yaml", house);
    loop {
        let wanted = wanted(&source);
        if wanted.is_empty() {
            return source;
        }
        for wanted in wanted {
            let text = files.iter().find(|(path, _)| *path == wanted.path).map(|(_, text)| *text);
            source.include(&wanted.path, wanted.span, text.ok_or("there is no such file".into()));
        }
    }
}

fn findings(source: &Source) -> String {
    match check(source) {
        Ok((_, warnings)) => render::text(source, &warnings, false),
        Err(findings) => render::text(source, &findings.0, false),
    }
}

#[test]
fn maps_of_several_files_are_one() {
    let more = "clients:\n  viewer: { subscribe: [\"*\"] }\n";
    let source = source(HOUSE, &[("fleets/parts/hall.yaml", HALL), ("fleets/parts/more.yaml", more)]);
    let (fleet, warnings) = check(&source).expect("no errors");
    assert_eq!((warnings.len(), fleet.roles.len(), fleet.clients.len()), (0, 2, 1));
}

#[test]
fn a_finding_shows_its_file_and_the_way_to_it() {
    let more = "clients:\n  viewer: { subscribe: [ligth] }\n";
    let source = source(HOUSE, &[("fleets/parts/hall.yaml", HALL), ("fleets/parts/more.yaml", more)]);
    let text = findings(&source);
    for expected in [
        "--> fleets/parts/more.yaml:2:25",
        "2 |   viewer: { subscribe: [ligth] }",
        "note: included by fleets/parts/hall.yaml:2",
        "note: included by fleets/house.yaml:2",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let json = render::json(&source, &check(&source).expect_err("a finding").0);
    assert_eq!((&json[0]["file"], &json[0]["line"]), (&"fleets/parts/more.yaml".into(), &2.into()));
}

#[test]
fn what_is_defined_twice_shows_both_files() {
    let more = "topics:\n  light: { payload: percent }\nfleet: hut\n";
    let source = source(HOUSE, &[("fleets/parts/hall.yaml", HALL), ("fleets/parts/more.yaml", more)]);
    let text = findings(&source);
    for expected in
        ["`light` stands twice", "--> fleets/parts/more.yaml:2:3", "::: fleets/house.yaml:5:3", "`fleet` stands twice"]
    {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn files_that_are_missing_twice_or_in_a_circle() {
    let cases = [
        ("nobody: 1\n", "there is no key `nobody` here"),
        ("include: house.yaml\n", "`house.yaml` can't be included: there is no such file"),
        ("include: ../house.yaml\n", "`../house.yaml` can't be included: it includes this file"),
        ("include: [hall.yaml]\n", "`hall.yaml` can't be included: it includes this file"),
        ("include: /etc/passwd\n", "the path of a YAML file belongs here"),
        ("[]\n", "an included file is a map of parts of a fleet"),
        ("topics: { light: [ }\n", "not YAML"),
        ("", "the file is empty"),
    ];
    for (more, expected) in cases {
        let source = source(HOUSE, &[("fleets/parts/hall.yaml", HALL), ("fleets/parts/more.yaml", more)]);
        let text = findings(&source);
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let twice = HOUSE.replace("[parts/hall.yaml]", "[parts/hall.yaml, parts/more.yaml]");
    let source = source(&twice, &[("fleets/parts/hall.yaml", HALL), ("fleets/parts/more.yaml", "clients: {}\n")]);
    assert!(findings(&source).contains("it is included already"), "{}", findings(&source));
    assert!(check(&source).expect_err("twice").0.iter().all(|finding| finding.code == codes::INCLUDE));
}
