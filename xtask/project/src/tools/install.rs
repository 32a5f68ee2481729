//! Installing missing programs: by the system's package manager or, for an ordinary user of Debian or Ubuntu, below
//! target/tools; components by rustup; and what a tool does itself after that.

use super::manager::{Manager, Rights};
use super::packages::{self, Remedy};
use super::unpack::{self, Unpacking};
use super::{Source, Tool};
use crate::{command, root};
use anyhow::{Context, Result, anyhow, bail};
use std::process::Command;

/// How this person gets packages onto this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The manager installs them.
    Install(Manager, Rights),
    /// They are unpacked below target/tools.
    Unpack,
    /// Somebody else has to install them.
    ByHand(Manager),
    /// Nobody knows how.
    Unknown,
}

impl Way {
    fn here() -> Self {
        let Some(manager) = Manager::here() else { return Self::Unknown };
        match manager.rights() {
            Some(rights) => Self::Install(manager, rights),
            None if manager == Manager::Apt && unpack::is_possible() => Self::Unpack,
            None => Self::ByHand(manager),
        }
    }
}

/// What brings one program here.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Packages, installed or unpacked; where there are no such packages, this component.
    Packages(Vec<String>, Option<String>),
    /// A component of rustup.
    Component(String),
    /// Nothing, and this is why.
    LeftOut(String),
}

impl Step {
    fn of(tool: &Tool, way: Way) -> Self {
        let packages = match tool.source {
            Source::Component(name) => return Self::Component(name.to_owned()),
            Source::Packages => packages::of(tool.program),
        };
        match way {
            Way::Install(manager, _) | Way::ByHand(manager) => match packages.with(manager) {
                Remedy::Packages(names) => Self::Packages(names.to_vec(), packages.otherwise(manager)),
                Remedy::Component(name) => Self::Component(name.to_owned()),
                Remedy::Instead(what) => Self::LeftOut(what.to_owned()),
            },
            Way::Unpack => match &packages.needs_root {
                None => Self::Packages(packages.unpack.clone(), packages.otherwise(Manager::Apt)),
                Some(why) => Self::LeftOut(format!("{why}; as root: {}", tool.by_hand())),
            },
            Way::Unknown => Self::LeftOut("no package manager here that setup knows; install it by hand".to_owned()),
        }
    }
}

/// Installs what is missing of these tools, all that can be had. `progress` gets a line for each step.
///
/// # Errors
///
/// In one line: the programs that are still missing, the reasons, and what brings them.
pub fn install(tools: &[&Tool], progress: &mut dyn FnMut(&str)) -> Result<()> {
    let missing: Vec<&Tool> = tools.iter().copied().filter(|tool| tool.find().is_err()).collect();
    if missing.is_empty() {
        progress("nothing is missing");
        return Ok(());
    }
    let way = Way::here();
    let steps: Vec<(&Tool, Step)> = missing.into_iter().map(|tool| (tool, Step::of(tool, way))).collect();
    let mut installer = Installer::new(way, &steps);
    let mut left_out = Vec::new();
    // One after the other: what one system does not have keeps nothing else away.
    for (tool, step) in &steps {
        let done = installer.take(step, progress).and_then(|()| finish(tool, progress));
        if let Err(why) = done {
            let why = format!("{why:#}");
            let (first, more) = why.split_once('\n').unwrap_or((&why, ""));
            more.lines().for_each(&mut *progress);
            left_out.push((tool.program, first.to_owned()));
        }
    }
    if !left_out.is_empty() {
        bail!("left out: {}", by_reason(&left_out));
    }
    Ok(())
}

/// What gets packages and components onto this machine.
enum Installer {
    /// The package manager, and whether it has read its lists.
    Manager(Manager, Rights, bool),
    /// The package lists are read when they are needed first; where that failed, this is why.
    Unpack(Option<Result<Unpacking, String>>),
    /// This is what a person has to do.
    Nobody(String),
}

impl Installer {
    fn new(way: Way, steps: &[(&Tool, Step)]) -> Self {
        match way {
            Way::Install(manager, rights) => Self::Manager(manager, rights, false),
            Way::Unpack => Self::Unpack(None),
            Way::Unknown => Self::Nobody(String::new()),
            Way::ByHand(manager) => {
                let packages = steps.iter().filter_map(|(_, step)| match step {
                    Step::Packages(names, _) => Some(names.clone()),
                    Step::Component(_) | Step::LeftOut(_) => None,
                });
                Self::Nobody(format!(
                    "needs root; as root: {}",
                    manager.by_hand(&packages.flatten().collect::<Vec<_>>())
                ))
            }
        }
    }

    fn take(&mut self, step: &Step, progress: &mut dyn FnMut(&str)) -> Result<()> {
        match step {
            Step::LeftOut(why) => bail!("{why}"),
            Step::Component(name) => add_component(name, progress),
            Step::Packages(names, otherwise) => match (self.packages(names, progress), otherwise) {
                (Err(why), Some(name)) => add_component(name, progress).with_context(|| format!("{why:#}")),
                (done, _) => done,
            },
        }
    }

