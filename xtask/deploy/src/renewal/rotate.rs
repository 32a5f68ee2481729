//! A new account for a node, beside the old one; and the end of the old one, once the node has published with the new.

use super::users::{node, user};
use super::{evict, newest};
use crate::deployment::Deployment;
use anyhow::{Context, Result, bail};
use credentials::secrets::file::SecretsFile;
use credentials::secrets::{Standing, account_name};
use fleetwright_generator::plan::Plan;

/// The highest number of an account: a node's flash has room for three digits.
const LAST: u32 = 999;

/// Where rotations stand: names of nodes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Have a new account now, beside the old one.
    pub started: Vec<String>,
    /// Have not published with the new account yet.
    pub waiting: Vec<String>,
    /// Have published with it; the old one is gone.
    pub finished: Vec<String>,
    /// Lines of the configuration that wait for a restart of the broker.
    pub restart: Vec<String>,
}

/// Gives a node, or all, a new account; where that was done before, looks whether the old one can go.
///
/// # Errors
///
/// There is no such node, or the files are refused. What was made is remembered before the broker knows of it, so that
/// the next call goes on.
pub fn rotate(deployment: &Deployment, secrets_file: &mut SecretsFile, name: Option<&str>) -> Result<Rotation> {
    let plan = &deployment.plan;
    let users = selected(plan, secrets_file, name)?;
    let standing = |secrets_file: &SecretsFile, user: &str| secrets_file.secrets.standing(&plan.fleet, user);
    let pending: Vec<String> =
        users.iter().filter(|user| standing(secrets_file, user).old.is_some()).map(|user| (*user).to_owned()).collect();
    if !pending.is_empty() {
        return go_on(deployment, secrets_file, pending);
    }
    for user in &users {
        let Standing { epoch, revoked, .. } = standing(secrets_file, user);
        if epoch >= LAST {
            bail!("`{user}` had {LAST} accounts; its flash has no room for another number");
        }
        let old = (!revoked).then_some(epoch);
        secrets_file.make(&plan.fleet, &account_name(user, epoch + 1))?;
        secrets_file.stand(&plan.fleet, user, Standing { epoch: epoch + 1, old, revoked: false });
    }
    secrets_file.save(&[])?;
    let report = deployment.install(&deployment.files(&secrets_file.secrets)?)?;
    let started = users.into_iter().map(str::to_owned).collect();
    Ok(Rotation { started, restart: report.restart, ..Rotation::default() })
}

/// The users to rotate: one by its name, or all nodes that have an account.
fn selected<'p>(plan: &'p Plan, secrets_file: &SecretsFile, name: Option<&str>) -> Result<Vec<&'p str>> {
    let revoked = |user: &str| secrets_file.secrets.standing(&plan.fleet, user).revoked;
    let Some(name) = name else {
        let nodes = plan.nodes.iter().filter(|node| node.status.is_some() && !revoked(&node.name));
        return Ok(nodes.map(|node| node.name.as_str()).collect());
    };
    let user = user(plan, name)?;
    if node(plan, name).is_none() && !revoked(name) {
        bail!(
            "`{name}` is no node but a client: nothing tells when it uses a new password. `cargo xtask revoke {fleet} \
             {name}` ends the old one, and `rotate` makes a new one after that",
            fleet = plan.fleet
        );
    }
    Ok(vec![user])
}

/// Ends the old accounts of those that have published with the new one.
fn go_on(deployment: &Deployment, secrets_file: &mut SecretsFile, pending: Vec<String>) -> Result<Rotation> {
    let fleet = &deployment.plan.fleet;
    let published = match deployment.is_live() {
        true => newest::published(deployment, &secrets_file.secrets, &pending),
        false => Ok(Vec::new()),
    };
    let published = match published {
        Ok(published) => published,
        Err(error) => {
            // The account that read the status topics must not stay.
            let back = deployment.files(&secrets_file.secrets).and_then(|files| deployment.install(&files));
            back.with_context(|| format!("{error:#}; and then"))?;
            return Err(error);
        }
    };
    let (finished, waiting): (Vec<String>, Vec<String>) =
        pending.into_iter().partition(|user| published.contains(user));
    let mut ended = Vec::new();
    for user in &finished {
        let standing = secrets_file.secrets.standing(fleet, user);
        if let Some(old) = standing.old {
            ended.push(account_name(user, old));
            secrets_file.forget(fleet, &account_name(user, old));
        }
        secrets_file.stand(fleet, user, Standing { old: None, ..standing });
    }
    // The broker first: if it does not take the files, the next call finds everything as it was.
    let report = match ended.is_empty() {
        true => deployment.install(&deployment.files(&secrets_file.secrets)?)?,
        false => evict::evict(deployment, &secrets_file.secrets, &ended, &[])?,
    };
    secrets_file.save(&[])?;
    Ok(Rotation { waiting, finished, restart: report.restart, started: Vec::new() })
}
