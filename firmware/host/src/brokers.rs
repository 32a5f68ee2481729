//! Where the broker is: one address, or those of a cluster, of which the next is taken for each connection.

/// Addresses in a ring.
#[derive(Clone, Debug, Default)]
pub(crate) struct Brokers {
    addresses: Vec<String>,
    next: usize,
}

impl Brokers {
    /// Begins where the seed says, so that the nodes of a fleet spread over its brokers.
    pub(crate) fn new(addresses: Vec<String>, seed: u32) -> Self {
        let next = seed as usize % addresses.len().max(1);
        Self { addresses, next }
    }

    /// The address for the next connection; `None`: there is no broker.
    pub(crate) fn turn(&mut self) -> Option<String> {
        let address = self.addresses.get(self.next)?.clone();
        self.next = (self.next + 1) % self.addresses.len();
        Some(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connection_goes_to_the_next() {
        let mut brokers = Brokers::new(["a", "b", "c"].map(str::to_owned).into(), 4);
        let turns: Vec<_> = (0..4).filter_map(|_| brokers.turn()).collect();
        assert_eq!(turns, ["b", "c", "a", "b"]);
        assert_eq!(Brokers::default().turn(), None);
    }
}
