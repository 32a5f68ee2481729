//! `wifi:`. All devices of a fleet share the networks and the power saving of the first device that has some; a fixed address
//! is the device's own.

use super::super::super::fleet_text::quoted;
use super::super::super::yaml::{Tree, ValueKind};
use super::super::draft::{Draft, WifiNetwork, share};
use std::net::Ipv4Addr;

/// A node knows so many networks at most.
const MOST: usize = 4;
/// What is read here, or says nothing to a node.
const KNOWN: [&str; 9] =
    ["ssid", "password", "networks", "hidden", "manual_ip", "power_save_mode", "fast_connect", "id", "domain"];

pub(super) fn read(wifi: &Tree, draft: &mut Draft) {
    for (key, value) in wifi.entries().iter().filter(|(key, _)| !KNOWN.contains(&key.as_str())) {
        draft.note(&value.position, format_args!("`{key}` of `wifi` has no counterpart"));
    }
    let several = wifi.get("networks").map_or(&[][..], Tree::items);
    for (key, value) in several.iter().flat_map(Tree::entries).filter(|(key, _)| !KNOWN.contains(&key.as_str())) {
        draft.note(&value.position, format_args!("`{key}` of a network has no counterpart"));
    }
    let entries = if several.is_empty() { std::slice::from_ref(wifi) } else { several };
    if let Some(entry) = entries.get(MOST) {
        draft.note(
            &entry.position,
            format_args!("a node knows {MOST} networks; this one and those behind it are left out"),
        );
    }
    let networks: Vec<WifiNetwork> =
        entries.iter().take(MOST).enumerate().map(|(index, entry)| network(entry, index, draft)).collect();
    if networks.iter().any(|network| network.ssid.is_some()) {
        if draft.networks.is_empty() {
            draft.networks = networks;
        } else if !draft.networks.iter().map(|network| &network.ssid).eq(networks.iter().map(|network| &network.ssid)) {
            let what = "another Wi-Fi network than the first device's: the fleet has one";
            draft.note(&entries[0].position, what);
        }
    }
    power_save(wifi, draft);
    let address = wifi.get("manual_ip").or_else(|| entries.iter().find_map(|entry| entry.get("manual_ip")));
    if let Some(tree) = address {
        manual_ip(tree, draft);
    }
}

/// A network. Its password is not copied, whatever it is.
fn network(entry: &Tree, index: usize, draft: &mut Draft) -> WifiNetwork {
    let ssid = match entry.get("ssid").map(|ssid| &ssid.kind) {
        Some(ValueKind::Scalar { text, tag: Some(tag) }) if tag == "secret" => Some(format!("!secret {text}")),
        Some(ValueKind::Scalar { text, tag: None }) => Some(quoted(text)),
        _ => None,
    };
    let number = if index == 0 { String::new() } else { format!("_{}", index + 1) };
    let password = entry.get("password").map(|password| {
        let name = format!("wifi_password{number}");
        let note = format!("the Wi-Fi password was not copied: it goes into fleets/secrets.yaml, as `{name}`");
        draft.note(&password.position, note);
        format!("!secret {name}")
    });
    WifiNetwork { ssid, password, hidden: entry.is_true("hidden") }
}

/// ESPHome's words for what the SDK calls modem sleep and light sleep.
fn power_save(wifi: &Tree, draft: &mut Draft) {
    let Some(mode) = wifi.get("power_save_mode") else { return };
    let word = match mode.text().map(str::to_ascii_lowercase).as_deref() {
        Some("none") => "none",
        Some("light") => "light",
        Some("high") => "modem",
        _ => {
            draft.note(&mode.position, "this `power_save_mode` has no counterpart");
            return;
        }
    };
    share(
        &mut draft.power_save,
        Some(word.to_owned()),
        &mode.position,
        "another way of saving power",
        &mut draft.notes,
    );
}

/// A fixed address of the device.
fn manual_ip(tree: &Tree, draft: &mut Draft) {
    let text = |key| tree.text_of(key);
    let length = text("subnet").and_then(|mask| prefix(mask.parse().ok()?));
    let (Some(address), Some(gateway), Some(length)) = (text("static_ip"), text("gateway"), length) else {
        draft.note(&tree.position, "this fixed address is not whole, or not written out: write `ip:` at the node");
        return;
    };
    if let Some(second) = tree.get("dns2") {
        draft.note(&second.position, "a node knows one server for names");
    }
    let dns = text("dns1").map_or(String::new(), |dns| format!(", dns: {}", quoted(dns)));
    if let Some(node) = draft.nodes.last_mut() {
        node.ip = Some(format!(
            "{{ address: {}, gateway: {}{dns} }}",
            quoted(&format!("{address}/{length}")),
            quoted(gateway)
        ));
    }
}

/// The length of a net: 24 for 255.255.255.0.
fn prefix(mask: Ipv4Addr) -> Option<u32> {
    let bits = mask.to_bits();
    (bits.leading_ones() + bits.trailing_zeros() == 32).then_some(bits.leading_ones())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_have_a_length() {
        assert_eq!(prefix(Ipv4Addr::new(255, 255, 255, 0)), Some(24));
        assert_eq!((prefix(Ipv4Addr::BROADCAST), prefix(Ipv4Addr::UNSPECIFIED)), (Some(32), Some(0)));
        assert_eq!(prefix(Ipv4Addr::new(255, 0, 255, 0)), None);
    }
}
