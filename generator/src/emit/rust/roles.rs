//! The table of roles: each driver with its options.

use super::conditions::duration;
use super::custom;
use super::layout::{Code, item};
use super::names::{Names, function};
use super::rules::{Answer, answer, asks_time};
use crate::model::{AtBoot, Level, Pull, RoleKind, Rule, Sends, TopicId, TopicKind};
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
    options_of(&format!("&{driver}"), options)
}

/// The driver of an output; inside of its owner, if it has a state.
fn output(
    [output, owner]: [&str; 2],
    options: impl IntoIterator<Item = (&'static str, Code)>,
    owns: Option<Vec<(&'static str, Code)>>,
) -> Code {
    match owns {
        None => table(output, options),
        Some(owns) => table(owner, owns.into_iter().chain([("output", options_of(output, options))])),
    }
}

/// A structure of options, each a name and a value.
fn options_of(name: &str, options: impl IntoIterator<Item = (&'static str, Code)>) -> Code {
    Code::Struct(name.to_owned(), options.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn driver(role: &RolePlan, names: &Names) -> Code {
    let topic = |id: TopicId| ("topic", Code::from(names.topic(id)));
    let pin = role.pin.as_ref().map(|pin| ("pin", Code::from(format!("Gpio({})", pin.gpio))));
    let wired = |id: TopicId| [topic(id)].into_iter().chain(pin.clone());
    let keeps = |at_boot: AtBoot| ("keeps", Code::from((at_boot == AtBoot::Last).to_string()));
    let owned = |id: TopicId| ("state", Code::from(names.topic(id)));
    match &role.kind {
        RoleKind::SwitchOutput { subscribe, owns, active_high, at_boot, on } => {
            let options = wired(*subscribe).chain([
                ("active", level(Level::high(*active_high)).into()),
                ("at_boot", (*at_boot == AtBoot::On).to_string().into()),
                ("on", Code::slice(on.iter().map(ToString::to_string))),
            ]);
            output(["SwitchOutput", "SwitchOwner"], options, owns.map(|state| vec![owned(state), keeps(*at_boot)]))
        }
        RoleKind::DimmerOutput { subscribe, owns, active_high, at_boot, fade_ms } => {
            let options = wired(*subscribe)
                .chain([("active", level(Level::high(*active_high)).into()), ("fade", time(*fade_ms))]);
            let percent = if *at_boot == AtBoot::On { "100" } else { "0" };
            let owner = owns.map(|state| vec![owned(state), ("at_boot", percent.into()), keeps(*at_boot)]);
            output(["DimmerOutput", "DimmerOwner"], options, owner)
        }
        RoleKind::PushButton { publish, sends, pull, debounce_ms } => table(
            "PushButton",
            wired(*publish).chain([
                ("pull", resistor(*pull).into()),
                ("pressed", level(pull.pressed_level()).into()),
                ("debounce", time(*debounce_ms)),
                ("sends", self::sends(sends, names)),
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
    let options = [
        ("topic", names.topic(publish).into()),
        ("reads", Code::slice(asked.iter().map(|id| names.topic(*id)))),
        ("rules", Code::Closure(parameters, call)),
        ("tick", time(tick_ms)),
    ];
    match names.kind_of(publish) {
        TopicKind::Requests { .. } => table("SettingDecision", [("decision", options_of("Decision", options))]),
        TopicKind::Plain | TopicKind::State { .. } => table("Decision", options),
    }
}

fn sends(sends: &Sends, names: &Names) -> Code {
    match sends {
        Sends::Press => "Sends::Press".into(),
        Sends::After { state } => format!("Sends::After {{ state: {} }}", names.topic(*state)).into(),
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
