//! The first commands of an ordinary user without sudo, on a machine without Mosquitto: a fresh checkout, and a view of
//! this machine in which Mosquitto, its libraries and its packages are not there.
//!
//! The view is a mount namespace: `/dev/null` lies over the files, and apt's list of what is installed has no such
//! packages. So the tests need root. The commands inside run as `nobody`, without capabilities or a way to get any; of
//! this machine they have the compiler, and the crates that are downloaded already.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Mosquitto and what nothing but Mosquitto needs, and what brings pip into an environment of Python's.
const HIDDEN: [&str; 8] = [
    "mosquitto",
    "mosquitto-clients",
    "libmosquitto1",
    "libcjson1",
    "libdlt2",
    "python3-venv",
    "python3.11-venv",
    "python3-pip-whl",
];

/// Makes the view, then becomes `nobody` and runs the command that is left of the arguments.
const ENTER: &str = r#"
folder=$1; sysroot=$2; registry=$3; hidden=$4; shift 4
while read -r path; do mount --bind /dev/null "$path"; done < "$hidden"
mount --bind "$folder/status" /var/lib/dpkg/status
mount --bind "$sysroot" "$folder/toolchain"
mount --bind "$registry" "$folder/home/.cargo/registry"
cd "$folder/checkout"
exec setpriv --reuid nobody --regid nogroup --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
"#;

/// A checkout that belongs to an ordinary user, with a home and a view of this machine.
struct Machine {
    folder: TempDir,
    sysroot: PathBuf,
    registry: PathBuf,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("changed");
        for name in ["checkout", "toolchain", "home/.cargo/registry"] {
            std::fs::create_dir_all(folder.path().join(name)).expect("made");
        }
        check_out(&folder.path().join("checkout"));
        std::fs::copy(env!("CARGO_BIN_EXE_xtask"), folder.path().join("xtask")).expect("copied");
        let installed = std::fs::read_to_string("/var/lib/dpkg/status").expect("a Debian");
        std::fs::write(folder.path().join("status"), without_hidden(&installed)).expect("written");
        // What the ordinary user can't fetch without a network is there beforehand.
        let manifest = project::root().join("generated/room/one-per-role/firmware/Cargo.toml");
        said(project::command::cargo().args(["fetch", "--locked", "--quiet", "--manifest-path"]).arg(manifest));
        said(Command::new("chown").args(["-R", "nobody:nogroup"]).args(["checkout", "home"]).current_dir(&folder));
        let sysroot = said(Command::new("rustc").args(["--print", "sysroot"])).trim().into();
        let own = std::env::home_dir().expect("a home").join(".cargo");
        let registry = std::env::var_os("CARGO_HOME").map_or(own, PathBuf::from).join("registry");
        Self { folder, sysroot, registry }
    }

    /// Runs `cargo xtask` with these arguments. `hidden` is not there either, and neither is a network unless `online`.
    fn xtask(&self, hidden: &[&str], online: bool, arguments: &[&str]) -> Output {
        let folder = self.folder.path();
        let list = folder.join("hidden");
        let paths: Vec<String> = files_of_hidden().into_iter().chain(hidden.iter().map(ToString::to_string)).collect();
        std::fs::write(&list, paths.join("\n") + "\n").expect("written");
        let mut command = Command::new("timeout");
        command.args(["--kill-after=5", "600", "unshare", "--mount", "--propagation", "private"]);
        if !online {
            command.arg("--net");
        }
        command.args(["sh", "-euc", ENTER, "sh"]).arg(folder).args([&self.sysroot, &self.registry, &list]);
        command.arg(folder.join("xtask")).args(arguments);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO") || text.starts_with("RUST") || text.starts_with("FLEETWRIGHT") {
                command.env_remove(&name);
            }
        }
        let path = format!("{}/toolchain/bin:/usr/bin:/bin", folder.display());
        command.env("PATH", path).env("HOME", folder.join("home")).env("CARGO_NET_OFFLINE", "true");
        command.env("FLEETWRIGHT_ROOT", folder.join("checkout"));
        command.stdin(Stdio::null()).output().expect("started")
    }
}

/// What is in the repository, as it stands here.
fn check_out(to: &Path) {
    let root = project::root();
    let mut list = Command::new("git");
    list.args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(&root);
    // A file may be listed and just deleted.
    for name in said(&mut list).lines().filter(|name| root.join(name).is_file()) {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::copy(root.join(name), path).expect("copied");
    }
}

