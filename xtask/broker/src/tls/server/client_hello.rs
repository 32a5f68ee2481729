//! A node's ClientHello, as far as its broker needs it.

/// Extensions (RFC 8446, 4.2; RFC 6066, 4).
pub(super) const MAX_FRAGMENT_LENGTH: u16 = 1;
pub(super) const PRE_SHARED_KEY: u16 = 41;
pub(super) const KEY_SHARE: u16 = 51;
/// The curve P-256.
pub(super) const P256: u16 = 0x0017;
/// What is needed of a ClientHello with one share of P-256.
pub(super) struct ClientHello<'a> {
    pub(super) session: &'a [u8],
    pub(super) share: &'a [u8],
    /// An identity, and its binder: the last 32 bytes of the message.
    pub(super) key: Option<(&'a [u8], &'a [u8])>,
    pub(super) fragment: Option<u8>,
}

impl<'a> ClientHello<'a> {
    /// Reads the message; `None`: it is none with a share of P-256.
    pub(super) fn read(message: &'a [u8]) -> Option<Self> {
        let mut rest = message.strip_prefix(&[1])?.get(3 + 2 + 32..)?;
        let session = prefixed(&mut rest, 1)?;
        prefixed(&mut rest, 2)?;
        prefixed(&mut rest, 1)?;
        let mut extensions = prefixed(&mut rest, 2)?;
        let (mut share, mut key, mut fragment) = (None, None, None);
        while let [high, low, after @ ..] = extensions {
            extensions = after;
            let mut body = prefixed(&mut extensions, 2)?;
            match u16::from_be_bytes([*high, *low]) {
                MAX_FRAGMENT_LENGTH => fragment = body.first().copied(),
                KEY_SHARE => {
                    let mut shares = prefixed(&mut body, 2)?.strip_prefix(&P256.to_be_bytes())?;
                    share = prefixed(&mut shares, 2);
                }
                PRE_SHARED_KEY => {
                    let mut identities = prefixed(&mut body, 2)?;
                    let identity = prefixed(&mut identities, 2)?;
                    let mut binders = prefixed(&mut body, 2)?;
                    let binder = prefixed(&mut binders, 1).filter(|binder| binder.len() == 32 && binders.is_empty())?;
                    key = Some((identity, binder));
                }
                _ => {}
            }
        }
        Some(Self { session, share: share?, key, fragment })
    }
}

/// Takes bytes behind their length in so many bytes.
fn prefixed<'a>(rest: &mut &'a [u8], width: usize) -> Option<&'a [u8]> {
    let (length, after) = rest.split_at_checked(width)?;
    let length = length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    let (bytes, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(bytes)
}
