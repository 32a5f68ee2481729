//! The broker's side of a node's TLS connection, for whoever has to see what passes between the two: scenarios, and
//! tests that let a broker misbehave. Sans-IO, one proof, one curve, one cipher (TLS 1.3 with ECDHE and a pre-shared key or
//! a certificate, RFC 8446). Our own, since rustls has no external pre-shared keys and breaks a certificate over several
//! of a node's records, and OpenSSL would have to be installed before anything here compiles; that it is right is shown
//! by nodes which connect to Mosquitto's OpenSSL as well.
//! Nothing real is ever protected by it: keys of scenarios are thrown away.

mod client_hello;
mod connection;
mod handshake;
mod messages;
mod proof;

pub use connection::Server;
pub use handshake::HANDSHAKE;
pub use proof::Proof;

#[cfg(test)]
mod tests;
