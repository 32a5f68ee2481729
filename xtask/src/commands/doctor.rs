//! `doctor`: says what is there, what is missing, and the command that mends it.

use crate::chip::toolchain::Compiler;
use crate::chip::{image, tools};
use crate::cli::Outcome;
use crate::sh;
use anyhow::{Context, Result, bail};

/// A program that some command needs.
pub struct Tool {
    /// Its name.
    pub program: &'static str,
    /// Debian's packages that bring it.
    pub packages: &'static [&'static str],
    /// What needs it.
    pub purpose: &'static str,
    /// Whether the first commands do without it.
    pub later: bool,
    /// Where it is.
    find: fn(&Tool) -> Result<String>,
}

const fn plain(program: &'static str, packages: &'static [&'static str], purpose: &'static str) -> Tool {
    Tool { program, packages, purpose, later: false, find: on_path }
}

/// What is needed beside Rust.
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
        find: |_| crate::broker::libraries().map(|folder| folder.display().to_string()),
        ..plain("ejabberd", &["ejabberd"], "verify, sim, test of a fleet with `engine: ejabberd`: a cluster of brokers")
    },
    Tool { later: true, ..plain("xtensa-lx106-elf-ld", &["gcc-xtensa-lx106"], "build: assembler and linker") },
    Tool { later: true, ..plain("qemu-system-xtensa", &["qemu-system-misc"], "--on emulator: the ESP8266's CPU") },
    Tool {
        later: true,
        find: |_| {
            let found = image::found(&tools(&crate::fleets::root()));
            found.map(|path| path.display().to_string()).context("not in target/, not on PATH")
        },
        ..plain("esptool", &["python3-venv"], "build --sdk, flash: images, and the way into a board")
    },
];

fn on_path(tool: &Tool) -> Result<String> {
    sh::which(tool.program).map(|path| path.display().to_string()).context("not on PATH")
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
                println!("           apt-get install --no-install-recommends {}", tool.packages.join(" "));
            }
        }
    }
    if missing {
        bail!("run `{}`, or install by hand what is missing", crate::broker::REMEDY);
    }
    Ok(Outcome::Fine)
}
