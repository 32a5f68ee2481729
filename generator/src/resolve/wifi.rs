//! The Wi-Fi networks of the nodes.

use super::names;
use crate::diag::{Diagnostic, Findings, codes, near};
use crate::model::{PowerSave, Setting, Wifi, WifiFault, WifiNetwork, ssid_fault, wifi_password_fault};
use crate::syntax::{NetworkSpec, SettingSpec, WifiSpec};
use crate::text::Text;

/// Each network takes a hundred bytes of flash and as many of RAM in every node.
const MOST: usize = 4;

pub(super) fn wifi(wifi: &WifiSpec, findings: &mut Findings) -> Wifi {
    let networks = wifi.networks.iter().enumerate().map(|(index, network)| {
        if let Some(before) = wifi.networks[..index].iter().find(|before| is_same(&before.ssid, &network.ssid)) {
            let ssid = network.ssid.written();
            findings.push(
                Diagnostic::error(codes::BAD_NETWORK, ssid.span, format!("`{}` is one network, not two", ssid.value))
                    .related(before.ssid.written().span, "it is here already")
                    .help("leave one of them out"),
            );
        }
        self::network(network, findings)
    });
    let networks = networks.collect();
    if let Some(network) = wifi.networks.get(MOST) {
        findings.push(
            Diagnostic::error(
                codes::BAD_NETWORK,
                network.ssid.written().span,
                format!("a node knows {MOST} networks at most"),
            )
            .note("each takes a hundred bytes of flash and of RAM in every node")
            .help("leave this one and those behind it out"),
        );
    }
    let power_save = wifi.power_save.as_ref().and_then(|word| power_save(word, findings));
    Wifi { networks, power_save }
}

fn is_same(one: &SettingSpec, other: &SettingSpec) -> bool {
    match (one, other) {
        (SettingSpec::Plain(one), SettingSpec::Plain(other))
        | (SettingSpec::Secret(one), SettingSpec::Secret(other)) => one.value == other.value,
        _ => false,
    }
}

fn network(network: &NetworkSpec, findings: &mut Findings) -> WifiNetwork {
    if let SettingSpec::Plain(text) = &network.ssid {
        refuse(text, ssid_fault(&text.value), findings);
    }
    if let SettingSpec::Plain(text) = &network.password {
        let fault = wifi_password_fault(&text.value);
        refuse(text, fault, findings);
        if fault.is_none() && !text.value.is_empty() {
            findings.push(
                Diagnostic::warning(codes::PLAIN_SECRET, text.span, "the password stands in the fleet file")
                    .label("everybody who sees the file sees it")
                    .help("write `!secret wifi_password` here and the password into fleets/secrets.yaml"),
            );
        }
    }
    WifiNetwork { ssid: setting(&network.ssid, findings), password: setting(&network.password, findings) }
}

fn refuse(text: &Text, fault: Option<WifiFault>, findings: &mut Findings) {
    if let Some(fault) = fault {
        findings.push(Diagnostic::error(codes::BAD_NETWORK, text.span, fault.to_string()).help(fault.help()));
    }
}

/// A text that may be a secret.
fn setting(spec: &SettingSpec, findings: &mut Findings) -> Setting {
    match spec {
        SettingSpec::Secret(name) => {
            names::check(name, names::SECRET, "a secret", findings);
            Setting::Secret(name.value.clone())
        }
        SettingSpec::Plain(text) => Setting::Plain(text.value.clone()),
    }
}

fn power_save(word: &Text, findings: &mut Findings) -> Option<PowerSave> {
    let found = PowerSave::ALL.into_iter().find(|known| known.word() == word.value);
    if found.is_none() {
        let message = format!("there is no way of saving power `{}`", word.value);
        findings.push(
            Diagnostic::error(codes::UNKNOWN_NAME, word.span, message)
                .maybe_help(near(&word.value, PowerSave::ALL.map(PowerSave::word)))
                .help("write `none` (answers at once), `modem` (the radio sleeps; what the SDK does by itself) or `light` (the chip sleeps too)"),
        );
    }
    found
}
