//! The README of a layout: what to wire to what, who may do what, and how to run it.

use super::graph::{payload, pin_names};
use super::text::fill;
use crate::model::{Engine, Pull, RoleKind, Security, TopicKind};
use crate::plan::{Location, Plan, RolePlan};
use serde::Serialize;

#[derive(Serialize)]
struct Readme<'a> {
    source: &'a str,
    fleet: &'a str,
    layout: &'a str,
    open: bool,
    pinned: bool,
    /// The port that shows a certificate.
    certificate: Option<u16>,
    host: &'a str,
    /// Where the brokers of a cluster are; none: there is one, Mosquitto.
    cluster: &'a [String],
    port: u16,
    /// What a user proves itself with, and the file of them.
    secret: &'a str,
    file: &'a str,
    on_broker: bool,
    nodes: Vec<NodeRow<'a>>,
    topics: Vec<TopicRow>,
    users: Vec<UserRow<'a>>,
}

#[derive(Serialize)]
struct NodeRow<'a> {
    name: &'a str,
    board: &'a str,
    networked: bool,
    /// Its fixed address.
    address: Option<String>,
    roles: Vec<RoleRow<'a>>,
}

#[derive(Serialize)]
struct RoleRow<'a> {
    name: &'a str,
    pin: String,
    wiring: String,
}

#[derive(Serialize)]
struct TopicRow {
    path: String,
    payload: String,
    location: String,
    retained: bool,
    qos: u8,
}

#[derive(Serialize)]
struct UserRow<'a> {
    name: &'a str,
    read: String,
    write: String,
}

pub(super) fn emit(plan: &Plan) -> String {
    let nodes = plan.nodes.iter().map(|node| NodeRow {
        name: &node.name,
        board: &node.board,
        networked: node.status.is_some(),
        address: node.ip.map(|ip| ip.to_string()),
        roles: node.roles.iter().map(|role| self::role(role, &node.analog_volts)).collect(),
    });
    let topics = plan.topics.iter().map(|topic| TopicRow {
        path: cell(&topic.path),
        payload: match topic.kind {
            TopicKind::Plain => cell(&payload(&topic.payload)),
            TopicKind::State { .. } => format!("{}, as its owner says", cell(&payload(&topic.payload))),
            TopicKind::Requests { .. } => format!("{}, as somebody asks for it", cell(&payload(&topic.payload))),
        },
        location: match topic.location {
            Location::Broker => "broker".into(),
            Location::Node(node) => format!("inside `{}`", plan.nodes[node].name),
            Location::Unused => "nobody uses it in this layout".into(),
        },
        retained: topic.retain,
        qos: u8::from(topic.at_least_once),
    });
    let paths = |paths: &[String]| paths.iter().map(|path| format!("`{}`", cell(path))).collect::<Vec<_>>().join(", ");
    let users =
        plan.users.iter().map(|user| UserRow { name: &user.name, read: paths(&user.read), write: paths(&user.write) });
    let (secret, file) = match plan.security {
        Security::Tls => ("key", "psk"),
        Security::Open | Security::Password | Security::TlsPinned => ("password", "passwd"),
    };
    let readme = Readme {
        source: &plan.source_path,
        fleet: &plan.fleet,
        layout: &plan.layout,
        open: plan.security == Security::Open,
        pinned: plan.security == Security::TlsPinned,
        certificate: plan.has_certificate().then_some(plan.certificate_port.unwrap_or(plan.broker_port)),
        host: plan.broker_hosts.first().map_or("", String::as_str),
        cluster: if plan.engine == Engine::Ejabberd { &plan.broker_hosts } else { &[] },
        port: plan.broker_port,
        secret,
        file,
        on_broker: plan.nodes.iter().any(|node| node.status.is_some()),
        nodes: nodes.collect(),
        topics: topics.collect(),
        users: users.collect(),
    };
    fill("readme.md", &readme)
}

/// A text in a Markdown table.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('`', "'")
}

fn role<'a>(role: &'a RolePlan, analog_volts: &str) -> RoleRow<'a> {
    let pin = pin_names(role);
    let label = role.pin.as_ref().map(|pin| pin.label.as_str()).unwrap_or_default();
    let wiring = match &role.kind {
        RoleKind::SwitchOutput { active_high: true, .. } => {
            format!("what it switches: on while {label} is high (3.3 V, at most 12 mA)")
        }
        RoleKind::SwitchOutput { .. } => format!("what it switches: on while {label} is low"),
        RoleKind::DimmerOutput { active_high, .. } => {
            let level = if *active_high { "high" } else { "low" };
            format!("an LED with its resistor, or the driver of a lamp: {label} is {level} for a part of the time")
        }
        RoleKind::PushButton { pull: Pull::Up, .. } => {
            format!("a button between {label} and GND; the chip's own pull-up is on")
        }
        RoleKind::PushButton { pull: Pull::Down, .. } => {
            format!("a button between {label} and 3.3 V; the chip's own pull-down is on")
        }
        RoleKind::PushButton { .. } => {
            format!("a button between {label} and GND, and a resistor of 10 kΩ from {label} to 3.3 V")
        }
        RoleKind::DigitalInput { pull, active_high, .. } => {
            let level = if *active_high { "high" } else { "low" };
            let resistor = match pull {
                Pull::None => "no pull: the sensor drives it",
                Pull::Up => "the chip's own pull-up is on",
                Pull::Down => "the chip's own pull-down is on",
            };
            format!("a contact or sensor with 3.3 V; active while {label} is {level} ({resistor})")
        }
        RoleKind::AnalogInput { .. } => {
            format!("the voltage to measure: 0 to {analog_volts} V on this board")
        }
        RoleKind::Custom(custom) if role.pins.is_empty() => format!("nothing; see `{}`", custom.source),
        RoleKind::Custom(custom) => format!("see `{}`", custom.source),
        RoleKind::Decision { .. } | RoleKind::SerialLog { .. } => "nothing: it works with messages".into(),
    };
    let chosen = role.pin.iter().chain(role.pins.iter().map(|(_, pin)| pin)).filter_map(|pin| {
        let why = pin.why.as_ref()?;
        Some(format!("; {} was chosen: {}", pin.label, cell(why)))
    });
    let wiring = chosen.fold(wiring, |text, why| text + &why);
    RoleRow { name: &role.key, pin, wiring }
}
