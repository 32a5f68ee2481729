//! Frames: there and back, and what is malformed.

use super::*;
use crate::Usage;
use fleetwright_devices::DeviceKind;
use std::string::ToString;
use std::vec::Vec;

/// Takes the bytes of a frame apart into kind and body.
fn apart(bytes: &[u8]) -> (u8, &[u8]) {
    let (header, body) = bytes.split_first_chunk().expect("a header");
    let header = Header::read(*header).expect("short enough");
    assert_eq!(usize::from(header.length), body.len());
    (header.kind, body)
}

fn there_and_back_from_node(frame: FromNode<'_>, bytes: &[u8]) {
    let mut written = Vec::new();
    frame.write(&mut |piece| written.extend_from_slice(piece)).expect("short enough");
    assert_eq!(written, bytes, "{frame:?}");
    let (kind, body) = apart(&written);
    assert_eq!(FromNode::read(kind, body), Ok(frame));
}

fn there_and_back_to_node(frame: ToNode<&[u8]>, bytes: &[u8]) {
    let mut written = Vec::new();
    frame.write(&mut |piece| written.extend_from_slice(piece)).expect("short enough");
    assert_eq!(written, bytes, "{frame:?}");
    let (kind, body) = apart(&written);
    assert_eq!(ToNode::read(kind, body), Ok(frame));
}

#[test]
fn frames_from_a_node_are_read_as_they_were_written() {
    there_and_back_from_node(FromNode::Pin { gpio: 5, high: true }, b"P\0\x02\x05\x01");
    there_and_back_from_node(FromNode::Duty { gpio: 16, permille: 500 }, b"U\0\x03\x10\x01\xf4");
    there_and_back_from_node(FromNode::Log(b"connected"), b"L\0\x09connected");
    there_and_back_from_node(FromNode::Log(b""), b"L\0\0");
    there_and_back_from_node(FromNode::Join(b"home"), b"W\0\x04home");
    there_and_back_from_node(FromNode::Resolve(b"broker"), b"N\0\x06broker");
    let connect = FromNode::Connect { address: [127, 0, 0, 1], port: 1883 };
    there_and_back_from_node(connect, b"C\0\x06\x7f\0\0\x01\x07\x5b");
    there_and_back_from_node(FromNode::Send(&[0x10, 0]), b"D\0\x02\x10\0");
    there_and_back_from_node(FromNode::Disconnect, b"X\0\0");
    let datagram = FromNode::Datagram { from: 258, address: [224, 0, 0, 251], port: 5353, bytes: b"?" };
    there_and_back_from_node(datagram, b"G\0\x09\x01\x02\xe0\0\0\xfb\x14\xe9?");
    there_and_back_from_node(FromNode::Idle { until: Some(9), taken: 2 }, b"T\0\x08\0\0\0\x09\0\0\0\x02");
    there_and_back_from_node(FromNode::Idle { until: None, taken: 0 }, b"T\0\x08\xff\xff\xff\xff\0\0\0\0");
    let usage = b"heap 0 allocated 0 most 0 deepest 0 spare 0 stack 0 timers 0 connections 0 cycles 7";
    let frame = [&[b'H', 0, usage.len() as u8], &usage[..]].concat();
    there_and_back_from_node(FromNode::Usage(Usage { cycles: 7, ..Usage::default() }), &frame);
    let flash = FromNode::Flash { address: 0x3f_9008, bytes: &[1, 2, 3, 4] };
    there_and_back_from_node(flash, b"F\0\x08\0\x3f\x90\x08\x01\x02\x03\x04");
    there_and_back_from_node(FromNode::Erased(0x3f_a000), b"Z\0\x04\0\x3f\xa0\0");
    there_and_back_from_node(FromNode::Restart([1, 0xffff_fffe]), b"R\0\x08\0\0\0\x01\xff\xff\xff\xfe");
    there_and_back_from_node(FromNode::Fault(b"the stack is full"), b"E\0\x11the stack is full");
}

