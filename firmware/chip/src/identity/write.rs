//! Writing an identity into a block: for the tool that makes a node's image.

use super::fields::{Fault, Identity};
use super::format::{
    ADDRESS, BINARY, HEADER, LONGEST_SSID, LONGEST_WIFI_PASSWORD, MAGIC, PIN, RECORD, VERSION, checksum, kind,
};

impl Identity<'_> {
    /// Writes the identity into a block; what is behind it becomes zero.
    ///
    /// # Errors
    ///
    /// What is too long, or can't be told from its end. The block is not to be used then.
    pub fn write(&self, block: &mut [u8]) -> Result<(), Fault> {
        let size = block.len();
        block.fill(0);
        let mut end = HEADER;
        let mut put = |kind, bytes: &[u8], longest, what| {
            if bytes.len() > longest || bytes.contains(&0) && !BINARY.contains(&kind) {
                return Err(Fault::Text(what));
            }
            let record = block.get_mut(end..end + RECORD + bytes.len()).ok_or(Fault::TooLong(size))?;
            let [low, high] = (bytes.len() as u16).to_le_bytes();
            record[..3].copy_from_slice(&[kind, low, high]);
            record[3..3 + bytes.len()].copy_from_slice(bytes);
            end += record.len();
            Ok(())
        };
        put(kind::SSID, self.ssid.as_bytes(), LONGEST_SSID, "the name of the Wi-Fi network")?;
        put(kind::WIFI_PASSWORD, self.wifi_password.as_bytes(), LONGEST_WIFI_PASSWORD, "the Wi-Fi password")?;
        put(kind::BROKER, self.broker.as_bytes(), 253, "the broker's name")?;
        put(kind::PORT, &self.port.to_le_bytes(), 2, "the broker's port")?;
        put(kind::CLIENT_ID, self.client_id.as_bytes(), 255, "the client identifier")?;
        if let Some((user, password)) = self.credentials {
            put(kind::USER, user.as_bytes(), 255, "the user's name at the broker")?;
            put(kind::PASSWORD, password.as_bytes(), 255, "the password at the broker")?;
        }
        if !self.others.is_empty() {
            put(kind::OTHERS, self.others.as_bytes(), 2_048, "the list of brokers")?;
        }
        if !self.names.is_empty() {
            put(kind::NAMES, self.names, usize::from(u16::MAX), "the table of names")?;
        }
        if !self.networks.is_empty() {
            put(kind::NETWORKS, self.networks.as_bytes(), 1_024, "the list of Wi-Fi networks")?;
        }
        if let Some(address) = self.address {
            put(kind::ADDRESS, &address.to_bytes(), ADDRESS, "the node's address")?;
        }
        if let Some(power_save) = self.power_save {
            put(kind::POWER_SAVE, &[power_save as u8], 1, "how the node saves power")?;
        }
        if let Some(pin) = self.pin {
            put(kind::PIN, pin, PIN, "the broker's public key")?;
        }
        block[..4].copy_from_slice(&MAGIC);
        block[4] = VERSION;
        block[6..8].copy_from_slice(&((end - HEADER) as u16).to_le_bytes());
        let check = checksum(&block[4..8], &block[HEADER..end]);
        block[8..HEADER].copy_from_slice(&check.to_le_bytes());
        Ok(())
    }
}
