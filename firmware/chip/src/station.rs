//! Which Wi-Fi network a node asks the SDK to join, and when. Decides; calls nothing of C.
//!
//! The SDK joins by itself when the program has configured a network in `user_init`, if its stored setting says so (auto-connect,
//! on by default), and joins again after a loss (reconnect policy). A second request while it joins would begin the scan anew.
//!
//! Of several networks the first that is there is taken: each is given a while, then it is the next one's turn, and after the
//! last the first's. A node stays in the network that it has joined until it is lost. Then that one is given its while, since the
//! SDK joins it again by itself, and the search begins with the first. It also begins again where a network other than the
//! first is there and the broker can't be reached in it.

use fleetwright_node::{Duration, Instant};

/// Where the SDK has found its only network for so long, it is asked again.
const RETRY: Duration = Duration::seconds(60);
/// How long one of several networks may take: a scan of all channels, the handshake and an address take some 10 s.
const ATTEMPT: Duration = Duration::seconds(20);
/// How long a node stays without a broker in a network that is not the first.
const UNSERVED: Duration = Duration::minutes(5);

/// What of networks beyond the first is compiled.
const SEVERAL: bool = cfg!(any(feature = "networks", test));

/// What the SDK has to be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// To join the network that it has.
    Join,
    /// To leave it and join the one with this place in the order of preference.
    Change(usize),
}

/// The Wi-Fi side of a node, and how far it is.
#[derive(Debug)]
pub struct Station {
    /// Since when it has waited: for the network, or in a network for the broker.
    waiting: Instant,
    /// How many networks it knows; 0: it has no Wi-Fi.
    networks: u8,
    /// The place of the present one.
    present: u8,
    /// Whether the network was there when it was last asked.
    was_online: bool,
    /// Whether the present network was lost and not found again: the search begins with the first.
    lost: bool,
}

impl Station {
    /// No Wi-Fi at all.
    pub const fn off() -> Self {
        Self::new(0)
    }

    /// A station with so many networks to choose from.
    pub const fn new(networks: u8) -> Self {
        Self { waiting: Instant::from_millis(0), networks, present: 0, was_online: false, lost: false }
    }

    /// The SDK is ready, and joins the first network by itself already or not. Whether it has to be asked to join.
    pub fn begin(&mut self, joins_by_itself: bool, now: Instant) -> bool {
        self.waiting = now;
        self.networks > 0 && !joins_by_itself
    }

    /// Whether the station waits for nothing that has a deadline.
    pub fn is_settled(&self, online: bool) -> bool {
        online || self.networks == 0
    }

    /// What the SDK has to be asked for now. `online`: the network is there; `served`: so is the broker.
    pub fn poll(&mut self, online: bool, served: bool, now: Instant) -> Option<Request> {
        if SEVERAL && self.networks > 1 {
            return self.choose(online, served, now);
        }
        if online || self.was_online {
            self.waiting = now;
        }
        self.was_online = online;
        if self.networks == 0 || now.since(self.waiting) < RETRY {
            return None;
        }
        self.waiting = now;
        Some(Request::Join)
    }

    /// What several networks ask for.
    fn choose(&mut self, online: bool, served: bool, now: Instant) -> Option<Request> {
        let content = online && (served || self.present == 0);
        if content || online != self.was_online {
            self.waiting = now;
        }
        self.lost = !online && (self.lost || self.was_online);
        self.was_online = online;
        if content || now.since(self.waiting) < if online { UNSERVED } else { ATTEMPT } {
            return None;
        }
        let begins_again = (online || self.lost) && self.present != 0;
        let next = if begins_again || self.present + 1 >= self.networks { 0 } else { self.present + 1 };
        *self = Self { waiting: now, present: next, ..Self::new(self.networks) };
        Some(Request::Change(next.into()))
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
        assert!(!Station::new(1).begin(true, at(0)), "a second request would begin its scan anew");
        assert!(Station::new(1).begin(false, at(0)));
        assert!(!Station::off().begin(false, at(0)));
    }

