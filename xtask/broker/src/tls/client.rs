//! The nodes' client, with its future on the heap and randomness of this machine's.

use anyhow::{Context, Result};
use credentials::random::random;
use fleetwright_tls::{Buffers, Ended, Generator, Key, PublicKey, RECEIVE, SEND, key, run, run_pinned};
use std::rc::Rc;

/// The client's end of a TLS connection.
pub(super) type Client = fleetwright_tls::Client<Rc<Buffers>, Box<dyn Future<Output = Ended>>>;

/// Greets as somebody, with the key in hexadecimal digits.
pub(super) fn keyed(identity: &str, digits: &str) -> Result<Client> {
    let identity = identity.to_owned();
    let (secret, length) = key::from_hex(digits).with_context(|| format!("the key of `{identity}` is none"))?;
    let random = Generator::new(random()?);
    Ok(start(async move |buffers| {
        let key = Key { identity: &identity, secret: &secret[..length] };
        run(buffers, key, random, &mut [0; RECEIVE], &mut [0; SEND]).await
    }))
}

/// Greets whoever has the private half of this key.
pub(super) fn pinned(pin: PublicKey) -> Result<Client> {
    let random = Generator::new(random()?);
    Ok(start(async move |buffers| run_pinned(buffers, &pin, random, &mut [0; RECEIVE], &mut [0; SEND]).await))
}

fn start(run: impl AsyncFnOnce(&Buffers) -> Ended + 'static) -> Client {
    let buffers = Rc::new(Buffers::new());
    let own = Rc::clone(&buffers);
    let future: Box<dyn Future<Output = Ended>> = Box::new(async move { run(&own).await });
    Client::start(buffers, Box::into_pin(future))
}
