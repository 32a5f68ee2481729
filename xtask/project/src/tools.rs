//! The programs that the project needs beside Cargo: finding them, and installing what is missing. Each crate names its
//! own in a list; this one knows those that no other crate does, and which package brings each (`packages.yaml`).

mod install;
mod manager;
mod packages;
mod unpack;

pub use install::install;

use crate::command;
use anyhow::{Context, Result, bail};
use manager::Manager;
use packages::Remedy;

/// A program that some command needs.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// The program's name.
    pub program: &'static str,
    /// The commands that need it, and for what.
    pub purpose: &'static str,
    /// Whether the first commands of a newcomer do without it.
    pub is_optional: bool,
    source: Source,
    find: fn(&Tool) -> Result<String>,
    afterwards: Option<Afterwards>,
}

/// Does what is left to do when the packages of a tool are installed; it is given a function that takes lines of text for
/// the person who waits.
pub type Afterwards = fn(&mut dyn FnMut(&str)) -> Result<()>;

/// Where a program comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// Packages, which have other names on each system.
    Packages,
    /// A component of rustup, which a minimal profile leaves out.
    Component(&'static str),
}

impl Tool {
    /// A program of `packages.yaml`, which is found by PATH or among those that were unpacked.
    pub const fn packaged(program: &'static str, purpose: &'static str) -> Self {
        let source = Source::Packages;
        Self { program, purpose, is_optional: false, source, find: on_path, afterwards: None }
    }

    /// A command of Cargo's that a component of rustup brings. Rustup has its program whether or not the component is
    /// there, so that it is asked for its version.
    const fn component(program: &'static str, name: &'static str, purpose: &'static str) -> Self {
        let source = Source::Component(name);
        Self { program, purpose, is_optional: true, source, find: of_cargo, afterwards: None }
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

    /// The command of a person who installs it by hand on this machine, or what to do where there is no such command.
    pub fn by_hand(&self) -> String {
        match self.source {
            Source::Component(name) => of_rustup(name),
            Source::Packages => match Manager::here() {
                Some(manager) => self.by_hand_with(manager),
                None => format!("install `{}`: no package manager here that setup knows", self.program),
            },
        }
    }

    /// The same where this package manager is.
    fn by_hand_with(&self, manager: Manager) -> String {
        match packages::of(self.program).with(manager) {
            Remedy::Packages(names) => manager.by_hand(names),
            Remedy::Component(name) => of_rustup(name),
            Remedy::Instead(what) => what.to_owned(),
        }
    }
}

fn of_rustup(component: &str) -> String {
    format!("rustup component add {component}")
}

/// What every build needs.
pub const BUILD: &[Tool] = &[Tool::packaged("cc", "Rust links with it")];

/// What the project's tests need beside that.
pub const TEST: &[Tool] = &[
    Tool::packaged("openssl", "test: servers that a node must refuse").optional(),
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
        let tool = Tool { program: "no-such-program", ..Tool::packaged("mosquitto", "nothing") };
        assert_eq!(tool.find().expect_err("missing").to_string(), "not on PATH");
        assert_eq!(tool.found_by(|_| Ok("/here".into())).find().expect("found"), "/here");
        let component = Tool::component("cargo-no-such", "no-such", "nothing");
        assert!(component.find().is_err());
        assert_eq!(component.by_hand(), "rustup component add no-such");
    }

    #[test]
    fn what_a_person_types_is_the_systems_own_command() {
        let by_hand = |program, manager| Tool::packaged(program, "nothing").by_hand_with(manager);
        assert_eq!(by_hand("mosquitto_sub", Manager::Dnf), "dnf install mosquitto");
        assert_eq!(by_hand("rustc", Manager::Brew), "rustup component add rust-src");
        assert_eq!(by_hand("cc", Manager::Brew), "xcode-select --install");
    }
}
