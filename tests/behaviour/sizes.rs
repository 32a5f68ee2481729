//! What example nodes take of the chip: budgets in `tests/size/`, one file for each fleet, committed. A node that grows
//! past its tolerance fails here, and so does a README that shows other figures than the budgets.
//! `SIZES=accept cargo test -p xtask --test behaviour -- sizes a_handshake_is_within` writes both anew.

use super::emulator::toolchain;
use super::generated;
use fleetwright_generator::model::Engine;
use lab::throwaway::ThrowawayBroker;
use lx106::sizes::stack;
use lx106::{self, LinkTarget, Sizes};
use project::{fleets, root};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A node may grow by this before somebody has to look: another compiler lays code out a little differently.
const TOLERANCE: u64 = 256;
/// As much for the stack, which is short.
const STACK_TOLERANCE: u64 = 128;

/// The figures of a line, in their order in the table of `cargo xtask build`; of the last, `-` where nobody measures it.
const HEAD: &str = "# layout/node, then as in the table of `cargo xtask build`: own flash, own data RAM, flash, IRAM, data RAM, heap left, stack\n";
const FIGURES: usize = 7;

/// Whether budgets and README are to be written anew.
pub(super) fn accepts() -> bool {
    std::env::var_os("SIZES").is_some_and(|value| value == "accept")
}

fn measure(fleet: &str) -> Vec<(String, Sizes)> {
    let toolchain = toolchain();
    let mut sizes = Vec::new();
    let output = generated(fleet);
    for plan in &output.plans {
        let workspace = root().join("generated").join(&plan.fleet).join(&plan.layout).join("firmware");
        // Three ejabberd take too long for this; the cluster's own tests have them.
        let needs_broker = plan.nodes.iter().any(|node| node.status.is_some());
        let is_run = plan.engine == Engine::Mosquitto;
        let broker = (needs_broker && is_run).then(|| ThrowawayBroker::start(plan, &output.artifacts).expect("starts"));
        for node in plan.programs() {
            let map = lx106::map(node.flash_kb).expect("a map");
            let mut built = toolchain.build(&workspace, &node.program, map, LinkTarget::Emulator).expect("builds");
            built.sizes.stack = None;
            if is_run {
                let used = lab::stack::of_program(plan, broker.as_ref(), node, &built.elf).expect("it runs");
                built.measured_stack(used).expect("kept");
            }
            sizes.push((format!("{}/{}", plan.layout, node.program), built.sizes));
        }
    }
    sizes
}

/// The figures of a node, as they stand in its line.
fn figures(sizes: &Sizes) -> [Option<u64>; FIGURES] {
    let known = [sizes.own_flash(), sizes.own_data(), sizes.flash(), sizes.iram(), sizes.data(), sizes.heap()];
    let mut figures = [None; FIGURES];
    known.into_iter().zip(&mut figures).for_each(|(figure, to)| *to = Some(figure));
    figures[FIGURES - 1] = sizes.stack;
    figures
}

/// The budgets of a fleet's nodes, by layout and node.
pub(super) fn budgets(fleet: &str) -> Vec<(String, [Option<u64>; FIGURES])> {
    let text = std::fs::read_to_string(path(fleet)).expect("budgets");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(budget).collect()
}

fn budget(line: &str) -> (String, [Option<u64>; FIGURES]) {
    let mut words = line.split(' ');
    let node = words.next().expect("a node").to_owned();
    let figure = |word: &str| (word != "-").then(|| word.parse().unwrap_or_else(|_| panic!("{line}")));
    let figures: Vec<_> = words.map(figure).collect();
    (node, figures.try_into().unwrap_or_else(|_| panic!("{line}: {FIGURES} figures, or SIZES=accept")))
}

fn path(fleet: &str) -> PathBuf {
    root().join(format!("tests/size/{fleet}.txt"))
}

fn table(sizes: &[(String, Sizes)]) -> String {
    let mut text = String::from(HEAD);
    for (node, sizes) in sizes {
        text += node;
        for figure in figures(sizes) {
            // Writing to a String can't fail.
            let _ = write!(text, " {}", figure.map_or("-".to_owned(), |figure| figure.to_string()));
        }
        text.push('\n');
    }
    text
}

