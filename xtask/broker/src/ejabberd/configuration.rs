//! A generated `ejabberd.yml` for a folder, an address and a port of this machine.

use super::members::address;
use crate::test_users::{OBSERVER, SPEAKER};
use crate::tls::certificate::PEM;
use anyhow::{Context, Result, bail};
use credentials::passwords::Passwords;
use std::path::Path;

/// Values of the generated configuration that belong to the machine it is for.
const ANYWHERE: &str = "ip: \"0.0.0.0\"";
const SOCKET: &str = "unix:/var/lib/ejabberd/fleetwright.sock";
pub(super) const CERTFILES: &str = "certfiles: [\"";

/// The host that a generated configuration serves: its fleet.
pub(super) fn host(configuration: &str) -> Result<String> {
    let host = configuration.lines().find_map(|line| line.strip_prefix("hosts: [\"")?.strip_suffix("\"]"));
    Ok(host.context("the generated configuration names no host")?.to_owned())
}

/// The configuration for a folder, an address and a port of this machine, with our own users beside the fleet's.
pub(super) fn here(configuration: &str, own: &Path, index: usize, port: u16, passwords: &Passwords) -> Result<String> {
    if configuration.matches(ANYWHERE).count() != 1 || configuration.matches(SOCKET).count() != 1 {
        bail!("the generated configuration has not one port for nodes and one socket");
    }
    let mut lines: Vec<String> = Vec::new();
    for line in configuration.lines() {
        match line.strip_prefix("  - port: ") {
            Some(rest) if !rest.contains("unix:") => lines.push(format!("  - port: {port}")),
            _ => lines.push(line.to_owned()),
        }
    }
    allow(&mut lines, "    access_publish:", &[SPEAKER, OBSERVER], passwords)?;
    allow(&mut lines, "    access_subscribe:", &[OBSERVER], passwords)?;
    let text = lines.join("\n") + "\n";
    let socket = format!("unix:{}", own.join("api.sock").display());
    let text: String = text
        .split_inclusive('\n')
        .map(|line| match line.starts_with(CERTFILES) {
            true => format!("{CERTFILES}{}\"]\n", own.join(PEM).display()),
            false => line.to_owned(),
        })
        .collect();
    Ok(text.replace(ANYWHERE, &format!("ip: \"{}\"", address(index))).replace(SOCKET, &socket))
}

/// Lets these users do with every topic what this section is about.
fn allow(lines: &mut Vec<String>, section: &str, users: &[&str], passwords: &Passwords) -> Result<()> {
    const EVERYTHING: &str = "      \"#\":";
    let of = |account: &&String| {
        users.iter().any(|user| account.strip_prefix(user).is_some_and(|rest| rest.starts_with('@')))
    };
    let start = lines.iter().position(|line| line == section).context("a section of the rules is missing")? + 1;
    let end = lines[start..].iter().position(|line| !line.starts_with("      ")).map_or(lines.len(), |end| start + end);
    let index = match lines[start..end].iter().position(|line| line == EVERYTHING) {
        Some(index) => start + index + 1,
        None => {
            lines.insert(start, EVERYTHING.to_owned());
            lines.insert(start + 1, "        - deny: all".to_owned());
            start + 1
        }
    };
    for account in passwords.0.keys().filter(of) {
        lines.insert(index, format!("        - allow: {{user: {account:?}}}"));
    }
    Ok(())
}
