//! `doctor`: says what is there, what is missing, and the command that mends it.

use crate::cli::Outcome;
use anyhow::{Context, Result, bail};
use lx106::toolchain::Compiler;
use lx106::{image, tools};
use project::sh;

/// A program that some command needs.
pub struct Tool {
    /// Its name.
    pub program: &'static str,
    /// What brings it.
    pub remedy: Remedy,
    /// What needs it.
    pub purpose: &'static str,
    /// Whether the first commands do without it.
    pub later: bool,
    /// Where it is.
    find: fn(&Tool) -> Result<String>,
}

/// Where a program comes from.
pub enum Remedy {
    /// Debian's packages.
    Packages(&'static [&'static str]),
    /// A component of rustup, which a minimal profile leaves out.
    Component(&'static str),
}

impl Remedy {
    /// The command of a person who does it by hand.
    fn by_hand(&self) -> String {
        match self {
            Self::Packages(names) => format!("apt-get install --no-install-recommends {}", names.join(" ")),
            Self::Component(name) => format!("rustup component add {name}"),
        }
    }
}

const fn plain(program: &'static str, packages: &'static [&'static str], purpose: &'static str) -> Tool {
    Tool { program, remedy: Remedy::Packages(packages), purpose, later: false, find: on_path }
}

/// A command of Cargo's. Rustup has its program whether or not the component is there, so that it is asked.
const fn component(program: &'static str, name: &'static str, purpose: &'static str) -> Tool {
    Tool { program, remedy: Remedy::Component(name), purpose, later: true, find: of_cargo }
}

/// What is needed beside Cargo and rustc.
pub const TOOLS: &[Tool] = &[
    plain("cc", &["gcc", "libc6-dev"], "Rust links with it"),
    plain("mosquitto", &["mosquitto"], "verify, sim, test: the broker"),
    plain("mosquitto_sub", &["mosquitto-clients"], "test: the attack of tests/attack; and to look at a broker"),
    Tool {
        later: true,
        find: |_| Compiler::find().map(|found| format!("{} {}", found.rustc.display(), found.release)),
        ..plain("rustc", &["rustc-web", "rust-web-src"], "build: a compiler with the library source of its version")
    },
    Tool {
        later: true,
        find: |_| broker::libraries().map(|folder| folder.display().to_string()),
        ..plain("ejabberd", &["ejabberd"], "verify, sim, test of a fleet with `engine: ejabberd`: a cluster of brokers")
    },
    Tool { later: true, ..plain("xtensa-lx106-elf-ld", &["gcc-xtensa-lx106"], "build: assembler and linker") },
    Tool { later: true, ..plain("qemu-system-xtensa", &["qemu-system-misc"], "--on emulator: the ESP8266's CPU") },
    Tool {
        later: true,
        find: |_| {
            let found = image::found(&tools(&project::fleets::root()));
            found.map(|path| path.display().to_string()).context("not in target/, not on PATH")
        },
        ..plain("esptool", &["python3-venv"], "build --sdk, flash: images, and the way into a board")
    },
    Tool { later: true, ..plain("openssl", &["openssl"], "test: servers that a node must refuse") },
    component("cargo-fmt", "rustfmt", "test: how the code is laid out"),
    component("cargo-clippy", "clippy", "test: what the compiler does not find"),
];

fn on_path(tool: &Tool) -> Result<String> {
    sh::which(tool.program).map(|path| path.display().to_string()).context("not on PATH")
}

fn of_cargo(tool: &Tool) -> Result<String> {
    let word = tool.program.trim_start_matches("cargo-");
    let output = sh::silently(sh::cargo().args([word, "--version"]))?;
    if !output.status.success() {
        bail!("not installed");
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

impl Tool {
    /// Where it is, or why it can't be used.
    pub fn find(&self) -> Result<String> {
        (self.find)(self)
    }

    /// Whether it is there.
    pub fn is_there(&self) -> bool {
        self.find().is_ok()
    }
}

/// Looks at the machine.
pub fn run() -> Result<Outcome> {
    let mut missing = false;
    for tool in TOOLS {
        match tool.find() {
            Ok(place) => println!("ok       {:<20} {place} ({})", tool.program, tool.purpose),
            Err(why) => {
                missing = true;
                println!("missing  {:<20} {}", tool.program, tool.purpose);
                for line in format!("{why:#}").lines() {
                    println!("           {line}");
                }
                println!("           {}", tool.remedy.by_hand());
            }
        }
    }
    if missing {
        bail!("run `{}`, or install by hand what is missing", broker::REMEDY);
    }
    Ok(Outcome::Fine)
}
