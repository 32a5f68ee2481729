//! Lets every broker of a cluster know every retained topic.
//!
//! ejabberd 23.01 keeps retained messages in a table that all brokers share, but each finds them by a tree of topics that
//! it fills itself: with what was in the table when it started, and with what was published through it. A topic that was
//! first published through another broker is not found until then (measured; with `use_cache: false`). A fleet's topics
//! are known, so each broker is told once of each: with its last word where another broker knows one, else with an
//! empty word that expires after a second. From then on the shared table answers.

use crate::probe::{self, Connect, Probe, Version, fence, leave, pump};
use crate::tls::Endpoint;
use anyhow::{Context, Result, bail};
use fleetwright_generator::plan::Plan;
use std::collections::BTreeMap;

/// The payload of a topic on which nobody has published; it expires after a second.
const NOTHING: &str = "unknown";

/// The password of a user.
pub(super) type Password<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Tells all brokers; how many topics they were told of.
pub fn spread(plan: &Plan, endpoints: &[Endpoint], password: Password<'_>) -> Result<usize> {
    let kept: Vec<&str> = plan.topics.iter().filter(|topic| topic.retain).map(|topic| topic.path.as_str()).collect();
    let states: Vec<&str> = plan.nodes.iter().filter_map(|node| node.status.as_deref()).chain(kept).collect();
    let is_state = |topic: &&String| states.contains(&topic.as_str());
    let mut known: Vec<BTreeMap<String, String>> = Vec::new();
    for endpoint in endpoints {
        let mut values = BTreeMap::new();
        for user in plan.users.iter().filter(|user| user.read.iter().any(|topic| is_state(&topic))) {
            let mut probe = enter(plan, *endpoint, &user.name, password)?;
            user.read.iter().filter(is_state).for_each(|topic| probe[0].subscribe(topic));
            fence(&mut probe)?;
            values.extend(std::mem::take(&mut probe[0].received));
            leave(probe);
        }
        known.push(values);
    }
    let mut count = 0;
    for user in &plan.users {
        // A topic without subscribers needs none of this.
        let is_subscribed = |topic: &&String| plan.users.iter().any(|other| other.read.contains(*topic));
        let topics: Vec<&String> = user.write.iter().filter(is_state).filter(is_subscribed).collect();
        for (endpoint, values) in endpoints.iter().zip(&known) {
            let missing: Vec<&&String> = topics.iter().filter(|topic| !values.contains_key(topic.as_str())).collect();
            if missing.is_empty() {
                continue;
            }
            let mut probe = enter(plan, *endpoint, &user.name, password)?;
            for topic in &missing {
                match known.iter().find_map(|values| values.get(topic.as_str())) {
                    Some(value) => probe[0].keep(topic, value, None),
                    None => probe[0].keep(topic, NOTHING, Some(1)),
                }
            }
            let due = probe[0].sent;
            pump(&mut probe, |_, _| (), |probe| probe.reasons.len() == due)?;
            if probe[0].reasons.iter().any(|reason| !matches!(reason, 0 | 0x10)) {
                bail!("`{}` may not write what it should", user.name);
            }
            count += missing.len();
            leave(probe);
        }
    }
    if count > 0 {
        // The empty words are gone when nodes come.
        std::thread::sleep(std::time::Duration::from_secs(2));
    }
    Ok(count)
}

/// A visit as a user, beside the session that its node may have.
fn enter(plan: &Plan, endpoint: Endpoint, user: &str, password: Password<'_>) -> Result<[Probe; 1]> {
    let (account, id) = (plan.account(user), format!("{user}-spread"));
    let secret = password(user);
    let own = secret.as_deref().map(|secret| (account.as_str(), secret));
    let connect = Connect { id: &id, account: own, key: None, will: None };
    let probe = probe::enter(endpoint, Version::V5, &connect)?;
    probe.with_context(|| format!("the broker at {} does not let `{account}` in", endpoint.address()))
}
