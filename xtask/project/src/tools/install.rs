//! Installing missing programs: Debian's packages by apt-get, components by rustup, and what a tool does itself after
//! that.

use super::{Remedy, Tool};
use crate::command;
use anyhow::{Result, bail};
use std::os::unix::fs::MetadataExt;
use std::process::Command;

/// Installs what is missing of these tools. `say` gets a line for each step.
///
/// # Errors
///
/// This person can't install packages here, an installer failed, or a program is still missing after that.
pub fn install(tools: &[&Tool], progress: &mut dyn FnMut(&str)) -> Result<()> {
    let missing: Vec<&Tool> = tools.iter().copied().filter(|tool| tool.find().is_err()).collect();
    if missing.is_empty() {
        progress("nothing is missing");
        return Ok(());
    }
    let (mut packages, mut components) = (Vec::new(), Vec::new());
    for tool in &missing {
        match tool.remedy {
            Remedy::Packages(names) => packages.extend(names),
            Remedy::Component(name) => components.push(name),
        }
    }
    if !components.is_empty() {
        progress(&format!("installing {}", components.join(", ")));
        if !command::run(Command::new("rustup").args(["component", "add"]).args(&components))? {
            bail!("rustup failed; its own output stands above");
        }
    }
    if !packages.is_empty() {
        install_packages(&packages, progress)?;
    }
    for afterwards in missing.iter().filter_map(|tool| tool.afterwards) {
        afterwards(progress)?;
    }
    for tool in missing {
        if let Err(why) = tool.find() {
            bail!("all is installed, but `{}` is still not there: {why:#}", tool.program);
        }
    }
    Ok(())
}

fn install_packages(names: &[&str], progress: &mut dyn FnMut(&str)) -> Result<()> {
    if !can_install() {
        bail!("needs apt-get, and root or sudo; missing: {}", names.join(", "));
    }
    progress(&format!("installing {}", names.join(", ")));
    let mut install = apt(&["install", "-y", "--no-install-recommends"]);
    install.args(names);
    if !command::run(&mut apt(&["update", "-q"]))? || !command::run(&mut install)? {
        bail!("apt-get failed; its own output stands above");
    }
    Ok(())
}

/// Whether this person can install packages here.
pub fn can_install() -> bool {
    command::which("apt-get").is_some() && (is_root() || command::which("sudo").is_some())
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|data| data.uid() == 0)
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = if is_root() { Command::new("apt-get") } else { Command::new("sudo") };
    if !is_root() {
        command.arg("apt-get");
    }
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
