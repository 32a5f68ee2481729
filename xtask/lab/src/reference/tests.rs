//! The reference by itself: the room, without broker and nodes.

use super::*;
use crate::roles;
use crate::stimulus::Stimulus;
use fleetwright_generator::model::TopicId;
use fleetwright_generator::plan::{self, Plan};

const ROOM: &str = include_str!("../../../../fleets/room.yaml");

fn plan(layout: &str) -> Plan {
    let source = fleetwright_generator::text::Source::new("room.yaml", ROOM);
    let (fleet, _) = fleetwright_generator::check(&source).expect("an example");
    plan::lay_out(&fleet).into_iter().find(|plan| plan.layout == layout).expect("a layout")
}

fn apply<'p>(reference: &mut Reference<'p>, plan: &'p Plan, key: &str, stimulus: Stimulus) -> Vec<String> {
    let (_, role) = roles::find(plan, key).expect("a role");
    reference.apply(role, stimulus);
    let text = |(topic, value): (TopicId, Value)| value.text(&plan.topics[topic.0].payload);
    reference.expected().into_iter().map(text).collect()
}

#[test]
fn the_rules_of_the_room() {
    let plan = plan("one-per-role");
    let mut room = Reference::new(&plan, &Observation::default());
    // No message came yet, so the decision publishes `Off`: nobody is there.
    assert_eq!(room.expected().len(), 3);
    assert_eq!(apply(&mut room, &plan, "presence", Stimulus::Contact(true)), ["present", "On"]);
    assert_eq!(apply(&mut room, &plan, "sensor", Stimulus::Reading(818)), ["80", "Off"]);
    // Less than the sensor's `change`.
    assert_eq!(apply(&mut room, &plan, "sensor", Stimulus::Reading(822)), [""; 0]);
    assert_eq!(apply(&mut room, &plan, "button", Stimulus::Button(true)), ["turn on", "On"]);
    assert_eq!(apply(&mut room, &plan, "button", Stimulus::Button(false)), [""; 0]);
    assert_eq!(apply(&mut room, &plan, "sensor", Stimulus::Reading(123)), ["12"]);
    assert_eq!(apply(&mut room, &plan, "button", Stimulus::Button(true)), ["turn off", "Off"]);
}

#[test]
fn inside_of_a_node_what_was_not_observed_is_not_demanded() {
    let plan = plan("all-in-one");
    let mut observation = Observation::default();
    let mut room = Reference::new(&plan, &Observation::default());
    let lamp = (0, 5);
    // The first rule that holds makes it certain: nobody is there.
    observation.levels.insert(lamp, true);
    assert!(room.mismatch(&[], &observation).is_some_and(|mismatch| mismatch.contains("`lamp` on D1 low")));
    observation.levels.insert(lamp, false);
    assert_eq!(room.mismatch(&[], &observation), None);
    apply(&mut room, &plan, "presence", Stimulus::Contact(true));
    assert!(room.mismatch(&[], &observation).is_some());
}
