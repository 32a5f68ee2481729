//! A layout on stage: a broker with the generated files, every node as a process with its own credentials, and an
//! observer. What verify, sim and the tests have in common.

use crate::nodes::{self, Node, On};
use anyhow::{Context, Result, bail};
use broker::tls::{Door, Tls};
use broker::watch::{Message, Watcher};
use broker::{Broker, OBSERVER, secret};
use credentials::hex;
use credentials::passwords::Passwords;
use fleetwright_chip::identity::Identity;
use fleetwright_generator::Artifact;
use fleetwright_generator::fleet::{Payload, Pull, RoleKind, Security, TopicId};
use fleetwright_generator::plan::{NodePlan, Place, Plan, RolePlan};
use lx106::Kit;
use project::fleets::root;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// How long anything may take that should happen at once; generous, since machines can be busy.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What to print while it runs.
#[derive(Clone, Copy, Default)]
pub struct Shown {
    /// Called for every message on the broker.
    pub message: Option<fn(&Message)>,
    /// Called for every line of a node, with its name.
    pub line: Option<fn(&str, &str)>,
}

/// A running layout.
pub struct Stage {
    /// What was decided about it.
    pub plan: Plan,
    /// In the order of the plan; they end before the broker does.
    pub nodes: Vec<Node>,
    /// `None`: no topic leaves its node, and no client has a user.
    pub broker: Option<Broker>,
    /// Sees everything on the broker.
    pub observer: Option<Watcher>,
    passwords: Passwords,
    _folder: TempDir,
}

impl Stage {
    /// Builds and starts everything, with nodes as processes; returns when all nodes are connected.
    pub fn start(out: &Path, plan: &Plan, artifacts: &[Artifact], shown: Shown) -> Result<Self> {
        Self::start_on(On::Host, out, plan, artifacts, shown)
    }

    /// Builds and starts everything, with nodes that run on this.
    pub fn start_on(on: On, out: &Path, plan: &Plan, artifacts: &[Artifact], shown: Shown) -> Result<Self> {
        let programs = match on {
            On::Host => Programs::Host(nodes::build(out, plan)?),
            On::Emulator => Programs::Emulator(built(out, plan)?),
        };
        let users = plan.users.iter().map(|user| user.name.as_str()).chain([OBSERVER]).map(|user| plan.account(user));
        let passwords = Passwords::throw_away(users)?;
        let folder = tempfile::Builder::new().prefix("fleetwright-nodes").tempdir().context("making a folder")?;
        let networked = plan.nodes.iter().any(|node| node.status.is_some()) || !plan.clients.is_empty();
        let (mut broker, mut observer) = (None, None);
        if networked {
            let prefix = format!("{}/{}", plan.fleet, plan.layout);
            let started = Broker::start(artifacts, &prefix, &passwords)?;
            started.prepare(plan, &passwords)?;
            let user = credentials(plan, &passwords, OBSERVER);
            observer = Some(Watcher::start(started.door(), user, "#", shown.message)?);
            broker = Some(started);
        }
        let mut running = Vec::new();
        for (place, node) in plan.nodes.iter().enumerate() {
            let seed = place as u32 + 1;
            let broker = broker.as_ref().filter(|_| node.status.is_some());
            let own = credentials(plan, &passwords, &node.name);
            running.push(match &programs {
                Programs::Host(programs) => {
                    let mut words = words(seed, broker, own, folder.path())?;
                    words.extend(naming(plan, node));
                    Node::start(&node.name, &programs.join(&node.program), &words, shown.line)?
                }
                Programs::Emulator(built) => {
                    let elf = identified(&built[place], plan, node, broker, own, folder.path())?;
                    Node::emulate(&node.name, &elf, seed, shown.line)?
                }
            });
        }
        let stage = Self { plan: plan.clone(), broker, observer, nodes: running, passwords, _folder: folder };
        for (node, planned) in stage.nodes.iter().zip(&stage.plan.nodes) {
            node.expect("ready", 0, PATIENCE)?;
            if let (Some(status), Some(observer)) = (&planned.status, &stage.observer) {
                node.expect("link up", 0, PATIENCE)?;
                observer.expect(status, "online", 0, PATIENCE)?;
            }
        }
        Ok(stage)
    }

    /// The password of a user on this stage; `None` where nobody has one.
    pub fn password(&self, user: &str) -> Option<&str> {
        credentials(&self.plan, &self.passwords, user).map(|(_, password)| password)
    }

    /// The observer; every layout with a broker has one.
    pub fn observer(&self) -> Result<&Watcher> {
        self.observer.as_ref().context("this layout has no broker")
    }

