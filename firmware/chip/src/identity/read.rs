//! Reading an identity from a block: for the node.

use super::fields::{Fault, Identity, PowerSave, StaticAddress};
use super::format::{HEADER, LONGEST_SSID, LONGEST_WIFI_PASSWORD, MAGIC, VERSION, checksum, kind};
use super::text::text;

/// A node that uses no such record does not pay for reading it; tools read all.
const LISTED: bool = cfg!(any(feature = "networks", not(target_os = "none")));
const ADDRESSED: bool = cfg!(any(feature = "static-address", not(target_os = "none")));
const SAVING: bool = cfg!(any(feature = "power-save", not(target_os = "none")));

impl<'a> Identity<'a> {
    /// Reads a block.
    pub fn read(block: &'a [u8]) -> Result<Self, Fault> {
        let header: &[u8; HEADER] = block.first_chunk().ok_or(Fault::Damaged)?;
        let [m0, m1, m2, m3, version, reserved, l0, l1, check @ ..] = *header;
        if [m0, m1, m2, m3] != MAGIC {
            return Err(Fault::Damaged);
        }
        if header[4..].iter().all(|byte| *byte == 0) {
            return Err(Fault::Empty);
        }
        let length = usize::from(u16::from_le_bytes([l0, l1]));
        let records = block.get(HEADER..HEADER + length).ok_or(Fault::Damaged)?;
        let meant = checksum(&[version, reserved, l0, l1], records);
        if version != VERSION || u32::from_le_bytes(check) != meant {
            return Err(Fault::Damaged);
        }
        Self::of_records(records).ok_or(Fault::Damaged)
    }

    fn of_records(mut rest: &'a [u8]) -> Option<Self> {
        let mut identity = Self::default();
        let (mut user, mut password) = (None, None);
        while let [kind, low, high, after @ ..] = rest {
            let length = usize::from(u16::from_le_bytes([*low, *high]));
            let (bytes, after) = after.split_at_checked(length)?;
            rest = after.strip_prefix(&[0])?;
            if *kind == kind::PORT {
                identity.port = u16::from_le_bytes(bytes.try_into().ok()?);
                continue;
            }
            if *kind == kind::NAMES {
                identity.names = bytes;
                continue;
            }
            if *kind == kind::PIN {
                identity.pin = bytes.try_into().ok();
                continue;
            }
            if ADDRESSED && *kind == kind::ADDRESS {
                identity.address = Some(StaticAddress::from_bytes(bytes.try_into().ok()?));
                continue;
            }
            if SAVING && *kind == kind::POWER_SAVE {
                identity.power_save = bytes.first().copied().and_then(PowerSave::numbered);
                continue;
            }
            let text = text(bytes)?;
            match *kind {
                kind::SSID => identity.ssid = text,
                kind::WIFI_PASSWORD => identity.wifi_password = text,
                kind::BROKER => identity.broker = text,
                kind::OTHERS => identity.others = text,
                kind::NETWORKS if LISTED => identity.networks = text,
                kind::CLIENT_ID => identity.client_id = text,
                kind::USER => user = Some(text),
                kind::PASSWORD => password = Some(text),
                _ => {}
            }
        }
        identity.credentials = user.zip(password);
        let whole = identity.ssid.len() <= LONGEST_SSID && identity.wifi_password.len() <= LONGEST_WIFI_PASSWORD;
        (rest.is_empty() && whole).then_some(identity)
    }
}
