//! Finding roles in a plan.

use anyhow::{Context, Result};
use fleetwright_generator::plan::{Plan, RolePlan};

/// All roles of a layout, each with the index of its node.
pub(crate) fn all(plan: &Plan) -> impl Iterator<Item = (usize, &RolePlan)> {
    plan.nodes.iter().enumerate().flat_map(|(index, node)| node.roles.iter().map(move |role| (index, role)))
}

/// The role with this key, and the index of its node.
///
/// # Errors
///
/// No node of the layout has it; the error lists those that there are.
pub(crate) fn find<'p>(plan: &'p Plan, key: &str) -> Result<(usize, &'p RolePlan)> {
    all(plan).find(|(_, role)| role.key == key).with_context(|| {
        let keys: Vec<&str> = all(plan).map(|(_, role)| role.key.as_str()).collect();
        format!("there is no role `{key}` here; there are: {}", keys.join(", "))
    })
}

/// The GPIO number of the role's pin.
///
/// # Errors
///
/// The role has no pin.
pub(crate) fn gpio(role: &RolePlan) -> Result<u8> {
    role.pin.as_ref().map(|pin| pin.gpio).with_context(|| format!("`{}` has no pin", role.key))
}
