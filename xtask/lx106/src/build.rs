//! Builds nodes: compiles, checks, links, measures. The order of the pipeline is here, its steps are not.

use super::mend::CodePlacement;
use super::sizes::{SizeRow, Sizes};
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
}

impl Built {
    /// Its line in the table of sizes.
    pub fn line<'a>(&self, node: &'a str) -> SizeRow<'a> {
        SizeRow { node, sizes: self.sizes, last: self.last }
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
        symbols::check(&object.own, &self.root.join(MANIFEST), &self.binutils.libgcc)
            .with_context(|| format!("`{node}`"))?;
        let folder = self.link_folder(&workspace, node, target);
        let elf = match target {
            LinkTarget::Emulator => link::for_emulator(self, &object, &folder),
            LinkTarget::Chip(sdk) => link::for_chip(self, &object, sdk, map, &folder),
        };
        let elf = elf.with_context(|| format!("`{node}`"))?;
        let emulated = matches!(target, LinkTarget::Emulator);
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
        symbols::called(&compile::compile(self, &workspace, node, CodePlacement::Flash)?.own)
    }
}
