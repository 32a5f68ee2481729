//! Which package brings a program, for each package manager: the data of `packages.yaml`.

use super::manager::Manager;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What brings one program, everywhere.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Packages {
    /// Debian's packages that are unpacked for an ordinary user.
    #[serde(default)]
    pub(super) unpack: Vec<String>,
    /// Why there is no way for an ordinary user.
    pub(super) needs_root: Option<String>,
    apt: Offer,
    dnf: Offer,
    pacman: Offer,
    zypper: Offer,
    apk: Offer,
    brew: Offer,
}

/// One manager's answer, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Offer {
    #[serde(default)]
    packages: Vec<String>,
    component: Option<String>,
    instead: Option<String>,
    /// For people who read the file.
    #[allow(dead_code)]
    source: String,
}

/// What brings a program on one kind of machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy<'a> {
    /// Packages of the manager.
    Packages(&'a [String]),
    /// A component of rustup.
    Component(&'a str),
    /// What a person does.
    Instead(&'a str),
}

impl Packages {
    /// What brings the program where this manager is.
    pub(super) fn with(&self, manager: Manager) -> Remedy<'_> {
        let offer = self.offer(manager);
        match (&offer.component, &offer.instead) {
            (_, Some(instead)) => Remedy::Instead(instead),
            (Some(component), None) if offer.packages.is_empty() => Remedy::Component(component),
            _ => Remedy::Packages(&offer.packages),
        }
    }

    /// The component that stands in where a system has a manager, but not its packages.
    pub(super) fn otherwise(&self, manager: Manager) -> Option<String> {
        self.offer(manager).component.clone()
    }

    fn offer(&self, manager: Manager) -> &Offer {
        match manager {
            Manager::Apt => &self.apt,
            Manager::Dnf => &self.dnf,
            Manager::Pacman => &self.pacman,
            Manager::Zypper => &self.zypper,
            Manager::Apk => &self.apk,
            Manager::Brew => &self.brew,
        }
    }
}

static ALL: LazyLock<BTreeMap<String, Packages>> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("../../packages.yaml")).expect("a test reads this file, which is compiled in")
});

/// What brings a program.
///
/// # Panics
///
/// The program is not in `packages.yaml`.
pub(super) fn of(program: &str) -> &'static Packages {
    ALL.get(program).unwrap_or_else(|| panic!("`{program}` is not in xtask/project/packages.yaml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_is_one_answer_and_has_a_source() {
        assert!(ALL.len() >= 9, "{:?}", ALL.keys());
        for (program, packages) in &*ALL {
            assert_ne!(packages.unpack.is_empty(), packages.needs_root.is_none(), "{program}: unpack, or needs_root");
            let offers = [&packages.apt, &packages.dnf, &packages.pacman, &packages.zypper, &packages.apk];
            for offer in offers.into_iter().chain([&packages.brew]) {
                let brings_it = !offer.packages.is_empty() || offer.component.is_some();
                assert_ne!(brings_it, offer.instead.is_some(), "{program}: {offer:?}");
                assert!(offer.source.len() > 10, "{program}: {offer:?}");
            }
        }
    }

    #[test]
    fn names_differ_between_managers() {
        let emulator = of("qemu-system-xtensa");
        assert_eq!(emulator.with(Manager::Apt), Remedy::Packages(&["qemu-system-misc".to_owned()]));
        assert_eq!(emulator.with(Manager::Zypper), Remedy::Packages(&["qemu-extra".to_owned()]));
        assert_eq!(of("rustc").otherwise(Manager::Apt).as_deref(), Some("rust-src"));
        assert_eq!(of("rustc").with(Manager::Pacman), Remedy::Component("rust-src"));
        assert!(matches!(of("xtensa-lx106-elf-ld").with(Manager::Apk), Remedy::Instead(_)));
    }
}
