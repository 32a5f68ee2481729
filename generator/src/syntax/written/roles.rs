//! `roles`, as written.
#![allow(missing_docs, reason = "variants and their fields say it by their names")]

use super::named::Named;
use crate::text::{At, Span, Text};

/// An entry of `roles`.
#[derive(Clone, Debug)]
pub struct RoleSpec {
    /// Where the kind stands in the file.
    pub kind_span: Span,
    /// The kind and its options.
    pub kind: RoleKindSpec,
}

/// A kind of role and its options, as written. Times are in milliseconds.
#[derive(Clone, Debug)]
pub enum RoleKindSpec {
    /// `switch_output`
    SwitchOutput {
        topic: FollowsSpec,
        active_high: bool,
        at_boot: Option<At<AtBootSpec>>,
        states: Option<At<Vec<Named<bool>>>>,
    },
    /// `dimmer_output`
    DimmerOutput { topic: FollowsSpec, active_high: bool, at_boot: Option<At<AtBootSpec>>, fade: At<u32> },
    /// `push_button`
    PushButton { topic: SaysSpec, level: bool, pull: At<PullSpec>, debounce: u32, states: Option<At<Vec<Named<bool>>>> },
    /// `digital_input`
    DigitalInput {
        topic: SaysSpec,
        pull: At<PullSpec>,
        active_high: bool,
        hold: u32,
        states: Option<At<Vec<Named<bool>>>>,
    },
    /// `analog_input`
    AnalogInput { publish: Text, every: u32, change: Option<Text>, map: Option<Points> },
    /// `decision`
    Decision { topic: SaysSpec, rules: Vec<RuleSpec>, tick: u32 },
    /// `serial_log`
    SerialLog { subscribe: Vec<Text> },
    /// `custom`
    Custom(CustomSpec),
}

/// The topic of a role that acts on messages.
#[derive(Clone, Debug)]
pub enum FollowsSpec {
    /// `subscribe`
    Subscribe(Text),
    /// `owns`
    Owns(Text),
}

impl FollowsSpec {
    /// The key of the topic.
    pub fn name(&self) -> &Text {
        let (Self::Subscribe(name) | Self::Owns(name)) = self;
        name
    }
}

/// The topic of a role that says something.
#[derive(Clone, Debug)]
pub enum SaysSpec {
    /// `publish`
    Publish(Text),
    /// `sets`
    Sets(Text),
}

impl SaysSpec {
    /// The key of the topic.
    pub fn name(&self) -> &Text {
        let (Self::Publish(name) | Self::Sets(name)) = self;
        name
    }
}

/// `at_boot`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtBootSpec {
    /// `off`
    Off,
    /// `on`
    On,
    /// `last`
    Last,
}

/// `custom`
#[derive(Clone, Debug)]
pub struct CustomSpec {
    /// `source`
    pub source: Text,
    /// `subscribe`
    pub subscribe: Vec<Text>,
    /// `publish`
    pub publish: Vec<Text>,
    /// `owns`
    pub owns: Vec<Text>,
    /// `sets`
    pub sets: Vec<Text>,
    /// `pins`
    pub pins: Vec<Text>,
    /// `crates`
    pub crates: Vec<Named<CrateSpec>>,
}

/// An entry of `crates`.
#[derive(Clone, Debug)]
pub struct CrateSpec {
    /// `version`
    pub version: Text,
    /// `features`
    pub features: Vec<Text>,
    /// `default-features`
    pub default_features: bool,
}

/// `map`: readings and figures.
pub type Points = At<Vec<(At<i32>, Text)>>;

/// `pull`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullSpec {
    /// `none`
    None,
    /// `up`
    Up,
    /// `down`
    Down,
}

/// An entry of `rules`.
#[derive(Clone, Debug)]
pub struct RuleSpec {
    /// `when`
    pub when: Text,
    /// `then`
    pub then: Text,
}
