//! What example nodes take of the chip: budgets in `tests/size/`, one file for each fleet, committed. A node that grows
//! past its tolerance fails here; `SIZES=accept cargo test -p xtask --test behaviour sizes` writes new budgets.

use super::emulator::toolchain;
use super::generated;
use lx106::{self, LinkTarget, Sizes};
use project::{fleets, root};
use std::fmt::Write;
use std::path::Path;

/// A node may grow by this before somebody has to look: another compiler lays code out a little differently.
const TOLERANCE: u64 = 256;

fn measure(fleet: &str) -> Vec<(String, Sizes)> {
    let toolchain = toolchain();
    let mut sizes = Vec::new();
    for plan in generated(fleet).plans {
        let workspace = root().join("generated").join(&plan.fleet).join(&plan.layout).join("firmware");
        for node in plan.programs() {
            let map = lx106::map(node.flash_kb).expect("a map");
            let built = toolchain.build(&workspace, &node.program, map, LinkTarget::Emulator).expect("builds");
            sizes.push((format!("{}/{}", plan.layout, node.program), built.sizes));
        }
    }
    sizes
}

fn table(sizes: &[(String, Sizes)]) -> String {
    let mut text =
        String::from("# layout/node, flash and data RAM of our own in bytes, as `cargo xtask build` shows them\n");
    for (node, sizes) in sizes {
        // Writing to a String can't fail.
        let _ = writeln!(text, "{node} {} {}", sizes.own_flash(), sizes.own_data());
    }
    text
}

fn check(fleet: &str) -> Vec<(String, Sizes)> {
    let sizes = measure(fleet);
    let path = root().join(format!("tests/size/{fleet}.txt"));
    if std::env::var_os("SIZES").is_some_and(|value| value == "accept") {
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("made");
        std::fs::write(&path, table(&sizes)).expect("written");
    }
    let budgets = std::fs::read_to_string(&path).expect("budgets");
    let mut faults = Vec::new();
    for (node, sizes) in &sizes {
        let line = budgets.lines().find_map(|line| line.strip_prefix(&format!("{node} ")));
        let Some((flash, data)) = line.and_then(|line| line.split_once(' ')) else {
            faults.push(format!("{node} has no budget"));
            continue;
        };
        for (what, size, budget) in [("flash", sizes.own_flash(), flash), ("data RAM", sizes.own_data(), data)] {
            let budget: u64 = budget.parse().expect("a figure");
            if size > budget + TOLERANCE {
                faults.push(format!("{node}: {size} bytes of {what}, its budget is {budget} and {TOLERANCE} more"));
            }
        }
    }
    assert!(faults.is_empty(), "{}\nare the bytes worth it? then SIZES=accept", faults.join("\n"));
    sizes
}

#[test]
fn the_room_is_within_its_budgets() {
    for (node, sizes) in check("room") {
        assert!(sizes.own_flash() <= 16 * 1024, "{node}");
        assert!(sizes.own_data() <= 3 * 1024, "{node}");
        assert!(sizes.heap() >= 52_500, "{node}");
        if node.ends_with("/esp-sensor") {
            assert!(sizes.own_flash() <= 12 * 1024, "{node}");
        }
    }
}

#[test]
fn the_other_examples_are_within_their_budgets() {
    for path in fleets::find(&[]).expect("examples") {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if name != "room" {
            check(&name);
        }
    }
}
