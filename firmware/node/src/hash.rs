//! A hash for what has to be told apart, and for nothing that has to be safe.

/// FNV-1a of these bytes, in 32 bits.
pub fn fnv1a(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