    /// Where a role is: its node's place, and its plan.
    pub fn role(&self, key: &str) -> Result<(usize, RolePlan)> {
        let nodes = self.plan.nodes.iter().enumerate();
        let mut roles = nodes.flat_map(|(place, node)| node.roles.iter().map(move |role| (place, role)));
        match roles.find(|(_, role)| role.key == key) {
            Some((place, role)) => Ok((place, role.clone())),
            None => {
                let keys: Vec<&str> =
                    self.plan.nodes.iter().flat_map(|node| node.roles.iter().map(|role| role.key.as_str())).collect();
                bail!("there is no role `{key}` here; there are: {}", keys.join(", "))
            }
        }
    }

    /// Presses a button and lets it go again.
    pub fn press(&mut self, key: &str) -> Result<()> {
        let (place, role) = self.role(key)?;
        let RoleKind::PushButton { pull, debounce_ms, .. } = role.kind else { bail!("`{key}` is no button") };
        let gpio = gpio(&role)?;
        let bounce = Duration::from_millis(u64::from(debounce_ms) * 2 + 40);
        for pressed in [true, false] {
            self.nodes[place].tell(&level(gpio, pressed == (pull == Pull::Down)))?;
            std::thread::sleep(bounce);
        }
        Ok(())
    }

    /// Lets the world do something to a role's pin, in the words of its topic: `set sensor 12`, `set presence present`.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let (place, role) = self.role(key)?;
        let line = input_line(&self.plan, &role, value)?;
        self.nodes[place].tell(&line)
    }

    /// Waits until the pin of a switch is on or off.
    pub fn expect_switch(&self, key: &str, on: bool) -> Result<()> {
        self.expect_switch_within(key, on, PATIENCE)
    }

    /// As [`Stage::expect_switch`], with a limit of one's own.
    pub fn expect_switch_within(&self, key: &str, on: bool, patience: Duration) -> Result<()> {
        let (place, role) = self.role(key)?;
        let RoleKind::SwitchOutput { active_high, .. } = role.kind else { bail!("`{key}` switches nothing") };
        self.nodes[place].expect_pin(gpio(&role)?, on == active_high, patience).with_context(|| format!("`{key}`"))
    }

    /// Whether a topic is to be seen on the broker.
    pub fn on_broker(&self, id: TopicId) -> bool {
        self.plan.topics[id.0].place == Place::Broker
    }
}

/// The programs of a layout's nodes.
enum Programs {
    /// In this folder, by their names.
    Host(PathBuf),
    /// In the order of the plan, without identities.
    Emulator(Vec<PathBuf>),
}

/// Builds the nodes of a layout for the emulator.
pub(crate) fn built(out: &Path, plan: &Plan) -> Result<Vec<PathBuf>> {
    let kit = Kit::ready(&root(), &root().join("target"))?;
    let workspace = out.join(&plan.fleet).join(&plan.layout).join("firmware");
    let build = |node: &NodePlan| {
        let built = kit.build(&workspace, &node.program, lx106::map(node.flash_kb)?, lx106::On::Emulator)?;
        Ok(built.elf)
    };
    plan.nodes.iter().map(build).collect()
}

/// What a node's process is told; the password by a file.
fn words(seed: u32, broker: Option<&Broker>, own: Option<(&str, &str)>, folder: &Path) -> Result<Vec<String>> {
    let mut words = vec!["--seed".to_owned(), seed.to_string()];
    if let Some(broker) = broker {
        words.extend(broker.addresses().into_iter().flat_map(|address| ["--broker".to_owned(), address]));
        words.extend(proving(own, broker.door().tls, folder)?);
    }
    Ok(words)
}

/// How a node's process is told who it is, and who the broker is; the secret by a file of this folder.
pub fn proving(own: Option<(&str, &str)>, tls: Tls, folder: &Path) -> Result<Vec<String>> {
    let Some((user, password)) = own else { return Ok(Vec::new()) };
    let path = folder.join(user);
    let file = path.to_string_lossy();
    if tls == Tls::Keyed {
        secret(&path, &format!("{user}:{password}"))?;
        return Ok(["--psk-file", &file].map(str::to_owned).into());
    }
    secret(&path, password)?;
    let mut words: Vec<String> = ["--user", user, "--password-file", &file].map(str::to_owned).into();
    if let Tls::Pinned(pin) = tls {
        words.extend(["--pin".to_owned(), hex::encode(&pin)]);
    }
    Ok(words)
}

/// What a copy that shares its program is told of its names.
pub(crate) fn naming(plan: &Plan, node: &NodePlan) -> Vec<String> {
    if node.copies.is_none() {
        return Vec::new();
    }
    let names = node.names(&plan.topics);
    let names = names.iter().flat_map(|name| ["--name".to_owned(), (*name).to_owned()]);
    ["--client-id".to_owned(), node.name.clone()].into_iter().chain(names).collect()
}

