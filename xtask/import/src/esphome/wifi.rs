//! `wifi:`. All devices of a fleet share the networks and the power saving of the first device that has some; a fixed address
//! is the device's own.

use super::super::fleet_text::quoted;
use super::super::yaml::Tree;
use super::draft::{Draft, WifiNetwork};
use super::names::name;
use super::report::NoteKind;
use std::net::Ipv4Addr;

/// A node knows so many networks at most.
const MOST: usize = 4;

pub(super) fn read(wifi: &Tree, draft: &mut Draft) {
    let several = wifi.get("networks").map_or(&[][..], Tree::items);
    let entries = if several.is_empty() { std::slice::from_ref(wifi) } else { several };
    let (known, more) = entries.split_at(entries.len().min(MOST));
    for entry in more {
        draft.leave_out(entry, format_args!("a node knows {MOST} networks, and this is one more"));
    }
    let networks: Vec<WifiNetwork> =
        known.iter().enumerate().map(|(index, entry)| network(entry, index, draft)).collect();
    if networks.iter().any(|network| network.ssid.is_some()) {
        if draft.networks.is_empty() {
            draft.networks = networks;
        } else if !draft.networks.iter().map(|network| &network.ssid).eq(networks.iter().map(|network| &network.ssid)) {
            draft.differing.push((known[0].position.clone(), "another Wi-Fi network"));
        }
    }
    if let Some(mode) = wifi.get("power_save_mode") {
        let word = mode.parsed(power_save).map(str::to_owned);
        draft.share(|draft| &mut draft.power_save, word, &mode.position, "another way of saving power");
    }
    let address = wifi.get("manual_ip").or_else(|| known.iter().find_map(|entry| entry.get("manual_ip")));
    if let Some(tree) = address {
        manual_ip(tree, draft);
    }
}

/// A network. Its password is not copied, whatever it is.
fn network(entry: &Tree, index: usize, draft: &mut Draft) -> WifiNetwork {
    let ssid = entry.get("ssid").and_then(|ssid| match ssid.secret() {
        Some(secret) => {
            let here = name(secret, '_');
            if here != secret {
                let what =
                    format!("the secret `{secret}` is called `{here}` here: names have small letters, digits and `_`");
                draft.say(&ssid.position, NoteKind::Decide, what);
            }
            Some(format!("!secret {here}"))
        }
        None => ssid.text().map(quoted),
    });
    let number = if index == 0 { String::new() } else { format!("_{}", index + 1) };
    let password = entry.get("password").map(|password| {
        let name = format!("wifi_password{number}");
        let what = format!("the Wi-Fi password was not copied: it goes into fleets/secrets.yaml, as `{name}`");
        draft.note(password, NoteKind::Decide, what);
        format!("!secret {name}")
    });
    WifiNetwork { ssid, password, hidden: entry.is_true("hidden") }
}

/// The fleet's word for ESPHome's: `high` is what the SDK calls modem sleep.
fn power_save(mode: &str) -> Option<&'static str> {
    match mode.to_ascii_lowercase().as_str() {
        "none" => Some("none"),
        "light" => Some("light"),
        "high" => Some("modem"),
        _ => None,
    }
}

/// A fixed address of the device.
fn manual_ip(tree: &Tree, draft: &mut Draft) {
    let length = tree.parsed_of("subnet", |mask| prefix(mask.parse().ok()?));
    let (Some(address), Some(gateway), Some(length)) = (tree.text_of("static_ip"), tree.text_of("gateway"), length)
    else {
        draft.note(
            tree,
            NoteKind::Decide,
            "this fixed address is not whole, or not written out: write `ip:` at the node",
        );
        return;
    };
    if let Some(second) = tree.get("dns2") {
        draft.leave_out(second, "a node knows one server for names");
    }
    let dns = tree.text_of("dns1").map_or(String::new(), |dns| format!(", dns: {}", quoted(dns)));
    if let Some(node) = draft.nodes.last_mut() {
        let address = quoted(&format!("{address}/{length}"));
        node.ip = Some(format!("{{ address: {address}, gateway: {}{dns} }}", quoted(gateway)));
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
