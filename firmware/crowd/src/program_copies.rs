//! Copies of programs: the same roles on topics of their own, `17/room/light` for the seventeenth.

use fleetwright_node::{Network, Program, Topic};

/// The copy's number before a name, as `xtask soak` writes it into the broker's rules.
fn numbered(copy: usize, name: &str, between: char) -> &'static str {
    Box::leak(format!("{copy}{between}{name}").into_boxed_str())
}

/// A copy of a program. Lives as long as the process, as programs do.
pub(crate) fn copy(program: &'static Program, copy: usize) -> &'static Program {
    let topics = program.topics.iter().map(|topic| Topic {
        path: numbered(copy, topic.path, '/'),
        payload: topic.payload,
        qos: topic.qos,
        retain: topic.retain,
        route: topic.route,
    });
    let network = program
        .network
        .as_ref()
        .map(|network| Network { status: numbered(copy, network.status, '/'), keep_alive: network.keep_alive });
    Box::leak(Box::new(Program {
        fleet: program.fleet,
        node: numbered(copy, program.node, '-'),
        network,
        topics: Box::leak(topics.collect::<Box<[Topic]>>()),
        roles: program.roles,
    }))
}
