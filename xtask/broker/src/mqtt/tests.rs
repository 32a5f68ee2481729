//! The codec against itself, against the standard's bytes, and against rumqttc's.

use super::*;
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4;

fn message(packet_id: Option<u16>) -> Publish {
    Publish { topic: "room/light".into(), payload: "On".into(), retain: true, packet_id, expiry: None }
}

#[test]
fn packets_are_those_of_rumqttc() {
    let mut theirs = Default::default();
    let mut connect = v4::Connect::new("esp");
    connect.keep_alive = 600;
    connect.set_login("user", "word");
    connect.write(&mut theirs).expect("written");
    let account = Some(("user", "word"));
    let ours = ClientPacket::Connect { client_id: "esp", keep_alive: 600, account, will: None };
    assert_eq!(ours.to_bytes(Version::V4), theirs);

    theirs.clear();
    let mut subscribe = v4::Subscribe::new("room/#", QoS::AtMostOnce);
    subscribe.pkid = 7;
    subscribe.write(&mut theirs).expect("written");
    assert_eq!(ClientPacket::Subscribe { packet_id: 7, filter: "room/#" }.to_bytes(Version::V4), theirs);

    for (id, qos) in [(None, QoS::AtMostOnce), (Some(9), QoS::AtLeastOnce)] {
        theirs.clear();
        let mut publish = v4::Publish::new("room/light", qos, "On");
        (publish.retain, publish.pkid) = (true, id.unwrap_or(0));
        publish.write(&mut theirs).expect("written");
        assert_eq!(ClientPacket::Publish(message(id)).to_bytes(Version::V4), theirs);
    }
    assert_eq!(ClientPacket::Pingreq.to_bytes(Version::V4), [0xc0, 0]);
    assert_eq!(ClientPacket::Disconnect { with_will: false }.to_bytes(Version::V4), [0xe0, 0]);
}

#[test]
fn packets_of_mqtt_5_have_properties() {
    let will = Some(("w", "gone"));
    let connect = ClientPacket::Connect { client_id: "a", keep_alive: 0, account: None, will };
    assert_eq!(connect.to_bytes(Version::V5), b"\x10\x18\0\x04MQTT\x05\x06\0\0\0\0\x01a\0\0\x01w\0\x04gone");
    let expiring = Publish { expiry: Some(258), ..message(Some(1)) };
    assert_eq!(
        ClientPacket::Publish(expiring).to_bytes(Version::V5),
        b"\x33\x16\0\nroom/light\0\x01\x05\x02\0\0\x01\x02On"
    );
    assert_eq!(ClientPacket::Disconnect { with_will: true }.to_bytes(Version::V5), [0xe0, 2, 4, 0]);
}

#[test]
fn a_message_is_read_as_it_was_written() {
    for version in [Version::V4, Version::V5] {
        for id in [None, Some(0x1234)] {
            let bytes = ClientPacket::Publish(message(id)).to_bytes(version);
            assert_eq!(Publish::read(&bytes, version), Some(message(id)));
            for end in 0..bytes.len() {
                assert_eq!(Publish::read(&bytes[..end], version), None, "{end} bytes of it");
            }
        }
    }
    assert_eq!(Publish::read(&ClientPacket::Pingreq.to_bytes(Version::V4), Version::V4), None);
}

#[test]
fn answers_of_a_broker_are_told_apart() {
    for (bytes, expected) in [
        (&[0x20, 2, 0, 5][..], ServerPacket::Connack(5)),
        (&[0x40, 2, 1, 2], ServerPacket::Puback(0x0102, 0)),
        (&[0x40, 3, 0, 1, 0x87], ServerPacket::Puback(1, 0x87)),
        (&[0x90, 3, 0, 1, 0], ServerPacket::Suback),
        (&[0xd0, 0], ServerPacket::Pingresp),
        (&[0xe0, 1, 0x8e], ServerPacket::Other(14)),
    ] {
        assert_eq!(ServerPacket::read(bytes, Version::V5), Ok(expected));
    }
    for short in [&[0x20, 1, 0][..], &[0x40, 1, 0], &[0x30, 1, 0], &[0xd0]] {
        assert_eq!(ServerPacket::read(short, Version::V5), Err(Malformed));
    }
}

#[test]
fn received_bytes_are_taken_apart_at_the_ends_of_packets() {
    let mut bytes = ClientPacket::Publish(Publish { payload: "x".repeat(300), ..message(None) }).to_bytes(Version::V4);
    let first = bytes.clone();
    bytes.extend([0xc0, 0]);
    assert_eq!(packet_length(&bytes), Ok(Some(first.len())));
    for end in 0..first.len() {
        assert_eq!(packet_length(&bytes[..end]), Ok(None));
    }
    assert_eq!(packet_length(&[0x30, 0x80, 0x80, 0x80]), Ok(None));
    assert_eq!(packet_length(&[0x30, 0x80, 0x80, 0x80, 0x80]), Err(Malformed));
}
