//! Handshake messages of a broker, as bytes (RFC 8446, 4).

use super::client_hello::{ClientHello, KEY_SHARE, P256, PRE_SHARED_KEY};
use crate::tls::key_pair::Pair;
use crate::tls::schedule::Secret;
use anyhow::Result;
use credentials::random::random;

/// A ServerHello with this share, which takes the key if it is to.
pub(super) fn server_hello(hello: &ClientHello<'_>, share: &[u8], keyed: bool) -> Result<Vec<u8>> {
    let mut body = vec![3, 3];
    body.extend(random::<32>()?);
    body.push(hello.session.len() as u8);
    body.extend(hello.session);
    body.extend([0x13, 0x01, 0]);
    let mut own = P256.to_be_bytes().to_vec();
    own.extend((share.len() as u16).to_be_bytes());
    own.extend(share);
    let mut extensions = [extension(43, &[3, 4]), extension(KEY_SHARE, &own)].concat();
    if keyed {
        extensions.extend(extension(PRE_SHARED_KEY, &[0, 0]));
    }
    body.extend(list(&extensions));
    Ok(handshake_message(2, &body))
}

/// A Certificate message with one certificate, and no extensions (RFC 8446, 4.4.2).
pub(super) fn certificate(der: &[u8]) -> Vec<u8> {
    let long = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes()[1..], bytes].concat();
    let entry = [long(der), vec![0, 0]].concat();
    [vec![0], long(&entry)].concat()
}

/// A CertificateVerify message after the messages so far (RFC 8446, 4.4.3), with ECDSA on P-256 and SHA-256.
pub(super) fn signature(pair: &Pair, transcript_hash: &Secret) -> Vec<u8> {
    let message = [&[b' '; 64][..], b"TLS 1.3, server CertificateVerify\0", transcript_hash].concat();
    [vec![4, 3], list(&pair.sign(&message))].concat()
}

/// A handshake message: its kind, its length in three bytes, its body.
pub(super) fn handshake_message(kind: u8, body: &[u8]) -> Vec<u8> {
    let [_, high, middle, low] = (body.len() as u32).to_be_bytes();
    [&[kind, high, middle, low], body].concat()
}

/// An extension: its kind, its length in two bytes, its body.
pub(super) fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &list(body)].concat()
}

/// Bytes behind their length in two bytes.
pub(super) fn list(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat()
}
