//! The table of roles: each driver with its options.

use super::conditions::duration;
use super::custom;
use super::layout::{Code, item};
use super::names::{Names, function};
use super::rules::{Answer, answer, asks_time};
use crate::model::{Level, Pull, RoleKind, Rule, Sends, TopicId};
use crate::plan::{NodePlan, RolePlan};

/// The Rust code of the table of a node's roles.
pub(super) fn emit(node: &NodePlan, names: &Names) -> String {
    let row = |role: &RolePlan| {
        let driver = driver(role, names);
        let fields = vec![("name".to_owned(), format!("{:?}", role.name).into()), ("driver".to_owned(), driver)];
        Code::Struct("Role".into(), fields).into()
    };
    let rows = Code::List("[", node.roles.iter().map(row).collect(), "]");
    let about = "/// What this node does, and on which pins.\n";
    format!("{about}{}", item(&format!("static ROLES: [Role; {}]", node.roles.len()), &rows))
}

/// A driver with its options, each a name and a value.
fn table(driver: &str, options: impl IntoIterator<Item = (&'static str, Code)>) -> Code {
    Code::Struct(format!("&{driver}"), options.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn driver(role: &RolePlan, names: &Names) -> Code {
    let topic = |id: TopicId| ("topic", Code::from(names.topic(id)));
    let pin = role.pin.as_ref().map(|pin| ("pin", Code::from(format!("Gpio({})", pin.gpio))));
    let wired = |id: TopicId| [topic(id)].into_iter().chain(pin.clone());
    match &role.kind {
        RoleKind::SwitchOutput { subscribe, active_high, on_at_boot, on } => table(
            "SwitchOutput",
            wired(*subscribe).chain([
                ("active", level(Level::high(*active_high)).into()),
                ("at_boot", on_at_boot.to_string().into()),
                ("on", Code::slice(on.iter().map(ToString::to_string))),
            ]),
        ),
        RoleKind::DimmerOutput { subscribe, active_high, fade_ms } => table(
            "DimmerOutput",
            wired(*subscribe).chain([("active", level(Level::high(*active_high)).into()), ("fade", time(*fade_ms))]),
        ),
        RoleKind::PushButton { publish, sends, pull, debounce_ms } => table(
            "PushButton",
            wired(*publish).chain([
                ("pull", resistor(*pull).into()),
                ("pressed", level(pull.pressed_level()).into()),
                ("debounce", time(*debounce_ms)),
                ("sends", self::sends(sends)),
            ]),
        ),
        RoleKind::DigitalInput { publish, pull, active_high, hold_ms, labels } => table(
            "DigitalInput",
            wired(*publish).chain([
                ("pull", resistor(*pull).into()),
                ("active", level(Level::high(*active_high)).into()),
                ("hold", time(*hold_ms)),
                ("labels", format!("{labels:?}").into()),
            ]),
        ),
        RoleKind::AnalogInput { publish, every_ms, change, map } => table(
            "AnalogInput",
            [
                topic(*publish),
                ("every", time(*every_ms)),
                ("change", change.to_string().into()),
                ("map", Code::slice(map.iter().map(|point| format!("{point:?}")))),
            ],
        ),
        RoleKind::Decision { publish, rules, tick_ms } => decision(role, *publish, rules, *tick_ms, names),
        RoleKind::SerialLog { subscribe } => {
            table("SerialLog", [("topics", Code::slice(subscribe.iter().map(|id| names.topic(*id))))])
        }
        RoleKind::Custom(custom) => custom::driver(&role.name, custom, names),
    }
}

fn decision(role: &RolePlan, publish: TopicId, rules: &[Rule], tick_ms: u32, names: &Names) -> Code {
    let asked = role.kind.subscriptions();
    let time_asked = asks_time(rules);
    let arguments = [(!asked.is_empty()).then_some("&Received::of(values)"), time_asked.then_some("now")];
    let arguments = arguments.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let parameters =
        format!("{}, {}", if asked.is_empty() { "_" } else { "values" }, if time_asked { "now" } else { "_" });
    let call = format!("{}({arguments}){}", function(&role.name), names.conversion(publish, rules));
    table(
        "Decision",
        [
            ("topic", names.topic(publish).into()),
            ("reads", Code::slice(asked.iter().map(|id| names.topic(*id)))),
            ("rules", Code::Closure(parameters, call)),
            ("tick", time(tick_ms)),
        ],
    )
}

fn sends(sends: &Sends) -> Code {
    match sends {
        Sends::Press => "Sends::Press".into(),
        Sends::Level { labels: [released, pressed] } => {
            format!("Sends::Level {{ released: {released}, pressed: {pressed} }}").into()
        }
    }
}

fn time(ms: u32) -> Code {
    duration(u64::from(ms)).into()
}

impl Names {
    /// From the answer of a decision to a value.
    fn conversion(&self, topic: TopicId, rules: &[Rule]) -> String {
        let payload = self.payload_of(topic);
        match answer(payload, rules) {
            Answer::Label => ".map(Value::from)".into(),
            Answer::Bit => ".map(|bit| Value::Label(bit.into()))".into(),
            Answer::Whole => ".map(Value::Number)".into(),
            Answer::Real => format!(".map(|exact| {}.nearest(exact))", self.payload(payload).lay_out(0, 0, 0)),
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
