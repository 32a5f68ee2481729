//! Packets a node sends, written into a buffer that the caller owns: whole, or not at all.

use super::packet_type;
use crate::topic::Qos;

/// The packet does not fit the free part of the transmit buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// Bytes waiting to be sent, in a buffer of fixed size.
#[derive(Debug)]
pub struct Transmit<'m> {
    buffer: &'m mut [u8],
    used: usize,
}

/// The fields of CONNECT.
#[derive(Clone, Copy, Debug)]
pub struct Connect<'a> {
    /// MQTT client identifier.
    pub client_id: &'a str,
    /// User and password.
    pub credentials: Option<(&'a str, &'a str)>,
    /// The will's topic and message; it is retained, QoS 0.
    pub will: (&'a str, &'a str),
    /// The keep-alive, in seconds.
    pub keep_alive: u16,
    /// Whether the broker forgets subscriptions and queued messages when the connection ends.
    pub clean_session: bool,
}

/// The fields of PUBLISH.
#[derive(Clone, Copy, Debug)]
pub struct Publish<'a> {
    /// The topic name.
    pub topic: &'a str,
    /// The payload, in bytes.
    pub payload: &'a [u8],
    /// The quality of service.
    pub qos: Qos,
    /// Whether the broker retains it.
    pub retain: bool,
    /// Whether it was sent before.
    pub duplicate: bool,
    /// The packet identifier of QoS 1, never 0; QoS 0 has none.
    pub packet_id: u16,
}

impl<'m> Transmit<'m> {
    /// Nothing waits yet.
    pub fn new(buffer: &'m mut [u8]) -> Self {
        Self { buffer, used: 0 }
    }

    /// The encoded bytes that wait to be sent.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.used).unwrap_or_default()
    }

    /// The first `count` bytes were sent.
    pub fn sent(&mut self, count: usize) {
        let count = count.min(self.used);
        self.buffer.copy_within(count..self.used, 0);
        self.used -= count;
    }

    /// Nothing waits any more.
    pub fn clear(&mut self) {
        self.used = 0;
    }

    /// Writes CONNECT.
    pub fn connect(&mut self, connect: &Connect<'_>) -> Result<(), Full> {
        let (topic, message) = connect.will;
        let mut flags = 0x04 | 0x20 | if connect.clean_session { 0x02 } else { 0 };
        let mut length = 10 + text(connect.client_id) + text(topic) + text(message);
        if let Some((user, password)) = connect.credentials {
            flags |= 0xc0;
            length += text(user) + text(password);
        }
        let mut out = self.packet(packet_type::CONNECT, length)?;
        out.text("MQTT");
        out.all(&[4, flags]);
        out.two_byte_integer(connect.keep_alive);
        out.text(connect.client_id);
        out.text(topic);
        out.text(message);
        if let Some((user, password)) = connect.credentials {
            out.text(user);
            out.text(password);
        }
        Ok(())
    }

    /// Writes PUBLISH.
    pub fn publish(&mut self, publish: &Publish<'_>) -> Result<(), Full> {
        let acknowledged = publish.qos == Qos::AtLeastOnce;
        let first = packet_type::PUBLISH
            | if publish.duplicate { 0x08 } else { 0 }
            | if acknowledged { 0x02 } else { 0 }
            | u8::from(publish.retain);
        let length = text(publish.topic) + if acknowledged { 2 } else { 0 } + publish.payload.len();
        let mut out = self.packet(first, length)?;
        out.text(publish.topic);
        if acknowledged {
            out.two_byte_integer(publish.packet_id);
        }
        out.all(publish.payload);
        Ok(())
    }

    /// Writes SUBSCRIBE for one topic.
    pub fn subscribe(&mut self, packet_id: u16, topic: &str, qos: Qos) -> Result<(), Full> {
        let mut out = self.packet(packet_type::SUBSCRIBE, 2 + text(topic) + 1)?;
        out.two_byte_integer(packet_id);
        out.text(topic);
        out.all(&[u8::from(qos == Qos::AtLeastOnce)]);
        Ok(())
    }

    /// Writes PUBACK.
    pub fn puback(&mut self, packet_id: u16) -> Result<(), Full> {
        self.packet(packet_type::PUBACK, 2)?.two_byte_integer(packet_id);
        Ok(())
    }

    /// Writes PINGREQ.
    pub fn pingreq(&mut self) -> Result<(), Full> {
        self.packet(packet_type::PINGREQ, 0).map(|_| ())
    }

    /// Begins a packet whose variable part has `length` bytes, if all of it fits; the caller writes just so many.
    #[inline(never)]
    fn packet(&mut self, first: u8, length: usize) -> Result<Cursor<'_>, Full> {
        let mut header = [first, 0, 0, 0, 0];
        let mut header_length = 1;
        let mut rest = length;
        for byte in header.iter_mut().skip(1) {
            *byte = (rest & 0x7f) as u8 | if rest > 0x7f { 0x80 } else { 0 };
            header_length += 1;
            rest >>= 7;
            if rest == 0 {
                break;
            }
        }
        let end = self.used + header_length + length;
        let Some(free) = self.buffer.get_mut(self.used..end) else {
            return Err(Full);
        };
        self.used = end;
        let mut out = Cursor { rest: free };
        out.all(header.get(..header_length).unwrap_or_default());
        Ok(out)
    }
}

/// How many bytes a text takes with its length before it.
fn text(text: &str) -> usize {
    2 + text.len()
}

/// Writes into a slice whose length was computed before; what does not fit is dropped, which never happens.
struct Cursor<'a> {
    rest: &'a mut [u8],
}

impl Cursor<'_> {
    #[inline(never)]
    fn all(&mut self, bytes: &[u8]) {
        let rest = core::mem::take(&mut self.rest);
        if let Some((now, later)) = rest.split_at_mut_checked(bytes.len()) {
            now.copy_from_slice(bytes);
            self.rest = later;
        }
    }

    fn two_byte_integer(&mut self, number: u16) {
        self.all(&number.to_be_bytes());
    }

    #[inline(never)]
    fn text(&mut self, text: &str) {
        self.two_byte_integer(text.len() as u16);
        self.all(text.as_bytes());
    }
}
