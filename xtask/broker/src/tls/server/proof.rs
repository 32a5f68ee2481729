//! How a broker proves itself to a node.

use crate::tls::key_pair::Pair;

/// A broker's proof. Never printed: it has no `Debug`.
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
