//! The Wi-Fi network of the nodes.

use super::names;
use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{Setting, Wifi, WifiFault, ssid_fault, wifi_password_fault};
use crate::syntax::{SettingSpec, WifiSpec};
use crate::text::Text;

pub(super) fn wifi(wifi: &WifiSpec, findings: &mut Findings) -> Wifi {
    if let SettingSpec::Plain(text) = &wifi.ssid {
        refuse(text, ssid_fault(&text.value), findings);
    }
    if let SettingSpec::Plain(text) = &wifi.password {
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
    Wifi { ssid: setting(&wifi.ssid, findings), password: setting(&wifi.password, findings) }
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
