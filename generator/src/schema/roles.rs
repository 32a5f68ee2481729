//! The kinds of roles. Nothing reads these types: they are what the schema is made of.
#![expect(dead_code, reason = "the schema is made of them")]

use super::scalars::{Duration, Flag, Number, Text, Texts, Whole};
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// What a role does: one kind, with its options.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub(super) enum Role {
    /// Switches a pin by the messages of a topic.
    SwitchOutput(SwitchOutput),
    /// Lets a pin be on for a part of the time, by the messages of a topic of percent.
    DimmerOutput(DimmerOutput),
    /// Sends when a button is pressed.
    PushButton(PushButton),
    /// Sends the state of a contact or a sensor with two states.
    DigitalInput(DigitalInput),
    /// Sends what A0 measures.
    AnalogInput(AnalogInput),
    /// Publishes what the first rule that holds decides.
    Decision(Decision),
    /// Prints messages on the serial log.
    SerialLog(SerialLog),
    /// Does what the fleet's owner wrote in Rust.
    Custom(Custom),
    // A new kind of role belongs here.
}

/// Switches a pin by the messages of a topic.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("examples" = [{ "subscribe": "light" }, { "owns": "relay", "at_boot": "last" }]), extend("oneOf" = [{"required": ["subscribe"]}, {"required": ["owns"]}]))]
pub(super) struct SwitchOutput {
    /// The topic, with labels or a bit. Of two labels the first is off, the second on.
    subscribe: Option<Text>,
    /// The settable topic that it owns: it acts on requests, and says what the pin then is.
    owns: Option<Text>,
    /// The level that means on.
    #[schemars(extend("default" = "high"))]
    active: Option<Level>,
    /// What it is before the first message; `last`, for an owner: what it was before the power went, off at the very first start.
    /// A change is in flash 5 seconds later; it takes 102 million changes to wear the two sectors out.
    #[schemars(extend("default" = "off"))]
    at_boot: Option<Boot>,
    /// What each label means, where a topic has more than two.
    states: Option<BTreeMap<String, OnOff>>,
}

/// Lets a pin be on for a part of the time: 100 Hz or more, so that an LED or a motor does not show it.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("examples" = [{ "subscribe": "glow", "fade": "800ms" }]), extend("oneOf" = [{"required": ["subscribe"]}, {"required": ["owns"]}]))]
pub(super) struct DimmerOutput {
    /// The topic, with percent.
    subscribe: Option<Text>,
    /// The settable topic that it owns: it acts on requests, and says how bright it is to be.
    owns: Option<Text>,
    /// What an owner is before the first request: off, on (100 %), or what it was before the power went.
    #[schemars(extend("default" = "off"))]
    at_boot: Option<Boot>,
    /// The level that means on.
    #[schemars(extend("default" = "high"))]
    active: Option<Level>,
    /// How long a change takes, at most 10 minutes.
    #[schemars(extend("default" = "0s"))]
    fade: Option<Duration>,
}

/// Sends when a button is pressed. Without a pull of the chip the button connects to ground.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("examples" = [{ "publish": "button" }, { "sets": "relay" }]), extend("oneOf" = [{"required": ["publish"]}, {"required": ["sets"]}]))]
pub(super) struct PushButton {
    /// The topic, with labels or a bit.
    publish: Option<Text>,
    /// The settable topic that it sets: each press asks for the label after the one that the state has, and for the second
    /// while the state is not known.
    sets: Option<Text>,
    /// With each press the next label; or one label while pressed, another while released.
    #[schemars(extend("default" = "press"))]
    sends: Option<Sends>,
    /// The chip's own resistor.
    #[schemars(extend("default" = "up"))]
    pull: Option<Pull>,
    /// A change counts once the contact is still for so long.
    #[schemars(extend("default" = "30ms"))]
    debounce: Option<Duration>,
    /// What each label means, with `sends: level`.
    states: Option<BTreeMap<String, PressedReleased>>,
}

/// Sends the state of a contact or a sensor with two states: at the start, and each change.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("examples" = [{ "publish": "presence", "hold": "2min" }]), extend("oneOf" = [{"required": ["publish"]}, {"required": ["sets"]}]))]
pub(super) struct DigitalInput {
    /// The topic, with two labels or a bit. The first is inactive, the second active.
    publish: Option<Text>,
    /// The settable topic that it sets: it asks for the label of its state, at the start and at each change.
    sets: Option<Text>,
    /// The chip's own resistor.
    #[schemars(extend("default" = "none"))]
    pull: Option<Pull>,
    /// The level that means active.
    #[schemars(extend("default" = "high"))]
    active: Option<Level>,
    /// Stays active for so long after the pin no longer is.
    #[schemars(extend("default" = "0s"))]
    hold: Option<Duration>,
    /// What each label means.
    states: Option<BTreeMap<String, ActiveInactive>>,
}