    #[test]
    fn one_network_is_asked_for_again_after_a_minute() {
        let mut station = Station::new(1);
        station.begin(true, at(1));
        assert_eq!(station.poll(false, false, at(60)), None);
        assert_eq!(station.poll(false, false, at(61)), Some(Request::Join));
        assert_eq!(station.poll(false, false, at(120)), None);
        assert_eq!(station.poll(true, false, at(121)), None);
        assert_eq!(station.poll(true, false, at(1_000)), None, "the broker's absence is no reason");
        assert_eq!(station.poll(false, false, at(1_050)), None);
        assert_eq!(station.poll(false, false, at(1_109)), None, "a minute from when it was lost");
        assert_eq!(station.poll(false, false, at(1_110)), Some(Request::Join));
        assert!(!station.is_settled(false) && station.is_settled(true));
    }

    #[test]
    fn a_node_without_wifi_never_asks() {
        let mut station = Station::off();
        assert!(station.poll(false, false, at(1_000)).is_none() && station.is_settled(false));
    }

    #[test]
    fn the_next_network_has_its_turn_and_after_the_last_the_first() {
        let mut station = Station::new(3);
        station.begin(true, at(0));
        assert_eq!(station.poll(false, false, at(19)), None);
        assert_eq!(station.poll(false, false, at(20)), Some(Request::Change(1)));
        assert_eq!(station.poll(false, false, at(39)), None);
        assert_eq!(station.poll(false, false, at(40)), Some(Request::Change(2)));
        assert_eq!(station.poll(false, false, at(60)), Some(Request::Change(0)));
        assert_eq!(station.poll(false, false, at(80)), Some(Request::Change(1)));
    }

    /// A station that has joined the second of three networks, and the broker in it.
    fn in_the_second() -> Station {
        let mut station = Station::new(3);
        station.begin(true, at(0));
        assert_eq!(station.poll(false, false, at(20)), Some(Request::Change(1)));
        assert_eq!(station.poll(true, true, at(25)), None);
        station
    }

    #[test]
    fn a_node_stays_where_it_reaches_the_broker() {
        let mut station = in_the_second();
        assert_eq!(station.poll(true, true, at(100_000)), None);
    }

    #[test]
    fn a_network_that_was_lost_may_come_back_and_then_the_search_begins_with_the_first() {
        let mut station = in_the_second();
        assert_eq!(station.poll(false, false, at(100)), None);
        assert_eq!(station.poll(false, false, at(119)), None, "the SDK joins it again by itself");
        assert_eq!(station.poll(true, true, at(119)), None, "and did");
        assert_eq!(station.poll(false, false, at(200)), None);
        assert_eq!(station.poll(false, false, at(220)), Some(Request::Change(0)));
        assert_eq!(station.poll(false, false, at(240)), Some(Request::Change(1)), "then on in their order");
        let mut station = Station::new(2);
        station.begin(true, at(0));
        assert_eq!(station.poll(true, true, at(5)), None);
        assert_eq!(station.poll(false, false, at(50)), None);
        assert_eq!(station.poll(false, false, at(70)), Some(Request::Change(1)), "the first itself was lost");
    }

    #[test]
    fn where_the_second_network_has_no_broker_the_first_is_looked_for() {
        let mut station = in_the_second();
        assert_eq!(station.poll(true, false, at(100)), None);
        assert_eq!(station.poll(true, true, at(101)), None, "it is there again");
        assert_eq!(station.poll(true, false, at(400)), None);
        assert_eq!(station.poll(true, false, at(401)), Some(Request::Change(0)));
        assert_eq!(station.poll(true, false, at(402)), None, "the report that it left the second may come late");
        assert_eq!(station.poll(false, false, at(403)), None);
        assert_eq!(station.poll(true, false, at(405)), None);
        assert_eq!(station.poll(true, false, at(5_000)), None, "in the first it stays");
    }
}
