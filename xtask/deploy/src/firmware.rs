//! The programs of a layout for the ESP8266's CPU: each is built once, however many nodes have it.

use crate::images::Images;
use anyhow::Result;
use fleetwright_generator::plan::{NodePlan, Plan};
use lx106::{Built, LinkTarget, Sdk, Toolchain, image, sizes};
use project::{generated, root};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A program, built, and the nodes that have it.
pub struct Program<'p> {
    /// The node's name; of copies, their common one and how many they are.
    pub name: String,
    /// In the order of the plan; at least one.
    pub nodes: Vec<&'p NodePlan>,
    /// What was built; it has no identity yet.
    pub built: Built,
}

/// How far a build is: one more program is built.
pub struct Progress<'a> {
    /// How many are built.
    pub built: usize,
    /// How many there are.
    pub of: usize,
    /// The name of the last one.
    pub name: &'a str,
    /// How long it took.
    pub took: Duration,
}

/// The built programs of a layout.
pub struct Firmware<'p> {
    /// In the order of the plan.
    pub programs: Vec<Program<'p>>,
    plan: &'p Plan,
    toolchain: Toolchain,
}

/// The images of a layout.
pub struct NodeImages {
    /// The files of each node, by its name.
    pub files: Vec<(String, Vec<PathBuf>)>,
    /// What of identities nobody has filled in: images of such nodes have none.
    pub missing: BTreeSet<String>,
}

impl<'p> Firmware<'p> {
    /// Builds the programs of these nodes: with an SDK for the chip, without for the emulator.
    ///
    /// # Errors
    ///
    /// A program of the pipeline is missing, or a node does not compile or link.
    pub fn build(
        plan: &'p Plan,
        nodes: &[&'p NodePlan],
        sdk: Option<&Sdk>,
        progress: &mut dyn FnMut(&Progress<'_>),
    ) -> Result<Self> {
        let toolchain = Toolchain::ready(&root(), &root().join("target"))?;
        let workspace = generated().join(&plan.fleet).join(&plan.layout).join("firmware");
        let by_program = by_program(nodes);
        let mut programs: Vec<Program<'p>> = Vec::new();
        for nodes in &by_program {
            let (node, name, start) = (nodes[0], common_name(nodes), Instant::now());
            let target = sdk.map_or(LinkTarget::Emulator, LinkTarget::Chip);
            let built = toolchain.build(&workspace, &node.program, lx106::map(node.flash_kb)?, target)?;
            let took = start.elapsed();
            progress(&Progress { built: programs.len() + 1, of: by_program.len(), name: &name, took });
            programs.push(Program { name, nodes: nodes.clone(), built });
        }
        Ok(Self { programs, plan, toolchain })
    }

    /// The table of what the programs take of the chip.
    pub fn table(&self) -> String {
        let lines: Vec<_> = self.programs.iter().map(|program| program.built.line(&program.name)).collect();
        sizes::table(&lines)
    }

    /// Makes the image of each node, with its identity in it.
    ///
    /// # Errors
    ///
    /// esptool is missing or refuses, or the secrets can't be read.
    pub fn images(&self) -> Result<NodeImages> {
        let mut images = Images::new(self.plan)?;
        let mut files = Vec::new();
        for Program { nodes, built, .. } in &self.programs {
            for (node, parts) in nodes.iter().zip(images.make(&self.toolchain, built, nodes)?) {
                files.push((node.name.clone(), parts.into_iter().map(|part: image::FlashRegion| part.file).collect()));
            }
        }
        Ok(NodeImages { files, missing: images.missing })
    }

    /// What makes images, for who goes on with a single node.
    pub(crate) fn toolchain(&self) -> &Toolchain {
        &self.toolchain
    }
}

/// Nodes by their programs, in the order of the plan.
fn by_program<'p>(nodes: &[&'p NodePlan]) -> Vec<Vec<&'p NodePlan>> {
    let mut programs: Vec<Vec<&NodePlan>> = Vec::new();
    for node in nodes {
        match programs.iter_mut().find(|others| others[0].program == node.program) {
            Some(others) => others.push(node),
            None => programs.push(vec![node]),
        }
    }
    programs
}

fn common_name(nodes: &[&NodePlan]) -> String {
    match (&nodes[0].copies, nodes.len()) {
        (Some(copies), count) if count > 1 => format!("{} × {count}", copies.template),
        _ => nodes[0].name.clone(),
    }
}
