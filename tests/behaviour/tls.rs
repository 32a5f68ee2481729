//! The room with `security: tls` and `tls-pinned`: the same expectations as without, and who gets in with what.

use super::{emulator, generated, room, sizes};
use broker::tls::certificate::Certificates;
use fleetwright_generator::Output;
use lab::handshake;
use lab::layout::{Callbacks, RunningLayout};
use lab::nodes::NodePlatform;
use lab::refusals;
use lab::rights;
use lab::scenario::{ScenarioOutcome, ScenarioRunner};
use lab::smoke;
use lx106::sizes::stack;
use lx106::{self, LinkTarget};
use project::private;
use project::root;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// What `verify` does with one layout.
fn verified(on: NodePlatform, name: &str, security: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let output = room(name, folder.path(), &[("security: password", &format!("security: {security}"))]);
    let plan = output.plans.iter().find(|plan| plan.layout == "one-per-role").expect("a layout of the room");
    let mut running =
        RunningLayout::start_on(on, folder.path(), plan, &output.artifacts, Callbacks::default()).expect("it runs");
    let endpoint = running.broker.as_ref().expect("a broker").endpoint();
    assert!(endpoint.is_encrypted());
    refusals::prove(plan, endpoint).expect("nobody gets in");
    rights::prove(plan, &output.artifacts).expect("it was tried").result().expect("as in the fleet file");
    smoke::run(&mut running).expect("messages and pins follow the rules");
    if on == NodePlatform::Emulator {
        lab::stack::prove(&mut running).expect("the SDK's stack is large enough");
    }
    drop(running);
    let mut runner = ScenarioRunner::start(on, folder.path(), plan, &output.artifacts).expect("it starts");
    for index in 0..plan.scenarios.len() {
        let played = runner.run(index, 1).expect("it plays");
        assert!(
            matches!(played.outcome, ScenarioOutcome::Passed),
            "{}: {:?}",
            plan.scenarios[index].name,
            played.outcome
        );
    }
}

#[test]
fn the_room_passes_everything_over_tls() {
    verified(NodePlatform::Host, "tlshost", "tls");
}

#[test]
fn the_room_passes_everything_with_a_broker_that_it_knows() {
    verified(NodePlatform::Host, "pinnedhost", "tls-pinned");
}

#[test]
fn the_room_passes_everything_over_tls_on_the_emulator() {
    verified(NodePlatform::Emulator, "tlschip", "tls");
}

#[test]
fn the_room_passes_everything_with_a_broker_that_it_knows_on_the_emulator() {
    verified(NodePlatform::Emulator, "pinnedchip", "tls-pinned");
}

#[test]
fn a_handshake_is_within_its_budget() {
    within("button-led-tls", 60_000_000, 80 * 1024, 6 * 1024);
    // A signature is checked, which takes code and its constants, and the broker's key is kept.
    within("button-led-pinned", 100_000_000, 96 * 1024, 6 * 1024 + 512);
}

/// Bytes that a borrowed stack keeps free beyond what was counted.
const MARGIN: u64 = 256;

/// The handshake of a fleet's nodes, against those without TLS; flash, and RAM when it is over, in bytes.
fn within(fleet: &str, instructions: u64, flash: u64, kept: u64) {
    let output = generated(fleet);
    let plain = generated("button-led");
    let toolchain = emulator::toolchain();
    let built = |output: &Output, name: &str| {
        let plan = output.plans.iter().find(|plan| plan.layout == "two-esps").expect("a layout");
        let node = plan.nodes.iter().find(|node| node.name == name).expect("a node");
        let workspace = root().join("generated").join(&plan.fleet).join(&plan.layout).join("firmware");
        let map = lx106::map(node.flash_kb).expect("a map");
        let built = toolchain.build(&workspace, &node.program, map, LinkTarget::Emulator).expect("builds");
        (plan.clone(), node.clone(), built)
    };
    for name in ["esp-button", "esp-led"] {
        let (plan, node, encrypted) = built(&output, name);
        let (_, _, open) = built(&plain, name);
        let cost = handshake::cost(&plan, &output.artifacts, &node, &encrypted.elf).expect("it connects");
        assert!(cost.instructions <= instructions, "{cost}");
        handshake_is_as_recorded(fleet, name, &cost);
        let fixed = encrypted.sizes.own_data() - open.sizes.own_data();
        assert!(fixed + cost.borrowed <= 18 * 1024, "{fixed} bytes and {cost}");
        assert!(fixed + cost.kept <= kept, "{fixed} bytes and {cost}");
        // Interrupts come on whichever stack is in use; the rest is for what nobody counted.
        assert!(cost.deepest + stack::INTERRUPT + MARGIN <= cost.borrowed, "{cost}");
        assert!(cost.spare >= stack::INTERRUPT + MARGIN, "{cost}");
        assert!(encrypted.sizes.own_flash() - open.sizes.own_flash() <= flash, "{name}");
        assert!(stack::is_enough(stack::in_use(cost.stack)), "{cost}");
    }
}

