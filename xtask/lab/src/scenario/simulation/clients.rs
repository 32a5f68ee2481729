//! What the clients of the fleet say in a scenario.

use super::state::Simulation;
use crate::scenario::network::BrokerConnection;
use crate::scenario::transcript::EventKind;
use anyhow::{Context, Result};
use broker::mqtt::Publish;
use fleetwright_generator::model::TopicId;

impl Simulation<'_> {
    /// A client connects to the broker with its account, publishes a message as the topic asks for, and goes. Where no broker
    /// runs the message is lost.
    pub(in crate::scenario) fn say(&mut self, client: &str, id: TopicId, payload: &str) -> Result<()> {
        let planned = &self.plan.topics[id.0];
        let (topic, payload) = (planned.path.clone(), payload.to_owned());
        let Some(endpoint) = self.endpoints().into_iter().flatten().next() else {
            let text = format!("can't say {topic} {payload}: no broker is there");
            self.recorder.note(client, EventKind::Note(text));
            return Ok(());
        };
        let account = self.launcher.account(client);
        let refused = || format!("the broker does not let the client `{client}` in");
        let mut connection = BrokerConnection::open(endpoint, account)?.with_context(refused)?;
        connection.connect(client, account).with_context(refused)?;
        let (retain, packet_id) = (planned.retain, planned.at_least_once.then_some(1));
        let message =
            Publish { topic: topic.clone(), payload: payload.clone(), retain, packet_id, ..Publish::default() };
        let kind = EventKind::Published { topic, payload, over_broker: true, delivered: false };
        self.recorder.note(client, kind);
        connection.publish(message);
        // The broker has it before the connection ends.
        connection.ask();
        connection.receive()?;
        drop(connection);
        self.fence()?;
        self.settle()
    }
}
