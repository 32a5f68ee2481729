//! The broker's side of a node's TLS connection, for whoever has to see what passes between the two: scenarios, and
//! tests that let a broker misbehave. Sans-IO, one proof, one curve, one cipher (TLS 1.3 with ECDHE and a pre-shared key or
//! a certificate, RFC 8446). Our own, since rustls has no external pre-shared keys and breaks a certificate over several
//! of a node's records, and OpenSSL would have to be installed before anything here compiles; that it is right is shown
//! by nodes which speak with Mosquitto's OpenSSL as well.
//! Nothing real is ever protected by it: keys of scenarios are thrown away.

use super::certificate::Pair;
use super::schedule::{APPLICATION, Direction, HEADER, Secret, derive, extract, hash, proof};
use anyhow::{Context, Result, anyhow, bail, ensure};
use fleetwright_tls::key;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};

/// Content of records (RFC 8446, B.1).
const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
/// A handshake message, as content of a record.
pub const HANDSHAKE: u8 = 22;
/// Extensions (RFC 8446, 4.2; RFC 6066, 4).
const MAX_FRAGMENT_LENGTH: u16 = 1;
const PRE_SHARED_KEY: u16 = 41;
const KEY_SHARE: u16 = 51;
/// The curve P-256.
const P256: u16 = 0x0017;
/// What a record holds at most: what nodes ask for (`MaxFragmentLength::Bits9`).
const FRAGMENT: usize = 512;

enum Phase {
    Hello,
    /// Waits for the node's Finished: its keys until then, the proof it has to give, and its keys after that.
    Finished {
        node: Box<Direction>,
        due: Secret,
        then: Box<Direction>,
    },
    Open {
        node: Box<Direction>,
    },
}

/// How a broker proves itself to a node. Never printed: it has no `Debug`.
#[derive(Clone)]
pub enum Proof {
    /// By the key of this identity, in hexadecimal digits; the node proves itself by it too.
    Key(String, String),
    /// By a private key, with its certificate in DER.
    Certificate(Pair, Vec<u8>),
    /// Not at all: by these handshake messages, kinds and bodies, where a certificate and its proof would be.
    #[cfg(test)]
    Rogue(Vec<(u8, Vec<u8>)>),
}

/// One connection.
pub struct Server {
    proof: Proof,
    phase: Phase,
    input: Vec<u8>,
    output: Vec<u8>,
    own: Option<Direction>,
}

impl Server {
    /// Waits for a node.
    pub fn new(proof: &Proof) -> Self {
        Self { proof: proof.clone(), phase: Phase::Hello, input: Vec::new(), output: Vec::new(), own: None }
    }

