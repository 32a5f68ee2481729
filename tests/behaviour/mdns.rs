//! Brokers whose names end with `.local`, asked for by multicast DNS: as a process and on the emulator, with a responder
//! that is right, late, wrong or silent. Nothing here leaves this machine.

use super::emulator::pass;
use super::generated;
use super::responder::{Answer, NAME, Responder, wrongly_then};
use super::stepped::{NODE, greets, image, stepped};
use broker::watch::Watcher;
use broker::{Broker, OBSERVER};
use credentials::passwords::Passwords;

use fleetwright_protocol::{Arrived, Command, Report};
use lab::emulator::Surroundings;
use lab::layout::PATIENCE;
use lab::nodes::{self, Node, NodePlatform};
use project::{private, root};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

const FLEET: &str = "campus";
const STATUS: &str = "campus/panel/status";
const FIRST: [u8; 4] = [127, 0, 0, 1];
const SECOND: [u8; 4] = [127, 0, 0, 2];

/// The broker's machine at one of its addresses: passes connections on to the broker until it moves.
struct Machine {
    address: SocketAddr,
    connections: Arc<Mutex<Vec<TcpStream>>>,
    gone: Arc<AtomicBool>,
}

impl Machine {
    /// At this address, on this port or a free one.
    fn at(address: [u8; 4], port: u16, broker: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::from(address), port)).expect("a port");
        let address = listener.local_addr().expect("bound");
        let (connections, gone) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (kept, over) = (Arc::clone(&connections), Arc::clone(&gone));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let on = TcpStream::connect((Ipv4Addr::LOCALHOST, broker)).expect("the broker listens");
                let copies = [&stream, &on].map(|stream| stream.try_clone().expect("a copy"));
                let [from, to] = [&stream, &on].map(|stream| stream.try_clone().expect("a copy"));
                kept.lock().expect("no panic").extend(copies);
                std::thread::spawn(move || pass(stream, on));
                std::thread::spawn(move || pass(to, from));
            }
        });
        Self { address, connections, gone }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Relaxed);
        // Wakes the thread, which closes its socket; then nobody listens.
        drop(TcpStream::connect(self.address));
        for stream in self.connections.lock().expect("no panic").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// The node's program for this machine.
fn program() -> PathBuf {
    let output = generated(FLEET);
    nodes::build(&root().join("generated"), &output.plans[0]).expect("builds").join(NODE)
}

/// Starts the node with a broker that is known by its name.
fn start(on: NodePlatform, folder: &Path, name: &str, port: u16, password: &str, responder: &Responder) -> Node {
    match on {
        NodePlatform::Emulator => {
            let elf = folder.join("panel.elf");
            image(name, port, password, &elf);
            let surroundings = Surroundings { responders: responder.address, ..Surroundings::default() };
            Node::emulate_in(surroundings, NODE, &elf, 7).expect("runs")
        }
        NodePlatform::Host => {
            let file = folder.join("password");
            private::write(&file, password).expect("written");
            let (broker, file) = (format!("{name}:{port}"), file.to_string_lossy().into_owned());
            let mdns = responder.address.to_string();
            let arguments =
                ["--broker", &broker, "--user", NODE, "--password-file", &file, "--seed", "7", "--mdns", &mdns];
            Node::start(NODE, &program(), &arguments.map(str::to_owned), None).expect("runs")
        }
    }
}

fn a_node_finds_its_broker_and_follows_it(on: NodePlatform, name: &str) {
    let output = generated(FLEET);
    let users = output.plans[0].users.iter().map(|user| user.name.as_str()).chain([OBSERVER]);
    let passwords = Passwords::throw_away(users).expect("random");
    let broker = Broker::start(&output.artifacts, "campus/default", &passwords).expect("a broker");
    let observer = Watcher::start(broker.endpoint(), Some((OBSERVER, &passwords.0[OBSERVER])), "#", None).expect("in");
    let folder = tempfile::tempdir().expect("a folder");
    let responder = Responder::start();
    let machine = Machine::at(FIRST, 0, broker.endpoint().port);
    let port = machine.address.port();
    // It is silent at first.
    let mut node = start(on, folder.path(), name, port, &passwords.0[NODE], &responder);
    assert!(responder.is_asked_within(PATIENCE), "the node asks");
    responder.answer(wrongly_then(FIRST));
    node.expect(Report::Link(true), 0, PATIENCE).expect("wrong answers are no answers, and the right one is");
    observer.expect(STATUS, "online", 0, PATIENCE).expect("a real broker");
    let before = responder.queries(name);
    assert!(before.len() >= 2, "a query that nobody answers is sent again: {before:?}");

    if on == NodePlatform::Emulator {
        let usage = lab::handshake::usage(&mut node).expect("it reports what it uses");
        assert_eq!(usage.connections, 1, "the look-up's socket is closed");
    }

    // The broker moves. Its name is asked for anew, and the answer comes late and twice.
    responder.answer([Answer::Late(1_300, SECOND), Answer::Late(1_300, SECOND)]);
    let (mark, seen) = (node.mark(), observer.mark());
    drop(machine);
    let _machine = Machine::at(SECOND, port, broker.endpoint().port);
    node.expect(Report::Link(false), mark, PATIENCE).expect("it notices");
    node.expect(Report::Link(true), mark, PATIENCE).expect("it follows");
    observer.expect(STATUS, "online", seen, PATIENCE).expect("a real broker");
    let queries = responder.queries(name);
    let after = &queries[before.len()..];
    assert!(after.len() >= 2, "a late answer is asked for again: {after:?}");
    assert_eq!(after[0], after[1], "from the same port");
    assert_ne!(before[0], after[0], "each look-up has a port of its own");
}

#[test]
fn a_node_on_the_emulator_finds_its_broker_and_follows_it() {
    a_node_finds_its_broker_and_follows_it(NodePlatform::Emulator, NAME);
}

#[test]
fn so_does_a_process() {
    a_node_finds_its_broker_and_follows_it(NodePlatform::Host, NAME);
}

/// Virtual time: half a minute of silence costs a second.
#[test]
fn a_silent_responder_is_asked_again_until_it_answers() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let responder = Responder::start();
    let surroundings = Surroundings { responders: responder.address, ..Surroundings::default() };
    let mut node = stepped("Broker.Local.", port, surroundings);
    node.obey(Command::Advance(19_000)).expect("obeys");
    let asked = responder.queries("Broker.Local");
    assert_eq!(asked.len(), 5, "after 0, 1, 3, 7 and 15 seconds: {asked:?}");
    assert!(asked.iter().all(|node| *node == asked[0]), "from one port: {asked:?}");
    // Twenty seconds are the limit; then the node waits, and begins anew.
    node.obey(Command::Advance(6_000)).expect("obeys");
    let asked = responder.queries("Broker.Local");
    assert!(asked.len() > 5 && asked[5] != asked[0], "another look-up: {asked:?}");
    assert!(!greets(&listener));
    responder.answer([Answer::Address(FIRST)]);
    node.obey(Command::Advance(30_000)).expect("obeys");
    node.obey(Command::Sync(Arrived::Bytes(0))).expect("obeys");
    assert!(greets(&listener), "it answers, and the node connects");
}