fn check(fleet: &str) -> Vec<(String, Sizes)> {
    let sizes = measure(fleet);
    if accepts() {
        let path = path(fleet);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("made");
        std::fs::write(&path, table(&sizes)).expect("written");
    }
    let budgets = budgets(fleet);
    let mut faults = Vec::new();
    for (node, sizes) in &sizes {
        let Some((_, budget)) = budgets.iter().find(|(name, _)| name == node) else {
            faults.push(format!("{node} has no budget"));
            continue;
        };
        let now = figures(sizes);
        for (what, column, tolerance) in
            [("flash", 0, TOLERANCE), ("data RAM", 1, TOLERANCE), ("the stack", FIGURES - 1, STACK_TOLERANCE)]
        {
            match (now[column], budget[column]) {
                (Some(size), Some(budget)) if size <= budget + tolerance => {}
                (None, None) => {}
                (size, budget) => faults
                    .push(format!("{node}: {size:?} bytes of {what}, its budget is {budget:?} and {tolerance} more")),
            }
        }
        faults.extend(sizes.faults());
    }
    assert!(faults.is_empty(), "{}\nare the bytes worth it? then SIZES=accept", faults.join("\n"));
    sizes
}

#[test]
fn the_room_is_within_its_budgets() {
    for (node, sizes) in check("room") {
        assert!(sizes.own_flash() <= 16 * 1024, "{node}");
        // 257 bytes of them are a table that Espressif's libraries ask of the node.
        assert!(sizes.own_data() <= 3 * 1024 + 257, "{node}");
        assert!(sizes.heap() >= 52_500, "{node}");
        if node.ends_with("/esp-sensor") {
            assert!(sizes.own_flash() <= 12 * 1024, "{node}");
        }
    }
    readme_shows("room");
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

/// README's table has nodes of one layout; each line is that of the budgets.
fn readme_shows(fleet: &str) {
    let budgets = budgets(fleet);
    for node in ["esp-light", "esp-sensor"] {
        let name = format!("one-per-role/{node}");
        let (_, figures) = budgets.iter().find(|(other, _)| *other == name).expect("a budget");
        let mut line = format!("{node:10}");
        for figure in figures {
            let _ = write!(line, "  {:>17}", figure.map_or("-".to_owned(), with_commas));
        }
        readme_has(&format!("{node} "), &line);
    }
}

fn with_commas(figure: u64) -> String {
    let digits = figure.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// The one line of README that begins so is this one; `SIZES=accept` makes it so.
pub(super) fn readme_has(start: &str, line: &str) {
    static README: Mutex<()> = Mutex::new(());
    let _lock = README.lock();
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).expect("README");
    let found: Vec<&str> = readme.lines().filter(|line| line.starts_with(start)).collect();
    assert_eq!(found.len(), 1, "README has one line that begins with `{start}`");
    if accepts() && found[0] != line {
        std::fs::write(&path, readme.replacen(found[0], line, 1)).expect("written");
        return;
    }
    assert_eq!(found[0], line, "README.md and tests/size differ: SIZES=accept writes both");
}

/// The emulator gives a node as much heap as the table says that it has on the chip.
#[test]
fn an_emulated_node_has_the_heap_of_the_chip() {
    let heap = |fleet: &str, layout: &str, node: &str| {
        let mut running = super::start_layout_on(lab::nodes::NodePlatform::Emulator, fleet, layout);
        let node = running.nodes.iter_mut().find(|other| other.name == node).expect("a node");
        u64::from(lab::handshake::usage(node).expect("it says so").heap)
    };
    for (fleet, layout, node) in [("button-led", "two-esps", "esp-led"), ("button-led-tls", "two-esps", "esp-led")] {
        let sizes = measure(fleet).into_iter().find(|(name, _)| *name == format!("{layout}/{node}")).expect("a node").1;
        // The table counts data RAM in steps of 16 bytes; the heap ends below the ROM's data at 0x3FFFC000.
        assert!(heap(fleet, layout, node).abs_diff(sizes.heap()) <= 16, "{fleet}: {} by the table", sizes.heap());
        assert!(sizes.stack.is_some_and(stack::is_enough), "{fleet}");
    }
}