    fn packages(&mut self, names: &[String], progress: &mut dyn FnMut(&str)) -> Result<()> {
        match self {
            Self::Nobody(what) => bail!("{what}"),
            Self::Unpack(unpacking) => {
                progress(&format!("unpacking {} below {}", names.join(", "), root::unpacked().display()));
                let open = || Unpacking::open().map_err(|error| format!("{error:#}"));
                unpacking.get_or_insert_with(open).as_ref().map_err(|why| anyhow!("{why}"))?.add(names)
            }
            Self::Manager(manager, rights, is_current) => {
                progress(&format!("installing {}", names.join(", ")));
                let refresh = manager.refreshing(*rights).filter(|_| !*is_current);
                *is_current = true;
                for mut command in refresh.into_iter().chain([manager.installing(names, *rights)]) {
                    carry_out(&mut command)?;
                }
                Ok(())
            }
        }
    }
}

fn add_component(name: &str, progress: &mut dyn FnMut(&str)) -> Result<()> {
    let mut command = Command::new("rustup");
    command.args(["component", "add", name]);
    if command::which("rustup").is_none() {
        bail!("rustup is not here; with it: {}", command::spelled(&command));
    }
    progress(&format!("installing {name}"));
    carry_out(&mut command)
}

/// Runs a command that has to succeed.
fn carry_out(command: &mut Command) -> Result<()> {
    if !command::run(command)? {
        bail!("{} failed, its own output stands above", command::spelled(command));
    }
    Ok(())
}

/// Does what is left to do for a tool, and looks whether it is there.
fn finish(tool: &Tool, progress: &mut dyn FnMut(&str)) -> Result<()> {
    if let Some(afterwards) = tool.afterwards {
        afterwards(progress)?;
    }
    tool.find().map(drop).context("all is installed, but it is still not there")
}

/// Programs with one reason are named together.
fn by_reason(left_out: &[(&str, String)]) -> String {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for (program, why) in left_out {
        let program = format!("`{program}`");
        match reasons.iter_mut().find(|(known, _)| known == why) {
            Some((_, programs)) => programs.push(program),
            None => reasons.push((why, vec![program])),
        }
    }
    let told = reasons.iter().map(|(why, programs)| format!("{} ({why})", programs.join(", ")));
    told.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROKER: Tool = Tool::packaged("mosquitto", "a broker");
    const CLUSTER: Tool = Tool::packaged("ejabberd", "brokers");
    const COMPILER: Tool = Tool::packaged("rustc", "a compiler");
    const EMULATOR: Tool = Tool::packaged("qemu-system-xtensa", "a CPU");
    const LINKER: Tool = Tool::packaged("xtensa-lx106-elf-ld", "a linker");

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn packages(of: &[&str]) -> Step {
        Step::Packages(names(of), None)
    }

    #[test]
    fn an_ordinary_user_of_debian_unpacks_what_does_without_root() {
        assert_eq!(Step::of(&BROKER, Way::Unpack), packages(&["mosquitto"]));
        // Ubuntu has no such packages.
        let compiler = Step::Packages(names(&["rustc-web", "rust-web-src"]), Some("rust-src".into()));
        assert_eq!(Step::of(&COMPILER, Way::Unpack), compiler);
        let Step::LeftOut(why) = Step::of(&CLUSTER, Way::Unpack) else {
            panic!("its programs would not find their files")
        };
        assert!(why.contains("/usr/lib; as root: "), "{why}");
    }

    #[test]
    fn another_system_gets_its_own_packages_or_is_told_what_else_helps() {
        let fedora = Way::Install(Manager::Dnf, Rights::Own);
        assert_eq!(Step::of(&BROKER, fedora), packages(&["mosquitto"]));
        assert_eq!(Step::of(&COMPILER, fedora), Step::Component("rust-src".into()));
        assert!(matches!(Step::of(&LINKER, fedora), Step::LeftOut(why) if why.contains("Debian")));
        assert_eq!(Step::of(&BROKER, Way::ByHand(Manager::Dnf)), packages(&["mosquitto"]));
        assert!(matches!(Step::of(&BROKER, Way::Unknown), Step::LeftOut(_)));
    }

    #[test]
    fn who_may_not_install_reads_the_command_of_who_may() {
        let way = Way::ByHand(Manager::Apk);
        let steps = [(&BROKER, Step::of(&BROKER, way)), (&EMULATOR, Step::of(&EMULATOR, way))];
        let mut installer = Installer::new(way, &steps);
        for (_, step) in &steps {
            let error = installer.take(step, &mut |_| {}).expect_err("refused");
            assert_eq!(error.to_string(), "needs root; as root: apk add mosquitto qemu-system-xtensa");
        }
    }

    #[test]
    fn what_is_left_out_is_told_in_one_line() {
        let same = "needs root; as root: apk add mosquitto openssl".to_owned();
        let left_out = [("mosquitto", same.clone()), ("ejabberd", "elsewhere".to_owned()), ("openssl", same)];
        let told = "`mosquitto`, `openssl` (needs root; as root: apk add mosquitto openssl); `ejabberd` (elsewhere)";
        assert_eq!(by_reason(&left_out), told);
    }
}
