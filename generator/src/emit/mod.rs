//! Spelling: a plan becomes files. Knows Rust, brokers' files, graphs and Markdown; decides nothing about the fleet.

mod artifact;
pub mod broker;
mod ejabberd;
mod graph;
mod manifest;
mod readme;
mod rust;
mod text;
mod workspace;

pub use artifact::{Artifact, Options};
pub use rust::stubs;

use crate::model::Engine;
use crate::plan::Plan;

/// All files of a fleet, ordered by path; its manifest names them all, also those that [`Options::layout`] leaves out.
pub fn emit(plans: &[Plan], options: &Options) -> Vec<Artifact> {
    let mut files: Vec<(&str, Artifact)> = Vec::new();
    for plan in plans {
        let folder = format!("{}/{}", plan.fleet, plan.layout);
        let mut add = |path: String, text: String| {
            files.push((&plan.layout, Artifact { path: format!("{folder}/{path}"), text }))
        };
        workspace::emit(plan, options, &mut add);
        for node in plan.programs() {
            let mut source =
                |module: &str, text: String| add(format!("firmware/{}/src/{module}.rs", node.program), text);
            source("lib", rust::emit(plan, node));
            for (module, text) in rust::files(plan, node, options) {
                source(&module, text);
            }
        }
        match plan.engine {
            Engine::Mosquitto => {
                add("broker/mosquitto.conf".into(), broker::usual(plan));
                add("broker/acl".into(), broker::acl(plan));
            }
            Engine::Ejabberd => add("broker/ejabberd.yml".into(), ejabberd::configuration(plan)),
        }
        add("topology/topology.dot".into(), graph::dot(plan));
        add("topology/topology.mmd".into(), graph::mermaid(plan));
        add("topology/topology.svg".into(), graph::svg(plan));
        add("README.md".into(), readme::emit(plan));
    }
    files.sort_by(|(_, a), (_, b)| a.path.cmp(&b.path));
    let manifest = plans.first().map(|plan| manifest::emit(plan, files.iter().map(|(_, file)| file)));
    let wanted = |layout: &str| options.layout.as_deref().is_none_or(|wanted| wanted == layout);
    let kept = files.into_iter().filter(|(layout, _)| wanted(layout)).map(|(_, file)| file);
    let mut artifacts: Vec<Artifact> = kept.chain(manifest).collect();
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    artifacts
}
