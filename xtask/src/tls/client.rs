//! The nodes' client, with its future on the heap and randomness of this machine's.

use anyhow::{Context, Result, anyhow};
use fleetwright_tls::{Ended, Generator, Key, RECEIVE, SEND, Wires, key, run};
use std::rc::Rc;

/// One connection.
pub(super) type Client = fleetwright_tls::Client<Rc<Wires>, Box<dyn Future<Output = Ended>>>;

/// Greets as somebody, with the key in hexadecimal digits.
pub(super) fn start(identity: &str, digits: &str) -> Result<Client> {
    let identity = identity.to_owned();
    let (secret, length) = key::from_hex(digits).with_context(|| format!("the key of `{identity}` is none"))?;
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| anyhow!("the system gives no random numbers: {error}"))?;
    let wires = Rc::new(Wires::new());
    let own = Rc::clone(&wires);
    let future: Box<dyn Future<Output = Ended>> = Box::new(async move {
        let key = Key { identity: &identity, secret: &secret[..length] };
        run(&own, key, Generator::new(seed), &mut [0; RECEIVE], &mut [0; SEND]).await
    });
    Ok(Client::start(wires, Box::into_pin(future)))
}
