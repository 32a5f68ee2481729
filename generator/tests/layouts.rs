//! Which layout somebody means: the one that is named, the first, or all of them.

use fleetwright_generator::plan::Plan;
use fleetwright_generator::text::Source;
use fleetwright_generator::{Options, check, generate};

const ROOM: &str = include_str!("../../fleets/room.yaml");

#[test]
fn a_layout_is_named_or_the_first() {
    let source = Source::new("fleets/room.yaml", ROOM);
    let output = generate(&source, &Options::default()).expect("no errors");
    let name = |plan: &Plan| plan.layout.clone();
    assert_eq!(output.layout(None).map(name), Ok("one-per-role".into()));
    assert_eq!(output.layout(Some("all-in-one")).map(name), Ok("all-in-one".into()));
    assert_eq!(output.layouts(None).map(|plans| plans.len()), Ok(output.plans.len()));
    assert_eq!(output.layouts(Some("all-in-one")).map(|plans| plans.len()), Ok(1));
    let known: Vec<&str> = output.plans.iter().map(|plan| plan.layout.as_str()).collect();
    let message = format!("fleets/room.yaml has no layout `attic`; it has: {}", known.join(", "));
    assert_eq!(output.layout(Some("attic")).map(name).map_err(|error| error.to_string()), Err(message.clone()));
    let (fleet, _) = check(&source).expect("no errors");
    assert_eq!(fleet.layouts(Some("attic")).map(|all| all.len()).map_err(|error| error.to_string()), Err(message));
}
