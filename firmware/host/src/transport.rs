//! Between the node and its TCP connection: nothing, or TLS where the process was told how. Without the feature `tls`
//! there is no way to tell it.

use crate::arguments::Proof;
use crate::pins::Pins;
use fleetwright_node::{Instant, Node};

#[cfg(feature = "tls")]
type Secured = fleetwright_tls::Connection<
    std::rc::Rc<fleetwright_tls::Buffers>,
    Box<dyn std::future::Future<Output = fleetwright_tls::Ended>>,
>;

/// The connection is to be closed.
pub(crate) struct Over;

pub(crate) struct Transport {
    #[cfg(feature = "tls")]
    secured: Option<(Proof, Secured)>,
}

#[cfg(not(feature = "tls"))]
impl Transport {
    pub(crate) fn new(_: Option<Proof>) -> Self {
        Self {}
    }

    pub(crate) fn opened(&mut self, node: &mut Node<'_>, now: Instant) {
        node.opened(now);
    }

    pub(crate) fn closed(&mut self) {}

    pub(crate) fn received(
        &mut self,
        bytes: &[u8],
        node: &mut Node<'_>,
        pins: &mut Pins,
        now: Instant,
    ) -> Result<(), Over> {
        node.received(bytes, now, pins);
        Ok(())
    }

    pub(crate) fn serve(&mut self, _: &mut Node<'_>, _: &mut Pins, _: Instant) -> Result<Option<Instant>, Over> {
        Ok(None)
    }

    pub(crate) fn has_to_send(&self, node: &Node<'_>) -> bool {
        !node.outgoing().is_empty()
    }

    /// Sends what waits; how many bytes went.
    pub(crate) fn send(
        &mut self,
        node: &mut Node<'_>,
        pins: &mut Pins,
        now: Instant,
        write: impl FnOnce(&[u8]) -> std::io::Result<usize>,
    ) -> std::io::Result<usize> {
        plain(node, pins, now, write)
    }
}

#[cfg(feature = "tls")]
impl Transport {
    pub(crate) fn new(proof: Option<Proof>) -> Self {
        Self { secured: proof.map(|proof| (proof, Secured::new())) }
    }

    pub(crate) fn opened(&mut self, node: &mut Node<'_>, now: Instant) {
        match &mut self.secured {
            None => node.opened(now),
            Some((proof, secured)) => secured.opened(client(proof.clone()), now),
        }
    }

    pub(crate) fn closed(&mut self) {
        if let Some((_, secured)) = &mut self.secured {
            secured.closed();
        }
    }

    pub(crate) fn received(
        &mut self,
        bytes: &[u8],
        node: &mut Node<'_>,
        pins: &mut Pins,
        now: Instant,
    ) -> Result<(), Over> {
        match &mut self.secured {
            None => {
                node.received(bytes, now, pins);
                Ok(())
            }
            Some((_, secured)) => secured.received(bytes, node, pins, now).map_err(|_| Over),
        }
    }

    pub(crate) fn serve(
        &mut self,
        node: &mut Node<'_>,
        pins: &mut Pins,
        now: Instant,
    ) -> Result<Option<Instant>, Over> {
        match &mut self.secured {
            None => Ok(None),
            Some((_, secured)) => secured.serve(node, pins, now).map_err(|_| Over),
        }
    }

    pub(crate) fn has_to_send(&self, node: &Node<'_>) -> bool {
        match &self.secured {
            None => !node.outgoing().is_empty(),
            Some((_, secured)) => secured.has_to_send(),
        }
    }

    /// Sends what waits; how many bytes went.
    pub(crate) fn send(
        &mut self,
        node: &mut Node<'_>,
        pins: &mut Pins,
        now: Instant,
        write: impl FnOnce(&[u8]) -> std::io::Result<usize>,
    ) -> std::io::Result<usize> {
        let Some((_, secured)) = &mut self.secured else { return plain(node, pins, now, write) };
        let mut written = Ok(0);
        secured.send(|bytes| {
            written = write(bytes);
            written.as_ref().map_or(0, |count| *count)
        });
        written
    }
}

fn plain(
    node: &mut Node<'_>,
    pins: &mut Pins,
    now: Instant,
    write: impl FnOnce(&[u8]) -> std::io::Result<usize>,
) -> std::io::Result<usize> {
    let count = write(node.outgoing())?;
    if count > 0 {
        node.sent(count, now);
        // The transmit buffer has room again: what had to wait goes now.
        node.poll(now, pins);
    }
    Ok(count)
}

#[cfg(feature = "tls")]
fn client(
    proof: Proof,
) -> fleetwright_tls::Client<
    std::rc::Rc<fleetwright_tls::Buffers>,
    Box<dyn std::future::Future<Output = fleetwright_tls::Ended>>,
> {
    use fleetwright_tls::{Buffers, Client, Ended, Generator, Key, RECEIVE, SEND, run, run_pinned};
    use std::io::Read;
    let buffers = std::rc::Rc::new(Buffers::new());
    let own = std::rc::Rc::clone(&buffers);
    let future: Box<dyn Future<Output = Ended>> = Box::new(async move {
        let mut seed = [0; 32];
        // Without randomness there is no secret, so there is no connection.
        if std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut seed)).is_err() {
            return Ended::NotOurs;
        }
        let (random, receive, send) = (Generator::new(seed), &mut [0; RECEIVE], &mut [0; SEND]);
        match &proof {
            Proof::Key(identity, secret) => run(&own, Key { identity, secret }, random, receive, send).await,
            Proof::Pin(pin) => run_pinned(&own, pin, random, receive, send).await,
        }
    });
    Client::start(buffers, Box::into_pin(future))
}
