//! Who may say and hear what, proved by doing it: Mosquitto grants every SUBSCRIBE and filters at delivery, so that a
//! subscription proves nothing and only what arrives counts.
//!
//! On a broker of its own with the generated rules, every user subscribes to everything and publishes on every topic.
//! The acknowledgements say who may write, what arrives says who may read.

use crate::acl::Acl;
use crate::broker::Broker;
use crate::passwords::Passwords;
use crate::probe::Probe;
use anyhow::{Context, Result, bail};
use fleetwright_generator::Artifact;
use fleetwright_generator::plan::{Plan, UserPlan};
use std::collections::BTreeSet;

/// Proves the rights of all users; what was tried, in a sentence.
pub fn prove(plan: &Plan, artifacts: &[Artifact]) -> Result<String> {
    let passwords = Passwords::throw_away(plan.users.iter().map(|user| user.name.as_str()))?;
    let broker = Broker::start(artifacts, &format!("{}/{}", plan.fleet, plan.layout), &passwords)?;
    let mut topics: BTreeSet<&str> =
        plan.users.iter().flat_map(|user| user.read.iter().chain(&user.write)).map(String::as_str).collect();
    // Two that nobody may use: beside the fleet's topics, and outside of them.
    let nobody = format!("{}/nobody", plan.fleet);
    topics.extend([nobody.as_str(), "nobody"]);
    let mut probes = Vec::new();
    for user in &plan.users {
        let password = passwords.0.get(&user.name).context("a user without a password")?;
        let mut probe = Probe::connect(broker.port(), &user.name, password)?;
        probe.subscribe("#")?;
        probes.push((user, probe));
    }
    let mut wrong = Vec::new();
    for (user, probe) in &mut probes {
        for topic in &topics {
            // The payload says who spoke.
            let may = probe.publish(topic, &user.name)?;
            if may != user.write.iter().any(|known| known == topic) {
                wrong.push(format!("`{}` {} write {topic}", user.name, if may { "may" } else { "may not" }));
            }
        }
    }
    let tried = probes.len() * topics.len();
    for (user, probe) in probes {
        wrong.extend(compare(user, &probe.unsubscribe("#")?.into_iter().collect(), plan));
    }
    let path = format!("{}/{}/broker/acl", plan.fleet, plan.layout);
    let rules = artifacts.iter().find(|file| file.path == path).context("the layout has no access rules")?;
    // Some slips give nobody another right today, as a user's second block: they are found in the file alone.
    wrong.extend(Acl::read(&format!("generated/{path}"), &rules.text).differences(&plan.users));
    if !wrong.is_empty() {
        bail!("the broker's rights are not those of the plan:\n    {}", wrong.join("\n    "));
    }
    Ok(format!("rights: {tried} tries to write, each heard by who may read it and by nobody else"))
}

/// What a user heard against what it should have heard, as (topic, who spoke).
fn compare(user: &UserPlan, heard: &BTreeSet<(String, String)>, plan: &Plan) -> Vec<String> {
    let spoken =
        plan.users.iter().flat_map(|other| other.write.iter().map(|topic| (topic.clone(), other.name.clone())));
    let due: BTreeSet<(String, String)> = spoken.filter(|(topic, _)| user.read.contains(topic)).collect();
    let deaf = due.difference(heard).map(|(topic, who)| format!("`{}` does not hear `{who}` on {topic}", user.name));
    let curious = heard.difference(&due).map(|(topic, who)| format!("`{}` hears `{who}` on {topic}", user.name));
    deaf.chain(curious).collect()
}
