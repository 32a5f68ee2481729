//! The table of roles: each driver with its options.

use super::conditions::duration;
use super::custom;
use super::names::{Names, function};
use super::rules::{Answer, answer, asks_time};
use crate::model::{Level, Pull, RoleKind, Rule, Sends, TopicId};
use crate::plan::{NodePlan, RolePlan};

/// The table.
pub(super) fn emit(node: &NodePlan, names: &Names) -> String {
    let rows: String = node
        .roles
        .iter()
        .map(|role| format!("Role {{ name: {:?}, driver: &{} }},\n", role.name, driver(role, names)))
        .collect();
    format!("/// What this node does, and on which pins.\nstatic ROLES: [Role; {}] = [{rows}];\n", node.roles.len())
}

fn driver(role: &RolePlan, names: &Names) -> String {
    let pin = role.pin.as_ref().map(|pin| format!("pin: Gpio({})", pin.gpio)).unwrap_or_default();
    match &role.kind {
        RoleKind::SwitchOutput { subscribe, active_high, on_at_boot, on } => format!(
            "SwitchOutput {{ topic: {}, {pin}, active: {}, at_boot: {on_at_boot}, on: &{on:?} }}",
            names.topic(*subscribe),
            level(Level::high(*active_high)),
        ),
        RoleKind::DimmerOutput { subscribe, active_high, fade_ms } => format!(
            "DimmerOutput {{ topic: {}, {pin}, active: {}, fade: {} }}",
            names.topic(*subscribe),
            level(Level::high(*active_high)),
            duration(u64::from(*fade_ms)),
        ),
        RoleKind::PushButton { publish, sends, pull, debounce_ms } => {
            let sends = match sends {
                Sends::Press => "Sends::Press".into(),
                Sends::Level { labels: [released, pressed] } => {
                    format!("Sends::Level {{ released: {released}, pressed: {pressed} }}")
                }
            };
            format!(
                "PushButton {{ topic: {}, {pin}, pull: {}, pressed: {}, debounce: {}, sends: {sends} }}",
                names.topic(*publish),
                resistor(*pull),
                level(pull.pressed_level()),
                duration(u64::from(*debounce_ms)),
            )
        }
        RoleKind::DigitalInput { publish, pull, active_high, hold_ms, labels } => format!(
            "DigitalInput {{ topic: {}, {pin}, pull: {}, active: {}, hold: {}, labels: {labels:?} }}",
            names.topic(*publish),
            resistor(*pull),
            level(Level::high(*active_high)),
            duration(u64::from(*hold_ms)),
        ),
        RoleKind::AnalogInput { publish, every_ms, change, map } => format!(
            "AnalogInput {{ topic: {}, every: {}, change: {change}, map: &{map:?} }}",
            names.topic(*publish),
            duration(u64::from(*every_ms)),
        ),
        RoleKind::Decision { publish, rules, tick_ms } => decision(role, (*publish, rules), *tick_ms, names),
        RoleKind::SerialLog { subscribe } => {
            let topics: Vec<&str> = subscribe.iter().map(|id| names.topic(*id)).collect();
            format!("SerialLog {{ topics: &[{}] }}", topics.join(", "))
        }
        RoleKind::Custom(custom) => custom::driver(&role.name, custom, names),
    }
}

fn decision(role: &RolePlan, (publish, rules): (TopicId, &[Rule]), tick_ms: u32, names: &Names) -> String {
    let hears = role.kind.subscriptions();
    let reads: Vec<&str> = hears.iter().map(|id| names.topic(*id)).collect();
    let time = asks_time(rules);
    let arguments = [(!hears.is_empty()).then_some("&Heard::of(values)"), time.then_some("now")];
    let call = arguments.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let parameters = format!("|{}, {}|", if hears.is_empty() { "_" } else { "values" }, if time { "now" } else { "_" });
    format!(
        "Decision {{ topic: {}, reads: &[{}], rules: {parameters} {}({call}){}, tick: {} }}",
        names.topic(publish),
        reads.join(", "),
        function(&role.name),
        names.conversion(publish, rules),
        duration(u64::from(tick_ms)),
    )
}

impl Names {
    /// From the answer of a decision to a value.
    fn conversion(&self, topic: TopicId, rules: &[Rule]) -> String {
        let payload = self.payload_of(topic);
        match answer(payload, rules) {
            Answer::Label => ".map(Value::from)".into(),
            Answer::Bit => ".map(|bit| Value::Label(bit.into()))".into(),
            Answer::Whole => ".map(Value::Number)".into(),
            Answer::Real => format!(".map(|exact| {}.nearest(exact))", self.payload(payload)),
            Answer::Text => ".map(Value::Text)".into(),
        }
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::High => "Level::High",
        Level::Low => "Level::Low",
    }
}

fn resistor(pull: Pull) -> &'static str {
    match pull {
        Pull::None => "Pull::None",
        Pull::Up => "Pull::Up",
        Pull::Down => "Pull::Down",
    }
}
