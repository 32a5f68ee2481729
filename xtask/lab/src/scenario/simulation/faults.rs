//! What a scenario can break and mend: broker, Wi-Fi, power and bytes.

use super::state::Simulation;
use crate::scenario::transcript::EventKind;
use anyhow::Result;
use fleetwright_protocol::Command;

impl Simulation<'_> {
    /// Stops the broker at once, without warning; of a cluster that one which most nodes are connected to.
    pub(in crate::scenario) fn stop_broker(&mut self) -> Result<()> {
        let links = || self.nodes.iter().filter_map(|node| node.link.as_ref());
        let count = |index: &usize| links().filter(|link| link.broker.is_some() && link.broker_index == *index).count();
        let Some(index) = self.observers.indexes().into_iter().max_by_key(count) else { return Ok(()) };
        if let Some(broker) = self.broker.as_deref_mut() {
            broker.stop(index)?;
        }
        self.observers.disconnect(index);
        for link in self.nodes.iter_mut().filter_map(|node| node.link.as_mut()) {
            if link.broker_index == index {
                link.cut();
            }
        }
        self.settle()
    }

    /// Starts what does not run of the broker.
    pub(in crate::scenario) fn start_broker(&mut self) -> Result<()> {
        if let Some(broker) = self.broker.as_deref_mut() {
            broker.start_again()?;
            self.observe()?;
        }
        self.settle()
    }

    /// A node's Wi-Fi goes or comes.
    pub(in crate::scenario) fn set_wifi(&mut self, index: usize, is_there: bool) -> Result<()> {
        if let Some(link) = &mut self.nodes[index].link {
            link.wifi = is_there;
            if !is_there {
                link.cut();
                self.fence()?;
            }
        }
        if self.nodes[index].process.has_wifi() {
            self.ask(index, Some(Command::Wifi(is_there)))?;
        }
        self.settle()
    }

    /// A node receives bytes that are no MQTT.
    pub(in crate::scenario) fn garble(&mut self, index: usize) -> Result<()> {
        let (now, conditions) = (self.now(), self.conditions);
        // No broker's packet starts so; what follows is anything.
        let mut bytes: Vec<u8> = (0..self.random.usize(1..64)).map(|_| self.random.u8(..)).collect();
        bytes[0] |= 0xf0;
        let what = match &mut self.nodes[index].link {
            Some(link) if link.is_open() => {
                link.send_to_node(bytes, now, conditions);
                "gets bytes that are no MQTT"
            }
            _ => "has no connection that could be garbled",
        };
        self.recorder.note_node(index, EventKind::Note(what.into()));
        self.settle()
    }

    /// A node's power goes and comes back; its input pins stay as they are.
    pub(in crate::scenario) fn restart(&mut self, index: usize) -> Result<()> {
        if let Some(link) = &mut self.nodes[index].link {
            link.cut();
            link.renew()?;
            self.fence()?;
        }
        self.recorder.note_node(index, EventKind::Note("starts anew".into()));
        let node = &self.nodes[index];
        let process = self.launch(index, node.link.as_ref(), &node.inputs)?;
        let now = self.now();
        self.nodes[index].restarted(process, now);
        self.await_ready(index)?;
        self.ask(index, None)?;
        self.settle()
    }
}
