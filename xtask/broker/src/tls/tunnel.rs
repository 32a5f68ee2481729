//! For clients that know no TLS: a port of the loopback that leads through an encrypted endpoint; where a key tells the user,
//! everybody is the same one.

use super::endpoint::{Endpoint, Tls};
use super::wire::Wire;
use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The way in; nobody new gets through once its handle is gone.
pub struct Tunnel {
    port: u16,
    over: Arc<AtomicBool>,
}

impl Tunnel {
    /// Opens a port that leads through this endpoint, with a user's name and key where TLS wants them.
    pub fn open(endpoint: Endpoint, account: Option<(&str, &str)>) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("listening for a client")?;
        let port = listener.local_addr()?.port();
        let over = Arc::new(AtomicBool::new(false));
        let (ended, account) = (Arc::clone(&over), account.map(|(user, key)| (user.to_owned(), key.to_owned())));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                let account = account.clone();
                std::thread::spawn(move || {
                    // A broker that is away, or hangs up, is for the client to find out: its own connection ends.
                    let account = account.as_ref().map(|(user, key)| (user.as_str(), key.as_str()));
                    if let Ok(Some(wire)) = Wire::open(endpoint, account) {
                        let _ = carry(&client, wire);
                    }
                    let _ = client.shutdown(Shutdown::Both);
                });
            }
        });
        Ok(Self { port, over })
    }

    /// Where plain clients go.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::here(self.port, Tls::Off)
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // Wakes the listening thread, which looks whether it is over.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

/// Carries bytes both ways until one side ends.
fn carry(mut client: &TcpStream, mut wire: Wire) -> Result<()> {
    client.set_nodelay(true)?;
    let mut piece = [0; 4096];
    loop {
        // What arrived with the last record may have been decrypted already: this side is asked first.
        wire.set_blocking(false)?;
        match wire.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                client.write_all(piece.get(..count).unwrap_or_default())?;
                continue;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        let ready = {
            let mut sockets = [PollFd::new(&wire, PollFlags::IN), PollFd::new(client, PollFlags::IN)];
            poll(&mut sockets, None::<&Timespec>)?;
            !sockets[1].revents().is_empty()
        };
        if ready {
            let count = client.read(&mut piece)?;
            if count == 0 {
                return Ok(());
            }
            wire.set_blocking(true)?;
            wire.write_all(piece.get(..count).unwrap_or_default())?;
        }
    }
}
