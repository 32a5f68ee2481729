//! ejabberd's configuration for one broker of a cluster (ejabberd 23.01, `mod_mqtt`); it is the same on all of them.
//!
//! A check of a right costs as much as there are rules before the one that fits, so topics in which the user's own name
//! stands are one rule for all of them (`%u`).

use super::text::{fill, quoted};
use crate::model::Security;
use crate::plan::{Plan, UserPlan};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Configuration<'a> {
    source: &'a str,
    fleet: &'a str,
    port: u16,
    pinned: bool,
    publish: Vec<AccessRule>,
    subscribe: Vec<AccessRule>,
}

/// A topic filter, and the accounts that it is for; all as YAML strings.
#[derive(Serialize)]
struct AccessRule {
    filter: String,
    accounts: Vec<String>,
}

pub(super) fn configuration(plan: &Plan) -> String {
    let read = plan.users.iter().flat_map(|user| user.read.iter().map(move |topic| (user, topic)));
    let write = plan.users.iter().flat_map(|user| user.write.iter().map(move |topic| (user, topic)));
    let entry = |(user, topic): (&UserPlan, &String)| (pattern(&user.name, topic), plan.account(&user.name));
    fill(
        "ejabberd.yml",
        &Configuration {
            source: &plan.source_path,
            fleet: &plan.fleet,
            port: plan.broker_port,
            pinned: plan.security == Security::TlsPinned,
            publish: rules(write.map(entry)),
            subscribe: rules(read.map(entry)),
        },
    )
}

/// The topic with `%u` for a level that is the user's own name.
fn pattern(user: &str, topic: &str) -> String {
    let levels: Vec<&str> = topic.split('/').map(|level| if level == user { "%u" } else { level }).collect();
    levels.join("/")
}

fn rules(entries: impl Iterator<Item = (String, String)>) -> Vec<AccessRule> {
    let mut rules: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (filter, account) in entries {
        rules.entry(quoted(&filter)).or_default().push(quoted(&account));
    }
    rules.into_iter().map(|(filter, accounts)| AccessRule { filter, accounts }).collect()
}
