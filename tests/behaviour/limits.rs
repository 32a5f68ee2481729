//! The limits of the generated configuration, each at work on a real broker: who goes past one pays for it alone.

use super::generated;
use broker::probe::{Connect, Probe, Version, ended, fence, greeted, pump};
use broker::{Broker, OBSERVER, SPEAKER};
use credentials::passwords::Passwords;
use rumqttc::{Client, Connection, Event, MqttOptions, Packet, QoS};
use std::time::Duration;

const PREFIX: &str = "room/one-per-role";

/// The room's broker with its generated configuration, in which these lines are others.
fn broker(others: &[(&str, &str)]) -> (Broker, Passwords) {
    let mut artifacts = generated("room").artifacts;
    let file = artifacts.iter_mut().find(|file| file.path == format!("{PREFIX}/broker/mosquitto.conf")).expect("made");
    for (line, other) in others {
        assert!(file.text.contains(&format!("\n{line}\n")), "no line `{line}`");
        file.text = file.text.replace(line, other);
    }
    let users = ["esp-button", "esp-light", "esp-choice", "viewer", SPEAKER, OBSERVER];
    let passwords = Passwords::throw_away(users.into_iter()).expect("random");
    (Broker::start(&artifacts, PREFIX, &passwords).expect("it starts"), passwords)
}

fn open(broker: &Broker, passwords: &Passwords, user: &str) -> [Probe; 1] {
    let account = Some((user, passwords.0[user].as_str()));
    let connect = Connect { id: user, account, key: None, will: None };
    let mut probe = [Probe::open(broker.endpoint(), Version::V5, &connect).expect("it listens")];
    greeted(&mut probe).expect("an answer");
    probe
}

/// A client with a session that lasts.
fn lasting(broker: &Broker, passwords: &Passwords, user: &str) -> (Client, Connection) {
    let mut options = MqttOptions::new(user, "127.0.0.1", broker.endpoint().port);
    options.set_credentials(user, &passwords.0[user]).set_clean_session(false).set_keep_alive(Duration::from_secs(30));
    Client::new(options, 16)
}

/// Publishes so many messages, a few at a time.
fn publish(publisher: &mut [Probe; 1], count: usize, text: &str) {
    let (start, goal) = (publisher[0].sent, publisher[0].sent + count);
    let feed = |_: usize, probe: &mut Probe| {
        while probe.sent < goal && probe.sent - probe.reasons.len() < 10 {
            let payload = format!("{} {text}", probe.sent - start);
            probe.publish("room/light", &payload);
        }
    };
    pump(publisher, feed, |probe| probe.reasons.len() == goal).expect("acknowledged");
}

#[test]
fn a_session_that_nobody_fetches_keeps_a_hundred_messages() {
    let (broker, passwords) = broker(&[]);
    let (client, mut connection) = lasting(&broker, &passwords, "esp-light");
    client.subscribe("room/light", QoS::AtLeastOnce).expect("asked");
    for event in connection.iter() {
        if matches!(event.expect("it is in"), Event::Incoming(Packet::SubAck(_))) {
            break;
        }
    }
    drop((client, connection));
    let mut publisher = open(&broker, &passwords, SPEAKER);
    fence(&mut publisher).expect("an answer");
    publish(&mut publisher, 300, "while it was away");
    let (_client, mut connection) = lasting(&broker, &passwords, "esp-light");
    let mut received = Vec::new();
    let mut has_published = false;
    for event in connection.iter() {
        match event.expect("it is in") {
            Event::Incoming(Packet::ConnAck(answer)) => assert!(answer.session_present),
            Event::Incoming(Packet::Publish(message)) => {
                let text = String::from_utf8_lossy(&message.payload).into_owned();
                // What is published now comes behind all that was kept.
                if text == "0 now" {
                    break;
                }
                received.push(text);
                // A queue that is full takes nothing more, so it is published when there is room again.
                if received.len() == 100 && !has_published {
                    has_published = true;
                    publish(&mut publisher, 1, "now");
                }
            }
            _ => {}
        }
    }
    let kept: Vec<String> = (0..100).map(|number| format!("{number} while it was away")).collect();
    assert_eq!(received, kept, "the first hundred, and no more");
}

