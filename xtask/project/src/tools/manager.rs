//! The package managers: which of them a machine has, their commands, and who may run them.

use crate::command;
use std::io::IsTerminal;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

/// A package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manager {
    /// Debian's and Ubuntu's.
    Apt,
    /// Fedora's.
    Dnf,
    /// Arch's.
    Pacman,
    /// openSUSE's.
    Zypper,
    /// Alpine's.
    Apk,
    /// Homebrew, on macOS and Linux.
    Brew,
}

/// The managers, with their programs and the systems (`ID` and `ID_LIKE` of /etc/os-release) that they belong to.
const KNOWN: [(Manager, &str, &[&str]); 6] = [
    (Manager::Apt, "apt-get", &["debian", "ubuntu"]),
    (Manager::Dnf, "dnf", &["fedora", "rhel", "centos"]),
    (Manager::Pacman, "pacman", &["arch", "archlinux"]),
    (Manager::Zypper, "zypper", &["opensuse", "suse", "sles"]),
    (Manager::Apk, "apk", &["alpine"]),
    // The last: it may be beside another.
    (Manager::Brew, "brew", &[]),
];

impl Manager {
    /// The one that this machine's system belongs to, else any that is there.
    pub(super) fn here() -> Option<Self> {
        // macOS has no such file, and Homebrew is found without.
        let system = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
        Self::of(&system, |program| command::which(program).is_some())
    }

    /// The one of a system with this /etc/os-release, where these programs are.
    fn of(system: &str, is_there: impl Fn(&str) -> bool) -> Option<Self> {
        let there: Vec<_> = KNOWN.into_iter().filter(|(_, program, _)| is_there(program)).collect();
        let belongs = |name: &str| there.iter().find(|(_, _, systems)| systems.contains(&name));
        let own = system_names(system).find_map(belongs).or(there.first());
        own.map(|(manager, ..)| *manager)
    }

    /// Its program.
    pub(super) fn program(self) -> &'static str {
        KNOWN.iter().find(|(manager, ..)| *manager == self).map_or("", |(_, program, _)| program)
    }

    /// The words that make it install packages.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Apt => &["install", "--no-install-recommends"],
            Self::Dnf | Self::Zypper | Self::Brew => &["install"],
            Self::Pacman => &["-S", "--needed"],
            Self::Apk => &["add"],
        }
    }

    /// The command of a person who installs packages by hand, without what decides who they are.
    pub(super) fn by_hand(self, packages: &[String]) -> String {
        let words = self.words().iter().copied().chain(packages.iter().map(String::as_str));
        std::iter::once(self.program()).chain(words).collect::<Vec<_>>().join(" ")
    }

    /// The command that installs packages without a question.
    pub(super) fn installing(self, packages: &[String], rights: Rights) -> Command {
        let mut command = self.command(rights);
        // Zypper's own options stand before its command; Alpine and Homebrew ask nothing.
        match self {
            Self::Zypper => command.arg("--non-interactive").args(self.words()),
            Self::Apt | Self::Dnf => command.args(self.words()).arg("-y"),
            Self::Pacman => command.args(self.words()).arg("--noconfirm"),
            Self::Apk | Self::Brew => command.args(self.words()),
        };
        command.args(packages);
        command
    }

    /// The command that reads the package lists, where the manager does not do so by itself. Arch's does not either, but
    /// new lists without an upgrade of everything are what Arch warns of.
    pub(super) fn refreshing(self, rights: Rights) -> Option<Command> {
        let mut command = self.command(rights);
        command.args(["update", "-q"]);
        (self == Self::Apt).then_some(command)
    }

    fn command(self, rights: Rights) -> Command {
        let mut command = Command::new(if rights == Rights::Sudo { "sudo" } else { self.program() });
        if rights == Rights::Sudo {
            command.arg(self.program());
        }
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    }

    /// How this person may run it; `None`: not at all.
    pub(super) fn rights(self) -> Option<Rights> {
        if self == Self::Brew || is_root() {
            return Some(Rights::Own);
        }
        may_sudo().then_some(Rights::Sudo)
    }
}

