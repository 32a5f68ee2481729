//! Scenarios: what happens, step by step, and what is expected. Nothing reads these types: they are what the schema is made
//! of.
#![expect(dead_code, reason = "the schema is made of them")]

use super::scalars::{Duration, Text, Texts};
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// A step of a scenario.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub(super) enum Step {
    /// The world does something to roles: each gets a value, written as in messages of its topic.
    Set(BTreeMap<String, Text>),
    /// Buttons are pressed and let go.
    Press(Texts),
    /// Buttons stay pressed for so long.
    Hold(BTreeMap<String, Duration>),
    /// Clients say something on topics that they may publish or set, each by its name: `say: { home: { relay: "ON" } }`. On a
    /// settable topic it is a request.
    Say(BTreeMap<String, BTreeMap<String, Text>>),
    /// So much time passes.
    Wait(Duration),
    /// Which messages topics should have, and which levels pins.
    Expect(Expect),
    /// A node loses its Wi-Fi.
    #[schemars(rename = "drop wifi")]
    DropWifi(Text),
    /// A node gets its Wi-Fi back.
    #[schemars(rename = "restore wifi")]
    RestoreWifi(Text),
    /// A node's power goes and comes back.
    Restart(Text),
    /// What a node receives next is no MQTT.
    Garbage(Text),
    /// From now on every message takes so long.
    Delay(Duration),
    /// From now on so many of a hundred packets are lost: `10%`.
    Lose(Text),
    /// The broker is gone; of a cluster the one that most nodes are at.
    #[schemars(rename = "stop broker")]
    StopBroker,
    /// The broker is there again.
    #[schemars(rename = "start broker")]
    StartBroker,
}

/// Topics with the message that they should have and roles with what their pins should carry (`high`, `low`, `on`,
/// `off`), each by its name; and how long to wait for it.
#[derive(JsonSchema)]
#[schemars(
    title = "An expectation",
    extend(
        "additionalProperties" = { "type": ["string", "number", "boolean"] },
        "examples" = [{ "light": "On", "lamp": "high", "within": "1s" }],
        "allOf" = [{
            "anyOf": [
                { "required": ["no message on"], "properties": { "no message on": { "not": { "const": [] } } } },
                { "not": { "propertyNames": { "enum": ["within", "stays for", "no message on"] } } },
            ],
        }],
    )
)]
pub(super) struct Expect {
    /// It may take so long.
    within: Option<Duration>,
    /// It stays so for so long.
    #[schemars(rename = "stays for")]
    stays_for: Option<Duration>,
    /// No message comes on these topics.
    #[schemars(rename = "no message on")]
    no_message_on: Option<Texts>,
}
