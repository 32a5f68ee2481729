//! `scenarios`, as written. Times are in milliseconds.

use super::named::Named;
use crate::text::{At, Span, Text};

/// One step of a scenario, as written.
#[derive(Clone, Debug)]
pub struct StepSpec {
    /// The whole step.
    pub span: Span,
    /// What it does.
    pub act: ActSpec,
}

/// What a step does. Times are in milliseconds.
#[derive(Clone, Debug)]
pub enum ActSpec {
    /// `set`: roles and values
    Set(Vec<Named<Text>>),
    /// `press`: buttons
    Press(Vec<Text>),
    /// `hold`: roles and how long
    Hold(Vec<Named<u32>>),
    /// `say`: clients, and what they say on topics
    Say(Vec<Named<Vec<Named<Text>>>>),
    /// `wait`
    Wait(u32),
    /// `expect`
    Expect(ExpectSpec),
    /// `stop broker`
    StopBroker,
    /// `start broker`
    StartBroker,
    /// `drop wifi`, `restore wifi`, `restart`, `garbage`: what is done to a node
    Node(NodeFaultSpec, Text),
    /// `delay`
    Delay(u32),
    /// `lose`, in percent
    Lose(u8),
}

/// What can be done to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeFaultSpec {
    /// `drop wifi`
    DropWifi,
    /// `restore wifi`
    RestoreWifi,
    /// `restart`
    Restart,
    /// `garbage`
    Garbage,
}

/// `expect`
#[derive(Clone, Debug, Default)]
pub struct ExpectSpec {
    /// Topics with the message, roles with the level that they should have.
    pub claims: Vec<Named<Text>>,
    /// `no message on`
    pub no_message_on: Vec<Text>,
    /// `within`
    pub within: Option<At<u32>>,
    /// `stays for`
    pub stays: Option<At<u32>>,
}
