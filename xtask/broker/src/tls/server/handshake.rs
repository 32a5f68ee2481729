//! The broker's answer to a ClientHello: its own handshake messages, and the keys that follow (RFC 8446, 4 and 7.1).

use super::client_hello::{ClientHello, MAX_FRAGMENT_LENGTH};
use super::messages::{certificate, extension, handshake_message, list, server_hello, signature};
use super::proof::Proof;
use crate::tls::schedule::{Direction, Secret, derive, extract, hash, proof};
use anyhow::{Context, Result, anyhow, ensure};
use credentials::random::random;
use fleetwright_tls::key;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};

/// A handshake message, as content of a record.
pub const HANDSHAKE: u8 = 22;

/// What a handshake leaves, before the node has finished it.
pub(super) struct Handshake {
    /// The broker's records up to its Finished.
    pub(super) records: Vec<u8>,
    /// Seals what the broker sends next.
    pub(super) broker: Direction,
    /// Opens the node's Finished.
    pub(super) finishing: Direction,
    /// The proof that the node's Finished has to hold.
    pub(super) finished: Secret,
    /// Opens what the node sends after that.
    pub(super) node: Direction,
}

/// Answers a ClientHello; where a key is shared, if it is of a node that knows it.
pub(super) fn answer(by: &Proof, message: &[u8]) -> Result<Handshake> {
    let hello = ClientHello::read(message).ok_or_else(|| anyhow!("it can't be read"))?;
    let early = early_secret(by, &hello, message)?;
    let secret = SecretKey::from_slice(&random::<32>()?).map_err(|error| anyhow!("{error}"))?;
    let theirs = PublicKey::from_sec1_bytes(hello.share).map_err(|_| anyhow!("its share is no point"))?;
    let shared = p256::ecdh::diffie_hellman(secret.to_nonzero_scalar(), theirs.as_affine());
    let keyed = matches!(by, Proof::Key(..));
    let own = server_hello(&hello, secret.public_key().to_encoded_point(false).as_bytes(), keyed)?;
    let transcript = [message, &own].concat();
    let handshake = extract(&derive(&early, "derived", &hash(&[]))?, shared.raw_secret_bytes());
    let node = derive(&handshake, "c hs traffic", &hash(&transcript))?;
    let broker = derive(&handshake, "s hs traffic", &hash(&transcript))?;
    let records = [&[HANDSHAKE, 3, 3], &list(&own)[..]].concat();
    let mut flight = Flight { transcript, records, sealing: Direction::new(&broker)? };
    let extensions = hello.fragment.map_or(Vec::new(), |code| extension(MAX_FRAGMENT_LENGTH, &[code]));
    flight.add(8, &list(&extensions))?;
    match by {
        Proof::Key(..) => {}
        Proof::Certificate(pair, der) => {
            flight.add(11, &certificate(der))?;
            flight.add(15, &signature(pair, &flight.hash()))?;
        }
        #[cfg(test)]
        Proof::Rogue(messages) => messages.iter().try_for_each(|(kind, body)| flight.add(*kind, body))?,
    }
    flight.add(20, &proof(&broker, &flight.hash())?)?;
    let all = flight.hash();
    let main = extract(&derive(&handshake, "derived", &hash(&[]))?, &[0; 32]);
    Ok(Handshake {
        records: flight.records,
        broker: Direction::new(&derive(&main, "s ap traffic", &all)?)?,
        finishing: Direction::new(&node)?,
        finished: proof(&node, &all)?,
        node: Direction::new(&derive(&main, "c ap traffic", &all)?)?,
    })
}

/// The early secret, of the shared key if there is one (RFC 8446, 7.1).
///
/// # Errors
///
/// The node has no key, or another one.
fn early_secret(by: &Proof, hello: &ClientHello<'_>, message: &[u8]) -> Result<Secret> {
    let Proof::Key(identity, digits) = by else { return Ok(extract(&[0; 32], &[0; 32])) };
    let (key, length) = key::from_hex(digits).context("the key of a scenario is none")?;
    let (theirs, binder) = hello.key.context("it comes without a key")?;
    ensure!(theirs == identity.as_bytes(), "it comes from somebody else");
    let early = extract(&[0; 32], &key[..length]);
    let secret = derive(&early, "ext binder", &hash(&[]))?;
    let bound = message.get(..message.len() - 35).unwrap_or_default();
    ensure!(proof(&secret, &hash(bound))? == binder, "the key is not the node's");
    Ok(early)
}

/// The broker's messages, one behind the other.
struct Flight {
    /// All messages of both sides so far.
    transcript: Vec<u8>,
    records: Vec<u8>,
    sealing: Direction,
}

impl Flight {
    /// Seals a message in a record of its own.
    fn add(&mut self, kind: u8, body: &[u8]) -> Result<()> {
        let message = handshake_message(kind, body);
        self.transcript.extend(&message);
        self.records.extend(self.sealing.seal(HANDSHAKE, &message)?);
        Ok(())
    }

    fn hash(&self) -> Secret {
        hash(&self.transcript)
    }
}
