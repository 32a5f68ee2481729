//! The broker: which program, where it runs, and who gets in.

use super::hosts;
use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{Broker, Engine, Security};
use crate::syntax::BrokerSpec;

/// Each name of a broker takes room in every node.
const MOST: usize = 8;

pub(super) fn broker(broker: &BrokerSpec, findings: &mut Findings) -> Broker {
    let engine = engine(broker, findings);
    let hosts = hosts(broker, engine, findings);
    let security = security(broker, engine, findings);
    let usual = if security.is_encrypted() { 8883 } else { 1883 };
    let port = broker.port.as_ref().map_or(usual, |port| port.value);
    let certificate_port = certificate_port(broker, security, port, findings);
    Broker { engine, hosts, port, security, certificate_port }
}

/// The second port, for who knows no keys. Without keys there is no need for one.
fn certificate_port(broker: &BrokerSpec, security: Security, port: u16, findings: &mut Findings) -> Option<u16> {
    let wanted = broker.certificate_port.as_ref()?;
    let refuse = |message: &str, help: &str| {
        let finding = Diagnostic::error(codes::BAD_VALUE, wanted.span, message).help(help);
        match &broker.security {
            Some(written) if security != Security::Tls => finding.related(written.span, "what the broker accepts"),
            _ => finding,
        }
    };
    match security {
        Security::Tls if wanted.value == port => {
            findings.push(refuse("that port is the one with keys", "write another one, like `certificate_port: 8884`"));
        }
        Security::Tls => {}
        Security::TlsPinned => findings.push(refuse(
            "with `tls-pinned` there is one port, and it shows a certificate to everybody",
            "leave it out",
        )),
        Security::Open | Security::Password => findings.push(refuse(
            "a port with a certificate goes with `security: tls`",
            "write `security: tls`, or `tls-pinned` for one port with a certificate; or leave it out",
        )),
    }
    Some(wanted.value)
}

fn engine(broker: &BrokerSpec, findings: &mut Findings) -> Engine {
    let Some(engine) = &broker.engine else { return Engine::Mosquitto };
    match engine.value.as_str() {
        "mosquitto" => Engine::Mosquitto,
        "ejabberd" => Engine::Ejabberd,
        other => {
            let message = format!("there is no engine `{other}`");
            findings.push(Diagnostic::error(codes::UNKNOWN_NAME, engine.span, message).help(
                "write `engine: mosquitto`, or `engine: ejabberd` for several brokers that stand in for each other",
            ));
            Engine::Mosquitto
        }
    }
}

fn hosts(broker: &BrokerSpec, engine: Engine, findings: &mut Findings) -> Vec<String> {
    for host in broker.host.iter().chain(&broker.hosts) {
        hosts::check(host, findings);
    }
    if let (Some(host), Some(first)) = (&broker.host, broker.hosts.first()) {
        findings.push(
            Diagnostic::error(codes::BAD_VALUE, host.span, "the broker has both `host` and `hosts`")
                .related(first.span, "here are the others")
                .help("write `hosts: [..]` with all of them, or `host:` for one"),
        );
    }
    if let (Engine::Mosquitto, Some(second)) = (engine, broker.hosts.get(1)) {
        findings.push(
            Diagnostic::error(codes::BAD_VALUE, second.span, "Mosquitto is one broker on one machine")
                .help("write `engine: ejabberd` for a cluster, or one `host:`"),
        );
    }
    for (index, host) in broker.hosts.iter().enumerate() {
        if let Some(first) = broker.hosts[..index].iter().find(|first| first.value == host.value) {
            findings.push(
                Diagnostic::error(codes::BAD_VALUE, host.span, format!("`{}` is one broker, not two", host.value))
                    .related(first.span, "it is here already")
                    .help("leave one of them out"),
            );
        }
    }
    if let Some(host) = broker.hosts.get(MOST) {
        findings.push(
            Diagnostic::error(codes::BAD_VALUE, host.span, format!("a node knows {MOST} brokers at most"))
                .help("leave this one and those behind it out"),
        );
    }
    broker.host.iter().chain(&broker.hosts).map(|host| host.value.trim().to_owned()).collect()
}

fn security(broker: &BrokerSpec, engine: Engine, findings: &mut Findings) -> Security {
    let Some(written) = &broker.security else { return Security::Password };
    let security = match written.value.as_str() {
        "password" => Security::Password,
        "open" => {
            findings.push(
                Diagnostic::warning(
                    codes::SECURITY_OPEN,
                    written.span,
                    "everybody in the network may read and switch everything",
                )
                .help("write `security: password`"),
            );
            Security::Open
        }
        "tls" => Security::Tls,
        "tls-pinned" => Security::TlsPinned,
        other => {
            let message = format!("`{other}` is no kind of security");
            findings.push(
                Diagnostic::error(codes::UNKNOWN_NAME, written.span, message)
                    .help("write `password`, `tls`, `tls-pinned` or `open`"),
            );
            Security::Password
        }
    };
    if engine == Engine::Ejabberd && !matches!(security, Security::Password | Security::TlsPinned) {
        let message = format!("with `engine: ejabberd` there is no `security: {}`", written.value);
        let why = match security {
            Security::Tls => "ejabberd knows no pre-shared keys",
            _ => "ejabberd lets nobody in without an account",
        };
        findings.push(
            Diagnostic::error(codes::BAD_VALUE, written.span, message)
                .label(why)
                .help("write `security: password`, or `tls-pinned` for encryption"),
        );
    }
    security
}
