//! The load test, small: restarts and cut links lose nothing.

use lab::soak::{Load, soak};
use project::fleets::{self, root};
use project::sync::{Mode, sync};

#[test]
fn nothing_is_lost_and_everything_converges() {
    let out = tempfile::tempdir().expect("a folder");
    let path = root().join("tests/behaviour/fleets/relay.yaml");
    let output = fleets::generate(&path, out.path(), None).expect("readable").output.expect("no errors");
    sync(out.path(), "relay", &output.artifacts, Mode::Write).expect("written");
    let load = Load { nodes: 40, seconds: 6, restarts: 1, cuts: 8, seed: 1 };
    let figures = soak(out.path(), &output.plans[0], &output.artifacts, load).expect("it runs");
    assert_eq!(figures.wrong, [""; 0]);
    assert_eq!((figures.restarts, figures.get("cuts"), figures.get("away")), (1, 8, 0));
    assert!(figures.get("events") > 20 && figures.get("states") == 20, "{figures:?}");
    assert!(figures.get("memory-bytes") < 64 << 10, "{figures:?}");
}
