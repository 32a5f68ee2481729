//! What a response says about a name. It came from the network: anything may be in it.

use crate::name::Labels;
use crate::{CLASS_IN, HEADER, Interface, TYPE_A};

/// The flags that matter: it is a response, of a standard query (opcode 0), without an error (code 0). Others have to be
/// ignored (RFC 6762, sections 18.3 and 18.11).
const FLAGS: [u8; 2] = [0b1111_1000, 0b0000_1111];
/// Those of a response that says something.
const RESPONSE: [u8; 2] = [0b1000_0000, 0];
/// The bit of a record's class by which a responder says that it alone has such records (RFC 6762, section 10.2). A
/// response to a simple querier should not have it; it changes nothing.
const CACHE_FLUSH: u16 = 0x8000;
/// What the two highest bits of a length are in a pointer (RFC 1035, section 4.1.4).
const POINTER: u8 = 0b1100_0000;

/// The address of the host of this name in a response: that of the first answer which has one that the interface can
/// reach. `None`: there is none, or what comes before it is malformed.
pub fn address(message: &[u8], name: &str, interface: Interface) -> Option<[u8; 4]> {
    let mut reader = Reader { message, at: 0 };
    let [_, _, high, low] = *reader.take()?;
    if [high & FLAGS[0], low & FLAGS[1]] != RESPONSE {
        return None;
    }
    let (questions, answers) = (reader.number()?, reader.number()?);
    reader.at = HEADER;
    // A response repeats the question, or does not; either will do.
    for _ in 0..questions {
        reader.name(name)?;
        reader.bytes(4)?;
    }
    for _ in 0..answers {
        let is_asked = reader.name(name)?;
        let (kind, class) = (reader.number()?, reader.number()?);
        let lifetime: &[u8; 4] = reader.take()?;
        let length = reader.number()?;
        let data = reader.bytes(length.into())?;
        // A host that leaves says so with a lifetime of zero (RFC 6762, section 10.1).
        if is_asked && kind == TYPE_A && class & !CACHE_FLUSH == CLASS_IN && *lifetime != [0; 4] {
            let found = data.try_into().ok().filter(|address| interface.can_reach(*address));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// A position in a message.
struct Reader<'m> {
    message: &'m [u8],
    at: usize,
}

impl<'m> Reader<'m> {
    // Once in the program instead of at each call: flash is short.
    #[inline(never)]
    fn bytes(&mut self, count: usize) -> Option<&'m [u8]> {
        let end = self.at.checked_add(count)?;
        let bytes = self.message.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    fn take<const N: usize>(&mut self) -> Option<&'m [u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    #[inline(never)]
    fn number(&mut self) -> Option<u16> {
        self.take().map(|bytes| u16::from_be_bytes(*bytes))
    }

    /// Reads a name; whether it is this one, letters of either case being the same.
    fn name(&mut self, wanted: &str) -> Option<bool> {
        let mut wanted = Labels::of(wanted);
        let mut equal = true;
        // Where the part of the name that is being read begins. Each pointer has to go before that, so there is an end.
        let mut start = self.at;
        let mut behind = None;
        loop {
            let [length] = *self.take()?;
            match length {
                0 => break,
                1..=63 => {
                    let label = self.bytes(length.into())?;
                    equal &= wanted.next().is_some_and(|wanted| wanted.eq_ignore_ascii_case(label));
                }
                POINTER.. => {
                    let [low] = *self.take()?;
                    let to = usize::from(u16::from_be_bytes([length & !POINTER, low]));
                    if to >= start {
                        return None;
                    }
                    behind.get_or_insert(self.at);
                    (start, self.at) = (to, to);
                }
                _ => return None,
            }
        }
        self.at = behind.unwrap_or(self.at);
        Some(equal && wanted.next().is_none())
    }
}
