//! SLIP (RFC 1055): packets between 0xC0 and 0xC0.

const END: u8 = 0xC0;
const ESCAPE: u8 = 0xDB;
const ESCAPED_END: u8 = 0xDC;
const ESCAPED_ESCAPE: u8 = 0xDD;

/// Takes packets out of what arrives.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    packet: Option<Vec<u8>>,
    is_escaped: bool,
}

impl Decoder {
    /// The packets that these bytes complete. What is no packet is left out.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut complete = Vec::new();
        for &byte in bytes {
            match (&mut self.packet, byte) {
                (Some(packet), END) if packet.is_empty() => {}
                (Some(_), END) => complete.extend(self.packet.take()),
                (None, END) => self.packet = Some(Vec::new()),
                (None, _) => {}
                (Some(_), ESCAPE) => self.is_escaped = true,
                (Some(packet), byte) => packet.push(match (std::mem::take(&mut self.is_escaped), byte) {
                    (true, ESCAPED_END) => END,
                    (true, ESCAPED_ESCAPE) => ESCAPE,
                    _ => byte,
                }),
            }
        }
        complete
    }
}

/// A packet as it is sent.
pub(super) fn encoded(packet: &[u8]) -> Vec<u8> {
    let mut bytes = vec![END];
    for &byte in packet {
        match byte {
            END => bytes.extend([ESCAPE, ESCAPED_END]),
            ESCAPE => bytes.extend([ESCAPE, ESCAPED_ESCAPE]),
            byte => bytes.push(byte),
        }
    }
    bytes.push(END);
    bytes
}
