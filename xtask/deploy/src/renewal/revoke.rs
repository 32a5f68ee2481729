//! An end to a user: out at once, with all that it left behind.

use super::evict::evict;
use super::users::{node, user};
use crate::deployment::Deployment;
use crate::install::Report;
use crate::sentinel::{Access, Login, ask};
use anyhow::{Result, bail};
use credentials::secrets::account_name;
use credentials::secrets::file::SecretsFile;
use fleetwright_generator::plan::Plan;

/// Takes away all accounts of a user, cuts its connection, and has the broker forget what only it could have published. The
/// others keep their connections. `progress` gets a line for each step.
///
/// # Errors
///
/// There is no such user; or the files are refused, and it is still in. That it is revoked is remembered first, so that
/// the next `apply` keeps it out.
pub fn revoke(
    deployment: &Deployment,
    secrets_file: &mut SecretsFile,
    name: &str,
    progress: &mut dyn FnMut(&str),
) -> Result<Report> {
    let plan = &deployment.plan;
    let (fleet, name) = (&plan.fleet, user(plan, name)?);
    let mut standing = secrets_file.secrets.standing(fleet, name);
    let mut ended = Vec::new();
    for epoch in 1..=standing.epoch {
        let account = account_name(name, epoch);
        if let Some(password) = secrets_file.secrets.password(fleet, &account) {
            ended.push(Login { password: password.to_owned(), user: account.clone() });
        }
        secrets_file.forget(fleet, &account);
    }
    standing.revoked = true;
    standing.old = None;
    secrets_file.stand(fleet, name, standing);
    secrets_file.save(&[])?;
    progress(&format!("  ok  `{name}` is remembered as revoked; `cargo xtask rotate {fleet} {name}` is the way back"));
    let last = deployment.files(&secrets_file.secrets)?;
    if !deployment.is_live() {
        return deployment.install(&last);
    }
    let topics = alone(plan, name);
    let accounts: Vec<String> = (1..=standing.epoch).map(|epoch| account_name(name, epoch)).collect();
    let report = evict(deployment, &secrets_file.secrets, &accounts, &topics)?;
    progress("  ok  its connection is cut, and its session forgotten");
    if !topics.is_empty() {
        progress(&format!("  ok  the broker has forgotten what it kept of {}", topics.join(", ")));
    }
    for login in &ended {
        if ask(last.endpoint, login)? != Access::Out {
            bail!("the broker STILL LETS `{}` IN", login.user);
        }
    }
    if !ended.is_empty() {
        progress(&format!("  ok  the broker refuses the old password of `{name}`"));
    }
    Ok(report)
}

/// The topics that nobody else may write.
fn alone(plan: &Plan, name: &str) -> Vec<String> {
    let of =
        |which: bool| plan.users.iter().filter(move |user| (user.name == name) == which).flat_map(|user| &user.write);
    let others: Vec<&String> = of(false).collect();
    let status = node(plan, name).and_then(|node| node.status.clone());
    let mut topics: Vec<String> = of(true).filter(|topic| !others.contains(topic)).cloned().chain(status).collect();
    topics.sort();
    topics.dedup();
    topics
}
