//! Proves that a broker refuses clients that have no account, or not the secret of the one that they name.

use crate::throwaway::Account;
use anyhow::{Context, Result, bail};
use broker::OBSERVER;
use broker::probe::{self, Connect, Probe, Version};
use broker::tls::{Endpoint, Tls, Wire};
use broker::watch;
use credentials::passwords::fresh;
use fleetwright_generator::model::Engine;
use fleetwright_generator::plan::Plan;
use std::io::{ErrorKind, Read, Write};

/// Tries to connect without an account, as an unknown user, and as each user without its secret; what was refused, in a
/// sentence.
///
/// # Errors
///
/// A client was accepted, or the broker does not answer.
pub fn prove(plan: &Plan, endpoint: Endpoint) -> Result<&'static str> {
    refuse(endpoint, None, if endpoint.tls == Tls::Keyed { "clients without TLS" } else { "anonymous clients" })?;
    refuse(endpoint, Some(("stranger", &fresh()?)), "an unknown user")?;
    for user in plan.users.iter().map(|user| user.name.as_str()).chain([OBSERVER]) {
        refuse(endpoint, Some((user, &fresh()?)), &format!("`{user}` with a wrong secret"))?;
    }
    if !endpoint.is_encrypted() {
        return Ok(
            "clients without an account are refused: anonymous, unknown user, wrong password, each user's name without \
             its password",
        );
    }
    if matches!(endpoint.tls, Tls::Pinned(_)) && accepts(endpoint.plain(), None)? {
        bail!("the broker lets clients without TLS in");
    }
    if plan.engine == Engine::Ejabberd {
        // It has no option for it: clients of people may use TLS 1.2 with its certificate, nodes never do.
        return Ok(
            "clients without an account are refused: without TLS, anonymous, unknown user, wrong password, each user's \
             name without its password",
        );
    }
    if answers_tls_1_2(endpoint)? {
        bail!(
            "the broker accepts TLS 1.2 as well, which has no forward secrecy with a key, and is of no use to a node"
        );
    }
    Ok(match endpoint.tls {
        Tls::Keyed => {
            "clients without an account are refused: without TLS, with TLS 1.2, unknown user, each user's name without \
             its key"
        }
        _ => {
            "clients without an account are refused: without TLS, with TLS 1.2, anonymous, unknown user, wrong \
             password, each user's name without its password"
        }
    })
}

/// Fails if the broker accepts a client with this account; `who` names that client in the error.
fn refuse(endpoint: Endpoint, account: Option<Account<'_>>, who: &str) -> Result<()> {
    let is_accepted = match (endpoint.tls, account) {
        (Tls::Keyed, None) => accepts(endpoint.plain(), None)?,
        (Tls::Keyed, Some(_)) => Wire::open(endpoint, account)?.is_some(),
        (Tls::Pinned(_), _) => accepts(endpoint, account)?,
        (Tls::Off, _) => watch::gets_in(endpoint, account, "stranger")?,
    };
    if is_accepted {
        bail!("the broker lets {who} in");
    }
    Ok(())
}

/// Whether the broker answers CONNECT with this account by letting the client in.
fn accepts(endpoint: Endpoint, account: Option<Account<'_>>) -> Result<bool> {
    let connect = Connect { id: "stranger", account, key: None, will: None };
    let mut probe = [Probe::open(endpoint, Version::V4, &connect)?];
    probe::greeted(&mut probe)?;
    Ok(probe[0].greeting == Some(0))
}

/// Whether the broker answers a ClientHello that offers TLS 1.2 alone with anything but an alert.
fn answers_tls_1_2(endpoint: Endpoint) -> Result<bool> {
    // ClientHello (RFC 5246, 7.4.1.2): version 3.3, 32 random bytes, no session, TLS_DHE_PSK_WITH_AES_128_GCM_SHA256,
    // TLS_PSK_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 and the renegotiation signal, no
    // compression; signatures by ECDSA with SHA-256 (13), on P-256 (10).
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.extend([0, 0, 8, 0x00, 0xaa, 0x00, 0xa8, 0xc0, 0x2b, 0x00, 0xff, 1, 0]);
    body.extend([0, 16, 0, 13, 0, 4, 0, 2, 4, 3, 0, 10, 0, 4, 0, 2, 0, 23]);
    let mut hello = vec![22, 3, 1, 0, body.len() as u8 + 4, 1, 0, 0, body.len() as u8];
    hello.extend(body);
    let mut wire = Wire::open(endpoint, None)?.context("the broker does not listen")?;
    wire.write_all(&hello).context("greeting the broker")?;
    let mut first = [0; 1];
    match wire.read(&mut first) {
        Ok(0) => Ok(false),
        Ok(_) => Ok(first != [21]),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(false),
        Err(error) => Err(error).context("the broker does not answer"),
    }
}
