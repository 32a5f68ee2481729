//! What a node gets from outside its program: its account at the broker, and the names of topics in a copy.

use crate::names::Names;
use crate::needs::COPIES;
use crate::program::Network;
use crate::topic::Topic;

/// The account that a node has at the broker, and its names. Never part of the generated code: the password is a secret.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// MQTT client identifier.
    pub client_id: &'a str,
    /// User and password; `None` where the fleet says `security: open`.
    pub credentials: Option<(&'a str, &'a str)>,
    /// Names that stand in for those of the program, in copies that share it.
    pub names: Option<Names<'a>>,
}

impl<'a> Identity<'a> {
    /// The name of the status topic.
    pub(crate) fn status(&self, network: &Network) -> &'a str {
        self.names.filter(|_| COPIES).and_then(Names::status).unwrap_or(network.status)
    }

    /// The name of a topic of the program on the wire.
    pub(crate) fn path(&self, index: usize, topic: &Topic) -> &'a str {
        self.names.filter(|_| COPIES).and_then(|names| names.topic(index)).unwrap_or(topic.path)
    }
}
