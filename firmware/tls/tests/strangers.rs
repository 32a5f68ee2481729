//! A stranger in the broker's place, who says all kinds of things: the connection ends or waits, nothing panics, and the
//! node's words are never heard.

mod common;

use common::{IDENTITY, SECRET, client, feed};

/// Lets a stranger say this; what the node would hear, and whether it is over.
fn feed_client(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut client = client(IDENTITY, SECRET);
    let mut received = Vec::new();
    feed(&mut client, bytes, &mut received);
    assert!(!client.is_open());
    assert_eq!(client.write(b"a secret word"), 0, "the node's words wait for the proof");
    (received, client.ended().is_some())
}

#[test]
fn the_greeting_holds_nothing_of_the_node_but_its_name() {
    let mut client = client(IDENTITY, SECRET);
    assert_eq!(client.write(b"a secret word"), 0);
    let mut hello = Vec::new();
    while client.has_to_send() {
        client.send(|bytes| {
            hello.extend_from_slice(bytes);
            bytes.len()
        });
    }
    let holds = |part: &[u8]| hello.windows(part.len()).any(|found| found == part);
    assert!(holds(IDENTITY.as_bytes()) && !holds(b"secret") && !holds(&SECRET[..8]));
}

#[test]
fn records_that_have_no_place_end_the_connection() {
    for bytes in [
        b"HTTP/1.1 400 Bad Request\r\n\r\n".as_slice(),
        b"\x20\x02\x00\x00\x20\x02\x00\x00",
        b"\x17\x03\x03\x00\x20aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        b"\x16\x03\x03\x40\x00",
        b"\x16\x03\x03\xff\xff",
        b"\x16\x03\x03\x00\x00",
        b"\x14\x03\x03\x00\x01\x01",
        b"\x15\x03\x03\x00\x02\x02\x28",
        b"\x16\x03\x03\x00\x05\x18\x00\x00\x01\x00",
        b"\x16\x03\x03\x00\x04\x14\x00\x00\x00",
        b"\x16\x03\x03\x00\x04\x02\x00\x00\x00",
        b"\x18\x03\x03\x00\x03\x01\x40\x00",
    ] {
        let (received, over) = feed_client(bytes);
        assert!(over && received.is_empty(), "{bytes:02x?}");
    }
}

/// A ServerHello that chooses our key and has an X coordinate of this kind.
fn hello(share: u8) -> Vec<u8> {
    let mut body = vec![3, 3];
    body.extend([9; 32]);
    body.push(0);
    body.extend([0x13, 0x01, 0]);
    let mut extensions = vec![0, 43, 0, 2, 3, 4, 0, 41, 0, 2, 0, 0, 0, 51, 0, 69, 0, 23, 0, 65, 4];
    extensions.extend([share; 64]);
    body.extend((extensions.len() as u16).to_be_bytes());
    body.extend(extensions);
    let mut record = vec![22, 3, 3];
    record.extend((body.len() as u16 + 4).to_be_bytes());
    record.extend([2, 0]);
    record.extend((body.len() as u16).to_be_bytes());
    record.extend(body);
    record
}

#[test]
fn chance_never_panics() {
    let mut random = 0x1234_5678_u32;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        random
    };
    let mut start = hello(1);
    // The generator of P-256 is a valid share.
    let share = [
        0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03,
        0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2,
        0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31,
        0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
    ];
    let end = start.len();
    start[end - 64..].copy_from_slice(&share);
    assert!(!feed_client(&start).1, "a greeting with a good share goes on");
    for _ in 0..3_000 {
        let mut bytes = start.clone();
        for _ in 0..=next() % 4 {
            let index = next() as usize % bytes.len();
            bytes[index] = next() as u8;
        }
        bytes.truncate(bytes.len() - (next() as usize % 20) * (next() as usize % 2));
        feed_client(&bytes);
    }
    for length in [17_usize, 18, 23, 40, 300, 1_100] {
        let mut bytes = start.clone();
        bytes.extend([23, 3, 3]);
        bytes.extend((length as u16).to_be_bytes());
        bytes.extend((0..length).map(|_| next() as u8));
        let (received, over) = feed_client(&bytes);
        assert!(over && received.is_empty(), "a record that nobody encrypted for us, {length} bytes");
    }
}
