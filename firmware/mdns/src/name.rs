//! Names of hosts: their labels, and which of them are local.

/// The longest label, in bytes (RFC 1035, section 2.3.4).
pub(crate) const LONGEST_LABEL: usize = 63;
/// The longest name in a message, in bytes: each label behind its length, and a zero (RFC 1035, section 2.3.4).
pub(crate) const LONGEST_NAME: usize = 255;

/// Whether a name is one of those that no DNS server knows: it ends with `.local`, in letters of any case, with or without
/// the dot of a complete name (RFC 6762, section 3).
///
/// ```
/// assert!(fleetwright_mdns::is_local("broker.local"));
/// assert!(fleetwright_mdns::is_local("Broker.LOCAL."));
/// assert!(!fleetwright_mdns::is_local("broker.local.example.org"));
/// ```
pub fn is_local(name: &str) -> bool {
    const END: &[u8] = b".local";
    let name = without_dot(name);
    name.len() > END.len() && name.last_chunk().is_some_and(|last: &[u8; END.len()]| last.eq_ignore_ascii_case(END))
}

/// The labels of a name, one after the other.
pub(crate) struct Labels<'n> {
    /// What has not been taken yet.
    rest: Option<&'n [u8]>,
}

impl<'n> Labels<'n> {
    /// Those of this name.
    pub(crate) fn of(name: &'n str) -> Self {
        Self { rest: Some(without_dot(name)) }
    }
}

impl<'n> Iterator for Labels<'n> {
    type Item = &'n [u8];

    fn next(&mut self) -> Option<&'n [u8]> {
        let rest = self.rest?;
        let end = rest.iter().position(|byte| *byte == b'.').unwrap_or(rest.len());
        let (label, behind) = rest.split_at_checked(end)?;
        self.rest = behind.get(1..);
        Some(label)
    }
}

/// The dot at the end of a complete name stands for the root, which has no label.
fn without_dot(name: &str) -> &[u8] {
    let name = name.as_bytes();
    name.strip_suffix(b".").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn names_that_end_with_local_are_local() {
        for name in ["broker.local", "broker.local.", "BROKER.Local", "a.b.local", "xn--grn-ioa.local"] {
            assert!(is_local(name), "{name}");
        }
        let others = [
            "",
            ".",
            "local",
            "local.",
            ".local",
            "broker",
            "broker.local.org",
            "brokerlocal",
            "192.168.1.10",
            "a.local..",
        ];
        for name in others {
            assert!(!is_local(name), "{name}");
        }
    }

    #[test]
    fn the_dot_at_the_end_is_no_label() {
        let labels = |name| Labels::of(name).collect::<Vec<_>>();
        assert_eq!(labels("a.local."), [b"a".as_slice(), b"local"]);
        assert_eq!(labels("a.local"), labels("a.local."));
        assert_eq!(labels("a..b"), [b"a".as_slice(), b"", b"b"]);
        assert_eq!(labels(""), [b""]);
    }
}
