//! Secrets that were planted in a project are looked for in all that its commands print, write and start.

use super::installation::{LAYOUT, Service, free_port};
use credentials::secrets::Secrets;
use project::root;
use std::collections::BTreeSet;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// The name of the network's password, and what it is.
const WIFI: &str = "planted-wifi-password-7f3a";

/// A project of its own: fleets, secrets and generated files are here, all else is this one's.
struct Project {
    folder: TempDir,
    /// Everything that was ever in its file of secrets.
    known: BTreeSet<String>,
    /// Command lines and environments of all processes that its commands started.
    started: BTreeSet<Vec<u8>>,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["Cargo.toml", "Cargo.lock", "firmware", "generator", "templates", "xtask", "target"] {
            symlink(root().join(name), folder.path().join(name)).expect("linked");
        }
        for name in ["fleets", "generated", "site"] {
            std::fs::create_dir(folder.path().join(name)).expect("made");
        }
        std::fs::set_permissions(folder.path().join("site"), PermissionsExt::from_mode(0o700)).expect("changed");
        let mut project = Self { folder, known: BTreeSet::new(), started: BTreeSet::new() };
        project.write_fleet();
        std::fs::write(project.at("greedy.yaml"), "fleet: greedy\ninclude: [fleets/secrets.yaml]\n").expect("written");
        let secrets = format!(
            "wifi_ssid: attic\nwifi_password: {WIFI}\nseed: \"{seed}\"\ncredentials:\n  planted:\n    esp-led: \"{led}\"\n    \
             esp-button: \"planted by hand 51c0\"\n",
            seed = "5eed".repeat(16),
            led = "1ed0".repeat(16)
        );
        project::private::write(&project.at("fleets/secrets.yaml"), &secrets).expect("written");
        project.learn();
        project
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes its fleet, with a port that is free now.
    fn write_fleet(&self) {
        let text = std::fs::read_to_string(root().join("fleets/button-led.yaml")).expect("an example");
        let text = text.replace("fleet: button-led", "fleet: planted");
        let text = text.replace("security: password", &format!("security: password\n  port: {}", free_port()));
        let text =
            text + "scenarios:\n  lit:\n    - set: { button: pressed }\n    - expect: { led: high, within: 1s }\n";
        std::fs::write(self.at("fleets/planted.yaml"), text).expect("written");
    }

    /// Notes every secret that there is now.
    fn learn(&mut self) {
        let text = std::fs::read_to_string(self.at("fleets/secrets.yaml")).expect("there");
        let secrets = Secrets::parse(&text).expect("reads");
        self.known.extend(secrets.credentials.values().flat_map(|accounts| accounts.values().cloned()));
        self.known.extend([WIFI.to_owned(), secrets.seed().expect("a seed").to_hex()]);
    }

    fn find(&self, text: &[u8], file: &str) {
        for secret in &self.known {
            let found = text.windows(secret.len()).any(|bytes| bytes == secret.as_bytes());
            assert!(!found, "a secret that begins with `{}` stands in {file}", &secret[..4]);
        }
    }

    /// Runs a command and looks at what it said, what it started and what it wrote; its exit code and its words.
    fn run(&mut self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments).env("FLEETWRIGHT_ROOT", self.folder.path()).current_dir(self.folder.path());
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
        let spy = Spy::start(child.id());
        let output = child.wait_with_output().expect("it ends");
        let started = spy.end();
        self.learn();
        let what = arguments.join(" ");
        self.find(&output.stdout, &format!("the output of `{what}`"));
        self.find(&output.stderr, &format!("the errors of `{what}`"));
        for arguments in &started {
            self.find(arguments, &format!("the words or the environment of a process of `{what}`"));
        }
        self.started.extend(started);
        self.find_below(&self.at("generated"));
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        (output.status.code(), text)
    }

    fn find_below(&self, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("there") {
            let path = entry.expect("read").path();
            match path.is_dir() {
                true => self.find_below(&path),
                false => self.find(&std::fs::read(&path).expect("read"), &path.display().to_string()),
            }
        }
    }
}

/// Notes command lines and environments of a process and of all that it starts, again and again: short ones may
/// be missed, and the programs of nodes and brokers live long.
struct Spy {
    ends: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<BTreeSet<Vec<u8>>>,
}

impl Spy {
    fn start(process: u32) -> Self {
        let ends = Arc::new(AtomicBool::new(false));
        let (end, mut family, mut seen) = (ends.clone(), BTreeSet::from([process]), BTreeSet::new());
        let thread = std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                for process in processes() {
                    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
                    // `number (name) state parent …`, where the name may hold anything.
                    let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)?.parse().ok());
                    if family.contains(&process) || parent.is_some_and(|parent| family.contains(&parent)) {
                        family.insert(process);
                        for name in ["cmdline", "environ"] {
                            // It may have ended meanwhile.
                            seen.extend(std::fs::read(format!("/proc/{process}/{name}")));
                        }
                    }
                }
                std::thread::sleep(Duration::from_millis(3));
            }
            seen
        });
        Self { ends, thread }
    }

    fn end(self) -> BTreeSet<Vec<u8>> {
        self.ends.store(true, Ordering::Relaxed);
        self.thread.join().expect("it looked")
    }
}

