//! Waiting until the broker is done with everything that it was sent.

use super::state::Simulation;
use crate::scenario::network::BrokerConnection;
use anyhow::Result;

impl Simulation<'_> {
    /// Asks the broker on every connection whether it is done, twice: after the first answers it has done everything
    /// that it was sent before, after the second everything that followed from it is here.
    ///
    /// Between brokers of a cluster messages take their own way, which keeps their order too: in between, the observers
    /// publish to each other.
    pub(super) fn fence(&mut self) -> Result<()> {
        self.ask_brokers();
        self.receive_all()?;
        for (topic, payload, retained) in self.observers.exchange()? {
            self.recorder.note_delivery(topic, payload, retained);
        }
        self.ask_brokers();
        self.receive_all()
    }

    fn ask_brokers(&mut self) {
        let links = self.nodes.iter_mut().filter_map(|node| node.link.as_mut()?.broker.as_mut());
        links.chain(self.observers.connections()).for_each(BrokerConnection::ask);
    }

    fn receive_all(&mut self) -> Result<()> {
        let (now, conditions) = (self.now(), self.conditions);
        for link in self.nodes.iter_mut().filter_map(|node| node.link.as_mut()) {
            let Some(broker) = link.broker.as_mut() else { continue };
            let received = broker.receive()?;
            for packet in received.packets {
                link.send_to_node(packet, now, conditions);
            }
            if !received.is_open {
                link.end();
            }
        }
        for (topic, payload, retained) in self.observers.receive()? {
            self.recorder.note_delivery(topic, payload, retained);
        }
        Ok(())
    }
}
