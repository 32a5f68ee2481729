use super::messages::{certificate, signature};
use super::{HANDSHAKE, Proof, Server};
use crate::tls::certificate::Certificates;
use crate::tls::client::{self, Client};
use crate::tls::schedule::APPLICATION;
use anyhow::Result;

const KEY: &str = "000102030405060708090a0b0c0d0e0f";

fn certificates() -> Certificates {
    Certificates::new(&"7".repeat(64), "room", &["10.0.0.1".to_owned()]).expect("made")
}

fn shared(name: &str, key: &str) -> Proof {
    Proof::Key(name.to_owned(), key.to_owned())
}

/// Clients, each with the proof of the broker that it expects.
fn both() -> [(Client, Proof); 2] {
    let Certificates { pair, der, .. } = certificates();
    [
        (client::keyed("esp-lamp", KEY).expect("a key"), shared("esp-lamp", KEY)),
        (client::pinned(pair.public()).expect("random"), Proof::Certificate(pair, der)),
    ]
}

/// Exchanges bytes until neither has anything to send; what the server received.
fn talk(client: &mut Client, server: &mut Server) -> Result<Vec<u8>> {
    let mut received = Vec::new();
    loop {
        let mut sent = Vec::new();
        while client.has_to_send() {
            client.send(|bytes| {
                sent.extend_from_slice(bytes);
                bytes.len()
            });
        }
        received.extend(server.take(&sent)?);
        let answer = server.answer();
        feed(client, &answer);
        if sent.is_empty() && answer.is_empty() {
            return Ok(received);
        }
    }
}

/// Hands bytes to a client; what it receives.
fn feed(client: &mut Client, mut bytes: &[u8]) -> Vec<u8> {
    let (mut received, mut piece) = (Vec::new(), [0; 100]);
    loop {
        let taken = client.received(bytes);
        bytes = &bytes[taken..];
        let count = client.read(&mut piece);
        received.extend_from_slice(&piece[..count]);
        if taken == 0 && count == 0 {
            return received;
        }
    }
}

fn opened() -> Vec<(Client, Server)> {
    let open = |(mut client, proof): (Client, Proof)| {
        let mut server = Server::new(&proof);
        talk(&mut client, &mut server).expect("a handshake");
        assert!(client.is_open() && server.is_open());
        (client, server)
    };
    both().into_iter().map(open).collect()
}

#[test]
fn both_hear_what_the_other_says() {
    for (mut client, mut server) in opened() {
        assert_eq!(client.write(b"on"), 2);
        assert_eq!(talk(&mut client, &mut server).expect("records"), b"on");
        let long: Vec<u8> = (0..3_000_u32).map(|count| count as u8).collect();
        let records = server.seal(&long).expect("open");
        assert_eq!(feed(&mut client, &records), long);
    }
}

#[test]
fn who_has_another_key_or_name_is_refused() {
    for (name, key) in [("esp-lamp", "ff0102030405060708090a0b0c0d0e0f"), ("esp-door", KEY)] {
        let mut client = client::keyed(name, key).expect("a key");
        let mut server = Server::new(&shared("esp-lamp", KEY));
        assert!(talk(&mut client, &mut server).is_err());
        assert!(!client.is_open() && server.answer().is_empty());
    }
}

/// A broker with another key, or which leaves the proof out, or breaks it into pieces: it receives nothing.
#[test]
fn who_does_not_prove_to_be_the_broker_hears_nothing() {
    let Certificates { pair, der, .. } = certificates();
    let other = Certificates::new(&"8".repeat(64), "room", &["10.0.0.1".to_owned()]).expect("made");
    let shown = certificate(&der);
    // A proof, but of another conversation.
    let stale = signature(&pair, &[9; 32]);
    let half = [&[4, 3, 0, 8][..], &[0x30, 6, 2, 1, 1, 2, 1, 1]].concat();
    let rogues = [
        Proof::Certificate(other.pair.clone(), other.der),
        Proof::Certificate(other.pair, der),
        Proof::Rogue(vec![]),
        Proof::Rogue(vec![(11, shown.clone())]),
        Proof::Rogue(vec![(15, stale.clone())]),
        Proof::Rogue(vec![(11, shown.clone()), (15, stale.clone())]),
        Proof::Rogue(vec![(15, stale), (11, shown.clone())]),
        Proof::Rogue(vec![(11, shown.clone()), (15, half)]),
        Proof::Rogue(vec![(11, shown.clone()), (15, vec![])]),
        Proof::Rogue(vec![(11, vec![0, 0, 0, 0]), (15, vec![8, 7, 0, 0])]),
        Proof::Rogue(vec![(13, vec![0, 0, 0]), (11, shown)]),
    ];
    for (index, rogue) in rogues.iter().enumerate() {
        let mut client = client::pinned(pair.public()).expect("random");
        let mut server = Server::new(rogue);
        // The exchange ends somehow; what counts is what was received.
        let received = talk(&mut client, &mut server).unwrap_or_default();
        assert!(received.is_empty() && client.ended().is_some() && !client.is_open(), "rogue {index}");
        assert_eq!(client.write(b"a secret word"), 0);
    }
}

/// Who expects a key takes no certificate instead, and the other way round.
#[test]
fn one_proof_does_not_stand_for_the_other() {
    let [(mut keyed, key), (mut pinned, certificate)] = both();
    for (client, proof) in [(&mut keyed, certificate), (&mut pinned, key)] {
        let received = talk(client, &mut Server::new(&proof)).unwrap_or_default();
        assert!(received.is_empty() && !client.is_open());
    }
}

/// What a broker that has its key could send and never should: the connection ends, and nothing else happens.
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
        for (mut client, mut server) in opened() {
            let record = server.seal_record(kind, content).expect("open");
            assert_eq!(feed(&mut client, &record), b"");
            assert!(client.ended().is_some(), "{kind} {content:?}");
            assert_eq!(client.write(b"a secret word"), 0);
        }
    }
}

#[test]
fn a_changed_or_oversized_record_ends_the_connection() {
    for (mut client, mut server) in opened() {
        let mut record = server.seal(b"off").expect("open");
        record[6] ^= 1;
        assert_eq!(feed(&mut client, &record), b"");
        assert!(client.ended().is_some());
    }
    for (mut client, mut server) in opened() {
        let record = server.seal_record(APPLICATION, &[b'x'; 2_000]).expect("open");
        assert_eq!(feed(&mut client, &record), b"");
        assert!(client.ended().is_some());
    }
}
