//! The sentinel: logs in and tries what nobody may do.

use anyhow::Result;
use broker::probe::{self, Connect, Version};
use broker::tls::Endpoint;
use credentials::passwords::fresh;

/// Account and password. Never printed: it has no `Debug`.
#[derive(Clone)]
pub struct Login {
    /// The user name of the account.
    pub user: String,
    /// Its password, or its key in hexadecimal digits.
    pub password: String,
}

/// What a broker grants the sentinel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Not authorized, as it should be.
    Denied,
    /// It may write where nobody may: everybody may everything.
    Allowed,
    /// It was not let in, or nobody listens.
    Out,
}

/// MQTT 5's "Not authorized" (3.4.2.1).
const NOT_AUTHORIZED: u8 = 0x87;

/// Asks a broker as somebody: a message of QoS 1 on a topic of no fleet, in MQTT 5, where refusals are told.
pub fn ask(endpoint: Endpoint, login: &Login) -> Result<Access> {
    let account = Some((login.user.as_str(), login.password.as_str()));
    let connect = Connect { id: &login.user, account, key: None, will: None };
    let Some(mut probe) = probe::enter(endpoint, Version::V5, &connect)? else { return Ok(Access::Out) };
    let topic = format!("{}/{}", login.user, &fresh()?[..16]);
    probe[0].publish(&topic, "may anybody?");
    probe::pump(&mut probe, |_, _| (), |probe| !probe.reasons.is_empty() || probe.closed)?;
    let access = match probe[0].reasons.first() {
        Some(&NOT_AUTHORIZED) => Access::Denied,
        Some(_) => Access::Allowed,
        None => Access::Out,
    };
    probe::leave(probe);
    Ok(access)
}

/// Whether a broker lets somebody in who has no name.
pub(super) fn lets_strangers_in(endpoint: Endpoint) -> Result<bool> {
    let connect = Connect { id: "stranger", account: None, key: None, will: None };
    Ok(probe::enter(endpoint, Version::V5, &connect)?.is_some())
}
