//! Connects the clients of a proof to the broker.

use super::client::Client;
use crate::throwaway::Accounts;
use anyhow::{Context, Result, bail};
use broker::OBSERVER;
use broker::probe::{Connect, Probe, Version, ended, fence, greeted};
use broker::tls::Endpoint;
use fleetwright_generator::model::Engine;
use fleetwright_generator::plan::Plan;

/// The clients of a proof, and the broker that they try.
pub(super) struct Prover<'a> {
    pub(super) plan: &'a Plan,
    pub(super) endpoint: Endpoint,
    pub(super) accounts: &'a Accounts,
    pub(super) clients: &'a [Client<'a>],
    /// Messages published so far.
    pub(super) tries: usize,
}

impl<'a> Prover<'a> {
    /// The names of all clients, and of the observer as the last.
    pub(super) fn names(&self) -> Vec<&'a str> {
        self.clients.iter().map(|client| client.name).chain([OBSERVER]).collect()
    }

    /// A connection as a user, under a client identifier.
    pub(super) fn open(&self, version: Version, user: &str, id: &str, will: Option<(&str, &str)>) -> Result<Probe> {
        let account = self.accounts.get(user).context("a user without a password")?;
        Probe::open(self.endpoint, version, &Connect { id, account: Some(account), key: None, will })
    }

    /// Connections of all clients, and of the observer as the last, all accepted and subscribed to everything.
    ///
    /// Mosquitto grants every subscription and filters at delivery, so that one for everything receives all that may be
    /// read. ejabberd grants none of more than may be read, so that each topic has to be asked for.
    pub(super) fn subscribe_all(&self, version: Version, topics: &[&str]) -> Result<Vec<Probe>> {
        let names = self.names();
        let open = |name: &&str| self.open(version, name, name, None);
        let mut probes = names.iter().map(open).collect::<Result<Vec<_>>>()?;
        greeted(&mut probes)?;
        for (probe, name) in probes.iter_mut().zip(names) {
            if probe.greeting != Some(0) || probe.closed {
                bail!("the broker does not let `{name}` in, code {:?}", probe.greeting);
            }
            // `#` leaves out what begins with `$`, and a share of a group is a way around nothing.
            let filters = match self.plan.engine {
                _ if name == OBSERVER => vec!["#"],
                Engine::Mosquitto => vec!["#", "$SYS/#", "$share/spies/#"],
                Engine::Ejabberd => [&["#", "$SYS/#"], topics].concat(),
            };
            filters.into_iter().for_each(|filter| probe.subscribe(filter));
        }
        fence(&mut probes)?;
        Ok(probes)
    }
}

/// Whether the broker allowed a publication, by the reason code of its acknowledgement.
pub(super) fn is_allowed(reason: u8) -> bool {
    // 0x10: nobody subscribes, which is no refusal.
    matches!(reason, 0 | 0x10)
}

/// Closes connections, and waits until the broker has done so too.
pub(super) fn disconnect(probes: &mut [Probe]) {
    probes.iter_mut().for_each(Probe::leave);
    // What can't be sent any more was not wanted.
    let _ = ended(probes);
}
