//! For clients that know no TLS: a port of the loopback where everybody is the same user of an encrypted door.

use super::wire::{Door, Wire};
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
    /// Opens a port that leads through this door as this user.
    pub fn open(door: Door, user: &str, key: &str) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("listening for a client")?;
        let port = listener.local_addr()?.port();
        let over = Arc::new(AtomicBool::new(false));
        let (ended, account) = (Arc::clone(&over), (user.to_owned(), key.to_owned()));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                let (user, key) = account.clone();
                std::thread::spawn(move || {
                    // A broker that is away, or hangs up, is for the client to find out: its own connection ends.
                    if let Ok(Some(wire)) = Wire::open(door, Some((&user, &key))) {
                        let _ = carry(&client, wire);
                    }
                    let _ = client.shutdown(Shutdown::Both);
                });
            }
        });
        Ok(Self { port, over })
    }

    /// Where plain clients go.
    pub fn door(&self) -> Door {
        Door::here(self.port, false)
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
