//! A Rust compiler with the library source of the very same version. Knows where it is found and which command brings a
//! missing one; compiles nothing.

use super::program::ask;
use anyhow::{Context, Result, bail};
use project::command;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The versions of rustc that the project's own tests ran with.
pub const TESTED: [&str; 2] = ["1.95.0", "1.96.0"];
/// The first LLVM whose Xtensa back end knows the CPU `esp8266`, as far as tested.
const LLVM: u32 = 22;
const ROUTES: &str = "either of these brings a compiler and the library source of its version:
  rustup component add rust-src     where rustup's compiler is 1.95 or later
  cargo xtask setup                 Debian's packages, on Debian and Ubuntu";

/// A Rust compiler whose library source is at hand.
#[derive(Clone, Debug)]
pub struct Compiler {
    /// The path of `rustc`.
    pub rustc: PathBuf,
    /// Its version, as in `1.96.0`.
    pub release: String,
    /// All that it reports of itself: what is built with one compiler is not used with another.
    pub about: String,
}

impl Compiler {
    /// The first compiler that will do: rustup's (or whatever PATH names first), then Debian's, installed or unpacked.
    pub fn find() -> Result<Self> {
        let on_path = command::which("rustc");
        let of_debian = ["/usr/bin/rustc".into(), command::launchers().join("rustc")];
        let mut candidates: Vec<PathBuf> = on_path.into_iter().chain(of_debian).collect();
        candidates.dedup();
        let mut faults = Vec::new();
        for rustc in candidates.into_iter().filter(|rustc| rustc.is_file()) {
            match Self::at(&rustc) {
                Ok(compiler) => return Ok(compiler),
                Err(fault) => faults.push(format!("{}: {fault:#}", rustc.display())),
            }
        }
        bail!("no Rust compiler here can build the library for the ESP8266\n{}\n{ROUTES}", faults.join("\n"))
    }

    fn at(rustc: &Path) -> Result<Self> {
        let about = ask(Command::new(rustc).arg("-vV"))?;
        let release = field(&about, "release").context("it does not print its version")?.to_owned();
        let llvm = field(&about, "LLVM version").context("it has no LLVM")?;
        if llvm.split('.').next().and_then(|major| major.parse().ok()).is_none_or(|major: u32| major < LLVM) {
            bail!("rustc {release} has LLVM {llvm}; the ESP8266's CPU needs LLVM {LLVM} (rustc 1.95 or later)");
        }
        let sysroot = PathBuf::from(ask(Command::new(rustc).args(["--print", "sysroot"]))?.trim());
        let source = sysroot.join("lib/rustlib/src/rust");
        if !source.join("library/core/src/lib.rs").is_file() {
            bail!("rustc {release} has no library source in {}", source.display());
        }
        if let Some(version) = source_version(&source)
            && version != release
        {
            bail!("rustc is {release}, the library source in {} is {version}: install both alike", source.display());
        }
        Ok(Self { rustc: rustc.to_owned(), release, about })
    }
}

/// `field: value` in what `rustc -vV` prints.
fn field<'a>(about: &'a str, name: &str) -> Option<&'a str> {
    about.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// The version of a library source, where it has one. A rustup component carries no version and needs none: it is
/// part of its toolchain. Debian's package is one of its own, and lies in a folder named by its version.
fn source_version(source: &Path) -> Option<String> {
    if let Ok(version) = std::fs::read_to_string(source.join("version")) {
        return version.split_whitespace().next().map(str::to_owned);
    }
    let folder = source.canonicalize().ok()?;
    folder.file_name()?.to_str()?.strip_prefix("rustc-").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: &str = "rustc 1.96.0 (ac68faa20 2026-05-25)\nbinary: rustc\nrelease: 1.96.0\nLLVM version: 22.1.8\n";

    #[test]
    fn a_compiler_says_its_version() {
        assert_eq!(field(ABOUT, "release"), Some("1.96.0"));
        assert_eq!(field(ABOUT, "LLVM version"), Some("22.1.8"));
        assert_eq!(field(ABOUT, "host"), None);
    }

    #[test]
    fn debians_source_says_its_version_by_its_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = folder.path().join("rustc-1.96.0");
        std::fs::create_dir(&source).expect("a folder");
        assert_eq!(source_version(&source).as_deref(), Some("1.96.0"));
    }

    #[test]
    fn a_version_file_comes_first() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("version"), "1.97.1 (abc 2026-07-01)\n").expect("writes");
        assert_eq!(source_version(folder.path()).as_deref(), Some("1.97.1"));
    }

    #[test]
    fn rustups_source_needs_no_version() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(source_version(folder.path()), None);
    }
}
