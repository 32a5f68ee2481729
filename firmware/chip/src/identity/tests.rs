//! What is written is read, and nothing else is.

use super::format::{ADDRESS, BROKER, HEADER, PASSWORD, PIN, RECORD, VERSION, checksum, kind};
use super::*;

const SIZE: usize = size(10, &Room::usual(0));

const OWN: Identity<'_> = Identity {
    ssid: "Wohnzimmer",
    wifi_password: "geheim geheim",
    broker: "broker.local",
    others: "",
    port: 1883,
    client_id: "esp-choice",
    credentials: Some(("esp-choice", "hunter2")),
    names: &[],
    networks: "",
    address: None,
    power_save: None,
    pin: None,
};

fn written(identity: &Identity<'_>) -> [u8; SIZE] {
    let mut block = [0xAA; SIZE];
    identity.write(&mut block).expect("fits");
    block
}

#[test]
fn what_is_written_is_read() {
    let block = written(&OWN);
    assert_eq!(Identity::read(&block), Ok(OWN));
    let open = Identity { credentials: None, wifi_password: "", ..OWN };
    assert_eq!(Identity::read(&written(&open)), Ok(open));
    let copy = Identity { names: b"\x03a/b\x00", ..OWN };
    assert_eq!(Identity::read(&written(&copy)), Ok(copy));
}

#[test]
fn the_usual_at_its_longest_fits_with_an_account_of_a_later_epoch() {
    let (ssid, password) = ("s".repeat(LONGEST_SSID), "p".repeat(LONGEST_WIFI_PASSWORD));
    let (broker, secret) = ("b".repeat(BROKER), "0".repeat(PASSWORD));
    let credentials = Some(("esp-choice.999", secret.as_str()));
    let longest = Identity { ssid: &ssid, wifi_password: &password, broker: &broker, credentials, ..OWN };
    assert_eq!(Identity::read(&written(&longest)), Ok(longest));
}

#[test]
fn a_zero_follows_every_text() {
    let block = written(&OWN);
    let broker = Identity::read(&block).expect("reads").broker;
    let index = block.windows(12).position(|bytes| bytes == broker.as_bytes()).expect("is there");
    assert_eq!(block[index + 12], 0);
}

#[test]
fn a_cluster_has_several() {
    let cluster = Identity { others: "b.local\0c.local", ..OWN };
    let mut block = [0xAA; size(10, &Room { brokers: 3, ..Room::usual(0) })];
    cluster.write(&mut block).expect("fits");
    let read = Identity::read(&block).expect("reads");
    assert_eq!(read, cluster);
    let index = block.windows(7).position(|bytes| bytes == b"c.local").expect("is there");
    assert_eq!(block[index + 7], 0, "for C");
}

#[test]
fn further_networks_have_room_for_the_longest() {
    let (ssid, password) = ("s".repeat(LONGEST_SSID), "p".repeat(LONGEST_WIFI_PASSWORD));
    let networks = std::format!("{ssid}\0{password}\0shed\0");
    let several = Identity { networks: &networks, ..OWN };
    let mut block = [0xAA; size(10, &Room { networks: 3, ..Room::usual(0) })];
    several.write(&mut block).expect("fits");
    let read = Identity::read(&block).expect("reads");
    assert_eq!(read, several);
    assert_eq!(read.network_count(), 3);
    assert_eq!(read.network(0), Some((&b"Wohnzimmer"[..], &b"geheim geheim"[..])));
    assert_eq!(read.network(1), Some((ssid.as_bytes(), password.as_bytes())));
    assert_eq!(read.network(2), Some((&b"shed"[..], &b""[..])), "an open one");
    assert_eq!(read.network(3), None);
    assert_eq!((OWN.network_count(), OWN.network(1)), (1, None));
    assert_eq!(Identity { networks: "shed\0", ..OWN }.network_count(), 2);
}

#[test]
fn an_address_and_how_power_is_saved_are_read() {
    let address = StaticAddress {
        address: [192, 168, 1, 31],
        netmask: [255, 255, 255, 0],
        gateway: [192, 168, 1, 1],
        dns: [9; 4],
    };
    for power_save in [PowerSave::None, PowerSave::Light, PowerSave::Modem] {
        let own = Identity { address: Some(address), power_save: Some(power_save), ..OWN };
        let mut block = [0xAA; SIZE + RECORD + ADDRESS + RECORD + 1];
        own.write(&mut block).expect("fits");
        assert_eq!(Identity::read(&block), Ok(own));
    }
}

#[test]
fn a_broker_may_be_known_by_its_key() {
    let mut key = [0; PIN];
    key[7] = 7;
    let pinned = Identity { pin: Some(&key), ..OWN };
    let mut block = [0xAA; SIZE + RECORD + PIN];
    pinned.write(&mut block).expect("fits");
    assert_eq!(Identity::read(&block), Ok(pinned));
}

#[test]
fn the_checksum_is_the_usual_one() {
    assert_eq!(checksum(b"1234", b"56789"), 0xCBF4_3926);
}

#[test]
fn no_damaged_byte_goes_unseen() {
    let block = written(&OWN);
    let length = HEADER + usize::from(u16::from_le_bytes([block[6], block[7]]));
    for index in 0..length {
        let mut damaged = block;
        damaged[index] ^= 0x10;
        assert_eq!(Identity::read(&damaged), Err(Fault::Damaged), "byte {index}");
    }
}

#[test]
fn nothing_written_is_told_from_damaged() {
    let block: Vec<u8> = empty::<16>().into_iter().flat_map(u32::to_le_bytes).collect();
    assert_eq!(Identity::read(&block), Err(Fault::Empty));
    assert_eq!(Identity::read(&[0xFF; SIZE]), Err(Fault::Damaged));
    assert_eq!(Identity::read(b"FLWI"), Err(Fault::Damaged));
}

#[test]
fn records_of_a_later_version_are_passed_over() {
    let mut block = [0; 64];
    block[..4].copy_from_slice(&MAGIC);
    let records = [&[99, 2, 0, 7, 8, 0][..], &[kind::BROKER, 1, 0, b'b', 0]].concat();
    block[4..8].copy_from_slice(&[VERSION, 0, records.len() as u8, 0]);
    block[HEADER..HEADER + records.len()].copy_from_slice(&records);
    let check = checksum(&block[4..8], &records);
    block[8..12].copy_from_slice(&check.to_le_bytes());
    assert_eq!(Identity::read(&block).map(|identity| identity.broker), Ok("b"));
}

#[test]
fn what_does_not_fit_is_named() {
    let long = "x".repeat(65);
    let fault = |identity: Identity<'_>| identity.write(&mut [0; SIZE]).expect_err("too long").to_string();
    assert_eq!(
        fault(Identity { ssid: &long, ..OWN }),
        "the name of the Wi-Fi network is too long, or holds a zero byte"
    );
    assert_eq!(fault(Identity { client_id: "a\0b", ..OWN }), "the client identifier is too long, or holds a zero byte");
    let longest = "x".repeat(250);
    let all = Identity { broker: &longest, client_id: &longest, ..OWN };
    assert_eq!(fault(all), "names and passwords take more than the 292 bytes there are for them");
}

#[test]
fn secrets_are_not_printed() {
    assert_eq!(std::format!("{OWN:?}"), "Identity(esp-choice at broker.local:1883)");
}

extern crate std;
use std::string::ToString;
use std::vec::Vec;

#[test]
fn every_start_of_a_block_is_read_without_a_panic() {
    let block: Vec<u8> = written(&OWN).to_vec();
    for end in 0..block.len() {
        let _ = Identity::read(&block[..end]);
    }
}
