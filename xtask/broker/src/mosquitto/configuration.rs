//! A generated `mosquitto.conf`: its options for TLS, and the same for a folder and ports of this machine.

use crate::tls::Tls;
use crate::tls::certificate::{CERTIFICATE, KEY, Pair};
use anyhow::{Result, bail};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Options of TLS.
pub(super) const PSK_FILE: &str = "psk_file";
pub(super) const PASSWORD_FILE: &str = "password_file";
pub(super) const CERTFILE: &str = "certfile";
/// The TLS that a broker has with a configuration and the files of this folder.
pub fn configured_tls(configuration: &str, folder: &Path) -> Result<Tls> {
    Ok(if has(configuration, PSK_FILE) {
        Tls::Keyed
    } else if has(configuration, CERTFILE) {
        Tls::Pinned(Pair::read(&folder.join(KEY))?.public())
    } else {
        Tls::Off
    })
}

/// Whether a line sets this option.
pub(super) fn has(configuration: &str, option: &str) -> bool {
    configuration.lines().any(|line| line.split(' ').next() == Some(option))
}

/// The configuration for a folder and ports of this machine; everything else stays as it was generated.
pub(super) fn here(configuration: &str, folder: &Path, ports: &[u16]) -> Result<String> {
    let mut listeners = 0;
    let mut lines: Vec<String> = Vec::new();
    for line in configuration.lines() {
        lines.push(match line.split_once(' ') {
            Some(("listener", _)) => {
                listeners += 1;
                format!("listener {} 127.0.0.1", ports.get(listeners - 1).copied().unwrap_or_default())
            }
            Some((PASSWORD_FILE, _)) => format!("{PASSWORD_FILE} {}", folder.join("passwd").display()),
            Some((PSK_FILE, _)) => format!("{PSK_FILE} {}", folder.join("psk").display()),
            Some((CERTFILE, _)) => format!("{CERTFILE} {}", folder.join(CERTIFICATE).display()),
            Some(("keyfile", _)) => format!("keyfile {}", folder.join(KEY).display()),
            Some(("acl_file", _)) => format!("acl_file {}", folder.join("acl").display()),
            Some((option @ "plugin_opt_acl_file", _)) => format!("{option} {}", folder.join("acl").display()),
            Some((option @ "plugin_opt_password_file", _)) => format!("{option} {}", folder.join("passwd").display()),
            _ => line.to_owned(),
        });
    }
    if listeners != ports.len() {
        bail!("the generated configuration has {listeners} listeners, not {}", ports.len());
    }
    // Started by root, Mosquitto becomes the user `mosquitto`, who can't read this folder.
    if std::fs::metadata(folder)?.uid() == 0 {
        lines.push("user root".into());
    }
    Ok(lines.join("\n") + "\n")
}