    /// Whether both sides have proved themselves.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open { .. })
    }

    /// Takes what the node sent; the plain bytes that were in it.
    ///
    /// # Errors
    ///
    /// The node does not know the key, or speaks otherwise than it should.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Vec<u8>> {
        self.input.extend_from_slice(bytes);
        let mut plain = Vec::new();
        while let Some([_, _, _, high, low]) = self.input.first_chunk() {
            let end = HEADER + usize::from(u16::from_be_bytes([*high, *low]));
            if self.input.len() < end {
                break;
            }
            let rest = self.input.split_off(end);
            let record = std::mem::replace(&mut self.input, rest);
            self.record(&record, &mut plain)?;
        }
        Ok(plain)
    }

    /// What is to be sent to the node by itself, each time once.
    pub fn answer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Plain bytes as records for the node.
    pub fn seal(&mut self, plain: &[u8]) -> Result<Vec<u8>> {
        let records: Result<Vec<Vec<u8>>> = plain.chunks(FRAGMENT).map(|piece| self.say(APPLICATION, piece)).collect();
        Ok(records?.concat())
    }

    /// One record of any kind, also such as no broker sends.
    pub fn say(&mut self, kind: u8, content: &[u8]) -> Result<Vec<u8>> {
        self.own.as_mut().context("nothing can be sealed before the greeting")?.seal(kind, content)
    }

    fn record(&mut self, record: &[u8], plain: &mut Vec<u8>) -> Result<()> {
        let (header, content) = record.split_at(HEADER);
        match (header[0], &mut self.phase) {
            (HANDSHAKE, Phase::Hello) => self.hello(content).context("the node's greeting"),
            (CHANGE_CIPHER_SPEC, _) => Ok(()),
            (APPLICATION, Phase::Finished { node, due, .. }) => {
                let (kind, content) = node.open(header, content)?;
                ensure!(kind == HANDSHAKE && content.get(4..) == Some(due), "the node does not finish the handshake");
                if let Phase::Finished { then, .. } = std::mem::replace(&mut self.phase, Phase::Hello) {
                    self.phase = Phase::Open { node: then };
                }
                Ok(())
            }
            (APPLICATION, Phase::Open { node }) => {
                match node.open(header, content)? {
                    (APPLICATION, content) => plain.extend(content),
                    // The node takes its leave; its connection ends next.
                    (ALERT, _) => {}
                    (kind, _) => bail!("the node sends content of kind {kind}"),
                }
                Ok(())
            }
            (ALERT, _) => bail!("the node refuses: alert {content:?}"),
            (kind, _) => bail!("a record of kind {kind} has no place here"),
        }
    }

    /// Answers the ClientHello; where a key is shared, if it is of a node that knows it.
    fn hello(&mut self, message: &[u8]) -> Result<()> {
        let hello = Hello::read(message).ok_or_else(|| anyhow!("it can't be read"))?;
        let early = match &self.proof {
            Proof::Key(identity, digits) => {
                let (key, length) = key::from_hex(digits).context("the key of a scenario is none")?;
                let (theirs, binder) = hello.key.context("it comes without a key")?;
                ensure!(theirs == identity.as_bytes(), "it comes from somebody else");
                let early = extract(&[0; 32], &key[..length]);
                let secret = derive(&early, "ext binder", &hash(&[]))?;
                let bound = message.get(..message.len() - 35).unwrap_or_default();
                ensure!(proof(&secret, &hash(bound))? == binder, "the key is not the node's");
                early
            }
            _ => extract(&[0; 32], &[0; 32]),
        };
        let secret = SecretKey::from_slice(&random()?).map_err(|error| anyhow!("{error}"))?;
        let theirs = PublicKey::from_sec1_bytes(hello.share).map_err(|_| anyhow!("its share is no point"))?;
        let shared = p256::ecdh::diffie_hellman(secret.to_nonzero_scalar(), theirs.as_affine());
        let mut transcript = message.to_vec();
        let keyed = matches!(self.proof, Proof::Key(..));
        let own = greeting(&hello, secret.public_key().to_encoded_point(false).as_bytes(), keyed)?;
        transcript.extend(&own);
        self.output.extend([HANDSHAKE, 3, 3]);
        self.output.extend((own.len() as u16).to_be_bytes());
        self.output.extend(own);
        let salt = derive(&early, "derived", &hash(&[]))?;
        let handshake = extract(&salt, shared.raw_secret_bytes());
        let (from, to) = ("c hs traffic", "s hs traffic");
        let node = derive(&handshake, from, &hash(&transcript))?;
        let broker = derive(&handshake, to, &hash(&transcript))?;
        let mut sealing = Direction::new(&broker)?;
        let extensions = match hello.fragment {
            Some(code) => extension(MAX_FRAGMENT_LENGTH, &[code]),
            None => Vec::new(),
        };
        let mut say = |message: Vec<u8>| {
            transcript.extend(&message);
            self.output.extend(sealing.seal(HANDSHAKE, &message)?);
            Ok::<Secret, anyhow::Error>(hash(&transcript))
        };
        let mut said = say(handshake_message(8, &list(&extensions)))?;
        if let Proof::Certificate(pair, der) = &self.proof {
            said = say(handshake_message(11, &certificate(der)))?;
            said = say(handshake_message(15, &signature(pair, &said)))?;
        }
        #[cfg(test)]
        if let Proof::Rogue(messages) = &self.proof {
            for (kind, body) in messages {
                said = say(handshake_message(*kind, body))?;
            }
        }
        let all = say(handshake_message(20, &proof(&broker, &said)?))?;
        let salt = derive(&handshake, "derived", &hash(&[]))?;
        let main = extract(&salt, &[0; 32]);
        self.own = Some(Direction::new(&derive(&main, "s ap traffic", &all)?)?);
        let then = Box::new(Direction::new(&derive(&main, "c ap traffic", &all)?)?);
        self.phase = Phase::Finished { node: Box::new(Direction::new(&node)?), due: proof(&node, &all)?, then };
        Ok(())
    }
}

