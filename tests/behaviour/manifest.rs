//! One list of what a node may call, and three that must have the same entries: what the platform declares, what the
//! stand-in has, and what the object files of the examples call.

use super::emulator::toolchain;
use super::generated;
use project::root;
use std::collections::BTreeSet;
use std::path::Path;

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn manifest() -> BTreeSet<String> {
    let text = read(&root().join("firmware/chip/symbols.txt"));
    let names = text.lines().filter_map(|line| line.split('#').next()?.split_whitespace().next());
    names.map(str::to_owned).collect()
}

/// The names of functions in a source that follow these words.
fn functions(text: &str, before: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in text.split(before).skip(1) {
        found.extend(rest.split(['(', ':']).next().map(|name| name.trim().to_owned()));
    }
    found
}

#[test]
fn the_platform_declares_the_manifest() {
    let declared = functions(&read(&root().join("firmware/chip/src/esp8266/sdk.rs")), "pub(crate) fn ");
    assert_eq!(declared, manifest());
}

#[test]
fn the_stand_in_has_the_manifest() {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("firmware/standin/src/lx106")).expect("a folder") {
        let text = read(&entry.expect("an entry").path());
        found.extend(functions(&text, "extern \"C\" fn "));
        // Registrations of callbacks are made by a macro, one to a line.
        if let Some((_, list)) = text.split_once("registrations! {\n") {
            let names = list.lines().take_while(|line| *line != "}").filter_map(|line| line.trim().split('(').next());
            found.extend(names.map(str::to_owned));
        }
    }
    // The entry of the emulator, and the macro's own placeholder.
    found.retain(|name| name != "stand_in" && name != "$name");
    assert_eq!(found, manifest());
}

/// Of a custom role only its Rust knows whether it dims: what it does not call is not linked.
#[test]
fn only_a_node_that_dims_calls_the_library_for_it() {
    let toolchain = toolchain();
    let calls = |fleet: &str, layout: &str, node: &str| {
        let workspace = root().join("generated").join(fleet).join(layout).join("firmware");
        let called = toolchain.called(&workspace, node).expect("compiles");
        called.into_iter().filter(|name| name.starts_with("pwm_")).count()
    };
    assert_eq!(calls("climate", "default", "esp-cellar"), 0, "a bus is no dimmer");
    assert_eq!(calls("fan", "two-esps", "esp-fan"), 3);
    assert_eq!(calls("dimmer", "two-esps", "esp-lamp"), 3);
}

#[test]
fn nodes_call_all_of_the_manifest_and_nothing_else() {
    let toolchain = toolchain();
    let mut called = BTreeSet::new();
    for fleet in
        ["room", "listener", "button-led", "button-led-tls", "button-led-pinned", "dimmer", "campus", "shed", "plug"]
    {
        for plan in generated(fleet).plans {
            let workspace = root().join("generated").join(&plan.fleet).join(&plan.layout).join("firmware");
            for node in plan.programs() {
                called.extend(toolchain.called(&workspace, &node.program).expect("compiles"));
            }
        }
    }
    let manifest = manifest();
    let never: Vec<_> = manifest.difference(&called).collect();
    assert!(never.is_empty(), "in the manifest, and called by nobody: {never:?}");
    // The rest is arithmetic and memory functions, which the chip has in ROM; the build checks them by name.
    let beside: Vec<_> = called.difference(&manifest).filter(|name| !name.starts_with("__")).collect();
    assert!(beside.iter().all(|name| name.starts_with("mem") || *name == "strlen"), "{beside:?}");
}