/// How somebody may run a package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rights {
    /// As they are.
    Own,
    /// With sudo.
    Sudo,
}

/// The names of a system and of those that it is like, best first.
fn system_names(system: &str) -> impl Iterator<Item = &str> {
    let field = |name: &str| {
        let line = system.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.unwrap_or_default().trim_matches(['"', '\''])
    };
    let (own, like) = (field("ID"), field("ID_LIKE"));
    own.split_whitespace().chain(like.split_whitespace()).flat_map(|name| {
        // `opensuse-tumbleweed` and `opensuse-leap` are both openSUSE.
        [Some(name), name.split_once('-').map(|(first, _)| first)].into_iter().flatten()
    })
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|data| data.uid() == 0)
}

/// Whether sudo would work: without a password, or for somebody who can type one and is in a group that usually may.
fn may_sudo() -> bool {
    let silent =
        |program: &str, arguments: &[&str]| command::output_silently(Command::new(program).args(arguments)).ok();
    if command::which("sudo").is_none() {
        return false;
    }
    if silent("sudo", &["-n", "true"]).is_some_and(|output| output.status.success()) {
        return true;
    }
    let groups = silent("id", &["-nG"]).map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let may = |group: &str| ["sudo", "wheel", "admin"].contains(&group);
    std::io::stdin().is_terminal()
        && Path::new("/dev/tty").exists()
        && groups.is_some_and(|groups| groups.split_whitespace().any(may))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_has_the_manager_that_belongs_to_it() {
        let of = |system: &str, there: &[&str]| Manager::of(system, |program| there.contains(&program));
        for (system, there, expected) in [
            ("ID=debian\n", &["apt-get"][..], Some(Manager::Apt)),
            ("NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", &["apt-get"], Some(Manager::Apt)),
            // Fedora packages Debian's tools, and Debian packages Fedora's and Arch's.
            ("ID=fedora\n", &["apt-get", "dnf"], Some(Manager::Dnf)),
            ("ID=debian\n", &["apt-get", "dnf", "pacman", "zypper"], Some(Manager::Apt)),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", &["dnf"], Some(Manager::Dnf)),
            ("ID=arch\n", &["pacman", "brew"], Some(Manager::Pacman)),
            ("ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\n", &["zypper"], Some(Manager::Zypper)),
            ("ID=\"opensuse-leap\"\n", &["dnf", "zypper"], Some(Manager::Zypper)),
            ("ID=alpine\n", &["apk"], Some(Manager::Apk)),
            ("ID=nixos\n", &["brew"], Some(Manager::Brew)),
            ("", &["brew"], Some(Manager::Brew)),
            ("ID=fedora\n", &[], None),
        ] {
            assert_eq!(of(system, there), expected, "{system} with {there:?}");
        }
    }

    #[test]
    fn each_manager_is_told_in_its_own_words() {
        let packages = ["mosquitto".to_owned()];
        let spelled = |manager: Manager, rights| command::spelled(&manager.installing(&packages, rights));
        for (manager, expected) in [
            (Manager::Apt, "apt-get install --no-install-recommends -y mosquitto"),
            (Manager::Dnf, "dnf install -y mosquitto"),
            (Manager::Pacman, "pacman -S --needed --noconfirm mosquitto"),
            (Manager::Zypper, "zypper --non-interactive install mosquitto"),
            (Manager::Apk, "apk add mosquitto"),
            (Manager::Brew, "brew install mosquitto"),
        ] {
            assert_eq!(spelled(manager, Rights::Own), expected);
        }
        assert_eq!(spelled(Manager::Dnf, Rights::Sudo), "sudo dnf install -y mosquitto");
        let lists = Manager::Apt.refreshing(Rights::Sudo).expect("apt does not read them by itself");
        assert_eq!(command::spelled(&lists), "sudo apt-get update -q");
        assert!(Manager::Pacman.refreshing(Rights::Own).is_none());
        assert_eq!(Manager::Pacman.by_hand(&packages), "pacman -S --needed mosquitto");
        assert_eq!(Manager::Apt.by_hand(&packages), "apt-get install --no-install-recommends mosquitto");
    }
}