#[test]
fn frames_to_a_node_are_read_as_they_were_written() {
    there_and_back_to_node(ToNode::Time(1500), b"t\0\x04\0\0\x05\xdc");
    there_and_back_to_node(ToNode::Kept([1, 2]), b"k\0\x08\0\0\0\x01\0\0\0\x02");
    there_and_back_to_node(ToNode::Seed(u32::MAX), b"r\0\x04\xff\xff\xff\xff");
    there_and_back_to_node(ToNode::Pin { gpio: 16, high: false }, b"p\0\x02\x10\0");
    there_and_back_to_node(ToNode::Analog(1023), b"a\0\x02\x03\xff");
    let kind = DeviceKind::bme280(21.5, 45.0, 1013.0).expect("within its limits");
    let frame = [b"i\0\x0c\x04\x05", &kind.to_bytes()[..]].concat();
    there_and_back_to_node(ToNode::Device { sda: 4, scl: 5, kind }, &frame);
    there_and_back_to_node(ToNode::Wifi(true), b"w\0\x01\x01");
    there_and_back_to_node(ToNode::Wifi(false), b"w\0\x01\0");
    there_and_back_to_node(ToNode::Address(Some([10, 0, 0, 1])), b"n\0\x04\x0a\0\0\x01");
    there_and_back_to_node(ToNode::Address(None), b"n\0\0");
    there_and_back_to_node(ToNode::Flash(&[0, 0x3f, 0x90, 0, 7]), b"m\0\x05\0\x3f\x90\0\x07");
    there_and_back_to_node(ToNode::Connected, b"c\0\0");
    there_and_back_to_node(ToNode::Failed, b"f\0\0");
    there_and_back_to_node(ToNode::Disconnected, b"x\0\0");
    there_and_back_to_node(ToNode::Sent, b"s\0\0");
    there_and_back_to_node(ToNode::Received(&[1, 2, 3]), b"d\0\x03\x01\x02\x03");
    let datagram = ToNode::Datagram { to: 258, address: [10, 0, 0, 1], port: 5353, bytes: &b"!"[..] };
    there_and_back_to_node(datagram, b"g\0\x09\x01\x02\x0a\0\0\x01\x14\xe9!");
    let empty = ToNode::Datagram { to: 1, address: [10, 0, 0, 1], port: 2, bytes: &b""[..] };
    there_and_back_to_node(empty, b"g\0\x08\0\x01\x0a\0\0\x01\0\x02");
    there_and_back_to_node(ToNode::EndDelay(6_000), b"e\0\x04\0\0\x17\x70");
    there_and_back_to_node(ToNode::Usage, b"h\0\0");
    there_and_back_to_node(ToNode::Stepped, b"v\0\0");
}

#[test]
fn malformed_frames_from_a_node_are_errors() {
    let long = [0; 9];
    for (kind, body) in [
        (b'P', &b""[..]),
        (b'P', b"\x05"),
        (b'P', b"\x05\x02"),
        (b'P', b"\x11\x01"),
        (b'P', b"\x05\x01\x01"),
        (b'U', b"\x05\x01"),
        (b'U', b"\x05\x03\xe9"),
        (b'U', b"\x11\0\0"),
        (b'C', b"\x7f\0\0\x01\x07"),
        (b'C', &long),
        (b'X', b"\0"),
        (b'G', b""),
        (b'G', b"\0\x01\x0a\0\0\x01\0"),
        (b'T', b"\x01"),
        (b'T', &long),
        (b'H', b""),
        (b'H', b"heap 1"),
        (b'H', b"\xff"),
        (b'R', b"\0\0\0\x01"),
        (b'R', &long),
        (b'Z', b""),
        (b'p', b"\x05\x01"),
        (0, b""),
    ] {
        let error = FromNode::read(kind, body).expect_err(&std::format!("{} {body:?}", kind.escape_ascii()));
        assert_eq!((error.kind, error.body), (kind, body));
        assert!(!error.expected.is_empty());
    }
    let error = FromNode::read(b'P', b"\x05\x02").expect_err("no level");
    let text = r"frame `P` with body `\x05\x02`: expected a GPIO from 0 to 16 and a level, 0 or 1";
    assert_eq!(error.to_string(), text);
}

