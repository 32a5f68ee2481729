//! Builds nodes: compiles, checks, links, measures. The order of the pipeline is here, its steps are not.

use super::mend::CodePlacement;
use super::sizes::{Linked, Share, SizeRow, Sizes, arithmetic};
use super::toolchain::{LinkTarget, Toolchain};
use super::{compile, link, placement, symbols};
use anyhow::{Context, Result};
use fleetwright_chip::partitions::Map;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The functions of SDK and ROM that a node may call.
const MANIFEST: &str = "firmware/chip/symbols.txt";

/// A node that is built. It has no identity yet: [`patch`](crate::patch) makes a copy that has.
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
    /// Where the stack of its object is kept, which is the same in both links.
    stack: PathBuf,
}

impl Built {
    /// Its line in the table of sizes.
    pub fn line<'a>(&self, node: &'a str) -> SizeRow<'a> {
        SizeRow { node, sizes: self.sizes, last: self.last }
    }

    /// The node was run on the emulator, and took so many bytes of the SDK's stack: kept for both links of its object.
    ///
    /// # Errors
    ///
    /// The figure can't be written.
    pub fn measured_stack(&mut self, node: u64) -> Result<()> {
        self.sizes.measured_stack(node, &self.stack)
    }
}

/// The map for a board with so much flash.
pub fn map(flash_kb: u32) -> Result<&'static Map> {
    let map = Map::for_flash(flash_kb);
    map.with_context(|| format!("there is no partition map for {flash_kb} KB of flash; the SDK knows 512 KB to 16 MB"))
}

impl Toolchain {
    /// Builds one node of a generated workspace, for a board with this map of its flash.
    pub fn build(&self, workspace: &Path, node: &str, map: &'static Map, target: LinkTarget<'_>) -> Result<Built> {
        let workspace = workspace.canonicalize().with_context(|| format!("reading {}", workspace.display()))?;
        let object = compile::compile(self, &workspace, node, CodePlacement::Flash)?;
        placement::check_object(&object.own).with_context(|| format!("`{node}`"))?;
        let called = symbols::called(&object.own).with_context(|| format!("`{node}`"))?;
        symbols::check(&called, &self.root.join(MANIFEST), &self.binutils.libgcc)
            .with_context(|| format!("`{node}`"))?;
        let folder = self.link_folder(&workspace, node, target);
        let node_map = folder.join("node.map");
        let (elf, linked) = match target {
            LinkTarget::Emulator => {
                let share = Share::of(&called);
                let arithmetic = arithmetic(&called, symbols::is_in_rom, &self.binutils.libgcc)?;
                let mut beside = share.beside();
                beside.iram += arithmetic;
                (link::for_emulator(self, &object, beside, &folder), Linked::StandIn { share, arithmetic })
            }
            LinkTarget::Chip(sdk) => (link::for_chip(self, &object, sdk, map, &folder), Linked::Sdk { map: &node_map }),
        };
        let elf = elf.with_context(|| format!("`{node}`"))?;
        let emulated = matches!(target, LinkTarget::Emulator);
        placement::check_linked(&elf, |section| emulated && (section == ".reset" || section.starts_with(".standin.")))?;
        let mut sizes = Sizes::read(&elf, linked, map)?;
        let stack = object.own.with_extension("stack");
        sizes.recall_stack(&stack)?;
        let kept = folder.join("sizes.json");
        let last = sizes.recall(&kept);
        sizes.keep(&kept)?;
        Ok(Built { elf, sizes, last, map, stack })
    }

    /// What a node calls and does not bring itself: functions of SDK and ROM, and arithmetic.
    pub fn called(&self, workspace: &Path, node: &str) -> Result<BTreeSet<String>> {
        let workspace = workspace.canonicalize().with_context(|| format!("reading {}", workspace.display()))?;
        symbols::called(&compile::compile(self, &workspace, node, CodePlacement::Flash)?.own)
    }
}
