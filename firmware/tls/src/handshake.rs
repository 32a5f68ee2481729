//! How far the handshake of a connection is.

/// How far a connection's handshake is, and how the broker proves itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handshake {
    /// In a handshake with a pre-shared key.
    Keyed,
    /// In a handshake with a certificate.
    Pinned,
    /// The handshake is done: application data may come.
    Done,
}
