//! The programs of a layout's nodes, built for what they run on. They have no identities yet.

use crate::nodes::{self, NodePlatform};
use anyhow::{Context, Result};
use fleetwright_generator::plan::{NodePlan, Plan};
use lx106::Toolchain;
use project::root;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The programs of a layout.
pub(crate) enum Programs {
    /// Processes of this machine: this folder has them, by their names.
    Host(PathBuf),
    /// Linked for the emulator: paths by program names.
    Emulator(BTreeMap<String, PathBuf>),
}

/// The program of one node.
pub(crate) enum Program<'p> {
    /// An executable of this machine.
    Host(PathBuf),
    /// A linked program for the emulator.
    Emulator(&'p Path),
}

impl Programs {
    /// Builds a layout's programs below `out`, where all runs share them.
    pub(crate) fn build(on: NodePlatform, out: &Path, plan: &Plan) -> Result<Self> {
        match on {
            NodePlatform::Host => nodes::build(out, plan).map(Self::Host),
            NodePlatform::Emulator => Self::link(out, plan),
        }
    }

    /// As [`Programs::build`], with a folder of one's own for processes: no other build replaces them.
    pub(crate) fn build_into(folder: PathBuf, on: NodePlatform, out: &Path, plan: &Plan) -> Result<Self> {
        match on {
            NodePlatform::Host => {
                nodes::build_into(&folder, out, plan)?;
                Ok(Self::Host(folder))
            }
            NodePlatform::Emulator => Self::link(out, plan),
        }
    }

    fn link(out: &Path, plan: &Plan) -> Result<Self> {
        let toolchain = Toolchain::ready(&root(), &root().join("target"))?;
        let workspace = out.join(&plan.fleet).join(&plan.layout).join("firmware");
        let link = |node: &NodePlan| {
            let built =
                toolchain.build(&workspace, &node.program, lx106::map(node.flash_kb)?, lx106::LinkTarget::Emulator)?;
            Ok((node.program.clone(), built.elf))
        };
        plan.programs().map(link).collect::<Result<_>>().map(Self::Emulator)
    }

    /// The program of a node.
    ///
    /// # Errors
    ///
    /// It was not built, since another plan was.
    pub(crate) fn of(&self, node: &NodePlan) -> Result<Program<'_>> {
        match self {
            Self::Host(folder) => Ok(Program::Host(folder.join(&node.program))),
            Self::Emulator(linked) => {
                let elf = linked.get(&node.program).with_context(|| format!("`{}` was not built", node.program))?;
                Ok(Program::Emulator(elf))
            }
        }
    }
}
