//! Random numbers from a seed: SHA-256 of the seed and a counter. The seed is the platform's affair; it must be new for
//! each connection and known to nobody.

use rand_core::{CryptoRng, Error, RngCore};
use sha2::{Digest, Sha256};

/// Random numbers of one connection.
pub struct Generator {
    seed: [u8; 32],
    counter: u32,
}

impl Generator {
    /// From 256 random bits.
    pub const fn new(seed: [u8; 32]) -> Self {
        Self { seed, counter: 0 }
    }

    /// From a source of which each word holds some chance only: many are hashed together with a secret.
    pub fn gather(secret: &[u8], words: impl Iterator<Item = u32>) -> Self {
        let mut hash = Sha256::new();
        hash.update(secret);
        words.for_each(|word| hash.update(word.to_le_bytes()));
        Self::new(hash.finalize().into())
    }
}

impl CryptoRng for Generator {}

impl RngCore for Generator {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, to: &mut [u8]) {
        for piece in to.chunks_mut(32) {
            let mut hash = Sha256::new();
            hash.update(self.seed);
            hash.update(self.counter.to_le_bytes());
            self.counter = self.counter.wrapping_add(1);
            for (to, from) in piece.iter_mut().zip(hash.finalize()) {
                *to = from;
            }
        }
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(to);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_comes_twice() {
        let mut one = Generator::gather(b"secret", [1, 2, 3].into_iter());
        let mut other = Generator::gather(b"secret", [1, 2, 4].into_iter());
        let (mut a, mut b, mut c) = ([0; 70], [0; 70], [0; 70]);
        one.fill_bytes(&mut a);
        one.fill_bytes(&mut b);
        other.fill_bytes(&mut c);
        assert!(a != b && b != c && a != c);
        assert_ne!(a.get(..32), a.get(32..64));
    }
}