/// Sends what A0 measures, when it changed enough.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("examples" = [{ "publish": "brightness", "every": "1s", "change": 2 }]))]
pub(super) struct AnalogInput {
    /// The topic, with percent or numbers.
    publish: Text,
    /// How often it measures.
    #[schemars(extend("default" = "1s"))]
    every: Option<Duration>,
    /// The least change that is sent, in the topic's unit.
    #[schemars(extend("default" = 1))]
    change: Option<Number>,
    /// Readings of A0 (0 to 1023, ascending), and what each stands for; straight lines between them.
    #[schemars(extend("default" = [[0, 0], [1023, 100]]))]
    map: Option<Vec<(Whole<0, 1023>, Text)>>,
}

/// Publishes what the first rule that holds decides; where none holds the last message stays as it is.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("oneOf" = [{"required": ["publish"]}, {"required": ["sets"]}]))]
pub(super) struct Decision {
    /// The topic.
    publish: Option<Text>,
    /// The settable topic that it sets: it asks for what its rules decide, once after a start and when that changes.
    sets: Option<Text>,
    /// In this order.
    rules: Vec<Rule>,
    /// How often they are asked without news, since `age(…)` grows by itself.
    #[schemars(extend("default" = "1s"))]
    tick: Option<Duration>,
}

/// A rule. Until a message of each topic that it needs came, it does not hold.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("examples" = [{ "when": "brightness < 30 && age(button) > 30min", "then": "On" }]))]
pub(super) struct Rule {
    /// When it holds: an expression of Rust over topics, with `== != < <= > >= && || ! + - * / ( )`, numbers, texts in
    /// double quotes, durations like `30min`, and `age(topic)`, the time since the topic's last message.
    when: Text,
    /// What is published then: a value of the topic, a topic, or an expression.
    then: Text,
}

/// Prints messages on the serial log.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("examples" = [{ "subscribe": ["test"] }]))]
pub(super) struct SerialLog {
    /// The topics.
    subscribe: Texts,
}

/// Does what the fleet's owner wrote in Rust, against the trait `fleetwright_node::custom::Custom`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("examples" = [{ "source": "roles/fan.rs", "subscribe": ["warmth"], "publish": ["speed"], "pins": ["pwm"] }]))]
pub(super) struct Custom {
    /// The file, from the fleet file's folder. `cargo xtask gen` writes a first version, and never again.
    source: Text,
    /// The topics that it subscribes to.
    #[schemars(extend("default" = []))]
    subscribe: Option<Texts>,
    /// The topics that it publishes.
    #[schemars(extend("default" = []))]
    publish: Option<Texts>,
    /// The settable topics that it owns: it subscribes to requests (`topics::RELAY_SET`) and publishes the state
    /// (`topics::RELAY`) at its start and after each request.
    #[schemars(extend("default" = []))]
    owns: Option<Texts>,
    /// The settable topics that it sets: it publishes requests (`topics::RELAY_SET`).
    #[schemars(extend("default" = []))]
    sets: Option<Texts>,
    /// Names for its pins; `sda` and `scl` are an I2C bus. Nodes wire them with `pins: { sda: D2, scl: D1 }`.
    #[schemars(extend("default" = []))]
    pins: Option<Texts>,
    /// What it uses of crates.io: drivers for embedded-hal 1.0, mostly.
    #[schemars(extend("examples" = [{ "bme280-rs": { "version": "0.4.1", "features": ["blocking"], "default-features": false } }]))]
    crates: Option<BTreeMap<String, Crate>>,
}

/// A crate of crates.io.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Crate {
    /// The version.
    Version(Text),
    /// The version and more.
    Detailed(Detailed),
}

/// A crate of crates.io, with Cargo's keys.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case", title = "A crate in detail")]
pub(super) struct Detailed {
    /// The version.
    version: Text,
    /// Features.
    #[schemars(extend("default" = []))]
    features: Option<Texts>,
    /// Whether the crate's own choice of features counts, too. What needs an operating system has no place on a chip.
    #[schemars(extend("default" = true))]
    default_features: Option<Flag>,
}

macro_rules! keywords {
    ($($name:ident: $($keyword:ident)+;)+) => {$(
        #[derive(JsonSchema)]
        #[schemars(rename_all = "lowercase", inline)]
        pub(super) enum $name { $($keyword),+ }
    )+};
}

keywords! {
    Level: High Low;
    OnOff: Off On;
    Boot: Off On Last;
    Sends: Press Level;
    Pull: None Up Down;
    PressedReleased: Released Pressed;
    ActiveInactive: Inactive Active;
}
