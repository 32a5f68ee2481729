//! Which nodes have published with their newest account, as the broker itself knows it.
//!
//! Each node publishes `online` on its status topic when it connects, and the broker keeps that with the name of the account
//! that published it: with `check_retain_source true`, it serves a message only for as long as its writer may write. So for a
//! moment the old accounts may not write there, and an account of ours asks for the messages: those that come were published
//! by new accounts. No link is touched, no log is needed, and it does not matter when the node came.

use crate::deployment::Deployment;
use crate::files::{Changes, Files, TemporaryAccount};
use anyhow::{Context, Result};
use broker::probe::{self, Connect, Version, fence};
use credentials::secrets::{Secrets, account_name};
use std::collections::BTreeSet;

/// The account that reads the status topics.
const READER: &str = "fleetwright-witness";

/// Which of these nodes have published with their newest account. The broker is left with the reader's account; the next
/// installation takes it away.
pub(super) fn published(deployment: &Deployment, secrets: &Secrets, nodes: &[String]) -> Result<Vec<String>> {
    let plan = &deployment.plan;
    let mut asked = Vec::new();
    let mut muted = Vec::new();
    for name in nodes {
        let status = super::users::node(plan, name).and_then(|node| node.status.clone());
        let old = secrets.standing(&plan.fleet, name).old;
        if let (Some(status), Some(old)) = (status, old) {
            muted.push((account_name(name, old), status.clone()));
            asked.push((name, status));
        }
    }
    let read = asked.iter().map(|(_, status)| status.clone()).collect();
    let temporary = vec![TemporaryAccount { name: READER.to_owned(), read, write: Vec::new() }];
    let files = deployment.files_with(secrets, &Changes { temporary, muted })?;
    deployment.progress("asking the broker which accounts its nodes have connected with:");
    deployment.install(&files)?;
    let kept = retained(&files, asked.iter().map(|(_, status)| status.as_str()))?;
    Ok(asked.into_iter().filter(|(_, status)| kept.contains(status)).map(|(name, _)| name.clone()).collect())
}

/// The topics of which the broker serves the reader a message.
fn retained<'t>(files: &Files, topics: impl Iterator<Item = &'t str>) -> Result<BTreeSet<String>> {
    let login = files.temporary_login(READER);
    let account = Some((login.user.as_str(), login.password.as_str()));
    let connect = Connect { id: &login.user, account, key: None, will: None };
    let probe = probe::enter(files.endpoint, Version::V4, &connect)?;
    let mut probe =
        probe.context("the broker does not let the witness in, though it has read the files that name it")?;
    topics.for_each(|topic| probe[0].subscribe(topic));
    fence(&mut probe)?;
    let kept = std::mem::take(&mut probe[0].received).into_iter().map(|(topic, _)| topic).collect();
    probe::leave(probe);
    Ok(kept)
}