/// `tests/size/handshakes.txt` has the cost of each, and README shows two of them.
fn handshake_is_as_recorded(fleet: &str, name: &str, cost: &handshake::Cost) {
    static FILE: Mutex<()> = Mutex::new(());
    let _lock = FILE.lock();
    let path = root().join("tests/size/handshakes.txt");
    let mut text = std::fs::read_to_string(&path).expect("budgets");
    let start = format!("{fleet}/{name}: ");
    let recorded = text.lines().find(|line| line.starts_with(&start)).unwrap_or_default().to_owned();
    let now = format!("{start}{cost}");
    let millions = |line: &str| line.strip_prefix(&start)?.split(' ').next()?.parse::<f64>().ok();
    if sizes::accepts() {
        match recorded.as_str() {
            "" => text += &format!("{now}\n"),
            recorded => text = text.replacen(recorded, &now, 1),
        }
        std::fs::write(&path, &text).expect("written");
    } else {
        let recorded = millions(&recorded).unwrap_or_else(|| panic!("{start} has no budget: SIZES=accept writes it"));
        assert!(millions(&now).is_some_and(|now| now <= recorded * 1.02), "{now}, recorded are {recorded} million");
    }
    let (Some(recorded), "esp-led") = (text.lines().find_map(|line| line.strip_prefix(&start)), name) else { return };
    match fleet {
        "button-led-tls" => {
            sizes::readme_has("esp-led, TLS handshake: ", &format!("esp-led, TLS handshake: {recorded}"))
        }
        _ => {
            let millions = recorded.split('.').next().expect("a figure");
            let readme = std::fs::read_to_string(root().join("README.md")).expect("README");
            let words = format!("A handshake takes twice as long, {millions} million instructions");
            assert!(readme.contains(&words), "README does not say: {words}");
        }
    }
}

/// Instructions are counted, and not time: a busy machine makes no difference.
#[test]
fn a_handshake_costs_the_same_on_a_busy_machine() {
    let output = generated("button-led-tls");
    let plan = output.plans.first().expect("a layout");
    let node = plan.nodes.iter().find(|node| node.name == "esp-button").expect("a node");
    let workspace = root().join("generated").join(&plan.fleet).join(&plan.layout).join("firmware");
    let map = lx106::map(node.flash_kb).expect("a map");
    let built = emulator::toolchain().build(&workspace, &node.program, map, LinkTarget::Emulator).expect("builds");
    let count = || handshake::cost(plan, &output.artifacts, node, &built.elf).expect("it connects").instructions;
    let before = count();
    let over = AtomicBool::new(false);
    let busy = || {
        while !over.load(Ordering::Relaxed) {
            std::hint::spin_loop();
        }
    };
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let counts = std::thread::scope(|scope| {
        for _ in 0..4 * cores {
            scope.spawn(busy);
        }
        let counts = [count(), count(), count()];
        over.store(true, Ordering::Relaxed);
        counts
    });
    for count in counts {
        assert!(count.abs_diff(before) < 1_000_000, "{before} instructions, and {counts:?} beside busy threads");
    }
}

/// Mosquitto's own clients, which know nothing of us: they take the broker's certificate, and send user and password.
#[test]
fn clients_of_people_know_the_broker_by_its_authority() {
    people("button-led-pinned", "desk");
}

#[test]
fn they_have_a_port_of_their_own_beside_one_with_keys() {
    people("button-led-tls", "phone");
}

fn people(fleet: &str, name: &str) {
    let output = generated(fleet);
    let plan = output.plans.first().expect("a layout");
    let running =
        RunningLayout::start(&root().join("generated"), plan, &output.artifacts, Callbacks::default()).expect("starts");
    let broker = running.broker.as_ref().expect("a broker");
    let endpoint = broker.certificate_endpoint().unwrap_or(broker.endpoint());
    let (port, authority) = (endpoint.port.to_string(), broker.authority().expect("a certificate"));
    let other = tempfile::NamedTempFile::new().expect("a file");
    let foreign = Certificates::new(&"7".repeat(64), "other", &["127.0.0.1".to_owned()]).expect("made");
    std::fs::write(other.path(), foreign.authority).expect("written");
    let password = running.password(name).expect("a password").to_owned();
    let publishes = |authority: &Path, host: &str, password: &str| {
        // In a command line a password would be everybody's.
        let folder = tempfile::tempdir().expect("a folder");
        private::write(&folder.path().join("mosquitto_pub"), &format!("-P {password}\n")).expect("written");
        let mut command = Command::new("mosquitto_pub");
        command.args(["-h", host, "-p", &port, "-u", name, "-i", name, "-t", "state_led", "-m", "1", "-q", "1"]);
        command.arg("--cafile").arg(authority).env("XDG_CONFIG_HOME", folder.path());
        command.output().expect("mosquitto_pub").status.success()
    };
    assert!(!publishes(other.path(), "127.0.0.1", &password), "an authority that did not sign");
    assert!(!publishes(&authority, "localhost", &password), "a name that is not in the certificate");
    assert!(!publishes(&authority, "127.0.0.1", "guessed"));
    running.expect_switch("led", false).expect("off");
    assert!(publishes(&authority, "127.0.0.1", &password));
    running.expect_switch("led", true).expect("on");
}
