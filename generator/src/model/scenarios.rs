//! Scenarios: what happens, step by step, and what must then be so.

use super::topics::TopicId;
use crate::text::Position;

/// A scenario: a named list of steps.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name in the file.
    pub name: String,
    /// Its position in the file.
    pub position: Position,
    /// Its steps, in the order of the file.
    pub steps: Vec<Step>,
}

/// A step of a scenario.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its position in the file.
    pub position: Position,
    /// The step as the file has it, on one line.
    pub text: String,
    /// What is done in this step.
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
    /// Clients publish messages, one after the other: the client, the topic, the payload.
    Say(Vec<(String, TopicId, String)>),
    /// So many milliseconds pass.
    Wait(u32),
    /// Messages and pins must be as the step expects.
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
            Self::Say(messages) => messages.iter_mut().for_each(|(_, id, _)| topic(id)),
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
    /// The next bytes that it receives are no MQTT.
    Garbage,
}

/// What a step expects of messages and pins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// The claims, which must all hold at one moment.
    pub claims: Vec<Claim>,
    /// No message may come on these topics.
    pub no_message_on: Vec<TopicId>,
    /// The claims must hold after so many milliseconds at the latest.
    pub within: u32,
    /// The claims must go on to hold for so many milliseconds.
    pub stays: u32,
}

/// A claim about a topic or a pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The last message of this topic has this payload.
    LastMessage(TopicId, String),
    /// The pin of an output has this level.
    Carries {
        /// The key of the role that drives the pin.
        role: String,
        /// Whether the level is high.
        high: bool,
    },
}
