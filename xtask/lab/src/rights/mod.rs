//! Who may write and read what, proved by doing it: Mosquitto grants every SUBSCRIBE and filters at delivery, so that a
//! subscription proves nothing and only what arrives counts.
//!
//! On a broker of its own with the generated rules, every user (one without any right among them) subscribes to
//! everything, receives what a publisher sends on each topic, and publishes on each topic itself. Acknowledgements show
//! who may write (MQTT 5), and what an observer receives shows it again (MQTT 3.1.1). Every verdict comes from an
//! answer: a fence of PINGREQs tells when the broker is done.
//!
//! `prover` connects clients; `passes` and `bypasses` try; `matrix` has what was found, and `render` shows it.

mod bypasses;
mod client;
pub mod matrix;
mod neighbours;
mod passes;
mod proof;
mod prover;
mod render;

pub use proof::RightsProof;

use crate::throwaway::ThrowawayBroker;
use anyhow::{Result, bail};
use broker::acl::Acl;
use broker::{OBSERVER, SPEAKER};
use client::Client;
use fleetwright_generator::Artifact;
use fleetwright_generator::model::{Engine, Security};
use fleetwright_generator::plan::{Plan, UserPlan};
use prover::Prover;
use std::collections::BTreeSet;

/// A user of the throw-away broker that no rule names.
const NOBODY: &str = "fleetwright-nobody";
/// Above so many users one of each class of equal rights tries: the tries grow with the square of the users.
const MOST: usize = 300;

/// Proves the rights of all users of a layout.
///
/// # Errors
///
/// The layout has no rights to prove, or its broker does not work; rights that are wrong are no error.
pub fn prove(plan: &Plan, artifacts: &[Artifact]) -> Result<RightsProof> {
    if plan.security == Security::Open {
        bail!("security is open: everybody may everything, and there is nothing to prove");
    }
    let path = format!("{}/{}/broker/acl", plan.fleet, plan.layout);
    let text = artifacts.iter().find(|artifact| artifact.path == path).map_or("", |artifact| artifact.text.as_str());
    // What can be seen in the file comes first: a rule that Mosquitto does not read keeps it from starting.
    let mut wrong = match plan.engine {
        Engine::Mosquitto => Acl::read(&format!("generated/{path}"), text).differences(&plan.users),
        Engine::Ejabberd => Vec::new(),
    };
    let (users, classes) = choose(plan);
    let names = users.iter().map(|user| user.name.as_str()).chain([NOBODY, OBSERVER, SPEAKER]);
    let ThrowawayBroker { broker, accounts } = match ThrowawayBroker::start_for(plan, artifacts, names) {
        Ok(started) => started,
        Err(error) if wrong.is_empty() => return Err(error),
        Err(error) => bail!("{error:#}\n    {}", wrong.join("\n    ")),
    };
    let mut clients: Vec<Client<'_>> = users.iter().copied().map(Client::of).collect();
    clients.push(Client::without_rights(NOBODY));
    let known: BTreeSet<String> = users.iter().flat_map(|user| user.read.iter().chain(&user.write)).cloned().collect();
    let mut prover = Prover { plan, endpoint: broker.endpoint(), accounts: &accounts, clients: &clients, tries: 0 };
    let matrix = prover.matrix(&known)?;
    wrong.extend(matrix.faults());
    wrong.extend(prover.again_without_reasons(&known)?);
    wrong.extend(bypasses::all(&mut prover, &known)?);
    Ok(RightsProof { matrix, wrong, tries: prover.tries, classes })
}

/// The users that try: for a large fleet one user of each class, and a second, who must not reach the first one's topics.
/// And how many those are of how many, if not all of them try.
fn choose(plan: &Plan) -> (Vec<&UserPlan>, Option<(usize, usize)>) {
    if plan.users.len() <= MOST {
        return (plan.users.iter().collect(), None);
    }
    let class =
        |user: &UserPlan| plan.nodes.iter().find(|node| node.name == user.name).map(|node| node.program.clone());
    let mut seen: Vec<String> = Vec::new();
    let users: Vec<&UserPlan> = plan
        .users
        .iter()
        .filter(|user| match class(user) {
            None => true,
            Some(class) => {
                let count = seen.iter().filter(|other| **other == class).count();
                seen.push(class);
                count < 2
            }
        })
        .collect();
    let count = users.len();
    (users, Some((count, plan.users.len())))
}
