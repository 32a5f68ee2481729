//! What of all that can grow is in use: heap, stack, timers, connections.

use super::channel::{fault, send};
use super::{clock, datagrams, heap, memory, network, print};
use fleetwright_protocol::{FromNode, Usage};

/// Reports what is in use.
pub(super) fn report() {
    let stack = memory::deepest();
    if stack >= memory::stack_size() {
        fault("the stack is full");
    }
    let (low, high) = memory::heap();
    let [allocated, most, deepest, spare] = heap::figures();
    send(&FromNode::Usage(Usage {
        heap: high - low,
        allocated,
        most,
        deepest,
        spare,
        stack,
        timers: clock::with_timers(|timers| timers.count()) as u32,
        connections: network::known() + datagrams::known(),
        cycles: print::connected_at(),
    }));
}
