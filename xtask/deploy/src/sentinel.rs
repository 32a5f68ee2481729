//! The sentinel: logs in and tries what nobody may do.

use anyhow::Result;
use broker::probe::{self, Guest, Version};
use broker::tls::Door;
use credentials::passwords::fresh;

/// Account and password. Never printed: it has no `Debug`.
#[derive(Clone)]
pub struct Login {
    /// The account.
    pub user: String,
    /// Its password, or its key in hexadecimal digits.
    pub password: String,
}

/// What a broker says to the sentinel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
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
pub fn ask(door: Door, login: &Login) -> Result<Word> {
    let account = Some((login.user.as_str(), login.password.as_str()));
    let guest = Guest { id: &login.user, account, key: None, will: None };
    let Some(mut probe) = probe::enter(door, Version::V5, &guest)? else { return Ok(Word::Out) };
    let topic = format!("{}/{}", login.user, &fresh()?[..16]);
    probe[0].publish(&topic, "may anybody?");
    probe::pump(&mut probe, |_, _| (), |probe| !probe.reasons.is_empty() || probe.closed)?;
    let word = match probe[0].reasons.first() {
        Some(&NOT_AUTHORIZED) => Word::Denied,
        Some(_) => Word::Allowed,
        None => Word::Out,
    };
    probe::leave(probe);
    Ok(word)
}

/// Whether a broker lets somebody in who has no name.
pub(super) fn lets_strangers_in(door: Door) -> Result<bool> {
    let guest = Guest { id: "stranger", account: None, key: None, will: None };
    Ok(probe::enter(door, Version::V5, &guest)?.is_some())
}
