//! What can be done to a running world: broker, Wi-Fi, power and bytes.

use super::World;
use crate::scenario::transcript::What;
use anyhow::Result;
use fleetwright_protocol::Command;

impl World<'_> {
    /// The broker's plug is pulled; of a cluster that one's which most nodes are at.
    pub(in crate::scenario) fn stop_broker(&mut self) -> Result<()> {
        let links = || self.actors.iter().filter_map(|actor| actor.link.as_ref());
        let nodes = |place: &usize| links().filter(|link| link.broker.is_some() && link.at == *place).count();
        let runs: Vec<usize> = (0..self.observers.len()).filter(|place| self.observers[*place].is_some()).collect();
        let Some(place) = runs.into_iter().max_by_key(nodes) else { return Ok(()) };
        if let Some(broker) = self.broker.as_deref_mut() {
            broker.stop(place)?;
        }
        self.observers[place] = None;
        for link in self.actors.iter_mut().filter_map(|actor| actor.link.as_mut()) {
            if link.at == place {
                link.cut();
            }
        }
        self.settle()
    }

    /// What does not run of the broker starts.
    pub(in crate::scenario) fn start_broker(&mut self) -> Result<()> {
        if let Some(broker) = self.broker.as_deref_mut() {
            broker.start_again()?;
            self.observe()?;
        }
        self.settle()
    }

    /// A node's Wi-Fi goes or comes.
    pub(in crate::scenario) fn set_wifi(&mut self, place: usize, there: bool) -> Result<()> {
        if let Some(link) = &mut self.actors[place].link {
            link.wifi = there;
            if !there {
                link.cut();
                self.fence()?;
            }
        }
        if self.actors[place].process.has_wifi() {
            self.ask(place, Some(Command::Wifi(there)))?;
        }
        self.settle()
    }

    /// A node hears what is no MQTT.
    pub(in crate::scenario) fn garble(&mut self, place: usize) -> Result<()> {
        let (now, weather) = (self.now, self.weather);
        // No broker's packet starts so; what follows is anything.
        let mut bytes: Vec<u8> = (0..self.random.usize(1..64)).map(|_| self.random.u8(..)).collect();
        bytes[0] |= 0xf0;
        let what = match &mut self.actors[place].link {
            Some(link) if link.is_open() => {
                link.send_to_node(bytes, now, weather);
                "gets bytes that are no MQTT"
            }
            _ => "has no connection that could be garbled",
        };
        self.note_of(place, What::Note(what.into()));
        self.settle()
    }

    /// A node's power goes and comes back; the world's pins stay as they are.
    pub(in crate::scenario) fn restart(&mut self, place: usize) -> Result<()> {
        if let Some(link) = &mut self.actors[place].link {
            link.cut();
            link.renew()?;
            self.fence()?;
        }
        self.note_of(place, What::Note("starts anew".into()));
        let actor = &self.actors[place];
        let process = self.process(place, actor.link.as_ref(), &actor.inputs)?;
        let now = self.now;
        let actor = &mut self.actors[place];
        (actor.process, actor.started, actor.clock, actor.due) = (process, now, 0, None);
        actor.pins.clear();
        self.await_ready(place)?;
        self.ask(place, None)?;
        self.settle()
    }
}
