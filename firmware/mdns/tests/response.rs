//! Responses, as another implementation writes them and as nobody should.

use fleetwright_mdns::{Interface, LONGEST_QUERY, address, query};
use proptest::prelude::*;
use simple_dns::rdata::{A, AAAA, RData, TXT};
use simple_dns::{CLASS, Name, Packet, PacketFlag, Question, RCODE, ResourceRecord};

const HOME: Interface = Interface { address: [192, 168, 1, 20], mask: [255, 255, 255, 0] };
const BROKER: [u8; 4] = [192, 168, 1, 10];

fn record(name: &'static str, address: [u8; 4]) -> ResourceRecord<'static> {
    let data = RData::A(A { address: u32::from_be_bytes(address) });
    ResourceRecord::new(Name::new_unchecked(name), CLASS::IN, 10, data)
}

/// A response with the question of the node, and these records.
fn response(answers: Vec<ResourceRecord<'static>>) -> Packet<'static> {
    let mut packet = Packet::new_reply(0);
    let question = |name| {
        Question::new(
            Name::new_unchecked(name),
            simple_dns::QTYPE::TYPE(simple_dns::TYPE::A),
            simple_dns::QCLASS::CLASS(CLASS::IN),
            false,
        )
    };
    packet.questions.push(question("broker.local"));
    packet.answers = answers;
    packet
}

fn found(packet: &Packet<'_>) -> Option<[u8; 4]> {
    let plain = packet.build_bytes_vec().expect("fits");
    let compressed = packet.build_bytes_vec_compressed().expect("fits");
    let [plain, compressed] = [plain, compressed].map(|bytes| address(&bytes, "broker.local", HOME));
    assert_eq!(plain, compressed, "pointers change nothing");
    plain
}

#[test]
fn an_answer_with_an_address_is_found() {
    assert_eq!(found(&response(vec![record("broker.local", BROKER)])), Some(BROKER));
    assert_eq!(found(&response(vec![record("BROKER.Local", BROKER)])), Some(BROKER), "letters of any case");
    let mut packet = response(vec![record("broker.local", BROKER)]);
    packet.questions.clear();
    assert_eq!(found(&packet), Some(BROKER), "without the question");
    packet.answers[0].cache_flush = true;
    assert_eq!(found(&packet), Some(BROKER), "with the bit of a group's response");
    let bytes = packet.build_bytes_vec().expect("fits");
    assert_eq!(address(&bytes, "Broker.LOCAL.", HOME), Some(BROKER), "asked with the dot of a complete name");
}

#[test]
fn the_first_that_fits_of_several_is_taken() {
    let text = ResourceRecord::new(
        Name::new_unchecked("broker.local"),
        CLASS::IN,
        10,
        RData::TXT(TXT::new().with_string("version=2").expect("a text")),
    );
    let six = RData::AAAA(AAAA { address: 0xfe80 << 112 | 1 });
    let answers = vec![
        record("other.local", [192, 168, 1, 99]),
        text,
        ResourceRecord::new(Name::new_unchecked("broker.local"), CLASS::IN, 10, six),
        record("broker.local", [0; 4]),
        record("broker.local", BROKER),
        record("broker.local", [192, 168, 1, 11]),
    ];
    assert_eq!(found(&response(answers)), Some(BROKER));
}

#[test]
fn what_is_no_answer_is_none() {
    let names = ["other.local", "broker.local.org", "local", "a.broker.local", "broker", "brokers.local"];
    for name in names {
        assert_eq!(found(&response(vec![record(name, BROKER)])), None, "{name}");
    }
    for wrong in [[0; 4], [127, 0, 0, 1], [224, 0, 0, 251], [255; 4], [192, 168, 1, 255]] {
        assert_eq!(found(&response(vec![record("broker.local", wrong)])), None, "{wrong:?}");
    }
    let mut chaos = record("broker.local", BROKER);
    chaos.class = CLASS::CH;
    assert_eq!(found(&response(vec![chaos])), None, "another class");
    let mut leaving = record("broker.local", BROKER);
    leaving.ttl = 0;
    assert_eq!(found(&response(vec![leaving])), None, "a host that leaves");
    assert_eq!(found(&response(vec![])), None);
    let mut packet = response(vec![]);
    packet.additional_records = vec![record("broker.local", BROKER)];
    assert_eq!(found(&packet), None, "not an answer");
}

#[test]
fn what_is_no_response_is_ignored() {
    let good = response(vec![record("broker.local", BROKER)]);
    let mut packet = good.clone();
    packet.remove_flags(PacketFlag::RESPONSE);
    assert_eq!(found(&packet), None, "a query");
    let mut packet = good.clone();
    *packet.rcode_mut() = RCODE::NameError;
    assert_eq!(found(&packet), None, "an error");
    let mut packet = good.clone();
    *packet.opcode_mut() = simple_dns::OPCODE::Notify;
    assert_eq!(found(&packet), None, "another operation");
    let bytes = query("broker.local", &mut [0; LONGEST_QUERY]).expect("fits").to_vec();
    assert_eq!(address(&bytes, "broker.local", HOME), None, "what the node itself sent");
}

/// A response in bytes: its header counts so many answers, and this follows.
fn raw(answers: u8, rest: &[u8]) -> Option<[u8; 4]> {
    let message = [&[0, 0, 0x84, 0, 0, 0, 0, answers, 0, 0, 0, 0], rest].concat();
    address(&message, "broker.local", HOME)
}

const RECORD: &[u8] = b"\0\x01\0\x01\0\0\0\x0a\0\x04\xc0\xa8\x01\x0a";

#[test]
fn pointers_go_back_or_nowhere() {
    let named = |name: &[u8]| raw(1, &[name, RECORD].concat());
    assert_eq!(named(b"\x06broker\x05local\0"), Some(BROKER));
    assert_eq!(named(b"\xc0\x0c"), None, "to itself");
    assert_eq!(named(b"\x06broker\xc0\x0c"), None, "to the beginning of its own name");
    assert_eq!(named(b"\x06broker\xc0\x20"), None, "forward");
    assert_eq!(named(b"\xff\xff"), None, "out of the message");
    assert_eq!(named(b"\x46broker\x05local\0"), None, "a length of no kind");
    // Two names that point to each other.
    assert_eq!(raw(2, &[b"\xc0\x1c", RECORD, b"\xc0\x0c", RECORD].concat()), None);
    // The second record's name is `broker` before a pointer to `local`, which the first has.
    let first = [b"\x05other\x05local\0", RECORD].concat();
    assert_eq!(raw(2, &[&first, &b"\x06broker\xc0\x12"[..], RECORD].concat()), Some(BROKER));
    // A pointer to a pointer.
    let second = [&b"\xc0\x12"[..], RECORD].concat();
    let pointer = 12 + first.len() as u8;
    assert_eq!(raw(3, &[&first, &second, &[6][..], b"broker", &[0xc0, pointer], RECORD].concat()), Some(BROKER));
}

#[test]
fn records_of_another_length_are_no_address() {
    for data in [&b"\0\x03\xc0\xa8\x01"[..], b"\0\x05\xc0\xa8\x01\x0a\0", b"\0\0"] {
        let record = [b"\x06broker\x05local\0\0\x01\0\x01\0\0\0\x0a", data].concat();
        assert_eq!(raw(1, &record), None, "{data:?}");
        let good = [b"\x06broker\x05local\0", RECORD].concat();
        assert_eq!(raw(2, &[record, good].concat()), Some(BROKER), "what follows is read");
    }
}

#[test]
fn a_response_that_was_cut_off_has_no_address() {
    let packet = response(vec![record("other.local", [192, 168, 1, 99]), record("broker.local", BROKER)]);
    for bytes in [packet.build_bytes_vec(), packet.build_bytes_vec_compressed()] {
        let bytes = bytes.expect("fits");
        assert_eq!(address(&bytes, "broker.local", HOME), Some(BROKER));
        for length in 0..bytes.len() {
            assert_eq!(address(&bytes[..length], "broker.local", HOME), None, "{length} bytes");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..600), questions in 0_u8..3, answers: u8) {
        let message = [&[0, 0, 0x84, 0, 0, questions, 0, answers, 0, 0, 0, 0], &bytes[..]].concat();
        let found = address(&message, "broker.local", HOME);
        prop_assert!(found.is_none_or(|found| HOME.can_reach(found)));
        address(&bytes, "broker.local", HOME);
    }

    /// What another implementation reads in a damaged response is what we read, if it reads anything.
    #[test]
    fn damaged_responses_are_read_as_others_read_them(at in 12_usize..70, byte: u8) {
        let packet = response(vec![record("other.local", [192, 168, 1, 99]), record("broker.local", BROKER)]);
        let mut bytes = packet.build_bytes_vec_compressed().expect("fits");
        let at = at % bytes.len();
        prop_assume!(at >= 12);
        bytes[at] = byte;
        let ours = address(&bytes, "broker.local", HOME);
        let Ok(theirs) = Packet::parse(&bytes) else { return Ok(()) };
        let theirs = theirs.answers.iter().find_map(|answer| match &answer.rdata {
            RData::A(A { address }) if answer.class == CLASS::IN && answer.ttl > 0 => {
                let address = address.to_be_bytes();
                let name = answer.name.to_string().eq_ignore_ascii_case("broker.local");
                (name && HOME.can_reach(address)).then_some(address)
            }
            _ => None,
        });
        prop_assert_eq!(ours, theirs);
    }
}
