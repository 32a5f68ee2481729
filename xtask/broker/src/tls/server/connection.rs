//! One connection of a node: records in, records out.

use super::handshake::{HANDSHAKE, answer};
use super::proof::Proof;
use crate::tls::schedule::{APPLICATION, Direction, HEADER, Secret};
use anyhow::{Context, Result, bail, ensure};

/// Content of records (RFC 8446, B.1).
const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
/// What a record holds at most: what nodes ask for (`MaxFragmentLength::Bits9`).
const FRAGMENT: usize = 512;

enum HandshakePhase {
    Hello,
    /// Waits for the node's Finished: its keys until then, the proof it has to give, and its keys after that.
    Finished {
        finishing: Box<Direction>,
        finished: Secret,
        node: Box<Direction>,
    },
    Open {
        node: Box<Direction>,
    },
}

/// The server's end of a TLS connection.
pub struct Server {
    proof: Proof,
    phase: HandshakePhase,
    input: Vec<u8>,
    output: Vec<u8>,
    own: Option<Direction>,
}

impl Server {
    /// Waits for a node.
    pub fn new(proof: &Proof) -> Self {
        Self { proof: proof.clone(), phase: HandshakePhase::Hello, input: Vec::new(), output: Vec::new(), own: None }
    }

    /// Whether both sides have proved themselves.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, HandshakePhase::Open { .. })
    }

    /// Takes what the node sent; the plain bytes that were in it.
    ///
    /// # Errors
    ///
    /// The node does not know the key, or sends something else than it should.
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
        let records: Result<Vec<Vec<u8>>> =
            plain.chunks(FRAGMENT).map(|piece| self.seal_record(APPLICATION, piece)).collect();
        Ok(records?.concat())
    }

    /// One record of any kind, also such as no broker sends.
    pub fn seal_record(&mut self, kind: u8, content: &[u8]) -> Result<Vec<u8>> {
        self.own.as_mut().context("nothing can be sealed before the greeting")?.seal(kind, content)
    }

    fn record(&mut self, record: &[u8], plain: &mut Vec<u8>) -> Result<()> {
        let (header, content) = record.split_at(HEADER);
        match (header[0], &mut self.phase) {
            (HANDSHAKE, HandshakePhase::Hello) => {
                let made = answer(&self.proof, content).context("the node's greeting")?;
                self.output.extend(made.records);
                self.own = Some(made.broker);
                self.phase = HandshakePhase::Finished {
                    finishing: Box::new(made.finishing),
                    finished: made.finished,
                    node: Box::new(made.node),
                };
                Ok(())
            }
            (CHANGE_CIPHER_SPEC, _) => Ok(()),
            (APPLICATION, HandshakePhase::Finished { finishing, finished, .. }) => {
                let (kind, content) = finishing.open(header, content)?;
                ensure!(
                    kind == HANDSHAKE && content.get(4..) == Some(finished),
                    "the node does not finish the handshake"
                );
                if let HandshakePhase::Finished { node, .. } = std::mem::replace(&mut self.phase, HandshakePhase::Hello)
                {
                    self.phase = HandshakePhase::Open { node };
                }
                Ok(())
            }
            (APPLICATION, HandshakePhase::Open { node }) => {
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
}
