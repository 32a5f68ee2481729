//! `manifest.json`: what we made, so that what we did not make is never taken for ours.

use super::artifact::Artifact;
use crate::plan::Plan;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

pub(super) fn emit<'a>(plan: &Plan, files: impl Iterator<Item = &'a Artifact>) -> Artifact {
    let hash = |text: &str| Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let files: Map<String, Value> = files.map(|file| (file.path.clone(), json!(hash(&file.text)))).collect();
    let manifest = json!({
        "generated": format!("by `cargo xtask gen` from {}. Do not edit: change the YAML and run it again.", plan.source_path),
        "fleet": plan.fleet,
        "generator": env!("CARGO_PKG_VERSION"),
        "sha256": files,
    });
    Artifact { path: format!("{}/manifest.json", plan.fleet), text: format!("{manifest:#}\n") }
}
