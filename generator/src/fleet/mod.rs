//! The fleet as meant: names become ids, pins become pins of their board, rules become typed conditions. Knows boards
//! and topics, nothing of file names, brokers' syntax or generated code.

mod boards;
mod broker;
mod clients;
mod copies;
mod custom;
mod decisions;
mod loops;
mod model;
mod names;
mod nodes;
mod own_boards;
mod pins;
mod roles;
mod scenarios;
mod start;
mod topics;
mod traffic;

pub use boards::{Board, Boards, board, board_names};
pub use model::*;
pub use names::is_reserved_name;
pub use pins::{PinRow, PinState, chart};
pub use scenarios::{Act, Claim, Expect, Scenario, Step};

use crate::diag::{Diagnostic, Diagnostics, Findings, codes};
use crate::source::Source;
use crate::spec::{SettingSpec, Spec};

/// Gives a fleet file its meaning; all semantic findings at once, or the fleet with its warnings.
///
/// Where something is wrong a stand-in takes its place, so that the rest can be looked at too; the fleet leaves this
/// function only if there was no error.
pub fn resolve(source: &Source, written: &Spec) -> Result<(Fleet, Vec<Diagnostic>), Diagnostics> {
    let mut findings = Findings::default();
    let copies = copies::Copies::read(written, &mut findings);
    let sample = copies.as_ref().map(|copies| copies.sample(written, &mut findings));
    let spec = sample.as_ref().unwrap_or(written);
    names::check(&spec.fleet, names::NODE, "the fleet", &mut findings);
    names::check_neighbours(&spec.fleet, source, &mut findings);
    let topics = topics::resolve(spec, &mut findings);
    let roles = roles::resolve(source, spec, &topics, &mut findings);
    let clients = clients::resolve(spec, &topics, &mut findings);
    // A rule that could not be read would make its topics look unused; a pin that is wrong changes nothing there.
    let readable = !findings.has_errors();
    let boards = own_boards::resolve(spec, &mut findings);
    let layouts = nodes::resolve(spec, &roles, &boards, &mut findings);
    let scenarios = scenarios::resolve(source, spec, &topics, &roles, &mut findings);
    let mut fleet = Fleet {
        name: spec.fleet.value.clone(),
        source_path: source.path.clone(),
        wifi: spec.wifi.as_ref().map(|wifi| Wifi {
            ssid: setting(&wifi.ssid, None, &mut findings),
            password: setting(&wifi.password, Some("wifi_password"), &mut findings),
        }),
        broker: broker::broker(&spec.broker, &mut findings),
        topics,
        roles,
        layouts,
        clients,
        scenarios,
        boards,
    };
    if readable {
        for rule in traffic::RULES {
            rule(spec, &fleet, &mut findings);
        }
    }
    if let Some(copies) = copies {
        if !findings.has_errors() {
            fleet = copies.multiply(fleet, written, &mut findings);
        }
        copies.explain(&mut findings);
    }
    findings.seam(Some(fleet))
}

/// `secret`: the name to propose where a password is written out.
fn setting(spec: &SettingSpec, secret: Option<&str>, findings: &mut Findings) -> Setting {
    match spec {
        SettingSpec::Secret(name) => {
            names::check(name, names::SECRET, "a secret", findings);
            Setting::Secret(name.value.clone())
        }
        SettingSpec::Plain(text) => {
            if let Some(secret) = secret {
                findings.push(
                    Diagnostic::warning(codes::PLAIN_SECRET, text.span, "the password stands in the fleet file")
                        .label("everybody who sees the file sees it")
                        .help(format!("write `!secret {secret}` here and the password into fleets/secrets.yaml")),
                );
            }
            Setting::Plain(text.value.clone())
        }
    }
}
