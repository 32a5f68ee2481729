//! The key schedule of TLS 1.3 for TLS_AES_128_GCM_SHA256 (RFC 8446, 7.1), and records sealed with its keys (5.2).

use aes_gcm::aead::AeadInPlace;
use aes_gcm::{Aes128Gcm, Key, KeyInit, Nonce, Tag};
use anyhow::{Result, anyhow, bail};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// A secret, or a hash: 32 bytes.
pub(super) type Secret = [u8; 32];

/// Bytes of a record's header, and of the tag at its end.
pub(super) const HEADER: usize = 5;
const TAG: usize = 16;
/// What a sealed record says it is.
pub(super) const APPLICATION: u8 = 23;

pub(super) fn hash(bytes: &[u8]) -> Secret {
    Sha256::digest(bytes).into()
}

pub(super) fn extract(salt: &[u8], secret: &[u8]) -> Secret {
    Hkdf::<Sha256>::extract(Some(salt), secret).0.into()
}

/// HKDF-Expand-Label. Labels and lengths are those of the standard, for which it can't fail.
fn expand<const N: usize>(secret: &Secret, label: &str, context: &[u8]) -> Result<[u8; N]> {
    let mut info = (N as u16).to_be_bytes().to_vec();
    info.push(6 + label.len() as u8);
    info.extend_from_slice(b"tls13 ");
    info.extend_from_slice(label.as_bytes());
    info.push(context.len() as u8);
    info.extend_from_slice(context);
    let mut out = [0; N];
    let from = Hkdf::<Sha256>::from_prk(secret).map_err(|error| anyhow!("{error}"))?;
    from.expand(&info, &mut out).map_err(|error| anyhow!("{error}"))?;
    Ok(out)
}

/// Derive-Secret, of messages that are hashed already.
pub(super) fn derive(secret: &Secret, label: &str, transcript: &Secret) -> Result<Secret> {
    expand(secret, label, transcript)
}

/// The proof in a Finished message, or in a binder: over messages that are hashed already.
pub(super) fn proof(secret: &Secret, transcript: &Secret) -> Result<Secret> {
    let key: Secret = expand(secret, "finished", &[])?;
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&key).map_err(|error| anyhow!("{error}"))?;
    mac.update(transcript);
    Ok(mac.finalize().into_bytes().into())
}

/// One direction of a connection.
pub(super) struct Direction {
    cipher: Aes128Gcm,
    iv: [u8; 12],
    count: u64,
}

impl Direction {
    pub(super) fn new(secret: &Secret) -> Result<Self> {
        let key: [u8; 16] = expand(secret, "key", &[])?;
        let cipher = Aes128Gcm::new(Key::<Aes128Gcm>::from_slice(&key));
        Ok(Self { cipher, iv: expand(secret, "iv", &[])?, count: 0 })
    }

    fn nonce(&mut self) -> [u8; 12] {
        let mut nonce = self.iv;
        for (own, byte) in nonce.iter_mut().skip(4).zip(self.count.to_be_bytes()) {
            *own ^= byte;
        }
        self.count += 1;
        nonce
    }

    /// A whole record around content of this kind.
    pub(super) fn seal(&mut self, kind: u8, content: &[u8]) -> Result<Vec<u8>> {
        let mut inner = content.to_vec();
        inner.push(kind);
        let [high, low] = ((inner.len() + TAG) as u16).to_be_bytes();
        let mut record = vec![APPLICATION, 3, 3, high, low];
        let nonce = self.nonce();
        let tag = self.cipher.encrypt_in_place_detached(Nonce::from_slice(&nonce), &record, &mut inner);
        let tag = tag.map_err(|_| anyhow!("a record does not seal"))?;
        record.extend(inner);
        record.extend(tag);
        Ok(record)
    }

    /// What a record holds: its kind and its content.
    pub(super) fn open(&mut self, header: &[u8], sealed: &[u8]) -> Result<(u8, Vec<u8>)> {
        let Some((inner, tag)) = sealed.len().checked_sub(TAG).map(|end| sealed.split_at(end)) else {
            bail!("a record is too short");
        };
        let (mut inner, nonce) = (inner.to_vec(), self.nonce());
        let opened =
            self.cipher.decrypt_in_place_detached(Nonce::from_slice(&nonce), header, &mut inner, Tag::from_slice(tag));
        opened.map_err(|_| anyhow!("a record is not sealed with the key of this connection"))?;
        let kind = loop {
            match inner.pop() {
                Some(0) => {}
                Some(kind) => break kind,
                None => bail!("a record without content"),
            }
        };
        Ok((kind, inner))
    }
}
