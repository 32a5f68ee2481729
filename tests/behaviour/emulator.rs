//! Nodes on an emulated LX106 in bad company: what a board would have to live through.

use super::generated;
use broker::tls::Tls;
use broker::watch::Watcher;
use broker::{Broker, OBSERVER};
use credentials::passwords::Passwords;
use fleetwright_protocol::{Command, Report, Usage, WIFI_PASSWORD};
use lab::layout::PATIENCE;
use lab::nodes::Node;
use lx106::{self, LinkTarget, Toolchain};
use project::root;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const SEED: u32 = 7;

pub(super) fn toolchain() -> Toolchain {
    Toolchain::ready(&root(), &root().join("target")).expect("compiler and linker")
}

pub(super) fn identity<'a>(
    broker: &'a str,
    port: u16,
    node: &'a str,
    password: &'a str,
) -> fleetwright_chip::identity::Identity<'a> {
    fleetwright_chip::identity::Identity {
        ssid: "attic",
        wifi_password: WIFI_PASSWORD,
        broker,
        port,
        client_id: node,
        credentials: Some((node, password)),
        ..Default::default()
    }
}

/// Between a node and its broker. Answers the first connections with garbage and passes the others on.
struct Middle {
    port: u16,
    /// How many connections still get garbage.
    garbage: Arc<AtomicUsize>,
}

impl Middle {
    fn start(broker: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let garbage = Arc::new(AtomicUsize::new(0));
        let left = garbage.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                    std::thread::spawn(move || talk_garbage(stream));
                } else if let Ok(on) = TcpStream::connect((Ipv4Addr::LOCALHOST, broker)) {
                    let (from, to) = (stream.try_clone().expect("a copy"), on.try_clone().expect("a copy"));
                    std::thread::spawn(move || pass(stream, on));
                    std::thread::spawn(move || pass(to, from));
                }
            }
        });
        Self { port, garbage }
    }
}

fn talk_garbage(mut stream: TcpStream) {
    let mut greeting = [0; 64];
    // The node hangs up; how, does not matter.
    let _ = stream.read(&mut greeting);
    let noise: Vec<u8> = (0..4_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let _ = stream.write_all(&[&[0x20, 0x02, 0x00, 0x00][..], &noise].concat());
    let _ = stream.read(&mut greeting);
}

pub(super) fn pass(mut from: TcpStream, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(std::net::Shutdown::Both);
}

/// What the node reports of its memory; cycles only grow.
fn memory(node: &mut Node) -> Usage {
    Usage { cycles: 0, ..lab::handshake::usage(node).expect("it reports what it uses") }
}

#[test]
fn a_node_survives_lost_wifi_a_restarted_broker_and_garbage_in_the_same_memory() {
    survives("button-led", "the broker sent what is no MQTT 3.1.1");
}

#[test]
fn so_does_a_node_that_speaks_tls() {
    survives("button-led-tls", "what the broker says is not TLS 1.3 with the key that this node knows");
}

#[test]
fn so_does_a_node_that_knows_its_broker() {
    survives("button-led-pinned", "what the broker says is not TLS 1.3 with the key that this node knows");
}

fn survives(fleet: &str, complaint: &str) {
    let output = generated(fleet);
    let plan = output.plans.iter().find(|plan| plan.layout == "two-esps").expect("a layout");
    let passwords = Passwords::throw_away(["esp-led", "esp-button", OBSERVER].into_iter()).expect("random");
    let mut broker = Broker::start(&output.artifacts, &format!("{fleet}/two-esps"), &passwords).expect("a broker");
    let middle = Middle::start(broker.endpoint().port);
    let led = plan.nodes.iter().find(|node| node.name == "esp-led").expect("a node");
    let workspace = root().join("generated").join(fleet).join("two-esps/firmware");
    let map = lx106::map(led.flash_kb).expect("a map");
    let built = toolchain().build(&workspace, "esp-led", map, LinkTarget::Emulator).expect("builds");
    let folder = tempfile::tempdir().expect("a folder");
    let elf = folder.path().join("esp-led.elf");
    // By its name, so that the node has to ask for the address.
    let mut own = identity("localhost", middle.port, "esp-led", &passwords.0["esp-led"]);
    let tls = broker.endpoint().tls;
    own.pin = if let Tls::Pinned(pin) = &tls { Some(pin) } else { None };
    lx106::patch(&built.elf, &own, &elf).expect("fits");
    let mut node = Node::emulate("esp-led", &elf, SEED, None).expect("runs");
    node.expect(Report::Link(true), 0, PATIENCE).expect("connects");

    let mut trouble = |node: &mut Node| {
        let mark = node.mark();
        node.send(Command::Wifi(false)).expect("told");
        node.expect(Report::Link(false), mark, PATIENCE).expect("notices");
        node.send(Command::Wifi(true)).expect("told");
        node.expect(Report::Link(true), mark, PATIENCE).expect("comes back after lost Wi-Fi");
        let mark = node.mark();
        broker.stop(0).expect("stops");
        node.expect(Report::Link(false), mark, PATIENCE).expect("notices");
        broker.start_again().expect("starts");
        node.expect(Report::Link(true), mark, PATIENCE).expect("comes back after a restart of the broker");
        let mark = node.mark();
        middle.garbage.store(1, Ordering::Relaxed);
        node.send(Command::Wifi(false)).expect("told");
        node.expect(Report::Link(false), mark, PATIENCE).expect("notices");
        node.send(Command::Wifi(true)).expect("told");
        node.expect(Report::Log(complaint), mark, PATIENCE).expect("knows garbage");
        node.expect(Report::Link(true), node.mark() - 1, PATIENCE).expect("comes back after garbage");
    };
    trouble(&mut node);
    let first = memory(&mut node);
    trouble(&mut node);
    assert_eq!(memory(&mut node), first, "what it uses does not grow");
    let button = Some(("esp-button", passwords.0["esp-button"].as_str()));
    let button = Watcher::start(broker.endpoint(), button, "state_led", None).expect("in");
    button.publish("state_led", "1", true).expect("sent");
    node.expect_pin(5, true, PATIENCE).expect("and it still works");
}

/// A node whose role panics when it receives a message.
const BOMB: &str = r#"//! A node with a fault.
#![no_std]
use fleetwright_node::roles::{Driver, DriverContext, Publication, RoleState};
use fleetwright_node::{Duration, Network, Payload, Program, Qos, Role, Route, Topic, TopicId};

struct Bomb;

impl Driver for Bomb {
    fn received<'v>(&self, _: TopicId, _: &mut RoleState, _: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        panic!("a role can be wrong")
    }
}

