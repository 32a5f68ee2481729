//! What the address of a network interface says about other addresses.

/// The address of a querier in its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its IPv4 address.
    pub address: [u8; 4],
    /// The mask of its network.
    pub mask: [u8; 4],
}

impl Interface {
    /// The interface on which a machine talks to itself.
    pub const LOOPBACK: Self = Self { address: [127, 0, 0, 1], mask: [255, 0, 0, 0] };

    /// Whether an address is in the same network. An answer that comes from elsewhere has to be ignored (RFC 6762, section
    /// 11): from there nobody can have heard the query.
    pub fn is_on_link(&self, address: [u8; 4]) -> bool {
        let [own, other, mask] = [self.address, address, self.mask].map(u32::from_be_bytes);
        // Without an address there is no network.
        own != 0 && (own ^ other) & mask == 0
    }

    /// Whether an address can be that of another host: it is not "this network" (0.0.0.0/8), a group, reserved or the
    /// broadcast address of all networks or of this one, and not the querier's own machine unless that is all it sees.
    pub fn can_reach(&self, address: [u8; 4]) -> bool {
        let [first, ..] = address;
        let of_this_machine = |[first, ..]: [u8; 4]| first == 127;
        let broadcast = u32::from_be_bytes(self.address) | !u32::from_be_bytes(self.mask);
        (1..224).contains(&first)
            && (!of_this_machine(address) || of_this_machine(self.address))
            && u32::from_be_bytes(address) != broadcast
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: Interface = Interface { address: [192, 168, 1, 20], mask: [255, 255, 255, 0] };

    #[test]
    fn neighbours_are_those_in_the_same_network() {
        assert!(HOME.is_on_link([192, 168, 1, 10]));
        assert!(!HOME.is_on_link([192, 168, 2, 10]));
        assert!(Interface::LOOPBACK.is_on_link([127, 9, 9, 9]));
        let none = Interface { address: [0; 4], mask: [0; 4] };
        assert!(!none.is_on_link([192, 168, 1, 10]) && !none.is_on_link([0; 4]));
    }

    #[test]
    fn addresses_that_no_host_has_are_known() {
        for address in [[192, 168, 1, 10], [10, 0, 0, 1], [169, 254, 3, 4], [223, 255, 255, 254], [1, 0, 0, 1]] {
            assert!(HOME.can_reach(address), "{address:?}");
        }
        let wrong = [[0; 4], [0, 1, 2, 3], [127, 0, 0, 1], [224, 0, 0, 251], [239, 1, 1, 1], [240, 0, 0, 1], [255; 4]];
        for address in wrong.into_iter().chain([[192, 168, 1, 255]]) {
            assert!(!HOME.can_reach(address), "{address:?}");
        }
        assert!(Interface::LOOPBACK.can_reach([127, 0, 0, 2]));
        assert!(!Interface::LOOPBACK.can_reach([127, 255, 255, 255]));
    }
}
