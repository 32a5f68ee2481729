//! The broker's public key, and the proof that the broker has the private one. Of its certificate nothing is read: names
//! and dates in it say nothing that the key does not say better.

use crate::guard::Suite;
use embedded_tls::{CertificateRef, CertificateVerifyRef, SignatureScheme, TlsError, TlsVerifier};
use p256::EncodedPoint;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

/// A point of P-256: both coordinates, 32 bytes each, big-endian.
pub type PublicKey = [u8; 64];

/// What a broker's signature is over, before the hash of the transcript (RFC 8446, 4.4.3).
const CONTEXT: &[u8; 34] = b"TLS 1.3, server CertificateVerify\0";
const PADDING: [u8; 64] = [b' '; 64];

/// Checks that the broker has the private key.
pub(crate) struct Verifier<'a> {
    pin: &'a PublicKey,
    /// The hash of the transcript up to the certificate.
    transcript: Option<[u8; 32]>,
    proved: bool,
}

impl<'a> Verifier<'a> {
    pub(crate) fn new(pin: &'a PublicKey) -> Self {
        Self { pin, transcript: None, proved: false }
    }

    /// Whether the broker has shown that it has the key. The library takes a handshake without any proof as well, so it
    /// has to be asked for.
    pub(crate) fn is_proved(&self) -> bool {
        self.proved
    }
}

impl TlsVerifier<Suite> for Verifier<'_> {
    fn set_hostname_verification(&mut self, _: &str) -> Result<(), TlsError> {
        Ok(())
    }

    fn verify_certificate(&mut self, transcript: &Sha256, _: CertificateRef<'_>) -> Result<(), TlsError> {
        self.transcript = Some(transcript.clone().finalize().into());
        Ok(())
    }

    fn verify_signature(&mut self, verify: CertificateVerifyRef<'_>) -> Result<(), TlsError> {
        let hash = self.transcript.take().ok_or(TlsError::InvalidHandshake)?;
        if verify.signature_scheme != SignatureScheme::EcdsaSecp256r1Sha256 {
            return Err(TlsError::InvalidSignatureScheme);
        }
        let mut message = [0; PADDING.len() + CONTEXT.len() + 32];
        let parts = PADDING.iter().chain(CONTEXT).chain(&hash);
        message.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
        let point = EncodedPoint::from_untagged_bytes(self.pin.into());
        let key = VerifyingKey::from_encoded_point(&point).map_err(|_| TlsError::InvalidSignature)?;
        let signature = Signature::from_der(verify.signature).map_err(|_| TlsError::InvalidSignature)?;
        key.verify(&message, &signature).map_err(|_| TlsError::InvalidSignature)?;
        self.proved = true;
        Ok(())
    }
}
