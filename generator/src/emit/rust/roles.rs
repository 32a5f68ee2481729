//! The table of roles: each driver with its options.

use super::conditions::duration;
use super::names::Names;
use super::rules::{Answer, answer, asks_time};
use crate::fleet::{Pull, RoleKind, Sends, TopicId};
use crate::plan::{NodePlan, Plan, RolePlan};

/// The table.
pub(super) fn emit(node: &NodePlan, names: &Names) -> String {
    let rows: String = node
        .roles
        .iter()
        .map(|role| format!("Role {{ name: {:?}, driver: &{} }},\n", role.name, driver(role, names)))
        .collect();
    format!("/// What this node does, and on which pins.\nstatic ROLES: [Role; {}] = [{rows}];\n", node.roles.len())
}

/// The function of a decision.
pub(super) fn function(key: &str) -> String {
    key.replace('-', "_")
}

fn driver(role: &RolePlan, names: &Names) -> String {
    let pin = role.pin.as_ref().map(|pin| format!("pin: Gpio({})", pin.gpio)).unwrap_or_default();
    match &role.kind {
        RoleKind::SwitchOutput { subscribe, active_high, on_at_boot, on } => format!(
            "SwitchOutput {{ topic: {}, {pin}, active: {}, at_boot: {on_at_boot}, on: &{on:?} }}",
            names.topic(*subscribe),
            level(*active_high),
        ),
        RoleKind::DimmerOutput { subscribe, active_high, fade_ms } => format!(
            "DimmerOutput {{ topic: {}, {pin}, active: {}, fade: {} }}",
            names.topic(*subscribe),
            level(*active_high),
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
                // A button pulls against its resistor; without the chip's own it is wired to ground.
                level(*pull == Pull::Down),
                duration(u64::from(*debounce_ms)),
            )
        }
        RoleKind::DigitalInput { publish, pull, active_high, hold_ms, labels } => format!(
            "DigitalInput {{ topic: {}, {pin}, pull: {}, active: {}, hold: {}, labels: {labels:?} }}",
            names.topic(*publish),
            resistor(*pull),
            level(*active_high),
            duration(u64::from(*hold_ms)),
        ),
        RoleKind::AnalogInput { publish, every_ms, change, map } => format!(
            "AnalogInput {{ topic: {}, every: {}, change: {change}, map: &{map:?} }}",
            names.topic(*publish),
            duration(u64::from(*every_ms)),
        ),
        RoleKind::Decision { publish, rules, tick_ms } => {
            let hears = role.kind.hears();
            let reads: Vec<&str> = hears.iter().map(|id| names.topic(*id)).collect();
            let time = asks_time(rules);
            let arguments = [(!hears.is_empty()).then_some("&Heard::of(values)"), time.then_some("now")];
            let call = arguments.into_iter().flatten().collect::<Vec<_>>().join(", ");
            let parameters =
                format!("|{}, {}|", if hears.is_empty() { "_" } else { "values" }, if time { "now" } else { "_" });
            format!(
                "Decision {{ topic: {}, reads: &[{}], rules: {parameters} {}({call}){}, tick: {} }}",
                names.topic(*publish),
                reads.join(", "),
                function(&role.name),
                names.conversion(*publish, rules),
                duration(u64::from(*tick_ms)),
            )
        }
        RoleKind::SerialLog { subscribe } => {
            let topics: Vec<&str> = subscribe.iter().map(|id| names.topic(*id)).collect();
            format!("SerialLog {{ topics: &[{}] }}", topics.join(", "))
        }
        RoleKind::Custom(custom) => super::custom::driver(&role.name, custom, names),
    }
}

impl Names {
    /// From the answer of a decision to a value.
    fn conversion(&self, topic: TopicId, rules: &[crate::fleet::Rule]) -> String {
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

fn level(high: bool) -> &'static str {
    if high { "Level::High" } else { "Level::Low" }
}

fn resistor(pull: Pull) -> &'static str {
    match pull {
        Pull::None => "Pull::None",
        Pull::Up => "Pull::Up",
        Pull::Down => "Pull::Down",
    }
}

/// What a role does, for a sentence.
pub(super) fn describe(plan: &Plan, kind: &RoleKind) -> String {
    let path = |id: &TopicId| &plan.topics[id.0].path;
    match kind {
        RoleKind::SwitchOutput { subscribe, .. } => format!("switches by what `{}` says", path(subscribe)),
        RoleKind::DimmerOutput { subscribe, .. } => format!("shines by what `{}` says", path(subscribe)),
        RoleKind::PushButton { publish, .. } => format!("sends presses to `{}`", path(publish)),
        RoleKind::DigitalInput { publish, .. } => format!("sends a contact's state to `{}`", path(publish)),
        RoleKind::AnalogInput { publish, .. } => format!("measures for `{}`", path(publish)),
        RoleKind::Decision { publish, .. } => format!("decides what `{}` says", path(publish)),
        RoleKind::SerialLog { subscribe } => {
            let paths: Vec<String> = subscribe.iter().map(|id| format!("`{}`", path(id))).collect();
            format!("prints {}", paths.join(" and "))
        }
        RoleKind::Custom(custom) => format!("does what `{}` says", custom.source),
    }
}
