//! The limits in the generated configuration: nobody exhausts the broker.

use super::generated;
use rumqttc::{Client, Connection, Event, MqttOptions, Packet, QoS};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::Duration;
use xtask::broker::Broker;
use xtask::passwords::Passwords;
use xtask::tls::Door;

/// What the generated configuration says: connections at a time, and messages that wait for somebody who is away.
const CONNECTIONS: usize = 1_000;
const QUEUED: usize = 100;

fn broker() -> (Broker, Passwords) {
    let output = generated("listener");
    let passwords = Passwords::throw_away(["esp-listener", "speaker"].into_iter()).expect("random");
    (Broker::start(&output.artifacts, "listener/default", &passwords).expect("it starts"), passwords)
}

#[test]
fn more_connections_than_allowed_are_not_taken() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(8_192, |most| most.min(8_192));
    assert!(wanted > 4_096, "this machine lets a process have {wanted} files at most; the test needs more");
    // The broker inherits it.
    setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit }).expect("may be raised");
    let (broker, _) = broker();
    let open = || {
        let stream = TcpStream::connect((broker.door().host, broker.door().port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("settable");
        stream
    };
    let mut taken: Vec<TcpStream> = (0..CONNECTIONS).map(|_| open()).collect();
    let refused = match open().read(&mut [0]) {
        Ok(count) => count == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    };
    assert!(refused, "one more is hung up on");
    let last = taken.last_mut().expect("some");
    last.set_nonblocking(true).expect("settable");
    assert_eq!(last.read(&mut [0]).expect_err("nothing to read").kind(), ErrorKind::WouldBlock, "the others stay");
}

fn client(door: Door, user: &str, passwords: &Passwords) -> (Client, Connection) {
    let mut options = MqttOptions::new(user, door.host.to_string(), door.port);
    options.set_credentials(user, &passwords.0[user]).set_clean_session(false);
    Client::new(options, 512)
}

/// Runs a connection until something happens.
fn until(connection: &mut Connection, mut done: impl FnMut(&Packet) -> bool) {
    for event in connection.iter() {
        if let Event::Incoming(packet) = event.expect("the broker is there")
            && done(&packet)
        {
            return;
        }
    }
}

#[test]
fn more_messages_than_allowed_do_not_wait() {
    let (broker, passwords) = broker();
    let (listener, mut connection) = client(broker.door(), "esp-listener", &passwords);
    listener.subscribe("test", QoS::AtLeastOnce).expect("asked");
    until(&mut connection, |packet| matches!(packet, Packet::SubAck(_)));
    drop((listener, connection));
    let (speaker, mut connection) = client(broker.door(), "speaker", &passwords);
    let mut acknowledged = 0;
    for count in 0..QUEUED + 50 {
        speaker.publish("test", QoS::AtLeastOnce, false, count.to_string()).expect("asked");
    }
    until(&mut connection, |packet| {
        acknowledged += usize::from(matches!(packet, Packet::PubAck(_)));
        acknowledged == QUEUED + 50
    });
    let (listener, mut hearing) = client(broker.door(), "esp-listener", &passwords);
    let mut heard = Vec::new();
    let mut asked = false;
    until(&mut hearing, |packet| match packet {
        Packet::Publish(publish) if publish.payload == "last" => true,
        Packet::Publish(publish) => {
            heard.push(String::from_utf8_lossy(&publish.payload).into_owned());
            // When what waited is there, a word said now comes behind it.
            if heard.len() == QUEUED && !std::mem::replace(&mut asked, true) {
                speaker.publish("test", QoS::AtLeastOnce, false, "last").expect("asked");
                until(&mut connection, |packet| matches!(packet, Packet::PubAck(_)));
            }
            false
        }
        _ => false,
    });
    drop(listener);
    let first: Vec<String> = (0..QUEUED).map(|count| count.to_string()).collect();
    assert_eq!(heard, first, "the first stay, those after them are lost");
}
