//! Images for boards: one of each program, by esptool, and in it the identity of each node. The only way of a secret into
//! an image, and the images lie where nobody but their owner can look.

use crate::provision::wrong_secret;
use anyhow::{Context, Result};
use broker::tls::certificate;
use credentials::secrets::{BROKER, Secrets};
use fleetwright_chip::identity::{Identity, PowerSave, StaticAddress};
use fleetwright_generator::model::{Security, Setting, WifiFault, WifiNetwork, ssid_fault, wifi_password_fault};
use fleetwright_generator::plan::{NodePlan, Plan};
use fleetwright_tls::PublicKey;
use lx106::image::{self, FlashRegion};
use lx106::{Built, Sdk, Toolchain};
use project::root;
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// Images of the nodes of one layout.
pub struct Images<'a> {
    plan: &'a Plan,
    secrets: Secrets,
    folder: PathBuf,
    /// What of identities nobody has filled in, or not rightly.
    pub missing: BTreeSet<String>,
}

impl<'a> Images<'a> {
    /// Prepares the folder of the images; none is made yet.
    pub fn new(plan: &'a Plan) -> Result<Self> {
        let folder = root().join("target/images").join(&plan.fleet).join(&plan.layout);
        std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700))?;
        Ok(Self { plan, secrets: Secrets::load()?, folder, missing: BTreeSet::new() })
    }

    /// Makes the images of nodes that share a program: of each node its own parts, without what belongs around them.
    /// Where something of an identity is missing, the image has none.
    pub fn make(&mut self, toolchain: &Toolchain, built: &Built, nodes: &[&NodePlan]) -> Result<Vec<Vec<FlashRegion>>> {
        let scratch = tempfile::tempdir_in(&self.folder).context("a folder for an image")?;
        let image = image::Image::make(toolchain, built, scratch.path())?;
        let mut made = Vec::new();
        for node in nodes {
            let names = node.name_table(&self.plan.topics);
            let texts = self.texts(node);
            let identity = texts.as_ref().map(|texts| self.identity(texts, node, &names));
            made.push(
                image.write(identity.as_ref(), &node.name, &self.folder).with_context(|| format!("`{}`", node.name))?,
            );
        }
        Ok(made)
    }

    fn identity<'t>(&'t self, texts: &'t Texts, node: &'t NodePlan, names: &'t [u8]) -> Identity<'t> {
        Identity {
            ssid: &texts.ssid,
            wifi_password: &texts.wifi_password,
            broker: &texts.broker,
            others: &texts.others,
            port: self.plan.broker_port,
            client_id: &node.name,
            credentials: texts.account.as_ref().map(|(name, password)| (name.as_str(), password.as_str())),
            names,
            networks: &texts.networks,
            address: node.ip.map(|ip| StaticAddress::new(ip.octets())),
            power_save: self.plan.wifi.as_ref().and_then(|wifi| PowerSave::numbered(wifi.power_save? as u8)),
            pin: texts.pin.as_ref(),
        }
    }

    /// The texts of an identity, if all are known; a node without network has none.
    fn texts(&mut self, node: &NodePlan) -> Option<Texts> {
        node.status.as_ref()?;
        let networks = self.networks();
        let account = match self.plan.security {
            Security::Open => Some(None),
            Security::Password | Security::Tls | Security::TlsPinned => self.account(node).map(Some),
        };
        let pin = match self.plan.security {
            Security::TlsPinned => self.pin().map(Some),
            _ => Some(None),
        };
        let (first, others) = self.plan.broker_hosts.split_first()?;
        let mut networks = networks?;
        let (ssid, wifi_password) = if networks.is_empty() { return None } else { networks.remove(0) };
        Some(Texts {
            broker: first.clone(),
            others: others.join("\0"),
            ssid,
            wifi_password,
            networks: networks.into_iter().flat_map(|(ssid, password)| [ssid, password]).collect::<Vec<_>>().join("\0"),
            account: account?,
            pin: pin?,
        })
    }

    /// The broker's public key.
    fn pin(&mut self) -> Option<PublicKey> {
        let fleet = &self.plan.fleet;
        let secret = self.secrets.password(fleet, BROKER);
        if secret.is_none() {
            self.missing.insert(format!("the broker's key of `{fleet}`: run `cargo xtask secrets {fleet}`"));
        }
        let public = certificate::public(secret?);
        public.map_err(|error| self.missing.insert(format!("the broker's key of `{fleet}`: {error}"))).ok()
    }

    /// The newest account of a node, and its password.
    fn account(&mut self, node: &NodePlan) -> Option<(String, String)> {
        let (fleet, name) = (&self.plan.fleet, &node.name);
        let found = self
            .secrets
            .newest(fleet, name)
            .map(|(account, password)| (self.plan.account(&account), password.to_owned()));
        if found.is_none() {
            self.missing.insert(if self.secrets.standing(fleet, name).revoked {
                format!(
                    "an account of `{name}`, which is revoked: `cargo xtask rotate {fleet} {name}` gives it a new one"
                )
            } else {
                format!("the passwords of `{fleet}`: run `cargo xtask secrets {fleet}`")
            });
        }
        found
    }

    /// Name and password of each network, if all are known.
    fn networks(&mut self) -> Option<Vec<(String, String)>> {
        let Some(wifi) = &self.plan.wifi else {
            self.missing.insert(format!("`wifi: {{ ssid: …, password: … }}` in {}", self.plan.source_path));
            return None;
        };
        let read = |network: &WifiNetwork| {
            (self.setting(&network.ssid, ssid_fault), self.setting(&network.password, wifi_password_fault))
        };
        // Each is looked at, so that all that is missing is told at once.
        let read: Vec<_> = wifi.networks.iter().map(read).collect();
        read.into_iter().map(|(ssid, password)| ssid.zip(password)).collect()
    }

    /// A text of the fleet file or the secret that it names, if no node stumbles over it.
    fn setting(&mut self, setting: &Setting, fault: fn(&str) -> Option<WifiFault>) -> Option<String> {
        let name = match setting {
            Setting::Plain(text) => return Some(text.clone()),
            Setting::Secret(name) => name,
        };
        let Some(value) = self.secrets.named(name) else {
            self.missing.insert(format!("`{name}` in fleets/secrets.yaml"));
            return None;
        };
        if let Some(fault) = fault(value) {
            self.missing.insert(wrong_secret(name, fault));
            return None;
        }
        Some(value.to_owned())
    }
}