static TOPICS: [Topic; 1] = [Topic {
    path: "state_led",
    payload: Payload::BIT,
    qos: Qos::AtMostOnce,
    retain: true,
    route: Route::Subscribe,
}];
static ROLES: [Role; 1] = [Role { name: "bomb", driver: &Bomb }];
/// The node.
pub static PROGRAM: Program = Program {
    fleet: "button-led",
    node: "esp-led",
    network: Some(Network { status: "button-led/esp-led/status", keep_alive: Duration::seconds(30) }),
    topics: &TOPICS,
    roles: &ROLES,
};

#[cfg(target_os = "none")]
fleetwright_chip::entry!(PROGRAM);
"#;

fn workspace_with(source: &str, features: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let firmware = root().join("firmware");
    let manifest = format!(
        "[package]\nname = \"bomb\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         fleetwright-node = {{ path = \"{0}/node\", default-features = false, features = [{features}] }}\n\
         [target.'cfg(target_os = \"none\")'.dependencies]\nfleetwright-chip.path = \"{0}/chip\"\n",
        firmware.display()
    );
    std::fs::write(folder.path().join("Cargo.toml"), manifest).expect("written");
    std::fs::create_dir(folder.path().join("src")).expect("made");
    std::fs::write(folder.path().join("src/lib.rs"), source).expect("written");
    let path = folder.path().to_owned();
    (folder, path)
}

fn build(workspace: &Path, node: &str) -> anyhow::Result<lx106::Built> {
    toolchain().build(workspace, node, lx106::map(4096).expect("a map"), LinkTarget::Emulator)
}

#[test]
fn a_node_that_gives_up_restarts_and_says_why() {
    let output = generated("button-led");
    let passwords = Passwords::throw_away(["esp-led", "esp-button", OBSERVER].into_iter()).expect("random");
    let broker = Broker::start(&output.artifacts, "button-led/two-esps", &passwords).expect("a broker");
    let observer = Watcher::start(broker.endpoint(), Some((OBSERVER, &passwords.0[OBSERVER])), "#", None).expect("in");
    let (_folder, workspace) = workspace_with(BOMB, "\"subscribes\"");
    let built = build(&workspace, "bomb").expect("builds");
    let elf = workspace.join("own.elf");
    lx106::patch(&built.elf, &identity("127.0.0.1", broker.endpoint().port, "esp-led", &passwords.0["esp-led"]), &elf)
        .expect("fits");
    let node = Node::emulate("bomb", &elf, SEED, None).expect("runs");
    node.expect(Report::Link(true), 0, PATIENCE).expect("connects");
    let status = "button-led/esp-led/status";
    observer.expect(status, "online", 0, PATIENCE).expect("it publishes that");
    let mark = observer.mark();
    // The observer may only listen.
    let button = Some(("esp-button", passwords.0["esp-button"].as_str()));
    let button = Watcher::start(broker.endpoint(), button, "state_led", None).expect("in");
    // Not retained, or the node would never stop to restart; so published until the node has subscribed.
    for _ in 0..100 {
        button.publish("state_led", "1", false).expect("sent");
        if node.expect(Report::Log("restarts"), 0, Duration::from_millis(100)).is_ok() {
            break;
        }
    }
    node.expect(Report::Log("restarted: gave up"), 0, PATIENCE).expect("it gives up, and its log has a line of it");
    observer.expect(status, "online", mark, PATIENCE).expect("it is back");
    let messages = observer.messages(mark);
    let why = messages.iter().find(|message| message.topic == status && message.payload.starts_with("restarted: "));
    let why = why.expect("the status topic has the reason").payload.clone();
    let address = why.strip_prefix("restarted: gave up at 0x").and_then(|hex| u64::from_str_radix(hex, 16).ok());
    assert!(address.is_some_and(|address| (0x4020_1010..0x402E_1010).contains(&address)), "{why}");
}

#[test]
fn a_program_that_asks_for_more_than_its_features_does_not_compile() {
    let (_folder, workspace) = workspace_with(BOMB, "");
    let fault = format!("{:#}", build(&workspace, "bomb").expect_err("no subscriptions in this build"));
    assert!(fault.contains("the features of fleetwright-node are not those that the program needs"), "{fault}");
}

#[test]
fn a_function_that_the_manifest_does_not_name_is_a_link_error() {
    let source = BOMB.replace(
        "struct Bomb;",
        "struct Bomb;\nunsafe extern \"C\" { fn wifi_set_phy_mode(mode: u32) -> bool; }\n\
         #[unsafe(no_mangle)] extern \"C\" fn reached() { unsafe { wifi_set_phy_mode(1) }; }",
    );
    let (_folder, workspace) = workspace_with(&source, "\"subscribes\"");
    let fault = format!("{:#}", build(&workspace, "bomb").expect_err("not in the manifest"));
    assert!(fault.contains("the chip has no `wifi_set_phy_mode`"), "{fault}");
}
