//! `manifest.json` as `gen` finds it on disk: which files we made before. It may have been edited: nothing in it is
//! trusted to stay inside the output folder.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

#[derive(Deserialize)]
struct Manifest {
    sha256: BTreeMap<String, String>,
}

/// The files that a manifest names and that lie in the fleet's folder; what can't be read names none.
pub fn files(text: &str, fleet: &str) -> BTreeSet<String> {
    let manifest: Option<Manifest> = serde_json::from_str(text).ok();
    let named = manifest.map(|manifest| manifest.sha256).unwrap_or_default();
    named.into_keys().filter(|path| is_inside(path, fleet)).collect()
}

fn is_inside(path: &str, fleet: &str) -> bool {
    let mut parts = Path::new(path).components();
    parts.next() == Some(Component::Normal(fleet.as_ref())) && parts.all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_fleet_count() {
        let text =
            r#"{ "sha256": { "room/a": "", "../etc/passwd": "", "room/../x": "", "/etc/x": "", "kitchen/a": "" } }"#;
        assert_eq!(files(text, "room"), BTreeSet::from(["room/a".to_owned()]));
        assert!(files("no json", "room").is_empty());
        assert!(files(r#"{ "sha256": 5 }"#, "room").is_empty());
    }
}
