//! Clients that receive everything: one on each broker that runs. The first tells what happens; the others receive the
//! same.

use crate::scenario::network::{BrokerConnection, message};
use crate::throwaway::Account;
use anyhow::{Context, Result, bail};
use broker::mqtt::Publish;
use broker::tls::Endpoint;

/// The topic on which the observers of a cluster publish to each other.
const FENCE: &str = "fleetwright-fence";

/// Topic, payload, and whether the broker had retained it.
pub(super) type Message = (String, String, bool);

#[derive(Default)]
pub(super) struct Observers {
    /// By the index of the broker; `None`: that one does not run.
    connections: Vec<Option<BrokerConnection>>,
    /// How many fences there were.
    fences: u64,
}

impl Observers {
    /// Connects to those of the brokers that run and have no observer yet.
    pub(super) fn connect(&mut self, endpoints: Vec<Option<Endpoint>>, account: Option<Account<'_>>) -> Result<()> {
        self.connections.resize_with(endpoints.len(), || None);
        for (index, (connection, endpoint)) in self.connections.iter_mut().zip(endpoints).enumerate() {
            let Some(endpoint) = endpoint.filter(|_| connection.is_none()) else { continue };
            let mut new =
                BrokerConnection::open(endpoint, account)?.context("the broker does not let the observer in")?;
            new.observe(account, index)?;
            *connection = Some(new);
        }
        Ok(())
    }

    /// The indexes of the brokers that have an observer.
    pub(super) fn indexes(&self) -> Vec<usize> {
        (0..self.connections.len()).filter(|index| self.connections[*index].is_some()).collect()
    }

    /// Closes the connection to a broker.
    pub(super) fn disconnect(&mut self, index: usize) {
        self.connections[index] = None;
    }

    pub(super) fn connections(&mut self) -> impl Iterator<Item = &mut BrokerConnection> {
        self.connections.iter_mut().flatten()
    }

    /// Receives what came before the answer of each broker; the messages.
    pub(super) fn receive(&mut self) -> Result<Vec<Message>> {
        let mut messages = Vec::new();
        for (number, connection) in self.connections().enumerate() {
            let received = connection.receive()?;
            if number == 0 {
                messages.extend(self::messages(&received.packets));
            }
            if !received.is_open {
                bail!("the broker closed the observer's connection");
            }
        }
        Ok(messages)
    }

    /// Where there are several brokers: each observer publishes something that all have to receive, and what was on its
    /// way between brokers is there before it. Returns the messages that came meanwhile.
    pub(super) fn exchange(&mut self) -> Result<Vec<Message>> {
        let count = self.connections().count();
        let mut messages = Vec::new();
        if count > 1 {
            self.fences += 1;
            let payload = self.fences.to_string();
            let message = Publish { topic: FENCE.to_owned(), payload: payload.clone(), ..Publish::default() };
            self.connections().for_each(|connection| connection.publish(message.clone()));
            for (number, connection) in self.connections().enumerate() {
                let packets = connection.receive_message(FENCE, &payload, count)?;
                if number == 0 {
                    messages.extend(self::messages(&packets));
                }
            }
        }
        Ok(messages)
    }
}

fn messages(packets: &[Vec<u8>]) -> impl Iterator<Item = Message> {
    packets.iter().filter_map(|packet| message(packet)).filter(|(topic, ..)| topic != FENCE)
}
