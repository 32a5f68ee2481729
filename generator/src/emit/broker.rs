//! Mosquitto's configuration and access rules (mosquitto.conf(5)).

/// Where a broker's files lie and how it runs: what a fleet file does not say.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The folder of `acl` and the file of credentials, without control characters.
    pub folder: &'a str,
    /// The one address that it listens on; `None`: all of them.
    pub address: Option<&'a str>,
    /// The folder of Mosquitto 2.1's plugins, which do there what two options do in 2.0. The options go on being understood
    /// until 3.0.
    pub plugins: Option<&'a str>,
}

use super::text::fill;
use crate::model::Security;
use crate::plan::{Plan, UserPlan};
use serde::Serialize;

#[derive(Serialize)]
struct Configuration<'a> {
    source: &'a str,
    fleet: &'a str,
    port: u16,
    address: Option<&'a str>,
    folder: &'a str,
    plugins: Option<&'a str>,
    open: bool,
    tls: bool,
    pinned: bool,
    certificate_port: Option<u16>,
}

#[derive(Serialize)]
struct Acl<'a> {
    source: &'a str,
    open: bool,
    users: Vec<AclUser<'a>>,
}

#[derive(Serialize)]
struct AclUser<'a> {
    name: &'a str,
    read: &'a [String],
    write: &'a [String],
}

/// The configuration as it is generated: where Debian's Mosquitto finds it.
pub(super) fn usual(plan: &Plan) -> String {
    let folder = format!("/etc/mosquitto/fleetwright/{}", plan.fleet);
    configuration(plan, &Site { folder: &folder, address: None, plugins: None })
}

/// The configuration for a broker.
pub fn configuration(plan: &Plan, site: &Site<'_>) -> String {
    let Site { folder, address, plugins } = *site;
    let values = Configuration {
        source: &plan.source_path,
        fleet: &plan.fleet,
        port: plan.broker_port,
        address,
        folder,
        plugins,
        open: plan.security == Security::Open,
        tls: plan.security == Security::Tls,
        pinned: plan.security == Security::TlsPinned,
        certificate_port: plan.certificate_port,
    };
    fill("mosquitto.conf", &values)
}

/// The access rules of all users.
pub fn acl(plan: &Plan) -> String {
    let users = plan.users.iter().map(|UserPlan { name, read, write }| AclUser { name, read, write }).collect();
    fill("acl", &Acl { source: &plan.source_path, open: plan.security == Security::Open, users })
}
