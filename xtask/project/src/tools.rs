//! The programs that the project needs beside Cargo: finding them, and installing what is missing. Each crate names its
//! own in a list; this one knows those that no other crate does.

mod install;

pub use install::{can_install, install};

use crate::command;
use anyhow::{Context, Result, bail};

/// A program that some command needs.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// The program's name.
    pub program: &'static str,
    /// The commands that need it, and for what.
    pub purpose: &'static str,
    /// What installs it.
    pub remedy: Remedy,
    /// Whether the first commands of a newcomer do without it.
    pub is_optional: bool,
    find: fn(&Tool) -> Result<String>,
    afterwards: Option<Afterwards>,
}

/// Does what is left to do when the packages of a tool are installed; it is given a function that takes lines of text for
/// the person who waits.
pub type Afterwards = fn(&mut dyn FnMut(&str)) -> Result<()>;

/// What installs a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Debian's packages.
    Packages(&'static [&'static str]),
    /// A component of rustup, which a minimal profile leaves out.
    Component(&'static str),
}

impl Remedy {
    /// The command of a person who installs it by hand.
    pub fn by_hand(&self) -> String {
        match self {
            Self::Packages(names) => format!("apt-get install --no-install-recommends {}", names.join(" ")),
            Self::Component(name) => format!("rustup component add {name}"),
        }
    }
}

impl Tool {
    /// A program that packages of Debian bring, and that is found by PATH.
    pub const fn packaged(program: &'static str, packages: &'static [&'static str], purpose: &'static str) -> Self {
        let remedy = Remedy::Packages(packages);
        Self { program, purpose, remedy, is_optional: false, find: on_path, afterwards: None }
    }

    /// A command of Cargo's that a component of rustup brings. Rustup has its program whether or not the component is
    /// there, so that it is asked for its version.
    const fn component(program: &'static str, name: &'static str, purpose: &'static str) -> Self {
        let remedy = Remedy::Component(name);
        Self { program, purpose, remedy, is_optional: true, find: of_cargo, afterwards: None }
    }

    /// The first commands of a newcomer do without it.
    pub const fn optional(self) -> Self {
        Self { is_optional: true, ..self }
    }

    /// This function finds it, instead of a look at PATH: it returns where the program is, or why it can't be used.
    pub const fn found_by(self, find: fn(&Tool) -> Result<String>) -> Self {
        Self { find, ..self }
    }

    /// This function does what is left to do when the packages are installed.
    pub const fn afterwards(self, afterwards: Afterwards) -> Self {
        Self { afterwards: Some(afterwards), ..self }
    }

    /// Where the program is.
    ///
    /// # Errors
    ///
    /// Why it can't be used.
    pub fn find(&self) -> Result<String> {
        (self.find)(self)
    }
}

/// What every build needs.
pub const BUILD: &[Tool] = &[Tool::packaged("cc", &["gcc", "libc6-dev"], "Rust links with it")];

/// What the project's tests need beside that.
pub const TEST: &[Tool] = &[
    Tool::packaged("openssl", &["openssl"], "test: servers that a node must refuse").optional(),
    Tool::component("cargo-fmt", "rustfmt", "test: how the code is laid out"),
    Tool::component("cargo-clippy", "clippy", "test: what the compiler does not find"),
];

fn on_path(tool: &Tool) -> Result<String> {
    command::which(tool.program).map(|path| path.display().to_string()).context("not on PATH")
}

fn of_cargo(tool: &Tool) -> Result<String> {
    let subcommand = tool.program.trim_start_matches("cargo-");
    let output = command::output_silently(command::cargo().args([subcommand, "--version"]))?;
    if !output.status.success() {
        bail!("not installed");
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_says_why_and_what_brings_it() {
        let tool = Tool::packaged("no-such-program", &["one", "two"], "nothing");
        assert_eq!(tool.find().expect_err("missing").to_string(), "not on PATH");
        assert_eq!(tool.remedy.by_hand(), "apt-get install --no-install-recommends one two");
        assert_eq!(tool.found_by(|_| Ok("/here".into())).find().expect("found"), "/here");
        assert!(Tool::component("cargo-no-such", "no-such", "nothing").find().is_err());
    }
}
