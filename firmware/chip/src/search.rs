//! The look-up of a host whose name ends with `.local`, over a UDP socket that the platform has. Decides when to ask and
//! which answers count; calls nothing of C.

use crate::link::Found;
use fleetwright_mdns::{Interface, LONGEST_QUERY, PORT, Schedule, address, is_local, query};
use fleetwright_node::Instant;

/// The platform's socket: one at a time.
pub trait Udp {
    /// Opens a socket with a port of its own, which is not 5353; `false`: it can't.
    fn open(&mut self) -> bool;
    /// Sends a query to the group; it may be lost.
    fn send(&mut self, query: &[u8]);
    /// Closes the socket.
    fn close(&mut self);
}

/// A look-up, or none.
#[derive(Debug)]
pub struct Search {
    current: Option<Current>,
}

#[derive(Debug)]
struct Current {
    /// The name, which ends with `.local`.
    name: &'static str,
    since: Instant,
    schedule: Schedule,
    /// Whether it has a socket.
    is_open: bool,
    found: Option<[u8; 4]>,
}

impl Search {
    /// No look-up.
    pub const fn new() -> Self {
        Self { current: None }
    }

    /// Begins to look for a host, if its name is one for this; [`Search::serve`] does the rest. `false`: it is not.
    pub fn begin(&mut self, name: &'static str, now: Instant) -> bool {
        if !is_local(name) {
            return false;
        }
        // A socket that is open already serves this look-up too.
        let is_open = self.current.as_ref().is_some_and(|current| current.is_open);
        self.current = Some(Current { name, since: now, schedule: Schedule::new(), is_open, found: None });
        true
    }

    /// A datagram came from this address and port, at a station with this address. It may be anything.
    pub fn received(&mut self, datagram: &[u8], (sender, port): ([u8; 4], u16), own: Interface) {
        let Some(current) = &mut self.current else { return };
        // Answers come from a responder's port, and out of the same network (RFC 6762, sections 6 and 11).
        if current.found.is_none() && port == PORT && own.is_on_link(sender) {
            current.found = address(datagram, current.name, own);
        }
    }

    /// Takes the next step, as long as somebody waits for the address. Called every second at least; queries are due after
    /// whole seconds, and may be a little late. [`Found::Later`]: there is nothing to tell; anything
    /// else ends the look-up.
    pub fn serve(&mut self, is_wanted: bool, udp: &mut dyn Udp, now: Instant) -> Found {
        let Some(current) = &mut self.current else { return Found::Later };
        let answer = match current.found {
            _ if !is_wanted => Found::Later,
            Some(address) => Found::Address(address),
            None => {
                if current.ask(udp, now) {
                    return Found::Later;
                }
                Found::Nowhere
            }
        };
        if current.is_open {
            udp.close();
        }
        self.current = None;
        answer
    }
}

impl Default for Search {
    fn default() -> Self {
        Self::new()
    }
}

impl Current {
    /// Sends the query if it is due; `false`: it can't ever be sent.
    fn ask(&mut self, udp: &mut dyn Udp, now: Instant) -> bool {
        let elapsed = u32::try_from(now.since(self.since).as_millis()).unwrap_or(u32::MAX);
        if !self.schedule.take(elapsed) {
            return true;
        }
        let mut buffer = [0; LONGEST_QUERY];
        let Some(query) = query(self.name, &mut buffer) else { return false };
        self.is_open = self.is_open || udp.open();
        if self.is_open {
            udp.send(query);
        }
        self.is_open
    }
}

#[cfg(test)]
mod tests;
