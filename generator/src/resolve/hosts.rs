//! Where nodes look for the broker: IPv4 addresses and host names, and what only looks like one.

use crate::diag::{Diagnostic, Findings, codes};
use crate::text::Text;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest host name, and the longest part of one between dots, in bytes (RFC 1035).
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;
/// What to write, where nothing better is known.
const HELP: &str = "write an address like `192.168.1.10` or a name like `broker.local`";

/// What to write where no other machine can be reached.
const IN_THE_NETWORK: &str =
    "write the address that the broker's machine has in the network, as `ip address` shows it there";

/// What is wrong with a host, and what to write instead.
struct Fault {
    message: String,
    help: String,
    note: Option<&'static str>,
}

impl Fault {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into(), note: None }
    }

    fn note(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }
}

/// Refuses a host at which no node could find a broker.
pub(super) fn check(host: &Text, findings: &mut Findings) {
    if let Some(Fault { message, help, note }) = fault(host.value.trim()) {
        let mut finding = Diagnostic::error(codes::BAD_HOST, host.span, message).help(help);
        finding.notes.extend(note.map(str::to_owned));
        findings.push(finding);
    }
}

fn fault(host: &str) -> Option<Fault> {
    if host.is_empty() {
        return Some(Fault::new("the broker's host is empty", HELP));
    }
    if let Some((scheme, rest)) = host.split_once("://") {
        return Some(url(scheme, rest));
    }
    if is_ipv6(host) {
        return Some(Fault::new(
            format!("`{host}` is an IPv6 address, and nodes speak IPv4 alone"),
            "write the broker's IPv4 address, or its name",
        ));
    }
    if let Some((before, port)) = host.split_once(':') {
        return Some(with_port(host, before, port));
    }
    if ends_in_a_number(host) {
        return match host.parse::<Ipv4Addr>() {
            Ok(address) => unusable(address),
            Err(_) => Some(Fault::new(
                format!("`{host}` is no IPv4 address"),
                "an address is four numbers from 0 to 255, without leading zeros: `192.168.1.10`",
            )),
        };
    }
    name(host)
}

/// `host:1883`
fn with_port(host: &str, before: &str, port: &str) -> Fault {
    let message = format!("`{host}` is a host and a port in one text");
    match port.parse::<u16>() {
        Ok(port) if port > 0 && !before.is_empty() => {
            Fault::new(message, format!("write `host: {before}` and `port: {port}`"))
        }
        _ => Fault::new(message, "write the host alone; the port goes to `port:`"),
    }
}

/// `mqtt://broker.local:1883`; a URL can hold a password, so the message does not repeat it.
fn url(scheme: &str, rest: &str) -> Fault {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let mut write =
        if host.is_empty() || fault(host).is_some() { HELP.to_owned() } else { format!("write `host: {host}`") };
    if let Ok(port) = port.parse::<u16>() {
        write += &format!(" and `port: {port}`");
    }
    if matches!(scheme, "mqtts" | "ssl" | "tls" | "wss") {
        write += "; encryption is `security: tls` or `tls-pinned`";
    }
    Fault::new("the broker's host is a URL", write)
}

/// Also in brackets, with a port, or with an interface behind it.
fn is_ipv6(host: &str) -> bool {
    let inner = host.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(host);
    let inner = inner.split('%').next().unwrap_or_default();
    inner.parse::<Ipv6Addr>().is_ok()
}

/// What could only be an address: no name ends in a number.
fn ends_in_a_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is = |digits: &str, digit: fn(&u8) -> bool| !digits.is_empty() && digits.bytes().all(|byte| digit(&byte));
    is(last, u8::is_ascii_digit) || hexadecimal.is_some_and(|digits| is(digits, u8::is_ascii_hexdigit))
}

/// Addresses at which no other machine can be reached.
fn unusable(address: Ipv4Addr) -> Option<Fault> {
    if address.is_loopback() {
        return Some(loopback(&address.to_string()));
    }
    let why = match address.octets()[0] {
        0 => "stands for all addresses of a server, and is none to connect to",
        224..=239 => "is an address of a group (multicast), not of a machine",
        255 if address.is_broadcast() => "is the address of everybody (broadcast), not of a machine",
        240..=255 => "is reserved, and no machine has it",
        _ => return None,
    };
    Some(Fault::new(format!("`{address}` {why}"), IN_THE_NETWORK))
}

fn loopback(host: &str) -> Fault {
    Fault::new(format!("`{host}` means the machine itself: on a node, the node"), IN_THE_NETWORK)
}

fn name(host: &str) -> Option<Fault> {
    let lower = host.to_ascii_lowercase();
    if lower == "localhost" || lower.ends_with(".localhost") || lower == "localhost.localdomain" {
        return Some(loopback(host));
    }
    if host.len() > LONGEST_NAME {
        let message = format!("this host name has {} bytes, and {LONGEST_NAME} is the most", host.len());
        return Some(Fault::new(message, "write a shorter name, or the address"));
    }
    if let Some(label) = host.split('.').find(|label| label.len() > LONGEST_LABEL) {
        let message = format!("a part of this host name has {} bytes, and {LONGEST_LABEL} is the most", label.len());
        return Some(Fault::new(message, "write a shorter name, or the address"));
    }
    if let Some(rest) = host.strip_suffix('.').filter(|rest| name(rest).is_none()) {
        return Some(Fault::new(format!("`{host}` ends with a dot"), format!("write `host: {rest}`")));
    }
    if host.split('.').any(str::is_empty) {
        let message = format!("`{host}` has a dot too many for a host name");
        return Some(Fault::new(message, HELP));
    }
    if host.split('.').any(|label| label.starts_with('-') || label.ends_with('-')) {
        let message = format!("`{host}` is no host name: no part of one begins or ends with `-`");
        return Some(Fault::new(message, HELP));
    }
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let wrong = host.chars().find(|c| !valid(*c))?;
    let message = format!("`{host}` is neither an address nor a host name");
    let fault = Fault::new(message, HELP);
    Some(if wrong.is_ascii() { fault } else { fault.note("letters of a host name are a to z") })
}
