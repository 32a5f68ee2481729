//! A broker's key and certificates. Both come from one secret and nothing else, signatures included (RFC 6979), so that an
//! unchanged fleet stays unchanged on its broker, byte for byte.
//!
//! Nodes know the key itself and read no certificate; names and dates are for the clients of people, which know the
//! authority.

use super::key_pair::check;
use anyhow::{Result, bail};
use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyIdMethod};
use rcgen::{KeyUsagePurpose, date_time_ymd};

pub use super::key_pair::{Pair, public};

/// A certificate is sent in one record of a node's size, which takes 512 bytes: so many are left for it beside the header
/// of its message and the lengths around it (RFC 8446, 4.4.2).
const LONGEST: usize = 499;

/// The files beside a broker's configuration.
pub const CERTIFICATE: &str = "broker.crt";
/// The private key of the certificate.
pub const KEY: &str = "broker.key";

/// Certificate and key in one file, as ejabberd reads them.
pub const PEM: &str = "broker.pem";

/// What a broker with a certificate needs, and what clients need to know it. Never printed: it has no `Debug`.
#[derive(Clone)]
pub struct Certificates {
    /// The broker's key.
    pub pair: Pair,
    /// [`KEY`]: PKCS #8, PEM.
    pub key: String,
    /// [`CERTIFICATE`]: PEM.
    pub certificate: String,
    /// The certificate in DER.
    pub der: Vec<u8>,
    /// The certificate of the authority, PEM: what `mosquitto_sub --cafile` takes.
    pub authority: String,
}

impl Certificates {
    /// Of a secret, for a broker with these addresses or names.
    ///
    /// # Errors
    ///
    /// The secret could be guessed, or the names are so long that the certificate would not reach a node.
    pub fn new(secret: &str, fleet: &str, hosts: &[String]) -> Result<Self> {
        check(secret)?;
        let (root, pair) = (Pair::of(secret, "authority"), Pair::of(secret, "broker"));
        let mut params = params(&format!("Fleetwright {fleet}"), &root);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority = params.self_signed(&root)?.pem();
        let issuer = Issuer::new(params, root);
        let mut params = self::params("broker", &pair);
        params.subject_alt_names = CertificateParams::new(hosts)?.subject_alt_names;
        // Strict clients want it, as Python's since 3.13.
        params.use_authority_key_identifier_extension = true;
        let made = params.signed_by(&pair, &issuer)?;
        let der = made.der().to_vec();
        if der.len() > LONGEST {
            bail!(
                "with hosts {} the broker's certificate has {} bytes, and a node takes {LONGEST}: write a shorter name or \
                 an address",
                hosts.join(", "),
                der.len()
            );
        }
        let key = pair.to_pem()?;
        Ok(Self { pair, key, certificate: made.pem(), der, authority })
    }

    /// [`PEM`].
    pub fn bundle(&self) -> String {
        format!("{}{}", self.certificate, self.key)
    }
}

/// What all certificates of ours have in common. They don't end: who has to be thrown out gets another key.
fn params(name: &str, key: &Pair) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    // The longest time that clients of all kinds read alike (RFC 5280, 4.1.2.5: UTCTime ends with 2049).
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2049, 12, 31));
    // A number of 8 bytes, which differs with the key and is positive.
    let mut serial = key.point()[1..9].to_vec();
    serial[0] = serial[0] & 0x3f | 0x40;
    params.serial_number = Some(serial.into());
    params.key_identifier_method = KeyIdMethod::PreSpecified(key.point()[1..9].to_vec());
    params
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digits that nobody would take for a secret.
    fn secret(digit: u8) -> String {
        digit.to_string().repeat(64)
    }

    fn hosts(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn one_secret_gives_the_same_bytes_each_time_and_another_gives_others() {
        let make = |digit, host: &str| Certificates::new(&secret(digit), "room", &hosts(&[host])).expect("made");
        let (one, same) = (make(1, "10.0.0.1"), make(1, "10.0.0.1"));
        assert_eq!((&one.key, &one.certificate, &one.authority), (&same.key, &same.certificate, &same.authority));
        let moved = make(1, "broker.local");
        assert_eq!((one.pair.public(), &one.authority), (moved.pair.public(), &moved.authority), "nodes know the key");
        assert_ne!(one.certificate, moved.certificate);
        assert_ne!(one.pair.public(), make(2, "10.0.0.1").pair.public());
    }

    #[test]
    fn strict_clients_have_nothing_to_say() {
        let made = Certificates::new(&secret(1), "room", &hosts(&["10.0.0.1"])).expect("made");
        let folder = tempfile::tempdir().expect("a folder");
        let (authority, broker) = (folder.path().join("ca.crt"), folder.path().join("broker.crt"));
        std::fs::write(&authority, &made.authority).expect("written");
        std::fs::write(&broker, &made.certificate).expect("written");
        let mut command = std::process::Command::new("openssl");
        command.args(["verify", "-x509_strict", "-verify_ip", "10.0.0.1", "-CAfile"]).arg(authority).arg(broker);
        let output = command.output().expect("openssl");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let made = Certificates::new(&secret(1), "room", &hosts(&["10.0.0.1"])).expect("made");
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), &made.key).expect("written");
        assert_eq!(Pair::read(file.path()).expect("read").public(), made.pair.public());
        std::fs::write(file.path(), "hunter2").expect("written");
        let message = Pair::read(file.path()).err().expect("refused").to_string();
        assert!(message.ends_with("is no key on P-256") && !message.contains("hunter2"), "{message}");
    }

    #[test]
    fn a_certificate_fits_into_a_record_or_is_refused() {
        let long = "b".repeat(60) + ".local";
        let made = Certificates::new(&secret(1), &"r".repeat(64), &hosts(&[&long])).expect("made");
        assert!(made.der.len() <= LONGEST, "{}", made.der.len());
        let longest = format!("{}.{}.{}.local", "b".repeat(60), "c".repeat(60), "d".repeat(60));
        let message = Certificates::new(&secret(1), "room", &hosts(&[&longest])).err().expect("refused").to_string();
        assert!(message.contains(&longest) && message.contains("a shorter name"), "{message}");
    }
}
