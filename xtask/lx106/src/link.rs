//! One object, two links: with our stand-in for the emulator, with Espressif's SDK for the chip. Knows the linker
//! and its scripts; compiles nothing.

use super::compile::{Object, assemble_as_is, compile};
use super::mend::CodePlacement;
use super::program;
use super::sdk::{LIBRARIES, Sdk};
use super::sizes::Sections;
use super::toolchain::Toolchain;
use anyhow::{Context, Result};
use fleetwright_chip::partitions::Map;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The package that stands in for SDK and ROM.
const STAND_IN: &str = "fleetwright-standin";
/// Its folder; assembly files beside its manifest are linked with it.
const STAND_IN_FOLDER: &str = "firmware/standin";

/// Links a node with the stand-in, `compiler_builtins` and memory functions instead of the SDK and the ROM. The script is
/// told what the SDK takes of each memory `beside` it, so that a node has no more room than on the chip.
pub(super) fn for_emulator(toolchain: &Toolchain, node: &Object, beside: Sections, folder: &Path) -> Result<PathBuf> {
    let room = toolchain.root.join(STAND_IN_FOLDER);
    let stand_in = compile(toolchain, &room, STAND_IN, CodePlacement::AsIs)?;
    let scratch = scratch(folder)?;
    let mut command = linker(toolchain, node, scratch.path())?;
    for (name, bytes) in [("data", beside.ram()), ("iram", beside.iram), ("flash", beside.flash)] {
        command.arg(format!("--defsym=_sdk_{name}={bytes}"));
    }
    command.arg("-T").arg(script(toolchain, "emulator.ld")).arg(&stand_in.own);
    for (number, assembly) in assembly_files(&room)?.into_iter().enumerate() {
        let object = scratch.path().join(format!("standin-{number}.o"));
        assemble_as_is(toolchain, &assembly, &object)?;
        command.arg(object);
    }
    command.arg(&stand_in.builtins).arg(&toolchain.binutils.libgcc);
    finish(command, scratch.path(), folder, "the node does not link with the stand-in")
}

/// Links a node with Espressif's libraries, after Espressif's script. `compiler_builtins` stays out: code of the SDK
/// calls the ROM's arithmetic while the flash, where ours would be, is switched off.
pub(super) fn for_chip(toolchain: &Toolchain, node: &Object, sdk: &Sdk, map: &Map, folder: &Path) -> Result<PathBuf> {
    let scratch = scratch(folder)?;
    let mut command = linker(toolchain, node, scratch.path())?;
    command.arg("-L").arg(sdk.path("ld")).arg("-L").arg(sdk.path("lib")).arg("-T").arg(sdk.script(map.images)?);
    command.arg(script(toolchain, "chip.ld")).args(["-e", "call_user_start", "--start-group"]);
    command.args(LIBRARIES.map(|library| format!("-l{library}")));
    command.arg(&toolchain.binutils.libgcc).arg("--end-group");
    finish(command, scratch.path(), folder, "the node does not link with the SDK")
}

fn script(toolchain: &Toolchain, name: &str) -> PathBuf {
    toolchain.root.join("firmware/chip/ld").join(name)
}

/// A folder of this link's own: the same node may be linked twice at a time.
fn scratch(folder: &Path) -> Result<tempfile::TempDir> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    tempfile::Builder::new().prefix("link-").tempdir_in(folder).context("a folder to link in")
}

/// The linker with the node's object as its first input. The emulator's script knows it by the name `node.o`.
fn linker(toolchain: &Toolchain, node: &Object, scratch: &Path) -> Result<Command> {
    let own = scratch.join("node.o");
    std::fs::copy(&node.own, &own).with_context(|| format!("writing {}", own.display()))?;
    let mut command = Command::new(&toolchain.binutils.linker);
    command.args(["-nostdlib", "--gc-sections", "--no-check-sections", "--relax", "--size-opt"]);
    command.args(["--no-warn-rwx-segments", "--no-warn-execstack"]).arg(own);
    Ok(command)
}

/// Links, and moves what came of it to its place when it is whole.
fn finish(mut command: Command, scratch: &Path, folder: &Path, fault: &str) -> Result<PathBuf> {
    command.arg("-Map").arg(scratch.join("node.map")).arg("-o").arg(scratch.join("node.elf"));
    program::run(&mut command, fault)?;
    for name in ["node.map", "node.elf"] {
        let path = folder.join(name);
        std::fs::rename(scratch.join(name), &path).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(folder.join("node.elf"))
}

/// The assembly files of the stand-in, by name.
fn assembly_files(room: &Path) -> Result<Vec<PathBuf>> {
    let folder = room.join("lx106");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let mut files: Vec<_> = paths.into_iter().filter(|path| path.extension().is_some_and(|is| is == "S")).collect();
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assembly_files_come_in_the_order_of_their_names() {
        let room = tempfile::tempdir().expect("a folder");
        assert_eq!(assembly_files(room.path()).expect("none"), Vec::<PathBuf>::new());
        let folder = room.path().join("lx106");
        std::fs::create_dir(&folder).expect("a folder");
        for name in ["simcall.S", "reset.S", "notes.txt"] {
            std::fs::write(folder.join(name), "").expect("writes");
        }
        let found = assembly_files(room.path()).expect("reads");
        assert_eq!(found, [folder.join("reset.S"), folder.join("simcall.S")]);
    }
}
