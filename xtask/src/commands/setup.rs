//! `setup`: installs what is missing, with Debian's packages and rustup's components, and esptool from PyPI into a folder
//! of the project's own.

use super::doctor::{Remedy, TOOLS, Tool};
use crate::cli::Outcome;
use anyhow::{Result, bail};
use lx106::{image, tools};
use project::fleets;
use project::sh;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

/// Installs what is missing and says what it does.
pub fn run() -> Result<Outcome> {
    install(|_| true)
}

/// Installs what is missing of these.
pub fn install(wanted: fn(&Tool) -> bool) -> Result<Outcome> {
    let missing: Vec<&Tool> = TOOLS.iter().filter(|tool| wanted(tool) && !tool.is_there()).collect();
    if missing.is_empty() {
        println!("nothing is missing");
        return Ok(Outcome::Fine);
    }
    let (mut packages, mut components) = (Vec::new(), Vec::new());
    for tool in &missing {
        match tool.remedy {
            Remedy::Packages(names) => packages.extend(names),
            Remedy::Component(name) => components.push(name),
        }
    }
    if !components.is_empty() {
        println!("installing {}", components.join(", "));
        if !sh::run(Command::new("rustup").args(["component", "add"]).args(&components))? {
            bail!("rustup failed; its own words stand above");
        }
    }
    if !packages.is_empty() {
        install_packages(&packages)?;
    }
    if missing.iter().any(|tool| tool.program == "esptool") {
        let folder = tools(&fleets::root());
        println!("installing esptool {} into {}", image::ESPTOOL, folder.display());
        image::install(&folder)?;
    }
    if missing.iter().any(|tool| tool.program == "ejabberd") && Path::new("/run/systemd/system").is_dir() {
        println!("Debian runs ejabberd as a service now, on Mosquitto's port; nothing here needs that:");
        println!("  systemctl disable --now ejabberd");
    }
    for tool in missing {
        if let Err(why) = tool.find() {
            bail!("all is installed, but `{}` is still not there: {why:#}", tool.program);
        }
    }
    Ok(Outcome::Fine)
}

fn install_packages(names: &[&str]) -> Result<()> {
    if !can_install() {
        bail!("needs apt-get, and root or sudo; missing: {}", names.join(", "));
    }
    println!("installing {}", names.join(", "));
    let mut command = apt(&["install", "-y", "--no-install-recommends"]);
    command.args(names);
    if !sh::run(&mut apt(&["update", "-q"]))? || !sh::run(&mut command)? {
        bail!("apt-get failed; its own words stand above");
    }
    Ok(())
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
