//! From a node's crate to an object file: cargo, mending, assembling. Knows how a crate is compiled for the LX106
//! and when that can be saved; nothing of links and images.

use super::additions::with_additions;
use super::mend::{CodePlacement, mend};
use super::tighten::tighten;
use super::{inputs, program, toolchain::Toolchain};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What every crate for the chip is compiled with. A panic becomes a call of `abort`: messages, places and
/// formatting of them would fill data RAM, where all constants of the chip live.
const FLAGS: &str =
    "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none --cap-lints=warn";
/// Levels 2 and 3 crash LLVM's Xtensa back end.
const PROFILE: [&str; 9] = [
    "profile.release.opt-level=\"s\"",
    "profile.release.lto=\"fat\"",
    "profile.release.codegen-units=1",
    "profile.release.panic=\"abort\"",
    "profile.release.debug=false",
    "profile.release.debug-assertions=false",
    "profile.release.overflow-checks=false",
    "profile.release.incremental=false",
    // LTO leaves this crate alone, so its assembly has to come from itself.
    "profile.release.package.compiler_builtins.rustflags=[\"--emit=asm\"]",
];

/// A compiled crate.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// The crate with all its dependencies, but for `compiler_builtins`.
    pub own: PathBuf,
    /// `compiler_builtins`: arithmetic and memory functions that the chip has in ROM and the emulator has not.
    pub builtins: PathBuf,
}

/// Compiles one package of a workspace, unless an equal one has been compiled before.
pub(super) fn compile(
    toolchain: &Toolchain,
    workspace: &Path,
    package: &str,
    placement: CodePlacement,
) -> Result<Object> {
    let target = std::fs::read_to_string(toolchain.target()).context("reading the target description")?;
    let recipe = [
        &toolchain.compiler.about,
        FLAGS,
        &PROFILE.concat(),
        &target,
        include_str!("mend.rs"),
        include_str!("tighten.rs"),
        include_str!("additions.rs"),
        include_str!("../../../firmware/chip/lx106/stack.S"),
        include_str!("../../../firmware/chip/lx106/multiply.S"),
        placement.name(),
    ];
    let key = inputs::key(workspace, package, &recipe)?;
    let objects = toolchain.folder.join("objects");
    std::fs::create_dir_all(&objects).with_context(|| format!("making {}", objects.display()))?;
    let builtins = format!("builtins-{}.o", inputs::fingerprint(&recipe[..6]));
    let object = Object { own: objects.join(format!("{key}.o")), builtins: objects.join(builtins) };
    if object.own.is_file() && object.builtins.is_file() {
        return Ok(object);
    }
    // The name has never been used before, so an assembly file there is of this run. It is also part of what cargo
    // compares, so the crate is compiled again even where cargo has it and only its assembly is gone.
    let fresh = tempfile::Builder::new().prefix("asm-").tempdir_in(&objects)?;
    let own = fresh.path().join("own.s");
    let builtins = cargo(toolchain, workspace, package, &own)?;
    if !own.is_file() {
        bail!("rustc left no assembly of `{package}`");
    }
    assemble(toolchain, &own, placement, fresh.path(), &object.own)?;
    if !object.builtins.is_file() {
        assemble(toolchain, &builtins, CodePlacement::AsIs, fresh.path(), &object.builtins)?;
    }
    Ok(object)
}

/// Runs cargo; answers the assembly of `compiler_builtins`.
fn cargo(toolchain: &Toolchain, workspace: &Path, package: &str, own: &Path) -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    for (name, _) in std::env::vars_os() {
        // What a person set for programs of their own must not reach the chip's.
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PROFILE_") || text.starts_with("CARGO_BUILD_") || text.contains("RUSTFLAGS") {
            command.env_remove(&name);
        }
    }
    command.env_remove("RUSTC_WRAPPER").env_remove("RUSTC_WORKSPACE_WRAPPER").env_remove("RUSTDOC");
    command.env("RUSTC", &toolchain.compiler.rustc).env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", FLAGS);
    command.current_dir(workspace);
    command.args(["rustc", "--lib", "--crate-type", "staticlib", "--release", "--package", package]);
    command.args(["-Zbuild-std=core", "-Zbuild-std-features=compiler-builtins-mem"]);
    command.args(["-Zjson-target-spec", "-Zprofile-rustflags", "--message-format=json-render-diagnostics"]);
    command.arg("--target").arg(toolchain.target()).arg("--target-dir").arg(toolchain.folder.join("cargo"));
    for setting in PROFILE {
        command.args(["--config", setting]);
    }
    command.arg("--").arg(format!("--emit=asm={}", own.display()));
    let output = project::command::output_silently(&mut command)?;
    if !output.status.success() {
        let output = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{package}` does not compile for the ESP8266\n$ {}\n{}",
            project::command::spelled(&command),
            output.trim()
        );
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let library = messages.lines().find_map(builtins_library).context("cargo named no compiler_builtins")?;
    let name = library.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.strip_prefix("lib"));
    Ok(library.with_file_name(format!("{}.s", name.context("compiler_builtins has an odd name")?)))
}

/// The library of `compiler_builtins`, if this message of cargo's is of it.
fn builtins_library(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    if message["reason"] != "compiler-artifact" || message["target"]["name"] != "compiler_builtins" {
        return None;
    }
    let files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
    files.map(PathBuf::from).find(|file| file.extension().is_some_and(|extension| extension == "rlib"))
}

/// Mends and assembles one file. The object appears under its name when it is whole.
fn assemble(
    toolchain: &Toolchain,
    assembly: &Path,
    placement: CodePlacement,
    scratch: &Path,
    object: &Path,
) -> Result<()> {
    let text = std::fs::read_to_string(assembly).with_context(|| format!("reading {}", assembly.display()))?;
    let mended = mend(&tighten(&text), placement).with_context(|| format!("mending {}", assembly.display()))?;
    let mended = with_additions(mended);
    let file = scratch.join("mended.s");
    std::fs::write(&file, mended).with_context(|| format!("writing {}", file.display()))?;
    let made = scratch.join("made.o");
    assemble_as_is(toolchain, &file, &made)?;
    std::fs::rename(&made, object).with_context(|| format!("writing {}", object.display()))
}

/// Assembles a file that is right as it stands.
pub(super) fn assemble_as_is(toolchain: &Toolchain, assembly: &Path, object: &Path) -> Result<()> {
    let mut command = Command::new(&toolchain.binutils.assembler);
    command.args(["--longcalls", "--text-section-literals", "--no-target-align", "-o"]).arg(object).arg(assembly);
    program::run(&mut command, "the assembler refuses what rustc printed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_of_builtins_is_found_among_cargos_messages() {
        let message = r#"{"reason":"compiler-artifact","target":{"name":"compiler_builtins"},"filenames":["/t/libcompiler_builtins-1.rmeta","/t/libcompiler_builtins-1.rlib"]}"#;
        assert_eq!(builtins_library(message), Some("/t/libcompiler_builtins-1.rlib".into()));
        let script =
            r#"{"reason":"compiler-artifact","target":{"name":"build-script-build"},"filenames":["/t/build"]}"#;
        assert_eq!(builtins_library(script), None);
        assert_eq!(builtins_library("Compiling core"), None);
    }
}