fn random() -> Result<Secret> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system gives no random numbers: {error}"))?;
    Ok(bytes)
}

/// A ServerHello with this share, which takes the key if it is to.
fn greeting(hello: &Hello<'_>, share: &[u8], keyed: bool) -> Result<Vec<u8>> {
    let mut body = vec![3, 3];
    body.extend(random()?);
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
fn certificate(der: &[u8]) -> Vec<u8> {
    let long = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes()[1..], bytes].concat();
    let entry = [long(der), vec![0, 0]].concat();
    [vec![0], long(&entry)].concat()
}

/// A CertificateVerify message after what was said so far (RFC 8446, 4.4.3), with ECDSA on P-256 and SHA-256.
fn signature(pair: &Pair, said: &Secret) -> Vec<u8> {
    let message = [&[b' '; 64][..], b"TLS 1.3, server CertificateVerify\0", said].concat();
    [vec![4, 3], list(&pair.sign(&message))].concat()
}

fn handshake_message(kind: u8, body: &[u8]) -> Vec<u8> {
    let [_, high, middle, low] = (body.len() as u32).to_be_bytes();
    [&[kind, high, middle, low], body].concat()
}

fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &list(body)].concat()
}

/// Bytes behind their length in two bytes.
fn list(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat()
}

/// What is needed of a ClientHello with one share of P-256.
struct Hello<'a> {
    session: &'a [u8],
    share: &'a [u8],
    /// An identity, and its binder: the last 32 bytes of the message.
    key: Option<(&'a [u8], &'a [u8])>,
    fragment: Option<u8>,
}

impl<'a> Hello<'a> {
    fn read(message: &'a [u8]) -> Option<Self> {
        let mut rest = message.strip_prefix(&[1])?.get(3 + 2 + 32..)?;
        let session = prefixed(&mut rest, 1)?;
        prefixed(&mut rest, 2)?;
        prefixed(&mut rest, 1)?;
        let mut extensions = prefixed(&mut rest, 2)?;
        let (mut share, mut key, mut fragment) = (None, None, None);
        while let [high, low, after @ ..] = extensions {
            extensions = after;
            let mut body = prefixed(&mut extensions, 2)?;
            match u16::from_be_bytes([*high, *low]) {
                MAX_FRAGMENT_LENGTH => fragment = body.first().copied(),
                KEY_SHARE => {
                    let mut shares = prefixed(&mut body, 2)?.strip_prefix(&P256.to_be_bytes())?;
                    share = prefixed(&mut shares, 2);
                }
                PRE_SHARED_KEY => {
                    let mut identities = prefixed(&mut body, 2)?;
                    let identity = prefixed(&mut identities, 2)?;
                    let mut binders = prefixed(&mut body, 2)?;
                    let binder = prefixed(&mut binders, 1).filter(|binder| binder.len() == 32 && binders.is_empty())?;
                    key = Some((identity, binder));
                }
                _ => {}
            }
        }
        Some(Self { session, share: share?, key, fragment })
    }
}

/// Takes bytes behind their length in so many bytes.
fn prefixed<'a>(rest: &mut &'a [u8], width: usize) -> Option<&'a [u8]> {
    let (length, after) = rest.split_at_checked(width)?;
    let length = length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    let (bytes, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(bytes)
}

#[cfg(test)]
mod tests;
