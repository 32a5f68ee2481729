//! `ip` of nodes: fixed addresses, each of one node alone.

use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{Fleet, Node, StaticAddress};
use crate::syntax::{AddressSpec, Named, NodeSpec, Spec};
use crate::text::Text;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// The nets that leave room for a node and a router.
const PREFIXES: std::ops::RangeInclusive<u8> = 8..=30;

/// The fixed address of a node; a finding for all that is wrong with it alone.
pub(super) fn resolve(spec: &AddressSpec, findings: &mut Findings) -> Option<StaticAddress> {
    let own = own(&spec.address, findings);
    let gateway = machine(&spec.gateway, "the router", findings);
    let dns = spec.dns.as_ref().and_then(|dns| machine(dns, "a server for names", findings));
    let (address, prefix) = own?;
    let gateway = gateway?;
    let ip = StaticAddress { address, prefix, gateway, dns: dns.unwrap_or(gateway) };
    for (wrong, what) in [(ip.network(), "the net itself"), (ip.broadcast(), "everybody in its net (broadcast)")] {
        if ip.address == wrong {
            let message = format!("`{ip}` is the address of {what}, not of a machine");
            findings.push(Diagnostic::error(codes::BAD_ADDRESS, spec.address.span, message).help(free(ip)));
        }
        if ip.gateway == wrong && ip.address != wrong {
            let message = format!("`{}` is the address of {what}, not of a router", ip.gateway);
            findings.push(Diagnostic::error(codes::BAD_ADDRESS, spec.gateway.span, message));
        }
    }
    if !ip.has(ip.gateway) {
        findings.push(
            Diagnostic::error(
                codes::BAD_ADDRESS,
                spec.gateway.span,
                format!("`{}` is not in the node's net", ip.gateway),
            )
            .related(spec.address.span, format!("this net is {} to {}", ip.network(), ip.broadcast()))
            .help("write the router's address in this net, or the right length of the net behind the address"),
        );
    }
    if ip.gateway == ip.address {
        findings.push(
            Diagnostic::error(codes::BAD_ADDRESS, spec.gateway.span, "the node would be its own router")
                .related(spec.address.span, "its address")
                .help("write the address of the router, as other machines of the network have it"),
        );
    }
    Some(ip)
}

/// Some address of the net, to propose.
fn free(ip: StaticAddress) -> String {
    let proposed = Ipv4Addr::from_bits((ip.network().to_bits() + 31).min(ip.broadcast().to_bits() - 1));
    format!("write one between them that no other machine has, like `{proposed}/{}`", ip.prefix)
}

/// An address of a node, with the length of its net.
fn own(text: &Text, findings: &mut Findings) -> Option<(Ipv4Addr, u8)> {
    let Some((address, prefix)) = text.value.split_once('/') else {
        machine(text, "a node", findings)?;
        findings.push(
            Diagnostic::error(codes::BAD_ADDRESS, text.span, format!("behind `{}` its net is missing", text.value))
                .help(format!("write `{}/24` in a net with the mask 255.255.255.0", text.value)),
        );
        return None;
    };
    let length = prefix.parse::<u8>().ok().filter(|length| PREFIXES.contains(length));
    if length.is_none() {
        let (low, high) = (PREFIXES.start(), PREFIXES.end());
        findings.push(
            Diagnostic::error(codes::BAD_ADDRESS, text.span, format!("`/{prefix}` is no length of a net"))
                .help(format!("write a number from {low} to {high}: `/24` for the mask 255.255.255.0")),
        );
    }
    let address = machine(&Text { value: address.to_owned(), span: text.span }, "a node", findings);
    Some((address?, length?))
}

/// An address of a machine.
fn machine(text: &Text, whose: &str, findings: &mut Findings) -> Option<Ipv4Addr> {
    let Ok(address) = text.value.parse::<Ipv4Addr>() else {
        findings.push(
            Diagnostic::error(codes::BAD_ADDRESS, text.span, format!("`{}` is no IPv4 address", text.value))
                .help("an address is four numbers from 0 to 255, without leading zeros: `192.168.1.31`"),
        );
        return None;
    };
    if address.is_loopback() || matches!(address.octets()[0], 0 | 224..) {
        let message = format!("`{address}` can't be the address of {whose}");
        findings
            .push(Diagnostic::error(codes::BAD_ADDRESS, text.span, message).help("write an address of your network"));
        return None;
    }
    Some(address)
}

/// What is wrong with addresses of nodes beside other nodes, the broker and the topics. `count` tells how many copies of a
/// node there are.
pub(super) fn check(spec: &Spec, fleet: &Fleet, count: impl Fn(&NodeSpec) -> usize, findings: &mut Findings) {
    for (layout, written) in fleet.layouts.iter().zip(&spec.layouts) {
        if written.value.iter().all(|node| node.value.ip.is_none()) {
            continue;
        }
        let locations = fleet.locations(layout);
        let mut nodes = layout.nodes.iter();
        let mut first: BTreeMap<Ipv4Addr, &Named<NodeSpec>> = BTreeMap::new();
        for written in &written.value {
            let copies: Vec<&Node> = nodes.by_ref().take(count(&written.value)).collect();
            let Some(ip) = &written.value.ip else { continue };
            if let Some(node) = copies.iter().find(|node| !fleet.has_network(node, &locations)) {
                without_network(node, ip, findings);
            }
            let mut twice = false;
            for address in copies.iter().filter_map(|node| node.ip).map(|ip| ip.address) {
                twice |= !twice && collides(address, written, &mut first, copies.len(), findings);
                broker(address, spec, ip, findings);
            }
        }
    }
}

fn without_network(node: &Node, ip: &AddressSpec, findings: &mut Findings) {
    let message = format!("`{}` has no Wi-Fi, so it has no address", node.name);
    findings.push(
        Diagnostic::error(codes::BAD_ADDRESS, ip.address.span, message)
            .label("all of its topics stay inside the node")
            .help("leave `ip:` out, or keep a topic on the broker: `scope: shared`"),
    );
}

/// Reports an address that a node before has, too; whether there is one.
fn collides<'s>(
    address: Ipv4Addr,
    node: &'s Named<NodeSpec>,
    first: &mut BTreeMap<Ipv4Addr, &'s Named<NodeSpec>>,
    copies: usize,
    findings: &mut Findings,
) -> bool {
    let Some(before) = first.insert(address, node) else { return false };
    let (Some(own), Some(other)) = (&node.value.ip, &before.value.ip) else { return false };
    if before.name.span == node.name.span {
        let message = format!("several of the {copies} copies would have the address `{address}`");
        findings.push(
            Diagnostic::error(codes::COPIES_COLLIDE, own.address.span, message)
                .help("write the variables of `for_each` into it, as in `address: 192.168.{floor}.{room}/24`"),
        );
    } else {
        let message = format!("two nodes have the address `{address}`");
        findings.push(
            Diagnostic::error(codes::BAD_ADDRESS, own.address.span, message)
                .label("again here")
                .related(other.address.span, format!("first here, for `{}`", before.name.value))
                .help("give each an address of its own"),
        );
    }
    true
}

fn broker(address: Ipv4Addr, spec: &Spec, ip: &AddressSpec, findings: &mut Findings) {
    let mut hosts = spec.broker.host.iter().chain(&spec.broker.hosts);
    if let Some(host) = hosts.find(|host| host.value.parse() == Ok(address)) {
        findings.push(
            Diagnostic::error(codes::BAD_ADDRESS, ip.address.span, format!("`{address}` is the address of the broker"))
                .related(host.span, "the broker")
                .help("give the node an address of its own"),
        );
    }
}
