//! The pins of custom roles, which have names.

use crate::diag::{Diagnostic, Findings, codes, near};
use crate::model::{Custom, Role};
use crate::syntax::{Named, NodeSpec};
use crate::text::Text;

/// The pins of one custom role on a node, in the order of the role: each by its name, and where it is wired as written.
pub(super) fn pins<'a>(
    role: &Role,
    custom: &'a Custom,
    node: &'a NodeSpec,
    entry: &Named<Option<Text>>,
    findings: &mut Findings,
) -> Vec<(&'a str, &'a Text)> {
    let wired = node.pins_of(entry.name.span);
    let known = || custom.pins.iter().map(String::as_str);
    for pin in wired.iter().filter(|pin| !custom.pins.contains(&pin.name.value)) {
        let message = format!("`{}` has no pin `{}`", role.key, pin.name.value);
        findings.push(
            Diagnostic::error(codes::PIN_UNKNOWN, pin.name.span, message)
                .maybe_help(near(&pin.name.value, known()))
                .help(format!("name it in the role, too: `pins: [{}]`", pin.name.value)),
        );
    }
    let example = || format!("write `pins: {{ {}: auto }}`", custom.pins.join(": auto, "));
    if entry.value.is_some() {
        let message = format!("the pins of `{}` have names", role.key);
        findings.push(Diagnostic::error(codes::PIN_MISSING, entry.name.span, message).help(example()));
        return Vec::new();
    }
    let mut found = Vec::new();
    for name in &custom.pins {
        match wired.iter().find(|pin| pin.name.value == *name) {
            Some(pin) => found.push((name.as_str(), &pin.value)),
            None => {
                let message = format!("`{}` needs a pin for `{name}`", role.key);
                findings.push(Diagnostic::error(codes::PIN_MISSING, entry.name.span, message).help(example()));
            }
        }
    }
    found
}
