//! The programs that building for the ESP8266 needs.

use crate::compiler::Compiler;
use crate::{image, tools};
use anyhow::{Context, Result};
use project::root;
use project::tools::Tool;

/// A compiler with the library source, the assembler and linker, esptool, and what fetches the SDK.
pub const TOOLS: &[Tool] = &[
    Tool::packaged("rustc", "build: a compiler with the library source of its version")
        .optional()
        .found_by(|_| Compiler::find().map(|found| format!("{} {}", found.rustc.display(), found.release))),
    Tool::packaged("xtensa-lx106-elf-ld", "build: assembler and linker").optional(),
    Tool::packaged("esptool", "build --sdk, flash: images, and the way into a board")
        .optional()
        .found_by(|_| {
            let found = image::found(&tools(&root()));
            found.map(|path| path.display().to_string()).context("not in target/, not on PATH")
        })
        .afterwards(install_esptool),
    Tool::packaged("curl", "sdk --download: fetching Espressif's SDK").optional(),
];

fn install_esptool(progress: &mut dyn FnMut(&str)) -> Result<()> {
    let folder = tools(&root());
    progress(&format!("installing esptool {} into {}", image::ESPTOOL, folder.display()));
    image::install(&folder)
}
