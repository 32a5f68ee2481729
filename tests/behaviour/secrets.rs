//! Secrets stay where they belong: none of the commands prints one, hands one to a program by its command line, or
//! writes one into generated files.

use credentials::secrets::BROKER;
use project::private;
use project::root;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

/// What is planted: each is found if anybody prints it.
const WIFI: &str = "planted-wifi-password";
const KEY: &str = "5ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4";

/// A folder with planted secrets for the users of some fleets.
fn planted() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut text = format!("wifi_ssid: attic\nwifi_password: \"{WIFI}\"\ncredentials:\n");
    for fleet in ["button-led", "button-led-tls", "button-led-pinned", "cluster"] {
        text += &format!("  {fleet}:\n");
        let plans = super::generated(fleet).plans;
        let users: BTreeSet<&String> = plans.iter().flat_map(|plan| plan.users.iter().map(|user| &user.name)).collect();
        let own = BROKER.to_owned();
        users.into_iter().chain([&own]).for_each(|user| text += &format!("    {user}: \"{KEY}\"\n"));
    }
    private::write(&folder.path().join("secrets.yaml"), &text).expect("written");
    folder
}

/// Whether a text holds a secret: a planted one, or 64 hexadecimal digits in a row, as all that we make are.
fn holds_secret(text: &[u8]) -> bool {
    let holds = |part: &str| text.windows(part.len()).any(|found| found == part.as_bytes());
    let digits = text.split(|byte| !byte.is_ascii_hexdigit()).any(|run| run.len() == KEY.len());
    holds(WIFI) || holds(KEY) || digits
}

/// The command lines of all processes of this machine that hold a secret, looked at until it is over.
fn watched(over: &AtomicBool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    while !over.load(Ordering::Relaxed) {
        for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            // A process that has ended meanwhile has no command line any more.
            let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
            let ours = [&b"esp-"[..], b"mosquitto", b"qemu", b"xtask", b"ejabberd", b"epmd", b"visitor"];
            let is_ours = ours.iter().any(|name| line.windows(name.len()).any(|part| part == *name));
            if is_ours && holds_secret(&line) {
                found.insert(String::from_utf8_lossy(&line).into_owned());
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    found
}

#[test]
fn no_command_says_a_secret_or_hands_it_over_in_a_command_line() {
    let folder = planted();
    let over = AtomicBool::new(false);
    let shown = std::thread::scope(|scope| {
        let watch = scope.spawn(|| watched(&over));
        for arguments in [
            &["check"][..],
            &["gen", "--check"],
            &["secrets", "button-led"],
            &["secrets", "button-led-tls"],
            &["secrets", "button-led-pinned"],
            &["secrets", "cluster"],
            &["build", "button-led", "--on", "emulator"],
            &["verify", "button-led-tls"],
            &["verify", "button-led-pinned"],
            &["verify", "button-led", "--on", "emulator"],
            &["accounts", "cluster", "--socket", "/nowhere"],
            &["apply", "button-led", "--to", "/nowhere"],
            &["rotate", "button-led", "esp-led", "--to", "/nowhere"],
            &["revoke", "button-led", "esp-button", "--to", "/nowhere"],
            &["flash", "button-led", "esp-led", "--port", "/dev/null", "--sdk", "/nowhere", "--dry-run"],
            &["test", "cluster", "dark"],
            &["prove", "button-led-tls"],
        ] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
            command.args(arguments).current_dir(root()).env("FLEETWRIGHT_SECRETS", folder.path()).stdin(Stdio::null());
            let output = command.output().expect("it starts");
            let text = [output.stdout, output.stderr].concat();
            assert!(!holds_secret(&text), "{arguments:?}\n{}", String::from_utf8_lossy(&text));
        }
        over.store(true, Ordering::Relaxed);
        watch.join().expect("it watched")
    });
    assert!(shown.is_empty(), "{shown:?}");
    for name in ["secrets.yaml", "button-led.passwd", "button-led-tls.psk"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
    let psk = std::fs::read_to_string(folder.path().join("button-led-tls.psk")).expect("there");
    assert!(psk.contains(KEY), "what was planted was used");
    nothing_below(&root().join("generated"));
}

fn nothing_below(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            nothing_below(&path);
        } else if path.file_name().is_some_and(|name| name != "Cargo.lock" && name != "manifest.json") {
            // Those two have checksums.
            assert!(!holds_secret(&std::fs::read(&path).expect("readable")), "{}", path.display());
        }
    }
}

#[test]
fn what_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = planted();
    let file = folder.path().join("secrets.yaml");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).expect("changed");
    for arguments in [&["secrets", "button-led"][..], &["accounts", "cluster", "--socket", "/nowhere"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments).current_dir(root()).env("FLEETWRIGHT_SECRETS", folder.path()).stdin(Stdio::null());
        let output = command.output().expect("it starts");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains("chmod 600"), "{text}");
    }
}
