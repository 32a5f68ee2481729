//! Who may say and hear what, proved by doing it: Mosquitto grants every SUBSCRIBE and filters at delivery, so that a
//! subscription proves nothing and only what arrives counts.
//!
//! On a broker of its own with the generated rules, every user (one without any right among them) subscribes to
//! everything, hears what a speaker says on each topic, and publishes on each topic itself. Acknowledgements say who may
//! write (MQTT 5), and what an observer hears says it again (MQTT 3.1.1). Every verdict comes from an answer: a fence of
//! PINGREQs tells when the broker is done.

pub mod matrix;
mod passes;
mod tricks;

use anyhow::{Result, bail};
use broker::acl::Acl;
use broker::{Broker, OBSERVER, SPEAKER};
use credentials::passwords::Passwords;
use fleetwright_generator::Artifact;
use fleetwright_generator::fleet::{Engine, Security};
use fleetwright_generator::plan::{Plan, UserPlan};
use matrix::Matrix;
use std::collections::BTreeSet;

/// A user of the throw-away broker that no rule names.
const NOBODY: &str = "fleetwright-nobody";
/// Above so many users one of each class of equal rights tries: the tries grow with the square of the users.
const MOST: usize = 300;

/// What a proof found.
pub struct Proof {
    /// Who may what, as tried.
    pub matrix: Matrix,
    /// What is not as the fleet says, in sentences; with the line that is to blame where there is one.
    pub wrong: Vec<String>,
    /// Messages that were published.
    pub tries: usize,
    /// For a large fleet: how many users stand for how many.
    pub classes: Option<(usize, usize)>,
}

impl Proof {
    /// What was tried, in a sentence.
    pub fn summary(&self) -> String {
        let classes = self.classes.map_or(String::new(), |(some, all)| {
            format!("; {some} users tried, one of each class of equal rights, for {all}")
        });
        format!("rights: {} tries to write and to read, each as the fleet says{classes}", self.tries)
    }

    /// The error that a proof with faults is.
    pub fn verdict(&self) -> Result<()> {
        if self.wrong.is_empty() {
            return Ok(());
        }
        bail!("the broker's rights are not those of the plan:\n    {}", self.wrong.join("\n    "));
    }
}

/// Somebody who tries.
struct Guest<'a> {
    name: &'a str,
    read: BTreeSet<&'a str>,
    write: BTreeSet<&'a str>,
}

/// Proves the rights of all users of a layout.
pub fn prove(plan: &Plan, artifacts: &[Artifact]) -> Result<Proof> {
    if plan.security == Security::Open {
        bail!("security is open: everybody may everything, and there is nothing to prove");
    }
    let prefix = format!("{}/{}", plan.fleet, plan.layout);
    let path = format!("{prefix}/broker/acl");
    let text = artifacts.iter().find(|artifact| artifact.path == path).map_or("", |artifact| artifact.text.as_str());
    // What can be seen in the file comes first: a rule that Mosquitto does not read keeps it from starting.
    let mut wrong = match plan.engine {
        Engine::Mosquitto => Acl::read(&format!("generated/{path}"), text).differences(&plan.users),
        Engine::Ejabberd => Vec::new(),
    };
    let (users, classes) = who(plan);
    let names = users.iter().map(|user| user.name.as_str()).chain([NOBODY, OBSERVER, SPEAKER]);
    let passwords = Passwords::throw_away(names.map(|name| plan.account(name)))?;
    let broker = match Broker::start(artifacts, &prefix, &passwords) {
        Ok(broker) => broker,
        Err(error) if wrong.is_empty() => return Err(error),
        Err(error) => bail!("{error:#}\n    {}", wrong.join("\n    ")),
    };
    let mut guests: Vec<Guest<'_>> = users
        .iter()
        .map(|user| Guest {
            name: &user.name,
            read: user.read.iter().map(String::as_str).collect(),
            write: user.write.iter().map(String::as_str).collect(),
        })
        .collect();
    guests.push(Guest { name: NOBODY, read: BTreeSet::new(), write: BTreeSet::new() });
    let known: BTreeSet<String> = users.iter().flat_map(|user| user.read.iter().chain(&user.write)).cloned().collect();
    let mut hall = passes::Hall { plan, door: broker.door(), passwords: &passwords, guests: &guests, tries: 0 };
    let matrix = hall.matrix(&known)?;
    wrong.extend(matrix.faults());
    wrong.extend(hall.again_without_reasons(&known)?);
    wrong.extend(tricks::all(&mut hall, &known)?);
    Ok(Proof { matrix, wrong, tries: hall.tries, classes })
}

/// Who tries; for a large fleet one user of each class, and a second, who must not reach the first one's topics.
fn who(plan: &Plan) -> (Vec<&UserPlan>, Option<(usize, usize)>) {
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
