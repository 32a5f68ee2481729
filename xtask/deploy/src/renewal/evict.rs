//! Accounts that are not valid any more: whoever is still connected with one, and what the broker remembers of it.
//!
//! A reload of Mosquitto disconnects a client whose password is gone, but not one whose key is gone (2.0.11, with TLS): its
//! link stays, without a right. So for a moment the account exists once more, with a secret that only we know and no right,
//! and we log in with it. There is one client with a name (MQTT 3.1.1, 3.1.4-2), so the broker cuts the other link; and we
//! ask for no session, so it forgets the old one.

use crate::deployment::Deployment;
use crate::files::{Changes, Files, TemporaryAccount};
use crate::install::Report;
use anyhow::{Context, Result, bail};
use broker::probe::{self, Connect, Probe, Version, leave, pump};
use credentials::secrets::Secrets;

/// The account that makes a broker forget messages.
const SWEEPER: &str = "fleetwright-sweeper";
/// Messages on their way at a time; the generated configuration allows 20.
const WINDOW: usize = 10;

/// Cuts the links of accounts that `secrets` do not have any more, forgets what the broker keeps of topics, and installs
/// what is left.
pub(super) fn evict(
    deployment: &Deployment,
    secrets: &Secrets,
    accounts: &[String],
    topics: &[String],
) -> Result<Report> {
    let sweeper = TemporaryAccount { name: SWEEPER.to_owned(), read: Vec::new(), write: topics.to_vec() };
    let bare = |name: &String| TemporaryAccount { name: name.clone(), read: Vec::new(), write: Vec::new() };
    let temporary = accounts.iter().map(bare).chain([sweeper]).collect();
    let files = deployment.files_with(secrets, &Changes { temporary, ..Changes::default() })?;
    let report = deployment.install(&files)?;
    let done =
        accounts.iter().try_for_each(|account| enter(&files, account).map(leave)).and_then(|()| sweep(&files, topics));
    // Whatever came of it, these accounts must go.
    let after = deployment.files(secrets).and_then(|files| deployment.install(&files));
    done?;
    let after = after?;
    Ok(Report { changed: report.changed || after.changed, in_force: after.in_force, restart: report.restart })
}

/// Comes in as somebody, without a session.
fn enter(files: &Files, account: &str) -> Result<[Probe; 1]> {
    let login = files.temporary_login(account);
    let own = Some((login.user.as_str(), login.password.as_str()));
    let connect = Connect { id: &login.user, account: own, key: None, will: None };
    let probe = probe::enter(files.endpoint, Version::V5, &connect)?;
    probe.with_context(|| format!("the broker does not let `{account}` in, though it has read the files that name it"))
}

/// Has the broker forget what it keeps of topics: an empty message that is to be kept (MQTT 5, 3.3.1.3).
fn sweep(files: &Files, topics: &[String]) -> Result<()> {
    let mut probe = enter(files, SWEEPER)?;
    // A few at a time: a broker takes so many and no more before it has acknowledged them (MQTT 5, 3.2.2.3.3).
    let feed = |_: usize, probe: &mut Probe| {
        while probe.sent < topics.len() && probe.sent - probe.reasons.len() < WINDOW {
            probe.retain(&topics[probe.sent], "");
        }
    };
    pump(&mut probe, feed, |probe| probe.reasons.len() == topics.len()).context("having the broker forget messages")?;
    // 0x10: nobody listens, which is no refusal.
    let refused = topics.iter().zip(&probe[0].reasons).find(|(_, reason)| !matches!(reason, 0 | 0x10));
    if let Some((topic, reason)) = refused {
        bail!("the broker does not forget {topic}: reason {reason:#04x}");
    }
    leave(probe);
    Ok(())
}
