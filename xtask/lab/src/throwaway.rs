//! A broker of one run with random credentials, and the accounts of its users.

use anyhow::Result;
use broker::watch::{Message, Watcher};
use broker::{Broker, OBSERVER};
use credentials::passwords::Passwords;
use fleetwright_generator::Artifact;
use fleetwright_generator::model::Security;
use fleetwright_generator::plan::Plan;
use std::collections::BTreeMap;

/// A user's name at the broker, and its password or key.
pub type Account<'a> = (&'a str, &'a str);

/// A layout's broker with the generated files, for one run: it ends when its handle goes, and so do its credentials.
pub struct ThrowawayBroker {
    /// The running broker.
    pub broker: Broker,
    /// Who may log in.
    pub accounts: Accounts,
}

/// The accounts of a throw-away broker; none where its security is open. Never printed: it has no `Debug`.
#[derive(Default)]
pub struct Accounts(BTreeMap<String, (String, String)>);

impl ThrowawayBroker {
    /// Starts the broker of a layout, with an account for each of its users and for [`OBSERVER`].
    pub fn start(plan: &Plan, artifacts: &[Artifact]) -> Result<Self> {
        let users = plan.users.iter().map(|user| user.name.as_str()).chain([OBSERVER]);
        let (started, passwords) = start(plan, artifacts, users)?;
        started.broker.prepare(plan, &passwords)?;
        Ok(started)
    }

    /// As [`ThrowawayBroker::start`], where the layout needs a broker: a node or a client that connects to one.
    pub(crate) fn start_if_needed(plan: &Plan, artifacts: &[Artifact]) -> Result<Option<Self>> {
        let is_needed = plan.nodes.iter().any(|node| node.status.is_some()) || !plan.clients.is_empty();
        is_needed.then(|| Self::start(plan, artifacts)).transpose()
    }

    /// Starts the broker of a layout with accounts for these users alone.
    pub(crate) fn start_for<'u>(
        plan: &Plan,
        artifacts: &[Artifact],
        users: impl Iterator<Item = &'u str>,
    ) -> Result<Self> {
        start(plan, artifacts, users).map(|(started, _)| started)
    }

    /// A client that receives every message on the broker.
    pub(crate) fn observe(&self, callback: Option<fn(&Message)>) -> Result<Watcher> {
        Watcher::start(self.broker.endpoint(), self.accounts.get(OBSERVER), "#", callback)
    }
}

impl Accounts {
    /// The account of a user; `None`: it has none, or the broker asks nobody for one.
    pub fn get(&self, user: &str) -> Option<Account<'_>> {
        self.0.get(user).map(|(name, secret)| (name.as_str(), secret.as_str()))
    }
}

fn start<'u>(
    plan: &Plan,
    artifacts: &[Artifact],
    users: impl Iterator<Item = &'u str>,
) -> Result<(ThrowawayBroker, Passwords)> {
    let users: Vec<(&str, String)> = users.map(|user| (user, plan.account(user))).collect();
    let passwords = Passwords::throw_away(users.iter().map(|(_, account)| account.as_str()))?;
    let broker = Broker::start(artifacts, &format!("{}/{}", plan.fleet, plan.layout), &passwords)?;
    let accounts = users.into_iter().filter(|_| plan.security != Security::Open).filter_map(|(user, account)| {
        let password = passwords.0.get(&account)?.clone();
        Some((user.to_owned(), (account, password)))
    });
    Ok((ThrowawayBroker { broker, accounts: Accounts(accounts.collect()) }, passwords))
}