/// A copy of a linked node that knows this stage's broker and its password there.
pub(crate) fn identified(
    elf: &Path,
    plan: &Plan,
    node: &NodePlan,
    broker: Option<&Broker>,
    own: Option<(&str, &str)>,
    folder: &Path,
) -> Result<PathBuf> {
    let Some(broker) = broker else { return Ok(elf.to_owned()) };
    let hosts = broker.addresses().iter().filter_map(|address| address.split(':').next().map(str::to_owned)).collect();
    let copy = folder.join(format!("{}.elf", node.name));
    emulated(elf, plan, node, (hosts, broker.door()), own, &copy)?;
    Ok(copy)
}

/// Writes a copy of a linked node with an identity for the emulator: brokers on the port of one door and spoken to as
/// that one is, and an account there.
pub(crate) fn emulated(
    elf: &Path,
    plan: &Plan,
    node: &NodePlan,
    (hosts, door): (Vec<String>, Door),
    own: Option<(&str, &str)>,
    copy: &Path,
) -> Result<()> {
    let (first, others) = hosts.split_first().context("a broker without an address")?;
    let identity = Identity {
        ssid: "fleetwright",
        wifi_password: "in the emulator",
        broker: first,
        others: &others.join("\0"),
        port: door.port,
        client_id: &node.name,
        credentials: own,
        names: &node.name_table(&plan.topics),
        pin: if let Tls::Pinned(pin) = &door.tls { Some(pin) } else { None },
    };
    lx106::patch(elf, &identity, copy)
}

/// What the world does to a role's pin, as a line for its node.
pub fn input_line(plan: &Plan, role: &RolePlan, value: &str) -> Result<String> {
    let payload = |id: TopicId| plan.topics[id.0].payload.clone();
    match &role.kind {
        RoleKind::AnalogInput { publish, map, .. } => {
            Ok(format!("analog {}", reading(&payload(*publish), map, value)?))
        }
        RoleKind::DigitalInput { publish, active_high, labels, .. } => {
            let active = label(&payload(*publish), value)? == usize::from(labels[1]);
            Ok(level(gpio(role)?, active == *active_high))
        }
        RoleKind::PushButton { pull, .. } => {
            let pressed = match value {
                "pressed" => true,
                "released" => false,
                _ => bail!("a button is `pressed` or `released`"),
            };
            Ok(level(gpio(role)?, pressed == (*pull == Pull::Down)))
        }
        _ => bail!("`{}` is no input", role.key),
    }
}

pub(crate) fn credentials<'a>(plan: &Plan, passwords: &'a Passwords, user: &str) -> Option<(&'a str, &'a str)> {
    let (user, password) = passwords.0.get_key_value(&plan.account(user))?;
    (plan.security != Security::Open).then_some((user.as_str(), password.as_str()))
}

fn gpio(role: &RolePlan) -> Result<u8> {
    role.pin.as_ref().map(|pin| pin.gpio).with_context(|| format!("`{}` has no pin", role.key))
}

fn level(gpio: u8, high: bool) -> String {
    format!("pin {gpio} {}", if high { "high" } else { "low" })
}

/// The place of a label.
fn label(payload: &Payload, value: &str) -> Result<usize> {
    let labels = payload.labels();
    let found = labels.iter().position(|label| label == value);
    found.with_context(|| format!("`{value}` is none of: {}", labels.join(", ")))
}

/// A figure as its topic's messages spell it.
pub fn spelled(payload: &Payload, figure: i32) -> String {
    match payload {
        Payload::Number { decimals, .. } => {
            format!("{:.*}", usize::from(*decimals), f64::from(figure) / 10f64.powi(i32::from(*decimals)))
        }
        _ => figure.to_string(),
    }
}

/// The reading of A0 that stands for a value: the first point between two of the map whose line passes it.
fn reading(payload: &Payload, map: &[(i32, i32)], value: &str) -> Result<i32> {
    let decimals = if let Payload::Number { decimals, .. } = payload { *decimals } else { 0 };
    let value: f64 = value.parse().with_context(|| format!("`{value}` is no number"))?;
    let figure = value * 10f64.powi(i32::from(decimals));
    for pair in map.windows(2) {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        let (low, high) = (f64::from(low), f64::from(high));
        if figure >= low.min(high) && figure <= low.max(high) {
            let part = if high == low { 0.0 } else { (figure - low) / (high - low) };
            return Ok(from + (part * f64::from(to - from)).round() as i32);
        }
    }
    bail!("`{value}` lies outside of the sensor's map")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_for_values() {
        let map = [(0, 0), (1023, 100)];
        assert_eq!(reading(&Payload::Percent, &map, "0").ok(), Some(0));
        assert_eq!(reading(&Payload::Percent, &map, "12").ok(), Some(123));
        assert_eq!(reading(&Payload::Percent, &map, "100").ok(), Some(1023));
        assert!(reading(&Payload::Percent, &map, "101").is_err());
        assert_eq!(reading(&Payload::Percent, &[(0, 100), (1023, 0)], "100").ok(), Some(0));
    }
}
