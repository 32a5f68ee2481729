//! Sockets in the place of brokers: on one port of several loopback addresses, as a cluster has it.

use anyhow::{Context, Result, bail};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// How long a connection may take to arrive after the node made it.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Listeners(Vec<TcpListener>);

impl Listeners {
    /// Listens in the place of so many brokers, at least one.
    pub(super) fn new(brokers: usize) -> Result<Self> {
        // Nodes of another run that call for a broker which is stopped would be taken for ours on a port that was once
        // its own: nobody else listens at this address of the loopback. Where there is none, the usual one has to do.
        let listeners = bind(brokers).context("listening for a node")?;
        listeners.iter().try_for_each(|listener| listener.set_nonblocking(true))?;
        Ok(Self(listeners))
    }

    /// How many brokers they stand for.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Where a node finds them.
    pub(super) fn addresses(&self) -> Result<Vec<SocketAddr>> {
        self.0.iter().map(|listener| Ok(listener.local_addr()?)).collect()
    }

    /// The next connection of a node that reports that it made one, and the index of the listener that it came to.
    pub(super) fn accept(&self) -> Result<(usize, TcpStream)> {
        let end = Instant::now() + PATIENCE;
        for (index, listener) in self.0.iter().enumerate().cycle() {
            match listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(false)?;
                    stream.set_nodelay(true)?;
                    stream.set_read_timeout(Some(PATIENCE))?;
                    return Ok((index, stream));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < end => {
                    std::thread::sleep(Duration::from_micros(50));
                }
                Err(error) => return Err(error).context("a node reported that it connected"),
            }
        }
        bail!("there is no broker that a node could connect to")
    }
}

fn bind(brokers: usize) -> std::io::Result<Vec<TcpListener>> {
    let address = |index: usize| Ipv4Addr::new(127, 0, 0, 2 + index as u8);
    let first = TcpListener::bind((address(0), 0));
    if brokers <= 1 {
        return Ok(vec![first.or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?]);
    }
    let mut listeners = vec![first?];
    let port = listeners[0].local_addr()?.port();
    for index in 1..brokers {
        listeners.push(TcpListener::bind((address(index), port))?);
    }
    Ok(listeners)
}
