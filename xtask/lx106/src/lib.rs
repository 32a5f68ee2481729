//! A node as a program for the ESP8266's CPU: compiled once, linked for the emulator or for the chip.
//!
//! Knows compilers, linkers and files; nothing of fleets. [`Kit::ready`] finds the programs, [`Kit::build`] builds.

mod additions;
mod compile;
mod identity_patch;
pub mod image;
mod inputs;
mod link;
mod mend;
mod placement;
pub mod sdk;
pub mod sizes;
mod symbols;
mod target;
mod tighten;
#[cfg(test)]
mod tiny_elf;
pub mod toolchain;
pub mod tools;

pub use identity_patch::patch;
pub use sdk::Sdk;
pub use sizes::Sizes;

use anyhow::{Context, Result, bail};
use fleetwright_chip::partitions::Map;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The functions of SDK and ROM that a node may call.
const MANIFEST: &str = "firmware/chip/symbols.txt";

/// What a node is linked for.
#[derive(Clone, Copy, Debug)]
pub enum On<'a> {
    /// QEMU's LX106, with our stand-in for SDK and ROM.
    Emulator,
    /// The chip, with Espressif's SDK.
    Chip(&'a Sdk),
}

/// A node that is built. It has no identity yet: [`patch`] makes a copy that has.
#[derive(Clone, Debug)]
pub struct Built {
    /// The linked program.
    pub elf: PathBuf,
    /// The map of its board's flash.
    pub map: &'static Map,
    /// How large it is.
    pub sizes: Sizes,
    /// How large it was when it was built last.
    pub last: Option<Sizes>,
}

impl Built {
    /// Its line in the table of sizes.
    pub fn line<'a>(&self, node: &'a str) -> sizes::Line<'a> {
        sizes::Line { node, sizes: self.sizes, last: self.last }
    }
}

/// The folder of the project's own copy of esptool.
pub fn tools(root: &Path) -> PathBuf {
    root.join("target/lx106/esptool")
}

/// The map for a board with so much flash.
pub fn map(flash_kb: u32) -> Result<&'static Map> {
    let map = Map::for_flash(flash_kb);
    map.with_context(|| format!("there is no partition map for {flash_kb} KB of flash; the SDK knows 512 KB to 16 MB"))
}

/// The programs that build nodes, and where what they make is kept.
#[derive(Clone, Debug)]
pub struct Kit {
    root: PathBuf,
    folder: PathBuf,
    compiler: toolchain::Compiler,
    binutils: toolchain::Binutils,
}

impl Kit {
    /// Finds the programs; `root` is the project's folder. What is made goes below `target`.
    pub fn ready(root: &Path, target: &Path) -> Result<Self> {
        let compiler = toolchain::Compiler::find()?;
        let binutils = toolchain::Binutils::find()?;
        let root = root.canonicalize().with_context(|| format!("reading {}", root.display()))?;
        let target = std::path::absolute(target)?.join("lx106");
        // What one compiler made is not mixed with what another made.
        let about = hex(&Sha256::digest(&compiler.about));
        let folder = target.join(format!("{}-{}", compiler.release, &about[..8]));
        let kit = Self { root, folder, compiler, binutils };
        target::describe(&kit.compiler, &kit.target())?;
        Ok(kit)
    }

    /// Builds one node of a generated workspace, for a board with this map of its flash.
    pub fn build(&self, workspace: &Path, node: &str, map: &'static Map, on: On<'_>) -> Result<Built> {
        let workspace = workspace.canonicalize().with_context(|| format!("reading {}", workspace.display()))?;
        let object = compile::compile(self, &workspace, node, mend::Place::Flash)?;
        placement::check_object(&object.own).with_context(|| format!("`{node}`"))?;
        symbols::check(&object.own, &self.root.join(MANIFEST), &self.binutils.libgcc)
            .with_context(|| format!("`{node}`"))?;
        let folder = self.place(&workspace, node, on);
        let elf = match on {
            On::Emulator => link::for_emulator(self, &object, &folder),
            On::Chip(sdk) => link::for_chip(self, &object, sdk, map, &folder),
        };
        let elf = elf.with_context(|| format!("`{node}`"))?;
        let emulated = matches!(on, On::Emulator);
        placement::check_linked(&elf, |section| emulated && (section == ".reset" || section.starts_with(".standin.")))?;
        let sizes = Sizes::read(&elf, emulated, map)?;
        let kept = folder.join("sizes.json");
        let last = sizes.recall(&kept);
        sizes.keep(&kept)?;
        Ok(Built { elf, sizes, last, map })
    }

    /// What a node calls and does not bring itself: functions of SDK and ROM, and arithmetic.
    pub fn called(&self, workspace: &Path, node: &str) -> Result<BTreeSet<String>> {
        let workspace = workspace.canonicalize().with_context(|| format!("reading {}", workspace.display()))?;
        symbols::called(&compile::compile(self, &workspace, node, mend::Place::Flash)?.own)
    }

    /// Where a linked node goes: nodes of different fleets and layouts may share a name.
    fn place(&self, workspace: &Path, node: &str, on: On<'_>) -> PathBuf {
        let fleet = hex(&Sha256::digest(workspace.as_os_str().as_encoded_bytes()));
        let link = if matches!(on, On::Emulator) { "emulator" } else { "chip" };
        self.folder.join(link).join(&fleet[..12]).join(node)
    }

    /// The target description that rustc reads.
    fn target(&self) -> PathBuf {
        self.folder.join("lx106.json")
    }

    /// The folder of the project's own copy of esptool.
    fn tools(&self) -> PathBuf {
        tools(&self.root)
    }
}

/// Runs a program of the pipeline. A node takes a handful of them with lines of a screen each, so they and their words
/// are shown only if one fails.
fn run(command: &mut Command, fault: &str) -> Result<()> {
    let output = project::command::output_silently(command)?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stderr, output.stdout].map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    bail!("{fault}\n$ {}\n{}", project::command::spelled(command), said.join("\n").trim())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
