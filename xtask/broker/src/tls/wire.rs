//! A connection to a broker, encrypted or not, that reads and writes like a socket.

use super::client::{self, Client};
use super::endpoint::{Endpoint, Tls};
use anyhow::{Context, Result, bail};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

/// How long the broker may send nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection. It blocks, at most for 30 s, until it is told not to.
pub struct Wire {
    stream: TcpStream,
    secured: Option<Secured>,
}

struct Secured {
    client: Box<Client>,
    /// What came from the network and has no room in the client yet.
    pending: Vec<u8>,
}

impl Wire {
    /// Connects, and proves who is there where TLS does it, by a user's name and key. `None`: nobody listens, or one side
    /// does not take the other's proof.
    pub fn open(endpoint: Endpoint, account: Option<(&str, &str)>) -> Result<Option<Self>> {
        let stream = match TcpStream::connect((endpoint.host, endpoint.port)) {
            Ok(stream) => stream,
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => return Ok(None),
            Err(error) => return Err(error).context("connecting to the broker"),
        };
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut wire = Self { stream, secured: None };
        let client = match (endpoint.tls, account) {
            (Tls::Keyed, Some((user, key))) => client::keyed(user, key)?,
            (Tls::Pinned(pin), _) => client::pinned(pin)?,
            // Without a key the connection has no TLS, and the broker decides what to do with it.
            (Tls::Off, _) | (Tls::Keyed, None) => return Ok(Some(wire)),
        };
        wire.secured = Some(Secured { client: Box::new(client), pending: Vec::new() });
        Ok(wire.handshake()?.then_some(wire))
    }

    /// Whether reads and writes wait.
    pub fn set_blocking(&self, blocking: bool) -> Result<()> {
        Ok(self.stream.set_nonblocking(!blocking)?)
    }

    /// Whether it uses TLS.
    pub fn is_encrypted(&self) -> bool {
        self.secured.is_some()
    }

    /// The socket beneath.
    pub fn socket(&self) -> &TcpStream {
        &self.stream
    }

    /// The handshake; `false`: the broker ended it.
    fn handshake(&mut self) -> Result<bool> {
        let Some(secured) = &mut self.secured else { return Ok(true) };
        while !secured.client.is_open() {
            secured.flush(&self.stream)?;
            let ended = match secured.take(&self.stream) {
                Ok(taken) => !taken || secured.client.ended().is_some(),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => true,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    bail!("the broker does not answer within {} s", PATIENCE.as_secs())
                }
                Err(error) => return Err(error).context("greeting the broker"),
            };
            if ended {
                return Ok(false);
            }
        }
        secured.flush(&self.stream)?;
        Ok(true)
    }
}

impl Secured {
    /// Sends what waits, as far as the socket takes it.
    fn flush(&mut self, mut stream: &TcpStream) -> io::Result<()> {
        while self.client.has_to_send() {
            let mut written = Ok(0);
            self.client.send(|bytes| {
                written = stream.write(bytes);
                written.as_ref().map_or(0, |count| *count)
            });
            if written? == 0 {
                return Err(ErrorKind::WriteZero.into());
            }
        }
        Ok(())
    }

    /// Takes what the network has; `false`: it has ended.
    fn take(&mut self, mut stream: &TcpStream) -> io::Result<bool> {
        if self.pending.is_empty() {
            let mut piece = [0; 4096];
            let count = stream.read(&mut piece)?;
            self.pending.extend_from_slice(&piece[..count]);
        }
        let taken = self.client.received(&self.pending);
        self.pending.drain(..taken);
        Ok(taken > 0)
    }
}

impl Read for Wire {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let Some(secured) = &mut self.secured else { return self.stream.read(to) };
        loop {
            let count = secured.client.read(to);
            if count > 0 || to.is_empty() || secured.client.ended().is_some() {
                return Ok(count);
            }
            match secured.flush(&self.stream) {
                Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
            if !secured.take(&self.stream)? {
                return Ok(0);
            }
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(secured) = &mut self.secured else { return self.stream.write(bytes) };
        loop {
            let count = secured.client.write(bytes);
            match secured.flush(&self.stream) {
                // What was taken goes with the next call.
                Err(error) if error.kind() == ErrorKind::WouldBlock && count > 0 => return Ok(count),
                result => result?,
            }
            if count > 0 || bytes.is_empty() {
                return Ok(count);
            }
            if secured.client.ended().is_some() {
                return Err(ErrorKind::BrokenPipe.into());
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.secured {
            Some(secured) => secured.flush(&self.stream),
            None => Ok(()),
        }
    }
}

impl AsFd for Wire {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
