//! GNU's tools for the LX106, from Debian's packages, installed or unpacked. Knows where they are found and which command brings missing ones.

use super::program::ask;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// The assembler, linker and what else of GNU's tools for the LX106.
#[derive(Clone, Debug)]
pub(super) struct Binutils {
    /// `as`.
    pub(super) assembler: PathBuf,
    /// `ld`.
    pub(super) linker: PathBuf,
    /// GCC's library of arithmetic, without what the chip's ROM holds.
    pub(super) libgcc: PathBuf,
}

impl Binutils {
    /// Those on this machine.
    pub(super) fn find() -> Result<Self> {
        let tool = |name: &str| {
            let name = format!("xtensa-lx106-elf-{name}");
            project::command::which(&name).with_context(|| format!("`{name}` is missing: run `cargo xtask setup`"))
        };
        let libgcc = ask(Command::new(tool("gcc")?).arg("-print-libgcc-file-name"))?;
        Ok(Self { assembler: tool("as")?, linker: tool("ld")?, libgcc: libgcc.trim().into() })
    }
}
