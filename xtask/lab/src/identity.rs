//! How a node gets its identity (names, brokers, account): as arguments of a process, or in a copy of its linked program.

use crate::throwaway::Account;
use anyhow::{Context, Result};
use broker::Broker;
use broker::tls::Tls;
use credentials::hex;
use fleetwright_chip::identity::{Identity, PowerSave, StaticAddress};
use fleetwright_generator::plan::{NodePlan, Plan};
use fleetwright_protocol::WIFI_PASSWORD;
use project::private;
use std::net::SocketAddr;
use std::path::Path;

/// The arguments that give a process its account and tell it how to recognise the broker. The secret goes into a file of
/// this folder, which nobody else may read; without an account there are no arguments.
pub fn account_arguments(account: Option<Account<'_>>, tls: Tls, folder: &Path) -> Result<Vec<String>> {
    let Some((user, password)) = account else { return Ok(Vec::new()) };
    let path = folder.join(user);
    let file = path.to_string_lossy();
    if tls == Tls::Keyed {
        private::write(&path, &format!("{user}:{password}"))?;
        return Ok(["--psk-file", &file].map(str::to_owned).into());
    }
    private::write(&path, password)?;
    let mut arguments: Vec<String> = ["--user", user, "--password-file", &file].map(str::to_owned).into();
    if let Tls::Pinned(pin) = tls {
        arguments.extend(["--pin".to_owned(), hex::encode(&pin)]);
    }
    Ok(arguments)
}

/// The arguments that give a process its client identifier and topic names, if it shares its program with others.
pub(crate) fn name_arguments(plan: &Plan, node: &NodePlan) -> Vec<String> {
    if node.copies.is_none() {
        return Vec::new();
    }
    let names = node.names(&plan.topics);
    let names = names.iter().flat_map(|name| ["--name".to_owned(), (*name).to_owned()]);
    ["--client-id".to_owned(), node.name.clone()].into_iter().chain(names).collect()
}

/// Where an emulated node finds its brokers: several hosts, one port.
pub(crate) struct BrokerAddresses {
    first: String,
    others: Vec<String>,
    port: u16,
    tls: Tls,
}

impl BrokerAddresses {
    /// Those of a running broker.
    ///
    /// # Errors
    ///
    /// It listens nowhere.
    pub(crate) fn of(broker: &Broker) -> Result<Self> {
        let endpoint = broker.endpoint();
        let addresses = broker.addresses();
        let hosts = addresses.iter().filter_map(|address| address.split(':').next().map(str::to_owned));
        Self::new(hosts.collect(), endpoint.port, endpoint.tls).context("a broker without an address")
    }

    /// Those of sockets that all have the port of the first; `None`: there are none.
    pub(crate) fn of_sockets(sockets: &[SocketAddr], tls: Tls) -> Option<Self> {
        let hosts = sockets.iter().map(|socket| socket.ip().to_string()).collect();
        Self::new(hosts, sockets.first()?.port(), tls)
    }

    fn new(mut hosts: Vec<String>, port: u16, tls: Tls) -> Option<Self> {
        let others = if hosts.is_empty() { return None } else { hosts.split_off(1) };
        hosts.pop().map(|first| Self { first, others, port, tls })
    }
}

/// As many further networks as the fleet has. None is ever needed: the first is there.
fn further_networks(plan: &Plan) -> String {
    let count = plan.wifi.as_ref().map_or(1, |wifi| wifi.networks.len());
    let names: Vec<String> = (2..=count).map(|number| format!("fleetwright-{number}\0{WIFI_PASSWORD}")).collect();
    names.join("\0")
}

/// Writes a copy of a linked program that has the identity of a node.
pub(crate) fn write_image(
    elf: &Path,
    plan: &Plan,
    node: &NodePlan,
    brokers: &BrokerAddresses,
    account: Option<Account<'_>>,
    image: &Path,
) -> Result<()> {
    let identity = Identity {
        ssid: "fleetwright",
        wifi_password: WIFI_PASSWORD,
        broker: &brokers.first,
        others: &brokers.others.join("\0"),
        port: brokers.port,
        client_id: &node.name,
        credentials: account,
        names: &node.name_table(&plan.topics),
        networks: &further_networks(plan),
        address: node.ip.map(|ip| StaticAddress::new(ip.octets())),
        power_save: plan.wifi.as_ref().and_then(|wifi| PowerSave::numbered(wifi.power_save? as u8)),
        pin: if let Tls::Pinned(pin) = &brokers.tls { Some(pin) } else { None },
    };
    lx106::patch(elf, &identity, image)
}
