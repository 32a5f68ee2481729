//! The query for a name.

use crate::name::{LONGEST_LABEL, LONGEST_NAME, Labels};
use crate::{CLASS_IN, HEADER, TYPE_A};

/// Bytes of the longest query: a header, a name, a type and a class.
pub const LONGEST_QUERY: usize = HEADER + LONGEST_NAME + 4;

/// Writes the query for the IPv4 address of a host; `None`: a label of the name is empty or longer than 63 bytes, or all of
/// it is longer than 253.
pub fn query<'b>(name: &str, buffer: &'b mut [u8; LONGEST_QUERY]) -> Option<&'b [u8]> {
    let mut writer = Writer { buffer, length: 0 };
    // Identifier and flags are zero; one question, no records.
    writer.put(&[0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    for label in Labels::of(name) {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..=LONGEST_LABEL as u8).contains(length))?;
        writer.put(&[length])?;
        writer.put(label)?;
    }
    writer.put(&[0])?;
    if writer.length > HEADER + LONGEST_NAME {
        return None;
    }
    writer.put(&TYPE_A.to_be_bytes())?;
    writer.put(&CLASS_IN.to_be_bytes())?;
    let Writer { buffer, length } = writer;
    buffer.get(..length)
}

struct Writer<'b> {
    buffer: &'b mut [u8; LONGEST_QUERY],
    length: usize,
}

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.length + bytes.len();
        self.buffer.get_mut(self.length..end)?.copy_from_slice(bytes);
        self.length = end;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::{String, ToString};

    fn written(name: &str) -> Option<std::vec::Vec<u8>> {
        query(name, &mut [0; LONGEST_QUERY]).map(<[u8]>::to_vec)
    }

    #[test]
    fn one_question_for_an_address() {
        let expected = b"\0\0\0\0\0\x01\0\0\0\0\0\0\x06broker\x05local\0\0\x01\0\x01";
        assert_eq!(written("broker.local").as_deref(), Some(&expected[..]));
        assert_eq!(written("broker.local."), written("broker.local"));
    }

    /// What another implementation reads in it.
    #[test]
    fn others_read_it() {
        use simple_dns::{CLASS, Packet, QCLASS, QTYPE, TYPE};
        let bytes = written("Broker.local").expect("fits");
        let packet = Packet::parse(&bytes).expect("a message");
        let [question] = &packet.questions[..] else { panic!("{packet:?}") };
        assert_eq!(question.qname.to_string(), "Broker.local");
        assert_eq!((question.qtype, question.qclass), (QTYPE::TYPE(TYPE::A), QCLASS::CLASS(CLASS::IN)));
        assert!(!question.unicast_response);
        assert_eq!(packet.id(), 0);
        assert!(packet.answers.is_empty() && packet.additional_records.is_empty());
    }

    #[test]
    fn names_that_no_message_can_hold_are_refused() {
        let long = "x".repeat(63);
        assert!(written(&format!("{long}.local")).is_some());
        assert_eq!(written(&format!("{long}x.local")), None);
        for name in ["", ".", "a..local", ".local", "a.local.."] {
            assert_eq!(written(name), None, "{name}");
        }
        // 255 bytes: three labels of 63, one of 55 and `local`, each behind its length, and a zero.
        let name = |last: usize| format!("{long}.{long}.{long}.{}.local", String::from("y").repeat(last));
        assert_eq!(written(&name(55)).map(|bytes| bytes.len()), Some(HEADER + LONGEST_NAME + 4));
        assert_eq!(written(&name(56)), None);
    }
}