#[test]
fn malformed_frames_to_a_node_are_errors() {
    let long = [0; 13];
    for (kind, body) in [
        (b't', &b"\0\0\0"[..]),
        (b't', &long),
        (b'k', b"\0\0\0\0"),
        (b'r', b""),
        (b'p', b"\x05"),
        (b'p', b"\x05\x02"),
        (b'p', b"\x11\0"),
        (b'a', b"\0"),
        (b'a', b"\x04\0"),
        (b'i', b"\x04\x05"),
        (b'i', b"\x04"),
        (b'i', &long),
        (b'i', b"\x11\x05\0\0\0\0\0\0\0\0\0\0"),
        (b'w', b""),
        (b'w', b"\x02"),
        (b'n', b"\x0a"),
        (b'n', &long),
        (b'c', b"\0"),
        (b'f', b"\0"),
        (b'x', b"\0"),
        (b's', b"\0"),
        (b'g', b""),
        (b'g', b"\0\x01\x0a\0\0\x01\0"),
        (b'e', b""),
        (b'e', b"\0"),
        (b'm', b"\0\x3f\x90\0"),
        (b'h', b"\0"),
        (b'v', b"\0"),
        (b'z', b""),
        (b'P', b"\x05\x01"),
    ] {
        let error = ToNode::read(kind, body).expect_err(&std::format!("{} {body:?}", kind.escape_ascii()));
        assert_eq!((error.kind, error.body), (kind, body));
        assert!(!error.expected.is_empty());
    }
}

#[test]
fn a_frame_has_an_end() {
    let mut written = Vec::new();
    let bytes = [7; LONGEST + 1];
    let error = FromNode::Send(&bytes).write(&mut |piece| written.extend_from_slice(piece)).expect_err("too long");
    assert_eq!(error, TooLong { kind: b'D', length: LONGEST + 1 });
    assert_eq!(error.to_string(), "a frame `D` of 1461 bytes: expected at most 1460");
    assert!(written.is_empty());
    assert_eq!(Header::read([b'D', 0xff, 0xff]), Err(TooLong { kind: b'D', length: 0xffff }));
    FromNode::Send(&bytes[1..]).write(&mut |piece| written.extend_from_slice(piece)).expect("short enough");
    assert_eq!(written.len(), Header::LENGTH + LONGEST);
}

/// Whatever comes: an error, or a frame that is written as it was read. The bytes are those of a fixed xorshift.
#[test]
fn anything_is_a_frame_or_an_error() {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    let (mut good, mut bad) = (0, 0);
    for _ in 0..50_000 {
        let kind = (next() >> 8) as u8 & 0x7f;
        let length = (next() >> 16) as usize % 14;
        let body: Vec<u8> = (0..length).map(|_| (next() >> 9) as u8 & [0xff, 0x1f, 0x01][length % 3]).collect();
        let mut written = Vec::new();
        let mut put = |piece: &[u8]| written.extend_from_slice(piece);
        let read = [
            FromNode::read(kind, &body).is_ok_and(|frame| frame.write(&mut put).is_ok()),
            ToNode::read(kind, body.as_slice()).is_ok_and(|frame| frame.write(&mut put).is_ok()),
        ];
        // No kind goes both ways.
        assert!(read != [true, true]);
        if read == [false, false] {
            bad += 1;
        } else {
            good += 1;
            assert_eq!(apart(&written), (kind, body.as_slice()));
        }
        // Lines of any bytes, too, are read without a panic.
        let line = std::string::String::from_utf8_lossy(&body);
        let readable = crate::Report::read(&line).is_ok() || crate::Command::read(&line).is_ok();
        assert!(!readable || line.is_ascii() || line.starts_with("log") || line.starts_with("error"));
    }
    assert!(good > 500 && bad > 500, "{good} good, {bad} bad");
}
