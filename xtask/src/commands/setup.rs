//! `setup`: installs what is missing, with Debian's packages.

use super::doctor::{TOOLS, is_there};
use crate::cli::Outcome;
use crate::sh;
use anyhow::{Result, bail};
use std::os::unix::fs::MetadataExt;
use std::process::Command;

/// Installs what is missing and says what it does.
pub fn run() -> Result<Outcome> {
    let missing: Vec<&str> = TOOLS.iter().filter(|tool| !is_there(tool)).map(|tool| tool.package).collect();
    if missing.is_empty() {
        println!("nothing is missing");
        return Ok(Outcome::Fine);
    }
    if !can_install() {
        bail!("needs apt-get, and root or sudo; missing: {}", missing.join(", "));
    }
    println!("installing {}", missing.join(", "));
    let mut install = apt(&["install", "-y", "--no-install-recommends"]);
    install.args(&missing);
    if !sh::run(&mut apt(&["update", "-q"]))? || !sh::run(&mut install)? {
        bail!("apt-get failed; its own words stand above");
    }
    match TOOLS.iter().find(|tool| !is_there(tool)) {
        Some(tool) => bail!("{} is installed, but `{}` is still not there", tool.package, tool.program),
        None => Ok(Outcome::Fine),
    }
}

/// Whether this person can install packages here.
pub fn can_install() -> bool {
    sh::which("apt-get").is_some() && (is_root() || sh::which("sudo").is_some())
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|data| data.uid() == 0)
}

fn apt(words: &[&str]) -> Command {
    let mut command = if is_root() { Command::new("apt-get") } else { Command::new("sudo") };
    if !is_root() {
        command.arg("apt-get");
    }
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
