//! The cipher, with a check of what it decrypted before the library sees it. An empty record, and messages that are not
//! allowed in such a connection (KeyUpdate, a certificate where a key is shared, a handshake after the handshake), would end
//! in a panic there; here they are bad records, and the connection ends.

use crate::current;
use crate::handshake::Handshake;
use aes_gcm::aead::{AeadCore, AeadInPlace, Buffer, Error, KeyInit, KeySizeUser};
use aes_gcm::aes::cipher::consts::{U0, U12, U16};
use aes_gcm::{Aes128Gcm, Key, Nonce, Tag};
use embedded_tls::{Aes128GcmSha256, TlsCipherSuite};

/// TLS_AES_128_GCM_SHA256, guarded.
pub(crate) struct Suite;

impl TlsCipherSuite for Suite {
    const CODE_POINT: u16 = <Aes128GcmSha256 as TlsCipherSuite>::CODE_POINT;
    type Cipher = Guarded;
    type KeyLen = U16;
    type IvLen = U12;
    type Hash = <Aes128GcmSha256 as TlsCipherSuite>::Hash;
    type LabelBufferSize = <Aes128GcmSha256 as TlsCipherSuite>::LabelBufferSize;
}

/// AES-128-GCM, guarded.
pub(crate) struct Guarded(Aes128Gcm);

impl KeySizeUser for Guarded {
    type KeySize = U16;
}

impl KeyInit for Guarded {
    fn new(key: &Key<Aes128Gcm>) -> Self {
        Self(Aes128Gcm::new(key))
    }
}

impl AeadCore for Guarded {
    type NonceSize = U12;
    type TagSize = U16;
    type CiphertextOverhead = U0;
}

impl AeadInPlace for Guarded {
    fn encrypt_in_place_detached(&self, nonce: &Nonce<U12>, header: &[u8], text: &mut [u8]) -> Result<Tag, Error> {
        self.0.encrypt_in_place_detached(nonce, header, text)
    }

    fn decrypt_in_place_detached(
        &self,
        nonce: &Nonce<U12>,
        header: &[u8],
        text: &mut [u8],
        tag: &Tag,
    ) -> Result<(), Error> {
        self.0.decrypt_in_place_detached(nonce, header, text, tag)
    }

    fn decrypt_in_place(&self, nonce: &Nonce<U12>, header: &[u8], text: &mut dyn Buffer) -> Result<(), Error> {
        self.0.decrypt_in_place(nonce, header, text)?;
        let handshake = current::get();
        if !is_expected(text.as_ref(), handshake) {
            return Err(Error);
        }
        // Tickets are of no use: each connection begins with the key. An empty record of data is passed over with less
        // stack than the library takes to read a ticket.
        if handshake == Handshake::Done && text.as_ref().iter().rev().find(|byte| **byte != 0) == Some(&HANDSHAKE) {
            text.truncate(0);
            text.extend_from_slice(&[APPLICATION])?;
        }
        Ok(())
    }
}

/// Types of content (RFC 8446, B.1).
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION: u8 = 23;
/// Handshake messages of a server (RFC 8446, B.3).
const NEW_SESSION_TICKET: u8 = 4;
const ENCRYPTED_EXTENSIONS: u8 = 8;
const CERTIFICATE: u8 = 11;
const CERTIFICATE_REQUEST: u8 = 13;
const CERTIFICATE_VERIFY: u8 = 15;
const FINISHED: u8 = 20;

/// The handshake messages that are allowed at this point, a bit for each: a table of them would lie in RAM.
fn messages(handshake: Handshake) -> u32 {
    const KEYED: u32 = 1 << ENCRYPTED_EXTENSIONS | 1 << FINISHED;
    match handshake {
        Handshake::Keyed => KEYED,
        // Who asks for the node's certificate is told that there is none; ejabberd asks, and is content.
        Handshake::Pinned => KEYED | 1 << CERTIFICATE | 1 << CERTIFICATE_REQUEST | 1 << CERTIFICATE_VERIFY,
        Handshake::Done => 1 << NEW_SESSION_TICKET,
    }
}

/// Whether a decrypted record is one that the library can take while the handshake is so far.
fn is_expected(record: &[u8], handshake: Handshake) -> bool {
    let done = handshake == Handshake::Done;
    let Some(end) = record.iter().rposition(|byte| *byte != 0) else { return false };
    let (Some(kind), Some(mut content)) = (record.get(end), record.get(..end)) else { return false };
    match *kind {
        APPLICATION => done,
        ALERT => content.len() == 2,
        HANDSHAKE => {
            if content.is_empty() {
                return false;
            }
            while let [message, high, middle, low, rest @ ..] = content {
                let length = u32::from_be_bytes([0, *high, *middle, *low]) as usize;
                match rest.get(length..) {
                    Some(rest) if messages(handshake).checked_shr(u32::from(*message)).unwrap_or(0) & 1 == 1 => {
                        content = rest
                    }
                    _ => return false,
                }
            }
            content.is_empty()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_library_would_panic_on_is_refused() {
        for handshake in [Handshake::Keyed, Handshake::Pinned, Handshake::Done] {
            let refused = |record: &[u8]| !is_expected(record, handshake);
            assert!(refused(&[]), "no type of content");
            assert!(refused(&[0; 9]), "padding alone");
            assert!(refused(&[HANDSHAKE]), "a handshake without a message");
            assert!(refused(&[24, 0, 0, 1, 0, HANDSHAKE]), "KeyUpdate");
            assert!(refused(&[4, 0, 0, 9, 1, HANDSHAKE]), "a message over two records");
            assert!(refused(&[4, 0, 0, 0, 24, 0, 0, 1, 0, HANDSHAKE]), "KeyUpdate behind a ticket");
            assert!(refused(&[1, ALERT]) && refused(&[1, 20]));
        }
    }

    #[test]
    fn each_state_has_its_messages() {
        let expected = |record: &[u8]| {
            [Handshake::Keyed, Handshake::Pinned, Handshake::Done].map(|handshake| is_expected(record, handshake))
        };
        assert_eq!(expected(&[8, 0, 0, 2, 0, 0, HANDSHAKE]), [true, true, false]);
        assert_eq!(expected(&[8, 0, 0, 2, 0, 0, 20, 0, 0, 1, 7, HANDSHAKE]), [true, true, false]);
        assert_eq!(expected(&[11, 0, 0, 1, 7, HANDSHAKE]), [false, true, false]);
        assert_eq!(expected(&[13, 0, 0, 1, 7, HANDSHAKE]), [false, true, false]);
        assert_eq!(expected(&[15, 0, 0, 1, 7, HANDSHAKE]), [false, true, false]);
        assert_eq!(expected(&[4, 0, 0, 1, 7, HANDSHAKE]), [false, false, true]);
        assert_eq!(expected(&[APPLICATION]), [false, false, true]);
        assert_eq!(expected(&[0, 0, APPLICATION, 0, 0]), [false, false, true]);
        assert_eq!(expected(&[1, 0, ALERT]), [true, true, true]);
    }
}
