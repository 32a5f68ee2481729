//! The fixed address of a node in its network.

use std::net::Ipv4Addr;

/// The address of a node that does not ask the router for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaticAddress {
    /// Its own address.
    pub address: Ipv4Addr,
    /// How many of the address's bits, from the first, are those of its net: 24 in `192.168.1.31/24`.
    pub prefix: u8,
    /// The router.
    pub gateway: Ipv4Addr,
    /// The server that is asked for names.
    pub dns: Ipv4Addr,
}

impl StaticAddress {
    /// `255.255.255.0` for 24 bits.
    pub fn netmask(self) -> Ipv4Addr {
        Ipv4Addr::from_bits(u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0))
    }

    /// The address of the net itself.
    pub fn network(self) -> Ipv4Addr {
        self.address & self.netmask()
    }

    /// The address of everybody in the net.
    pub fn broadcast(self) -> Ipv4Addr {
        self.address | !self.netmask()
    }

    /// Address, mask, gateway and server for names, as bytes.
    pub fn octets(self) -> [[u8; 4]; 4] {
        [self.address, self.netmask(), self.gateway, self.dns].map(|address| address.octets())
    }

    /// Whether an address is one of the net.
    pub fn has(self, other: Ipv4Addr) -> bool {
        other & self.netmask() == self.network()
    }
}

impl std::fmt::Display for StaticAddress {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_net_follows_from_its_length() {
        let [address, gateway] = [Ipv4Addr::new(10, 1, 2, 3), Ipv4Addr::new(10, 1, 0, 1)];
        let of = |prefix| StaticAddress { address, prefix, gateway, dns: gateway };
        assert_eq!(of(24).netmask(), Ipv4Addr::new(255, 255, 255, 0));
        assert_eq!(
            (of(16).network(), of(16).broadcast()),
            (Ipv4Addr::new(10, 1, 0, 0), Ipv4Addr::new(10, 1, 255, 255))
        );
        assert_eq!((of(0).netmask(), of(32).netmask()), (Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST));
        assert!(of(16).has(gateway) && !of(24).has(gateway));
        assert_eq!(of(8).octets(), [[10, 1, 2, 3], [255, 0, 0, 0], [10, 1, 0, 1], [10, 1, 0, 1]]);
        assert_eq!(of(24).to_string(), "10.1.2.3/24");
    }
}