#[test]
fn the_connection_after_the_last_is_refused() {
    let (broker, passwords) = broker(&[("max_connections 1000", "max_connections 2")]);
    let mut first = open(&broker, &passwords, "viewer");
    let mut second = open(&broker, &passwords, "esp-light");
    let third = open(&broker, &passwords, "esp-button");
    assert_eq!((first[0].greeting, second[0].greeting), (Some(0), Some(0)));
    assert!(third[0].closed && third[0].greeting.is_none());
    fence(&mut first).expect("still served");
    second[0].leave();
    ended(&mut second).expect("gone");
    assert_eq!(open(&broker, &passwords, "esp-button")[0].greeting, Some(0), "there is room again");
}

#[test]
fn memory_has_an_end_and_the_broker_lives() {
    let (broker, passwords) = broker(&[("memory_limit 67108864", "memory_limit 2000000")]);
    let mut viewer = open(&broker, &passwords, "viewer");
    let mut publisher = open(&broker, &passwords, SPEAKER);
    let (count, text) = (1_000, "x".repeat(3_000));
    let feed = |_: usize, probe: &mut Probe| {
        while probe.sent < count && probe.sent - probe.reasons.len() < 10 {
            probe.retain(&format!("memory/{}", probe.sent), &text);
        }
    };
    pump(&mut publisher, feed, |probe| probe.closed || probe.reasons.len() == count).expect("an answer");
    assert!(publisher[0].closed, "1000 messages of 3 KB don't fit into 2 MB: {}", publisher[0].reasons.len());
    fence(&mut viewer).expect("the others are served");
    assert_eq!(open(&broker, &passwords, "esp-button")[0].greeting, Some(0), "and who comes");
}

#[test]
fn a_packet_past_the_limit_costs_its_sender_the_connection() {
    let (broker, passwords) = broker(&[]);
    let (mut sender, mut viewer) = (open(&broker, &passwords, "esp-choice"), open(&broker, &passwords, "viewer"));
    // 4096 bytes in all with its header: 2 of the name's length, 10 of the name, 2 of the number, 1 of properties.
    sender[0].publish("room/light", &"x".repeat(4_096 - 3 - 15));
    pump(&mut sender, |_, _| (), |probe| probe.reasons.len() == 1).expect("what is as long as it may be passes");
    // Some versions don't count the header (mosquitto issue 3515).
    sender[0].publish("room/light", &"x".repeat(4_100 - 15));
    ended(&mut sender).expect("and what is longer does not");
    assert_eq!(sender[0].reasons.len(), 1);
    fence(&mut viewer).expect("the other one is still there");
}

#[test]
fn who_has_no_name_stays_out() {
    let (broker, _) = broker(&[]);
    for version in [Version::V4, Version::V5] {
        let connect = Connect { id: "stranger", account: None, key: None, will: None };
        let mut probe = [Probe::open(broker.endpoint(), version, &connect).expect("it listens")];
        greeted(&mut probe).expect("an answer");
        let refused = if version == Version::V4 { 5 } else { 0x87 };
        assert_eq!(probe[0].greeting, Some(refused), "{version:?}");
    }
}

#[test]
fn group_subscriptions_and_open_doors_are_for_nobody_who_did_not_ask() {
    use fleetwright_generator::text::Source;
    let text = std::fs::read_to_string(project::root().join("fleets/room.yaml")).expect("an example");
    for path in ["$share/all/light", "$SYS/light"] {
        let wrong = text.replace("path: room/light,", &format!("path: {path}, "));
        assert_ne!(wrong, text);
        let findings = fleetwright_generator::check(&Source::new("room.yaml", wrong)).expect_err("refused");
        assert!(findings.0.iter().any(|finding| finding.message.contains('$')), "{path}: {findings:?}");
    }
    let configuration = |fleet: &str| -> Vec<String> {
        let files = generated(fleet).artifacts.into_iter();
        files.filter(|file| file.path.ends_with("/mosquitto.conf")).map(|file| file.text).collect()
    };
    for fleet in ["room", "button-led", "button-led-tls", "button-led-pinned", "campus", "house"] {
        for text in configuration(fleet) {
            assert!(text.contains("\nallow_anonymous false\n") && text.contains("\nacl_file "), "{fleet}: {text}");
            let asks = text.contains("\npassword_file ") || text.contains("\npsk_file ");
            assert!(asks && !text.contains("allow_anonymous true"), "{fleet}: {text}");
        }
    }
}
