//! A broker's key, which follows from a secret: nodes know its public half.

use anyhow::{Context, Result, anyhow, bail};
use credentials::secrets::BROKER;
use credentials::seed::hmac;
use fleetwright_tls::PublicKey;
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use rcgen::{PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm};
use std::path::Path;

/// A private key on P-256. Never printed: it has no `Debug`.
#[derive(Clone)]
pub struct Pair {
    key: SigningKey,
    /// [`Pair::point`].
    point: Vec<u8>,
}

impl Pair {
    fn new(key: &SecretKey) -> Self {
        Self { key: key.into(), point: key.public_key().to_encoded_point(false).as_bytes().to_vec() }
    }

    /// The key of this name that a secret leads to.
    pub(super) fn of(secret: &str, name: &str) -> Self {
        // One of 2^32 numbers is no key; the next is one.
        let mut tries = (0_u32..).map(|number| hmac(secret.as_bytes(), &[name, &number.to_string()]));
        let key = tries.find_map(|bytes| SecretKey::from_slice(&bytes).ok());
        Self::new(&key.expect("a number below the order of the curve"))
    }

    /// Reads a file that [`Pair::to_pem`] has been written to.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        // What is wrong with a secret is not told.
        let key = SecretKey::from_pkcs8_pem(&text).map_err(|_| anyhow!("{} is no key on P-256", path.display()))?;
        Ok(Self::new(&key))
    }

    /// The private key as PKCS #8, PEM.
    pub(super) fn to_pem(&self) -> Result<String> {
        let key = SecretKey::from(self.key.as_nonzero_scalar()).to_pkcs8_pem(LineEnding::LF);
        Ok(key.map_err(|error| anyhow!("writing the broker's key: {error}"))?.to_string())
    }

    /// The public key as SEC 1 has it: 4, and both coordinates.
    pub(super) fn point(&self) -> &[u8] {
        &self.point
    }

    /// The public key, as nodes know it.
    pub fn public(&self) -> PublicKey {
        let mut public = [0; 64];
        public.copy_from_slice(&self.point[1..]);
        public
    }

    /// A signature, in DER.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: DerSignature = self.key.sign(message);
        signature.as_bytes().to_vec()
    }
}

/// The public key that [`Certificates::new`](super::certificate::Certificates::new) makes of a secret.
///
/// # Errors
///
/// The secret could be guessed.
pub fn public(secret: &str) -> Result<PublicKey> {
    check(secret)?;
    Ok(Pair::of(secret, "broker").public())
}

/// Refuses a secret that a person could have written: from a public key everybody may try secrets.
pub(super) fn check(secret: &str) -> Result<()> {
    if secret.len() < 64 || !secret.chars().all(|character| character.is_ascii_hexdigit()) {
        bail!("`{BROKER}` is not 64 or more hexadecimal digits; delete its line, and `cargo xtask secrets` makes one");
    }
    Ok(())
}

impl PublicKeyData for Pair {
    fn der_bytes(&self) -> &[u8] {
        &self.point
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for Pair {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(self.sign(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_could_be_guessed_makes_no_key() {
        for weak in ["", "hunter2", &"1".repeat(63), &"g".repeat(64)] {
            let message = public(weak).expect_err("refused").to_string();
            assert!(weak.is_empty() || !message.contains(weak), "{message}");
        }
        assert!(public(&"1".repeat(64)).is_ok());
    }
}
