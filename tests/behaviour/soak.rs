//! The load test, small: restarts and cut links lose nothing.

use fleetwright_protocol::load::Figure;
use lab::soak::{Load, soak};
use project::sync::{Mode, sync};
use project::{fleets, root};

#[test]
fn nothing_is_lost_and_everything_converges() {
    let out = tempfile::tempdir().expect("a folder");
    let path = root().join("tests/behaviour/fleets/relay.yaml");
    let output = fleets::generate(&path, out.path(), None).expect("readable").output.expect("no errors");
    sync(out.path(), "relay", &output.artifacts, Mode::Write).expect("written");
    let load = Load { nodes: 40, seconds: 6, restarts: 1, cuts: 8, seed: 1 };
    let measured = soak(out.path(), &output.plans[0], &output.artifacts, load).expect("it runs");
    assert_eq!(measured.wrong, [""; 0]);
    let get = |figure| measured.figures.get(figure);
    assert_eq!((measured.restarts, get(Figure::Cuts), get(Figure::Away)), (1, 8, 0));
    assert!(get(Figure::Events) > 20 && get(Figure::States) == 20, "{measured:?}");
    assert!(get(Figure::MemoryBytes) < 64 << 10, "{measured:?}");
}