fn processes() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("there");
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect()
}

#[test]
fn no_command_says_writes_or_starts_anything_with_a_secret_in_it() {
    let mut project = Project::new();
    let site = project.at("site").to_string_lossy().into_owned();
    let pid = project.at("pid").to_string_lossy().into_owned();
    let own = ["--to", &site, "--layout", LAYOUT, "--listen", "127.0.0.1"];
    let live = [&own[..], &["--pid-file", &pid]].concat();
    let fine = |project: &mut Project, arguments: &[&str]| {
        let (code, output) = project.run(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {output}");
    };
    let main = format!("include_dir {site}\n");
    let service = (0..5).find_map(|_| {
        // Somebody may be faster to take the port.
        project.write_fleet();
        fine(&mut project, &["gen", "planted"]);
        fine(&mut project, &["secrets", "planted"]);
        fine(&mut project, &[&["apply", "planted"][..], &own].concat());
        Service::start(project.folder.path(), &main)
    });
    let service = service.expect("a free port");
    for arguments in [&["check"][..], &["pins", "planted"], &["new", "attic"]] {
        fine(&mut project, arguments);
    }
    for arguments in [&["prove", "planted"][..], &["verify", "planted"], &["build", "planted", "--on", "host"]] {
        fine(&mut project, arguments);
    }
    for arguments in [
        &["sim", "planted"][..],
        &["test", "planted"],
        &["build", "planted", "--on", "emulator"],
        &["verify", "planted", "--on", "emulator"],
    ] {
        fine(&mut project, arguments);
    }
    fine(&mut project, &[&["apply", "planted"][..], &live].concat());
    fine(&mut project, &[&["rotate", "planted", "esp-led"][..], &live].concat());
    let (code, output) = project.run(&[&["rotate", "planted", "esp-led"][..], &live].concat());
    assert_eq!(code, Some(1), "{output}");
    assert!(output.contains("waiting   esp-led has not connected as `esp-led.2` yet"), "{output}");
    fine(&mut project, &[&["revoke", "planted", "esp-button"][..], &live].concat());
    // What is missing on this machine does not matter here.
    project.run(&["doctor"]);
    for arguments in [
        &["flash", "planted", "esp-led", "--port", "/dev/null", "--sdk", "/nowhere", "--dry-run"][..],
        &["check", "secrets"],
        &["check", "greedy.yaml"],
        &["gen", "fleets/secrets.yaml"],
        &["check", "fleets/secrets.yaml"],
        &["import", "esphome", "fleets/secrets.yaml"],
    ] {
        let (code, output) = project.run(arguments);
        assert!(code.is_some_and(|code| code > 0), "{arguments:?}: {output}");
    }
    for word in ["--password-file", "mosquitto", "esp-led", "qemu-system-xtensa"] {
        let seen = |arguments: &Vec<u8>| arguments.windows(word.len()).any(|bytes| bytes == word.as_bytes());
        assert!(project.started.iter().any(seen), "no process with `{word}` was seen: nobody looked");
    }
    project.find(service.log().as_bytes(), "the broker's log");
    for name in ["fleets/secrets.yaml", "fleets/planted.passwd", "site/passwd", "site/acl", "site/mosquitto.conf"] {
        let mode = std::fs::metadata(project.at(name)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    for name in ["site/passwd", "site/acl", "fleets/planted.passwd"] {
        project.find(&std::fs::read(project.at(name)).expect("read"), name);
    }
}

#[test]
fn a_file_of_secrets_that_others_may_read_is_refused_by_every_command_that_reads_it() {
    let mut project = Project::new();
    let site = project.at("site").to_string_lossy().into_owned();
    for mode in [0o644, 0o640, 0o604] {
        std::fs::set_permissions(project.at("fleets/secrets.yaml"), PermissionsExt::from_mode(mode)).expect("changed");
        for arguments in [
            &["secrets", "planted"][..],
            &["apply", "planted", "--to", &site, "--layout", LAYOUT],
            &["rotate", "planted", "esp-led", "--to", &site, "--layout", LAYOUT],
            &["revoke", "planted", "esp-led", "--to", &site, "--layout", LAYOUT],
        ] {
            let (code, output) = project.run(arguments);
            assert_eq!(code, Some(2), "{arguments:?}: {output}");
            assert!(output.contains("can be read by others; run `chmod 600"), "{arguments:?}: {output}");
        }
    }
    assert_eq!(std::fs::read_dir(&site).expect("there").count(), 0, "and nothing was written");
}
