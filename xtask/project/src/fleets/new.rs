//! Fleet files that did not exist before. Overwrites nothing.

use crate::{root, sync};
use anyhow::Result;
use fleetwright_generator::Artifact;
use fleetwright_generator::text::Source;

const TEMPLATE: &str = include_str!("../../../../templates/new.yaml");

/// A small fleet of this name to start from, as fleets/NAME.yaml will have it.
pub fn draft(name: &str) -> Source {
    Source::new(format!("fleets/{name}.yaml"), TEMPLATE.replace("NAME", name))
}

/// Writes fleets/NAME.yaml; `false`: there is such a file already, and it stays as it is.
///
/// # Errors
///
/// The file can't be written.
pub fn add(name: &str, text: String) -> Result<bool> {
    let file = Artifact { path: format!("{name}.yaml"), text };
    Ok(!sync::add(&root().join("fleets"), &[file])?.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_fleet_has_no_findings() {
        let checked = fleetwright_generator::check(&draft("attic"));
        assert_eq!(checked.map(|(_, warnings)| warnings), Ok(Vec::new()));
    }
}
