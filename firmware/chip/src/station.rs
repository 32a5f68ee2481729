//! When a node asks the SDK to join its Wi-Fi network. Decides; calls nothing of C.
//!
//! The SDK joins by itself when the program has configured a network in `user_init`, if its stored setting says so (auto-connect,
//! on by default), and joins again after a loss (reconnect policy). A second request while it joins would begin the scan anew.

use fleetwright_node::{Duration, Instant};

/// Where the SDK has found no network for so long, it is asked again.
const RETRY: Duration = Duration::seconds(60);

/// The Wi-Fi side of a node, and how far it is.
#[derive(Debug)]
pub struct Station {
    /// Since when the node waits for its network; `None`: it has none.
    waiting: Option<Instant>,
}

impl Station {
    /// No Wi-Fi at all.
    pub const fn off() -> Self {
        Self { waiting: None }
    }

    /// A station that has a network to join.
    pub fn new() -> Self {
        Self { waiting: Some(Instant::default()) }
    }

    /// The SDK is ready, and joins by itself already or not. Whether it has to be asked to join.
    pub fn begin(&mut self, joins_by_itself: bool, now: Instant) -> bool {
        if self.waiting.is_none() {
            return false;
        }
        self.waiting = Some(now);
        !joins_by_itself
    }

    /// Whether the station is not waiting for a network.
    pub fn is_settled(&self, online: bool) -> bool {
        online || self.waiting.is_none()
    }

    /// Whether the SDK has to be asked to join now, since there has been no network for long.
    pub fn poll(&mut self, online: bool, now: Instant) -> bool {
        let Some(since) = self.waiting else { return false };
        let is_due = !online && now.since(since) >= RETRY;
        if online || is_due {
            self.waiting = Some(now);
        }
        is_due
    }
}

impl Default for Station {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::default().after(Duration::seconds(seconds))
    }

    #[test]
    fn the_sdk_is_asked_to_join_unless_it_does_already() {
        assert!(!Station::new().begin(true, at(0)), "a second request would begin its scan anew");
        assert!(Station::new().begin(false, at(0)));
        assert!(!Station::off().begin(false, at(0)));
    }

    #[test]
    fn it_is_asked_again_after_a_minute_without_a_network() {
        let mut station = Station::new();
        station.begin(true, at(1));
        assert!(!station.poll(false, at(60)));
        assert!(station.poll(false, at(61)));
        assert!(!station.poll(false, at(120)));
        assert!(!station.poll(true, at(125)));
        assert!(!station.poll(false, at(184)), "a minute from when there was one");
        assert!(station.poll(false, at(185)));
        assert!(!station.is_settled(false) && station.is_settled(true));
    }

    #[test]
    fn a_node_without_a_network_never_asks() {
        let mut station = Station::off();
        assert!(!station.poll(false, at(1_000)) && station.is_settled(false));
    }
}
