//! A node of an example on the emulator, in virtual time and by itself: the test is its broker.

use super::emulator::{identity, toolchain};
use fleetwright_protocol::{Command, Input};
use lab::emulator::{Stepped, Surroundings};
use lx106::LinkTarget;
use project::root;
use std::io::Read;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

/// A node of the fleet `campus`, which has one of that name.
pub(super) const NODE: &str = "panel";

/// The node's program, linked for the emulator, with this broker and port in its identity.
pub(super) fn image(broker: &str, port: u16, password: &str, image: &Path) {
    let workspace = root().join("generated/campus/default/firmware");
    let map = lx106::map(4096).expect("a map");
    let built = toolchain().build(&workspace, NODE, map, LinkTarget::Emulator).expect("builds");
    lx106::patch(&built.elf, &identity(broker, port, NODE, password), image).expect("fits");
}

/// A broker that is a socket; whether the node has connected, and greeted.
pub(super) fn greets(listener: &TcpListener) -> bool {
    listener.set_nonblocking(true).expect("set");
    let Ok((mut stream, _)) = listener.accept() else { return false };
    stream.set_nonblocking(false).expect("set");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("set");
    let mut first = [0];
    stream.read_exact(&mut first).is_ok() && first == [0x10]
}

/// The node in virtual time, with this broker and port in its identity.
pub(super) fn stepped(broker: &str, port: u16, surroundings: Surroundings) -> Stepped {
    let folder = tempfile::tempdir().expect("a folder");
    image(broker, port, "a password", &folder.path().join(Stepped::PROGRAM));
    let flash = folder.path().join("flash");
    Stepped::start(folder, 7, &[], &flash, surroundings).expect("runs")
}

/// The SDK ends a connection later than it says, and answers 251 to who asks again: `ESPCONN_INPROGRESS` in a byte without
/// its sign. A node that reads another number forgets the connection and makes the next one too early, which the stand-in
/// does not allow.
#[test]
fn a_connection_whose_end_takes_long_is_waited_for() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let surroundings = Surroundings { end_delay_ms: 8_000, ..Surroundings::default() };
    let mut node = stepped("127.0.0.1", port, surroundings);
    node.obey(Command::Advance(100)).expect("obeys");
    assert!(greets(&listener));
    node.obey(Command::Wifi(false)).expect("obeys");
    node.obey(Command::Wifi(true)).expect("obeys");
    // After five seconds the link asks again for the end, after eight it comes. In between the node looks at its inputs,
    // and would connect if it did not know better.
    node.obey(Command::Advance(6_000)).expect("obeys");
    node.obey(Command::Input(Input::Analog(1))).expect("the node waits for the end of its connection");
    node.obey(Command::Advance(1_900)).expect("obeys");
    assert!(!greets(&listener), "the connection before is known");
    node.obey(Command::Advance(5_000)).expect("the node goes on");
    assert!(greets(&listener), "and then it connects again");
}
