//! The reference by itself: the room, without broker and nodes.

use super::*;
use fleetwright_generator::plan;

const ROOM: &str = include_str!("../../../../fleets/room.yaml");

fn plan(layout: &str) -> Plan {
    let source = fleetwright_generator::source::Source::new("room.yaml", ROOM);
    let (fleet, _) = fleetwright_generator::check(&source).expect("an example");
    plan::lay_out(&fleet).into_iter().find(|plan| plan.layout == layout).expect("a layout")
}

fn act<'p>(reference: &mut Reference<'p>, plan: &'p Plan, key: &str, act: Act) -> Vec<String> {
    let role = roles(plan).find(|role| role.key == key).expect("a role");
    reference.act(role, act);
    let spell = |(topic, word): (TopicId, Word)| word.spell(&plan.topics[topic.0].payload);
    reference.expected().into_iter().map(spell).collect()
}

#[test]
fn the_rules_of_the_room() {
    let plan = plan("one-per-role");
    let mut room = Reference::new(&plan, &Seen::default());
    // Nobody was heard yet, so the decision says `Off`: nobody is there.
    assert_eq!(room.expected().len(), 3);
    assert_eq!(act(&mut room, &plan, "presence", Act::Contact(true)), ["present", "On"]);
    assert_eq!(act(&mut room, &plan, "sensor", Act::Reading(818)), ["80", "Off"]);
    // Less than the sensor's `change`.
    assert_eq!(act(&mut room, &plan, "sensor", Act::Reading(822)), [""; 0]);
    assert_eq!(act(&mut room, &plan, "button", Act::Button(true)), ["turn on", "On"]);
    assert_eq!(act(&mut room, &plan, "button", Act::Button(false)), [""; 0]);
    assert_eq!(act(&mut room, &plan, "sensor", Act::Reading(123)), ["12"]);
    assert_eq!(act(&mut room, &plan, "button", Act::Button(true)), ["turn off", "Off"]);
}

#[test]
fn inside_of_a_node_what_was_not_seen_is_not_demanded() {
    let plan = plan("all-in-one");
    let mut seen = Seen::default();
    let mut room = Reference::new(&plan, &Seen::default());
    let lamp = (0, 5);
    // The first rule that holds makes it certain: nobody is there.
    seen.pins.insert(lamp, true);
    assert!(room.complaint(&[], &seen).is_some_and(|complaint| complaint.contains("`lamp` on D1 low")));
    seen.pins.insert(lamp, false);
    assert_eq!(room.complaint(&[], &seen), None);
    act(&mut room, &plan, "presence", Act::Contact(true));
    assert!(room.complaint(&[], &seen).is_some());
}

#[test]
fn figures_of_readings() {
    let map = [(0, 0), (1023, 100)];
    assert_eq!([0, 123, 512, 1023].map(|reading| figure(&map, reading)), [0, 12, 50, 100]);
    let falling = [(100, 850), (900, -400)];
    assert_eq!([0, 500, 1023].map(|reading| figure(&falling, reading)), [850, 225, -400]);
}
