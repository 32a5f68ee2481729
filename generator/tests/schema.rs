//! The schema and the reader agree: on all fleets of the project, and on mutants of them.
//!
//! What a reader alone can see, and the schema therefore is not asked about: names that mean nothing, pins, rules, numbers
//! out of place (all but the shape), keys that stand twice, `!secret`.

#![allow(clippy::disallowed_methods, reason = "a test reads its cases")]

use fastrand::Rng;
use fleetwright_generator::diag::Severity;
use fleetwright_generator::text::Source;
use fleetwright_generator::{schema, syntax};
use serde_json::{Value, json};
use std::path::Path;

/// Findings that are about the shape alone.
const SHAPE: [&str; 3] = ["unknown-key", "missing-key", "wrong-type"];

/// The fleets of the project, as JSON. `!secret` is a tag, which JSON has not.
/// What a file includes the schema can't see, so fleets in several files are left out.
fn fleets() -> Vec<(String, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut fleets = Vec::new();
    for folder in ["fleets", "tests/behaviour/fleets"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("readable").path();
            let name = path.file_name().expect("named").to_string_lossy().into_owned();
            if name == "secrets.yaml" || name == "five-mistakes.yaml" || !name.ends_with(".yaml") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("readable").replace("!secret ", "");
            // As editors read YAML 1.2: `on` and `off` are texts.
            let options = serde_saphyr::options! { strict_booleans: true };
            let fleet: Value = serde_saphyr::from_str_with_options(&text, options).expect("YAML");
            if fleet.get("include").is_none() {
                fleets.push((name, fleet));
            }
        }
    }
    fleets.sort_by(|a, b| a.0.cmp(&b.0));
    fleets
}

/// JSON is YAML: the reader reads the very value that the schema sees.
fn source(fleet: &Value) -> Source {
    Source::new("mutant.yaml", fleet.to_string())
}

/// Whether the reader finds a fault of shape; of anything.
fn reader(fleet: &Value) -> (bool, bool) {
    let source = source(fleet);
    let shape = syntax::parse(&source)
        .err()
        .is_some_and(|findings| findings.0.iter().any(|finding| SHAPE.contains(&finding.code.as_str())));
    let any = fleetwright_generator::check(&source)
        .is_err_and(|findings| findings.0.iter().any(|finding| finding.severity == Severity::Error));
    (shape, any)
}

#[test]
fn every_fleet_of_the_project_has_the_shape_of_the_schema() {
    let schema = jsonschema::validator_for(&schema::schema()).expect("a schema");
    for (name, fleet) in fleets() {
        let wrong: Vec<String> =
            schema.iter_errors(&fleet).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        // Its meaning may suffer on the way to JSON, which writes numbers in its own way.
        assert!(!reader(&fleet).0, "{name}");
    }
}

/// The number of values below and with this one.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// Does something to the value with this number.
fn change(value: &mut Value, number: &mut usize, act: &mut dyn FnMut(&mut Value)) {
    if *number == 0 {
        act(value);
    }
    *number = number.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| change(item, number, act)),
        Value::Object(map) => map.values_mut().for_each(|item| change(item, number, act)),
        _ => {}
    }
}

fn mutate(fleet: &mut Value, random: &mut Rng) {
    let mut number = random.usize(..count(fleet));
    let strange = [
        json!(null),
        json!(5),
        json!(-3),
        json!(true),
        json!("text"),
        json!("2s"),
        json!([]),
        json!({}),
        json!([1]),
        json!(["a", {}]),
        json!({ "x": 1 }),
        json!("on"),
        json!("high"),
        json!(1.5),
    ];
    let (what, which, index) = (random.usize(..4), random.usize(..strange.len()), random.usize(..1 << 20));
    change(fleet, &mut number, &mut |value| match (what, value) {
        (0, Value::Object(map)) if !map.is_empty() => {
            let key = map.keys().nth(index % map.len()).cloned().unwrap_or_default();
            map.remove(&key);
        }
        (1, Value::Object(map)) if !map.is_empty() => {
            let key = map.keys().nth(index % map.len()).cloned().unwrap_or_default();
            let value = map.remove(&key).unwrap_or_default();
            map.insert(format!("{key}x"), value);
        }
        (2, Value::Array(items)) => items.push(strange[which].clone()),
        (_, value) => *value = strange[which].clone(),
    });
}

#[test]
fn the_schema_and_the_reader_agree_on_mutants() {
    let schema = jsonschema::validator_for(&schema::schema()).expect("a schema");
    let mut random = Rng::with_seed(8_266);
    let (mut shape, mut fine) = (0, 0);
    for (name, fleet) in fleets() {
        for round in 0..300 {
            let mut mutant = fleet.clone();
            (0..=random.usize(..2)).for_each(|_| mutate(&mut mutant, &mut random));
            let (wrong_shape, wrong) = reader(&mutant);
            let accepted = schema.is_valid(&mutant);
            let case = || format!("{name}, round {round}\n{mutant}");
            assert!(!(wrong_shape && accepted), "the reader alone refuses the shape: {}", case());
            assert!(wrong || accepted, "the schema alone refuses: {}", case());
            shape += usize::from(wrong_shape);
            fine += usize::from(accepted);
        }
    }
    assert!(shape > 300 && fine > 300, "mutants of both kinds: {shape} and {fine}");
}

#[test]
fn every_part_of_the_schema_is_described_for_people() {
    let schema = schema::schema();
    let page = schema::reference(&schema);
    for (name, part) in schema["$defs"].as_object().expect("parts") {
        assert!(part["description"].is_string(), "{name} is not described");
        for (key, value) in part["properties"].as_object().into_iter().flatten() {
            assert!(value["description"].is_string(), "`{key}` of {name} is not described");
            assert!(page.contains(&format!("| `{key}` |")), "`{key}` of {name} is not on the page");
        }
    }
}
