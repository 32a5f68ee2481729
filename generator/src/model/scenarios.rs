//! Scenarios: what happens, step by step, and what must then be so.

use super::topics::TopicId;
use crate::text::Position;

/// What should happen.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// As the file calls it.
    pub name: String,
    /// Where it stands.
    pub position: Position,
    /// In the order of the file.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it stands.
    pub position: Position,
    /// As written, on one line.
    pub text: String,
    /// What it does.
    pub act: Act,
}

/// What a step does. Roles and nodes by their names, values as they stand on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// The world does something to the pins of inputs: role and value.
    Set(Vec<(String, String)>),
    /// Buttons are pressed and let go, one after the other.
    Press(Vec<String>),
    /// Buttons are held, contacts are active, for so many milliseconds, one after the other.
    Hold(Vec<(String, u32)>),
    /// So many milliseconds pass.
    Wait(u32),
    /// Something must be so.
    Expect(Expect),
    /// The broker's plug is pulled.
    StopBroker,
    /// The broker starts.
    StartBroker,
    /// Something is done to a node.
    Node(NodeFault, String),
    /// From now on every packet takes so many milliseconds, each way.
    Delay(u32),
    /// From now on so many of a hundred packets are lost.
    Lose(u8),
}

impl Act {
    /// Gives roles and topics other names.
    pub(crate) fn rename(&mut self, role: &dyn Fn(&mut String), topic: &dyn Fn(&mut TopicId)) {
        match self {
            Self::Set(values) => values.iter_mut().for_each(|(key, _)| role(key)),
            Self::Press(keys) => keys.iter_mut().for_each(role),
            Self::Hold(times) => times.iter_mut().for_each(|(key, _)| role(key)),
            Self::Expect(expect) => {
                expect.no_message_on.iter_mut().for_each(topic);
                for claim in &mut expect.claims {
                    match claim {
                        Claim::LastMessage(id, _) => topic(id),
                        Claim::Carries { role: key, .. } => role(key),
                    }
                }
            }
            Self::Wait(_) | Self::StopBroker | Self::StartBroker | Self::Node(..) | Self::Delay(_) | Self::Lose(_) => {}
        }
    }
}

/// What can be done to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeFault {
    /// It loses its Wi-Fi.
    DropWifi,
    /// It gets its Wi-Fi back.
    RestoreWifi,
    /// Its power goes and comes back.
    Restart,
    /// What it receives next is no MQTT.
    Garbage,
}

/// What must be so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// All of them.
    pub claims: Vec<Claim>,
    /// No message may come on these topics.
    pub no_message_on: Vec<TopicId>,
    /// It may take so many milliseconds until it is so.
    pub within: u32,
    /// It must stay so for so many milliseconds.
    pub stays: u32,
}

/// One thing that must be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The last message of a topic.
    LastMessage(TopicId, String),
    /// The pin of a role; the word is the user's own.
    Carries {
        /// Whose pin.
        role: String,
        /// Its level.
        high: bool,
    },
}
