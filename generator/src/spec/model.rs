//! The fleet file as written: every text with its place, nothing looked up yet.
#![allow(missing_docs, reason = "variants and their fields say it by their names")]

use crate::source::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where.
    pub span: Span,
}

/// A text as written.
pub type Text = At<String>;

/// An entry of a map whose keys are names that the user chose.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// The key.
    pub name: Text,
    /// What it stands for.
    pub value: T,
}

/// A text that may be a secret.
#[derive(Clone, Debug)]
pub enum SettingSpec {
    /// Written out.
    Plain(Text),
    /// `!secret name`
    Secret(Text),
}

/// The whole file.
#[derive(Clone, Debug)]
pub struct Spec {
    /// `fleet`
    pub fleet: Text,
    /// `wifi`
    pub wifi: Option<WifiSpec>,
    /// `broker`
    pub broker: BrokerSpec,
    /// `topics`
    pub topics: Vec<Named<TopicSpec>>,
    /// `roles`
    pub roles: Vec<Named<RoleSpec>>,
    /// `layouts`; or one named `default` for `nodes`
    pub layouts: Vec<Named<Vec<Named<NodeSpec>>>>,
    /// `clients`
    pub clients: Vec<Named<ClientSpec>>,
    /// `for_each` and `shared`
    pub copies: Option<CopiesSpec>,
    /// `scenarios`
    pub scenarios: Vec<Named<Vec<super::StepSpec>>>,
    /// `boards`
    pub boards: Vec<Named<super::BoardSpec>>,
}

/// `for_each` and `shared`
#[derive(Clone, Debug)]
pub struct CopiesSpec {
    /// `for_each`, the whole map.
    pub span: Span,
    /// The variables and their values, in the order of the file.
    pub each: Vec<Named<Vec<String>>>,
    /// Topics that exist once.
    pub shared: Vec<Text>,
    /// The parts of the file that are repeated.
    pub repeated: Vec<Span>,
}

/// `wifi`
#[derive(Clone, Debug)]
pub struct WifiSpec {
    /// `ssid`
    pub ssid: SettingSpec,
    /// `password`
    pub password: SettingSpec,
}

/// `broker`
#[derive(Clone, Debug)]
pub struct BrokerSpec {
    /// `engine`
    pub engine: Option<Text>,
    /// `host`
    pub host: Option<Text>,
    /// `hosts`
    pub hosts: Vec<Text>,
    /// `port`
    pub port: Option<At<u16>>,
    /// `security`
    pub security: Option<Text>,
    /// `certificate_port`
    pub certificate_port: Option<At<u16>>,
}

/// An entry of `topics`.
#[derive(Clone, Debug)]
pub struct TopicSpec {
    /// `path`
    pub path: Option<Text>,
    /// `payload`
    pub payload: At<PayloadSpec>,
    /// `retain`
    pub retain: bool,
    /// `qos`
    pub qos: Option<At<u8>>,
    /// `scope`
    pub scope: Option<Text>,
}

/// `payload`
#[derive(Clone, Debug)]
pub enum PayloadSpec {
    /// `percent`
    Percent,
    /// `bit`
    Bit,
    /// `{ number: … }`: min, max and step as decimal texts
    Number { min: Text, max: Text, step: Option<Text>, unit: Option<Text> },
    /// `{ one_of: […] }`
    OneOf(Vec<Text>),
    /// `{ text: { max } }`
    Text { max: At<u16> },
}

/// An entry of `roles`.
#[derive(Clone, Debug)]
pub struct RoleSpec {
    /// The kind's place.
    pub kind_span: Span,
    /// The kind and its options.
    pub kind: RoleKindSpec,
}

/// A kind of role and its options, as written. Times are in milliseconds.
#[derive(Clone, Debug)]
pub enum RoleKindSpec {
    /// `switch_output`
    SwitchOutput { subscribe: Text, active_high: bool, on_at_boot: bool, states: Option<At<Vec<Named<bool>>>> },
    /// `dimmer_output`
    DimmerOutput { subscribe: Text, active_high: bool, fade: At<u32> },
    /// `push_button`
    PushButton { publish: Text, level: bool, pull: At<PullSpec>, debounce: u32, states: Option<At<Vec<Named<bool>>>> },
    /// `digital_input`
    DigitalInput {
        publish: Text,
        pull: At<PullSpec>,
        active_high: bool,
        hold: u32,
        states: Option<At<Vec<Named<bool>>>>,
    },
    /// `analog_input`
    AnalogInput { publish: Text, every: u32, change: Option<Text>, map: Option<Points> },
    /// `decision`
    Decision { publish: Text, rules: Vec<RuleSpec>, tick: u32 },
    /// `serial_log`
    SerialLog { subscribe: Vec<Text> },
    /// `custom`
    Custom(CustomSpec),
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

/// An entry of `nodes`.
#[derive(Clone, Debug)]
pub struct NodeSpec {
    /// `board`
    pub board: Text,
    /// Whether it exists once, beside the copies: it stands below `common`.
    pub common: bool,
    /// `roles`: which, and on which pin
    pub roles: Vec<Named<Option<Text>>>,
    /// The `pins` of roles that have several, by the role's name
    pub pins: Vec<Named<Vec<Named<Text>>>>,
    /// `allow` of roles: codes of warnings, each with a reason, by the role's name
    pub allow: Vec<Named<Vec<Named<Text>>>>,
}

/// An entry of `clients`.
#[derive(Clone, Debug)]
pub struct ClientSpec {
    /// `publish`
    pub publish: Vec<Text>,
    /// `subscribe`
    pub subscribe: Vec<Text>,
}
