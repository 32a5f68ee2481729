//! Our codec against rumqttc's: what one writes, the other reads.

mod common;

use common::{encoded, suback};
use fleetwright_node::Qos;
use fleetwright_node::mqtt::encode::{Connect, Full, Publish, Transmit};
use fleetwright_node::mqtt::reader::{Malformed, Packet, Reader};
use proptest::prelude::*;
use rumqttc::mqttbytes::v4;

fn read_back(bytes: &[u8]) -> v4::Packet {
    let mut bytes = bytes::BytesMut::from(bytes);
    let packet = v4::Packet::read(&mut bytes, 100_000).expect("MQTT 3.1.1");
    assert!(bytes.is_empty());
    packet
}

fn written(write: impl FnOnce(&mut Transmit<'_>) -> Result<(), Full>) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let mut transmit = Transmit::new(&mut buffer);
    write(&mut transmit).expect("it fits");
    transmit.bytes().to_vec()
}

/// What our reader makes of bytes that come in these pieces.
fn read_in_pieces(bytes: &[u8], pieces: &[usize], buffer: usize) -> Result<Vec<String>, Malformed> {
    let mut buffer = vec![0; buffer];
    let mut reader = Reader::new(&mut buffer);
    let mut packets = Vec::new();
    let (mut rest, mut turn) = (bytes, 0);
    while !rest.is_empty() {
        let length = pieces.get(turn).copied().unwrap_or(rest.len()).clamp(1, rest.len());
        let (mut piece, later) = rest.split_at(length);
        while !piece.is_empty() {
            let (count, whole) = reader.take(piece)?;
            piece = &piece[count..];
            if whole {
                packets.push(format!("{:?}", reader.packet()?));
            }
        }
        (rest, turn) = (later, turn + 1);
    }
    Ok(packets)
}

fn topic() -> impl Strategy<Value = String> {
    "[a-zA-Zäöü][a-zA-Z0-9/äöü _-]{0,60}"
}

proptest! {
    #[test]
    fn rumqttc_reads_our_publish(topic in topic(), payload in prop::collection::vec(any::<u8>(), 0..300), id in 1u16.., retain: bool, duplicate: bool, once: bool) {
        let qos = if once { Qos::AtLeastOnce } else { Qos::AtMostOnce };
        let bytes = written(|transmit| transmit.publish(&Publish { topic: &topic, payload: &payload, qos, retain, duplicate, packet_id: id }));
        let v4::Packet::Publish(read) = read_back(&bytes) else { panic!("no PUBLISH") };
        prop_assert_eq!((read.topic, read.payload.to_vec(), read.retain, read.dup), (topic, payload, retain, duplicate));
        prop_assert_eq!(read.pkid, if once { id } else { 0 });
    }

    #[test]
    fn rumqttc_reads_our_connect(id in "[a-z0-9-]{1,40}", user in "[a-z]{1,20}", password in "\\PC{0,64}", named: bool, clean_session: bool, keep_alive: u16) {
        let credentials = named.then_some((user.as_str(), password.as_str()));
        let connect = Connect { client_id: &id, credentials, will: ("a/status", "offline"), keep_alive, clean_session };
        let v4::Packet::Connect(read) = read_back(&written(|transmit| transmit.connect(&connect))) else { panic!("no CONNECT") };
        prop_assert_eq!((read.client_id, read.clean_session, read.keep_alive), (id, clean_session, keep_alive));
        let will = read.last_will.expect("a will");
        prop_assert_eq!((will.topic.as_str(), &will.message[..], will.retain), ("a/status", &b"offline"[..], true));
        prop_assert_eq!(read.login.map(|login| (login.username, login.password)), named.then_some((user, password)));
    }

    #[test]
    fn rumqttc_reads_our_subscribe_and_puback(topic in topic(), id in 1u16.., once: bool) {
        let qos = if once { Qos::AtLeastOnce } else { Qos::AtMostOnce };
        let v4::Packet::Subscribe(read) = read_back(&written(|transmit| transmit.subscribe(id, &topic, qos))) else { panic!("no SUBSCRIBE") };
        prop_assert_eq!((read.pkid, read.filters[0].path.as_str(), read.filters[0].qos as u8), (id, topic.as_str(), u8::from(once)));
        let v4::Packet::PubAck(read) = read_back(&written(|transmit| transmit.puback(id))) else { panic!("no PUBACK") };
        prop_assert_eq!(read.pkid, id);
    }

    #[test]
    fn we_read_rumqttc_in_any_pieces(
        messages in prop::collection::vec((topic(), prop::collection::vec(any::<u8>(), 0..200), any::<bool>(), 1u16..), 1..5),
        pieces in prop::collection::vec(1usize..40, 0..60),
    ) {
        let mut bytes = Vec::new();
        let mut expected = Vec::new();
        for (topic, payload, once, id) in &messages {
            let qos = if *once { rumqttc::QoS::AtLeastOnce } else { rumqttc::QoS::AtMostOnce };
            let mut publish = v4::Publish::new(topic, qos, payload.clone());
            publish.pkid = *id;
            bytes.extend(encoded(&v4::Packet::Publish(publish)));
            expected.push(format!("{:?}", Packet::Publish { topic, payload: Some(payload), packet_id: once.then_some(*id) }));
            bytes.extend(encoded(&suback(*id, *once)));
            expected.push(format!("{:?}", Packet::SubAck { packet_id: *id, granted: *once }));
            bytes.extend(encoded(&v4::Packet::PingResp));
            expected.push(format!("{:?}", Packet::PingResp));
        }
        prop_assert_eq!(read_in_pieces(&bytes, &pieces, 512).expect("valid"), expected);
    }

    #[test]
    fn any_bytes_are_packets_or_malformed_and_pieces_make_no_difference(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        pieces in prop::collection::vec(1usize..9, 0..60),
        buffer in 0usize..64,
    ) {
        prop_assert_eq!(read_in_pieces(&bytes, &pieces, buffer), read_in_pieces(&bytes, &[], buffer));
    }
}

#[test]
fn a_message_too_large_for_the_buffer_is_passed_over() {
    let mut publish = v4::Publish::new("a/b", rumqttc::QoS::AtLeastOnce, vec![7; 1_000]);
    publish.pkid = 9;
    let mut bytes = encoded(&v4::Packet::Publish(publish));
    bytes.extend(encoded(&v4::Packet::PingResp));
    let read = read_in_pieces(&bytes, &[100; 20], 64).expect("valid");
    assert_eq!(read[0], format!("{:?}", Packet::Publish { topic: "a/b", payload: None, packet_id: Some(9) }));
    assert_eq!(read[1], format!("{:?}", Packet::PingResp));
}

#[test]
fn what_does_not_fit_is_not_written_by_halves() {
    let mut buffer = [0; 10];
    let mut transmit = Transmit::new(&mut buffer);
    transmit.pingreq().expect("two bytes fit");
    assert_eq!(transmit.subscribe(1, "room/light", Qos::AtMostOnce), Err(Full));
    assert_eq!(transmit.bytes(), [0xc0, 0]);
    transmit.sent(1);
    assert_eq!(transmit.bytes(), [0]);
}

#[test]
fn what_no_broker_may_send_is_malformed() {
    for bytes in [
        &[0x10, 0][..],                        // CONNECT
        &[0x20, 2, 2, 0],                      // CONNACK with a reserved flag
        &[0x20, 1, 0],                         // CONNACK too short
        &[0x36, 3, 0, 1, b'a'],                // QoS 3
        &[0x34, 5, 0, 1, b'a', 0, 1],          // QoS 2, which nobody asked for
        &[0x32, 5, 0, 1, b'a', 0, 0],          // packet identifier 0
        &[0x30, 3, 0, 1, b'#'],                // a wildcard in a topic name
        &[0x30, 2, 0, 0],                      // no topic name
        &[0x30, 4, 0, 9, b'a', b'b'],          // a topic name longer than the packet
        &[0x30, 3, 0, 1, 0xff],                // no UTF-8
        &[0x40, 3, 0, 1, 0],                   // PUBACK too long
        &[0x90, 3, 0, 1, 0x7f],                // SUBACK with an unknown code
        &[0xf0, 0],                            // reserved
        &[0x30, 0xff, 0xff, 0xff, 0xff, 0x01], // remaining length of five bytes
    ] {
        assert_eq!(read_in_pieces(bytes, &[], 64), Err(Malformed), "{bytes:x?}");
    }
}
