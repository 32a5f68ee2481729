//! What Rust can't express for the LX106: functions in assembly that go into a node's own object where it calls them.

/// Calls a function on another stack.
const STACK: &str = include_str!("../../../firmware/chip/lx106/stack.S");
/// A faster `__muldi3`.
const MULTIPLY: &str = include_str!("../../../firmware/chip/lx106/multiply.S");

/// The assembly of a node with what it calls. Only who has a stack of its own computes enough for a faster product to be
/// worth its bytes.
pub(super) fn with_additions(assembly: String) -> String {
    if !assembly.contains("fleetwright_on_stack") {
        return assembly;
    }
    let faster = assembly.replace("__muldi3", "fleetwright_muldi3");
    [&faster, STACK, MULTIPLY].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_node_stays_as_it_is() {
        let plain = "call0 __muldi3".to_owned();
        assert_eq!(with_additions(plain.clone()), plain);
        let deep = with_additions("call0 fleetwright_on_stack\ncall0 __muldi3".to_owned());
        assert!(deep.contains("call0 fleetwright_muldi3") && deep.contains("\nfleetwright_on_stack:"));
    }
}
