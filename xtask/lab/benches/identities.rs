//! What it takes to give a thousand nodes of one program their identities, against copying the same files without.
//!
//! `cargo bench -p lab --bench identities`

use fleetwright_chip::identity::Identity;
use lx106::{self, LinkTarget, Toolchain};
use project::root;
use std::time::{Duration, Instant};

const NODES: usize = 1_000;

fn main() {
    let toolchain =
        Toolchain::ready(&root(), &root().join("target")).expect("compiler and linker: `cargo xtask setup`");
    let workspace = root().join("generated/campus/default/firmware");
    let map = lx106::map(4096).expect("a map");
    let built = toolchain.build(&workspace, "lamp-floor-room", map, LinkTarget::Emulator).expect("builds");
    let copied = timed(|number, folder| {
        std::fs::copy(&built.elf, folder.join(number.to_string())).expect("copied");
    });
    let patched = timed(|number, folder| {
        let name = format!("lamp-{number}");
        let topic = format!("campus/{number}/lamp");
        let names: Vec<u8> =
            [&name, &topic].iter().flat_map(|name| [&[name.len() as u8], name.as_bytes()].concat()).collect();
        let identity = Identity {
            ssid: "campus",
            wifi_password: "correct horse",
            broker: "broker.local",
            port: 1883,
            client_id: &name,
            credentials: Some((&name, "battery staple")),
            names: &names,
            ..Identity::default()
        };
        lx106::patch(&built.elf, &identity, &folder.join(&name)).expect("patched");
    });
    let ratio = patched.as_secs_f64() / copied.as_secs_f64();
    println!("{NODES} nodes of one program: {} ms, {ratio:.2} times plain copies", patched.as_millis());
}

/// The shortest of five runs.
fn timed(run: impl Fn(usize, &std::path::Path)) -> Duration {
    let once = || {
        let folder = tempfile::tempdir().expect("a folder");
        let start = Instant::now();
        (0..NODES).for_each(|number| run(number, folder.path()));
        start.elapsed()
    };
    (0..5).map(|_| once()).min().unwrap_or_default()
}
