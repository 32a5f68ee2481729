//! The target description of the ESP8266's CPU for rustc. Knows the CPU; builds nothing but an empty program to
//! see which data layout this compiler's LLVM wants, because the layout changes with LLVM's version.

use super::compiler::Compiler;
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::path::Path;
use std::process::Command;

/// What the last compilers wanted: the first guess.
const LAYOUT: &str = "e-m:e-p:32:32-i8:8:32-i16:16:32-i64:64-n32";
/// An empty program: even that has a data layout.
const EMPTY: &str = "#![feature(no_core)]\n#![no_core]\n";

/// Writes the target description to `path`, unless this compiler's is there already.
pub(super) fn describe(compiler: &Compiler, path: &Path) -> Result<()> {
    if path.is_file() {
        return Ok(());
    }
    let folder = tempfile::tempdir().context("a folder to try the compiler in")?;
    let (target, program) = (folder.path().join("lx106.json"), folder.path().join("empty.rs"));
    std::fs::write(&program, EMPTY)?;
    let mut layout = LAYOUT.to_owned();
    // Twice: the first answer names the layout, the second shows that it is right.
    for _ in 0..2 {
        std::fs::write(&target, text(&layout)?)?;
        let mut command = Command::new(&compiler.rustc);
        command.env("RUSTC_BOOTSTRAP", "1").current_dir(folder.path());
        command.args(["-Zunstable-options", "--crate-type", "lib", "--emit=obj", "--target", "lx106.json", "empty.rs"]);
        let output = command.output().with_context(|| format!("starting {}", compiler.rustc.display()))?;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        if errors.contains("not a recognized processor") {
            bail!("rustc {} does not know the ESP8266's CPU: use a newer one", compiler.release);
        }
        if output.status.success() {
            let parent = path.parent().context("a folder for the target description")?;
            std::fs::create_dir_all(parent)?;
            std::fs::copy(&target, path).with_context(|| format!("writing {}", path.display()))?;
            return Ok(());
        }
        match expected_layout(&errors) {
            Some(expected) if expected != layout => layout = expected.to_owned(),
            _ => bail!("rustc {} refuses the ESP8266 as a target:\n{}", compiler.release, errors.trim()),
        }
    }
    bail!("rustc {} does not accept the data layout that it asks for, `{layout}`", compiler.release)
}

/// The layout that LLVM expects, as rustc's error names it: the last word between backticks of that line.
fn expected_layout(errors: &str) -> Option<&str> {
    let line = errors.lines().find(|line| line.contains("data-layout for target"))?;
    let mut words = line.rsplit('`');
    words.next()?;
    words.next().filter(|word| word.starts_with("e-"))
}

/// The description itself. No built-in target will do: the ESP32's carry another LLVM's layout.
fn text(layout: &str) -> Result<String> {
    let target = json!({
        "arch": "xtensa",
        "atomic-cas": false,
        "cpu": "esp8266",
        "crt-objects-fallback": "false",
        "data-layout": layout,
        "emit-debug-gdb-scripts": false,
        // One core and no instruction for it: plain loads and stores are atomic, compare-and-swap is not to be had.
        "features": "+forced-atomics",
        "linker": "xtensa-lx106-elf-gcc",
        "linker-flavor": "gnu-cc",
        "llvm-target": "xtensa-none-elf",
        "max-atomic-width": 32,
        "os": "none",
        "panic-strategy": "abort",
        "relocation-model": "static",
        "target-pointer-width": 32,
        "vendor": "espressif",
    });
    Ok(serde_json::to_string_pretty(&target)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_names_the_layout() {
        let errors = "error: data-layout for target `lx106-1776`, `e-p:32:32`, differs from LLVM target's \
                    `xtensa-none-elf` default layout, `e-m:e-p:32:32-i8:8:32-n32`\n\nerror: aborting\n";
        assert_eq!(expected_layout(errors), Some("e-m:e-p:32:32-i8:8:32-n32"));
    }

    #[test]
    fn another_error_names_none() {
        assert_eq!(expected_layout("error: could not find specification for target `lx106`"), None);
        assert_eq!(expected_layout(""), None);
    }

    #[test]
    fn the_description_carries_the_layout() {
        let target: serde_json::Value = serde_json::from_str(&text("e-x").expect("text")).expect("JSON");
        assert_eq!(target["data-layout"], "e-x");
        assert_eq!(target["cpu"], "esp8266");
    }
}
