//! Mosquitto's configuration and access rules (mosquitto.conf(5)).

use super::text::fill;
use crate::fleet::Security;
use crate::plan::{Plan, UserPlan};
use serde::Serialize;

#[derive(Serialize)]
struct Configuration<'a> {
    source: &'a str,
    fleet: &'a str,
    port: u16,
    open: bool,
    tls: bool,
}

#[derive(Serialize)]
struct Acl<'a> {
    source: &'a str,
    open: bool,
    users: Vec<User<'a>>,
}

#[derive(Serialize)]
struct User<'a> {
    name: &'a str,
    read: &'a [String],
    write: &'a [String],
}

pub(super) fn configuration(plan: &Plan) -> String {
    let open = plan.security == Security::Open;
    let tls = plan.security == Security::Tls;
    let values = Configuration { source: &plan.source_path, fleet: &plan.fleet, port: plan.broker_port, open, tls };
    fill("mosquitto.conf", &values)
}

pub(super) fn acl(plan: &Plan) -> String {
    let users = plan.users.iter().map(|UserPlan { name, read, write }| User { name, read, write }).collect();
    fill("acl", &Acl { source: &plan.source_path, open: plan.security == Security::Open, users })
}