/// Dpkg's list of packages without those that are hidden.
fn without_hidden(installed: &str) -> String {
    let name = |entry: &str| entry.lines().find_map(|line| Some(line.strip_prefix("Package: ")?.to_owned()));
    let is_there = |entry: &&str| name(entry).is_none_or(|name| !HIDDEN.contains(&name.as_str()));
    installed.split_inclusive("\n\n").filter(is_there).collect()
}

/// The programs and libraries of the hidden packages, of those that are installed.
fn files_of_hidden() -> Vec<String> {
    let mut paths = Vec::new();
    for package in HIDDEN {
        let listed = Command::new("dpkg").args(["--listfiles", package]).output().expect("a Debian");
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let is_code = |path: &&str| ["bin/", "lib/"].iter().any(|folder| path.contains(folder));
        let is_file = |path: &&str| std::fs::symlink_metadata(path).is_ok_and(|data| data.is_file());
        paths.extend(listed.lines().filter(is_code).filter(is_file).map(str::to_owned));
    }
    paths
}

/// Runs a command that has to succeed, and returns what it says.
fn said(command: &mut Command) -> String {
    let output = command.output().expect("started");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_first_command_proves_the_room_without_root_and_without_mosquitto() {
    let machine = Machine::new();
    let before = machine.xtask(&[], true, &["doctor"]);
    assert!(printed(&before).contains("missing  mosquitto "), "{}", printed(&before));
    let first = machine.xtask(&[], true, &[]);
    assert_eq!(first.status.code(), Some(0), "{}", printed(&first));
    for words in ["unpacking mosquitto below ", "room · one-per-role: proven\n", "room · all-in-one: proven\n"] {
        assert!(printed(&first).contains(words), "{words}\n{}", printed(&first));
    }
    // What this machine has is not downloaded once more.
    let unpacked = std::fs::read_dir(machine.folder.path().join("checkout/target/tools/bin")).expect("unpacked");
    let programs: Vec<_> =
        unpacked.map(|entry| entry.expect("read").file_name().into_string().expect("text")).collect();
    assert!(programs.iter().all(|name| name.starts_with("mosquitto")), "{programs:?}");
    let setup = machine.xtask(&[], true, &["setup"]);
    assert_eq!(setup.status.code(), Some(0), "{}", printed(&setup));
    let after = machine.xtask(&[], false, &["doctor"]);
    assert_eq!(after.status.code(), Some(0), "{}", printed(&after));
    for (program, folder) in [("mosquitto", "target/tools/bin/"), ("esptool", "target/lx106/esptool/bin/")] {
        let start = format!("ok       {program} ");
        let own = printed(&after).lines().any(|line| line.starts_with(&start) && line.contains(folder));
        assert!(own, "{program}\n{}", printed(&after));
    }
}

#[test]
fn where_nothing_can_be_installed_all_works_that_needs_no_broker() {
    let machine = Machine::new();
    // Without a package manager, and with one that reaches nothing.
    for (hidden, why) in [(&["/usr/bin/apt-get"][..], "no package manager"), (&[], "apt-get: ")] {
        let first = machine.xtask(hidden, false, &[]);
        assert_eq!(first.status.code(), Some(2), "{}", printed(&first));
        let error = String::from_utf8_lossy(&first.stderr).into_owned();
        let lines: Vec<&str> = error.lines().collect();
        assert!(lines.len() == 1 && lines[0].contains("generated, but the room is not proven"), "{error}");
        assert!(lines[0].contains("left out: `mosquitto` (") && lines[0].contains(why), "{error}");
    }
    let hallway = "tests/import/hallway.yaml";
    for arguments in [
        &["check"][..],
        &["gen", "--check"],
        &["explain", "pin-taken"],
        &["pins", "room"],
        &["schema", "--check"],
        &["build", "button-led", "--on", "host"],
        &["import", "esphome", hallway, "--name", "corridor"],
    ] {
        let output = machine.xtask(&["/usr/bin/apt-get"], false, arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{}", printed(&output));
    }
    let verify = machine.xtask(&["/usr/bin/apt-get"], false, &["verify", "room"]);
    assert_eq!(verify.status.code(), Some(2), "{}", printed(&verify));
    assert!(printed(&verify).contains("run `cargo xtask setup`"), "{}", printed(&verify));
}
