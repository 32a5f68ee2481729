//! The programs that build nodes, and the folders in which they work. Knows where things are; builds nothing.

use super::binutils::Binutils;
use super::compiler::Compiler;
use super::{sdk::Sdk, target};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// What a node is linked for.
#[derive(Clone, Copy, Debug)]
pub enum LinkTarget<'a> {
    /// QEMU's LX106, with our stand-in for SDK and ROM.
    Emulator,
    /// The chip, with Espressif's SDK.
    Chip(&'a Sdk),
}

/// The folder of the project's own copy of esptool.
pub fn tools(root: &Path) -> PathBuf {
    root.join("target/lx106/esptool")
}

/// The programs that build nodes, and where what they make is kept.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// The project's folder.
    pub(super) root: PathBuf,
    /// Where what one compiler made is kept.
    pub(super) folder: PathBuf,
    pub(super) compiler: Compiler,
    pub(super) binutils: Binutils,
}

impl Toolchain {
    /// Finds the programs; `root` is the project's folder. What is made goes below `target`.
    pub fn ready(root: &Path, target: &Path) -> Result<Self> {
        let compiler = Compiler::find()?;
        let binutils = Binutils::find()?;
        let root = root.canonicalize().with_context(|| format!("reading {}", root.display()))?;
        let target = std::path::absolute(target)?.join("lx106");
        // What one compiler made is not mixed with what another made.
        let about = format!("{:x}", Sha256::digest(&compiler.about));
        let folder = target.join(format!("{}-{}", compiler.release, &about[..8]));
        let toolchain = Self { root, folder, compiler, binutils };
        target::describe(&toolchain.compiler, &toolchain.target())?;
        Ok(toolchain)
    }

    /// The folder of a linked node: nodes of different fleets and layouts may share a name.
    pub(super) fn link_folder(&self, workspace: &Path, node: &str, target: LinkTarget<'_>) -> PathBuf {
        let fleet = format!("{:x}", Sha256::digest(workspace.as_os_str().as_encoded_bytes()));
        let link = if matches!(target, LinkTarget::Emulator) { "emulator" } else { "chip" };
        self.folder.join(link).join(&fleet[..12]).join(node)
    }

    /// The target description that rustc reads.
    pub(super) fn target(&self) -> PathBuf {
        self.folder.join("lx106.json")
    }

    /// The folder of the project's own copy of esptool.
    pub(super) fn tools(&self) -> PathBuf {
        tools(&self.root)
    }
}
