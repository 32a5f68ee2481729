//! The fleet as meant: names become ids, pins become pins of their board, rules become typed conditions. Knows how a fleet is
//! written and what it means, nothing of file names, brokers' syntax or generated code.

mod addresses;
mod analog;
mod broker;
mod clients;
mod context;
mod copies;
mod custom;
mod decisions;
mod flicker;
mod hosts;
mod labels;
mod loops;
mod multiply;
mod names;
mod nodes;
mod own_boards;
mod pins;
mod roles;
mod rules;
mod scenarios;
mod start;
mod states;
mod topics;
mod traffic;
mod wifi;
mod writers;

pub use names::is_reserved_name;
pub use pins::{PinRow, PinState, chart};
pub use states::REQUESTS;

use crate::diag::{Diagnostic, Diagnostics, Findings};
use crate::model::Fleet;
use crate::syntax::Spec;
use crate::text::Source;
use scenarios::Known;

/// Rules about the whole fleet.
const RULES: &[fn(&Spec, &Fleet, &mut Findings)] = &[
    traffic::everything_flows,
    states::one_owner,
    writers::one_writer,
    writers::no_repeated_commands,
    decisions::rules_decide,
    flicker::no_flicker,
    loops::loops_settle,
    start::decisions_start,
    start::no_flash,
];

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
    let scenarios =
        scenarios::resolve(source, spec, &Known { topics: &topics, roles: &roles, clients: &clients }, &mut findings);
    let mut fleet = Fleet {
        name: spec.fleet.value.clone(),
        source_path: source.path.clone(),
        wifi: spec.wifi.as_ref().map(|wifi| wifi::wifi(wifi, &mut findings)),
        broker: broker::broker(&spec.broker, &mut findings),
        topics,
        roles,
        layouts,
        clients,
        scenarios,
        boards,
    };
    if readable {
        for rule in RULES {
            rule(spec, &fleet, &mut findings);
        }
    }
    match &copies {
        None if readable => addresses::check(spec, &fleet, |_| 1, &mut findings),
        None => {}
        Some(copies) => {
            if !findings.has_errors() {
                fleet = copies.multiply(fleet, written, &mut findings);
                addresses::check(written, &fleet, |node| copies.count(node), &mut findings);
            }
            copies.explain(&mut findings);
        }
    }
    findings.seam(Some(fleet))
}
