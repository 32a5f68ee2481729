use super::*;
use crate::tls::client::{self, Client};

const KEY: &str = "000102030405060708090a0b0c0d0e0f";

/// Lets both speak until neither has anything to say; what the server heard.
fn talk(client: &mut Client, server: &mut Server) -> Result<Vec<u8>> {
    let mut heard = Vec::new();
    loop {
        let mut sent = Vec::new();
        while client.has_to_send() {
            client.send(|bytes| {
                sent.extend_from_slice(bytes);
                bytes.len()
            });
        }
        heard.extend(server.take(&sent)?);
        let answer = server.answer();
        feed(client, &answer);
        if sent.is_empty() && answer.is_empty() {
            return Ok(heard);
        }
    }
}

/// Hands bytes to a client; what it hears.
fn feed(client: &mut Client, mut bytes: &[u8]) -> Vec<u8> {
    let (mut heard, mut piece) = (Vec::new(), [0; 100]);
    loop {
        let taken = client.received(bytes);
        bytes = &bytes[taken..];
        let count = client.hear(&mut piece);
        heard.extend_from_slice(&piece[..count]);
        if taken == 0 && count == 0 {
            return heard;
        }
    }
}

fn opened() -> (Client, Server) {
    let mut client = client::start("esp-lamp", KEY).expect("a key");
    let mut server = Server::new("esp-lamp", KEY).expect("a key");
    talk(&mut client, &mut server).expect("a handshake");
    assert!(client.is_open() && server.is_open());
    (client, server)
}

#[test]
fn both_hear_what_the_other_says() {
    let (mut client, mut server) = opened();
    assert_eq!(client.say(b"on"), 2);
    assert_eq!(talk(&mut client, &mut server).expect("records"), b"on");
    let long: Vec<u8> = (0..3_000_u32).map(|count| count as u8).collect();
    let records = server.seal(&long).expect("open");
    assert_eq!(feed(&mut client, &records), long);
}

#[test]
fn who_has_another_key_or_name_is_refused() {
    for (name, key) in [("esp-lamp", "ff0102030405060708090a0b0c0d0e0f"), ("esp-door", KEY)] {
        let mut client = client::start(name, key).expect("a key");
        let mut server = Server::new("esp-lamp", KEY).expect("a key");
        assert!(talk(&mut client, &mut server).is_err());
        assert!(!client.is_open() && server.answer().is_empty());
    }
}

/// What a broker that knows the key could send and never should: the connection ends, and nothing else happens.
#[test]
fn what_a_broker_must_not_send_ends_the_connection() {
    let key_update = [24, 0, 0, 1, 0];
    let finished = [&[20, 0, 0, 32][..], &[7; 32]].concat();
    for (kind, content) in [
        (HANDSHAKE, &key_update[..]),
        (HANDSHAKE, &[24, 0, 0, 1, 1]),
        (HANDSHAKE, &[]),
        (HANDSHAKE, &[8, 0, 0, 2, 0, 0]),
        (HANDSHAKE, &finished),
        (HANDSHAKE, &[11, 0, 0, 0]),
        (HANDSHAKE, &[15, 0, 0, 0]),
        (HANDSHAKE, &[4, 0, 0, 9, 1]),
        (0, &[]),
        (99, b"?"),
    ] {
        let (mut client, mut server) = opened();
        let record = server.say(kind, content).expect("open");
        assert_eq!(feed(&mut client, &record), b"");
        assert!(client.ended().is_some(), "{kind} {content:?}");
        assert_eq!(client.say(b"a secret word"), 0);
    }
}

#[test]
fn a_changed_or_oversized_record_ends_the_connection() {
    let (mut client, mut server) = opened();
    let mut record = server.seal(b"off").expect("open");
    record[6] ^= 1;
    assert_eq!(feed(&mut client, &record), b"");
    assert!(client.ended().is_some());
    let (mut client, mut server) = opened();
    let record = server.say(APPLICATION, &[b'x'; 2_000]).expect("open");
    assert_eq!(feed(&mut client, &record), b"");
    assert!(client.ended().is_some());
}