/// What is secret of an identity, and the network's name. Never printed: it has no `Debug`.
struct Texts {
    broker: String,
    others: String,
    ssid: String,
    wifi_password: String,
    /// Further networks, as an identity has them.
    networks: String,
    /// Name and password at the broker.
    account: Option<(String, String)>,
    /// The broker's public key.
    pin: Option<PublicKey>,
}

/// All that is written into a board, in the order of addresses: its image, and what belongs around it.
pub fn all_parts(sdk: &Sdk, built: &Built, mut own: Vec<FlashRegion>) -> Vec<FlashRegion> {
    own.extend(image::around(sdk, built.map));
    own.sort_by_key(|part| part.address);
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use fleetwright_generator::text::Source;
    use fleetwright_generator::{Options, generate};

    #[test]
    fn a_wifi_password_that_is_none_is_told_without_its_value() {
        let text = include_str!("../../../fleets/button-led.yaml");
        let output = generate(&Source::new("button-led.yaml", text), &Options::default()).expect("an example");
        let plan = output.plans.iter().find(|plan| plan.layout == "two-esps").expect("a layout");
        let secrets = "wifi_ssid: attic\nwifi_password: hunter2\ncredentials: { button-led: { esp-led: one } }\n";
        let secrets = Secrets::parse(secrets).expect("reads");
        let mut images = Images { plan, secrets, folder: PathBuf::new(), missing: BTreeSet::new() };
        let node = plan.nodes.iter().find(|node| node.name == "esp-led").expect("a node");
        assert!(images.texts(node).is_none(), "no node could join with it");
        let said = images.missing.into_iter().collect::<Vec<_>>().join("\n");
        assert!(
            said.starts_with("`wifi_password` in fleets/secrets.yaml: the Wi-Fi password is shorter than 8"),
            "{said}"
        );
        assert!(!said.contains("hunter2"), "{said}");
    }

    #[test]
    fn a_node_sleeps_as_the_fleet_file_says() {
        for mode in fleetwright_generator::model::PowerSave::ALL {
            let on_the_chip = PowerSave::numbered(mode as u8).expect("the same numbers");
            assert_eq!(format!("{on_the_chip:?}"), format!("{mode:?}"));
        }
    }

    #[test]
    fn a_node_is_given_its_newest_account_and_a_revoked_one_none() {
        let text = include_str!("../../../fleets/button-led.yaml");
        let output = generate(&Source::new("button-led.yaml", text), &Options::default()).expect("an example");
        let plan = output.plans.iter().find(|plan| plan.layout == "two-esps").expect("a layout");
        let secrets = "wifi_ssid: attic\nwifi_password: long enough\ncredentials: { button-led: { esp-led: one, esp-led.2: two } }\n\
                       accounts: { button-led: { esp-led: { epoch: 2, old: 1 }, esp-button: { epoch: 1, revoked: true } } }\n";
        let secrets = Secrets::parse(secrets).expect("reads");
        let mut images = Images { plan, secrets, folder: PathBuf::new(), missing: BTreeSet::new() };
        let node = |name: &str| plan.nodes.iter().find(|node| node.name == name).expect("a node");
        let texts = images.texts(node("esp-led")).expect("all is known");
        let identity = images.identity(&texts, node("esp-led"), &[]);
        assert_eq!((identity.client_id, identity.credentials), ("esp-led", Some(("esp-led.2", "two"))));
        assert!(images.texts(node("esp-button")).is_none());
        assert!(images.missing.iter().any(|what| what.contains("cargo xtask rotate button-led esp-button")));
    }
}
