//! Whether a device is one for an ESP8266 at all.

use super::super::yaml::{Described, Tree};
use anyhow::{Result, bail};

/// Keys of other chips; from TARGET_PLATFORMS in ESPHome's esphome/const.py (2026.6.5), with those that were dropped.
const OTHERS: [&str; 9] = ["esp32", "rp2040", "bk72xx", "rtl87xx", "ln882x", "libretiny", "nrf52", "host", "rp2"];

/// Refuses devices with another chip, and those that don't say which they have. The part `esphome`.
pub(super) fn check(device: &Described) -> Result<&Tree> {
    let tree = &device.tree;
    for chip in OTHERS {
        if let Some(other) = tree.get(chip) {
            bail!("{}: the device is an {chip}, and Fleetwright builds for the ESP8266", other.position);
        }
    }
    let missing = |what: &str| match device.absent.first() {
        Some(absent) => format!("{absent}: {what}; it may stand in the file that is asked for here and was not found"),
        None => format!("{}: {what}", tree.position),
    };
    let Some(own) = tree.get("esphome") else { bail!(missing("no `esphome:`, so this is no device")) };
    if let Some(platform) = own.get("platform") {
        if platform.text().is_none_or(|platform| !platform.eq_ignore_ascii_case("esp8266")) {
            bail!("{}: the device is no ESP8266, and Fleetwright builds for no other chip", platform.position);
        }
    } else if tree.get("esp8266").is_none() {
        bail!(missing("the device does not say which chip it has: an ESP8266 has a part `esp8266:`"));
    }
    Ok(own)
}
