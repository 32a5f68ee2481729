//! A broker that runs as a service would, on files in a folder of its own, and a fleet to be deployed there: a button and
//! an LED on two boards, and two people who watch.

use broker::Owner;
use broker::probe::{Connect, Probe, Version, fence, greeted};
use broker::tls::{Endpoint, Tls, certificate};
use credentials::secrets::file::SecretsFile;
use credentials::secrets::{BROKER, SENTINEL, account_name};
use deploy::{Deployment, Destination, Files, Report};
use fleetwright_generator::Output;
use project::{fleets, root};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Who watches what, at first.
pub(crate) const FIRST: &str = "viewer: { subscribe: [state_led] }\n  desk: { subscribe: [\"*\"] }";
/// And then: the other way round.
pub(crate) const SECOND: &str = "viewer: { subscribe: [\"*\"] }\n  desk: { subscribe: [state_led] }";
/// The topic that only one of them may read.
pub(crate) const STATUS: &str = "yard/esp-button/status";

/// The layout that is deployed.
pub(crate) const LAYOUT: &str = "two-esps";

pub(crate) struct InstalledBroker {
    pub(crate) folder: TempDir,
    pub(crate) secrets_file: SecretsFile,
    pub(crate) endpoint: Endpoint,
    pub(crate) service: Option<Service>,
    /// The fleet's name: programs of fleets with one name would replace each other.
    pub(crate) name: &'static str,
    security: &'static str,
    /// Where clients that know no keys go, with the security `tls-and-certificate`.
    pub(crate) certificate_endpoint: Option<Endpoint>,
}

impl InstalledBroker {
    /// A folder with the first files, installed, and a broker that includes them.
    pub(crate) fn open(security: &'static str) -> Self {
        Self::open_named("yard", security)
    }

    /// The same, under another name.
    pub(crate) fn open_named(name: &'static str, security: &'static str) -> Self {
        Self::open_with(name, security, |installation| format!("include_dir {}\n", installation.site().display()))
    }

    /// The same, with a configuration of Mosquitto's own.
    pub(crate) fn open_with(name: &'static str, security: &'static str, own: impl Fn(&Self) -> String) -> Self {
        for _ in 0..5 {
            let folder = tempfile::tempdir().expect("a folder");
            let site = folder.path().join("site");
            std::fs::create_dir(&site).expect("made");
            std::fs::set_permissions(&site, PermissionsExt::from_mode(0o700)).expect("changed");
            let mut secrets_file = SecretsFile::open(&folder.path().join("secrets.yaml")).expect("none yet");
            secrets_file.seed().expect("made");
            for account in ["esp-button", "esp-led", "viewer", "desk", SENTINEL] {
                secrets_file.make(name, account).expect("made");
            }
            let tls = if security.starts_with("tls") { Tls::Keyed } else { Tls::Off };
            let endpoint = Endpoint::here(free_port(), tls);
            let mut installation =
                Self { folder, secrets_file, endpoint, service: None, name, security, certificate_endpoint: None };
            match security {
                "tls-pinned" => installation.endpoint.tls = installation.take_key(),
                "tls-and-certificate" => {
                    installation.certificate_endpoint = Some(Endpoint::here(free_port(), installation.take_key()))
                }
                _ => {}
            }
            let report = installation.apply(FIRST, false).expect("installed");
            assert_eq!(report, Report { changed: true, in_force: false, restart: vec![] });
            let text = own(&installation);
            installation.service = Service::start(installation.folder.path(), &text);
            if installation.service.is_some() {
                return installation;
            }
        }
        panic!("no free port");
    }

    /// The broker has a key, a new one if there is none; how it is known by it.
    pub(crate) fn take_key(&mut self) -> Tls {
        self.secrets_file.make(self.name, BROKER).expect("made");
        let secret = self.secrets_file.secrets.password(self.name, BROKER).expect("made");
        Tls::Pinned(certificate::public(secret).expect("strong"))
    }

    /// The folder of the broker's files.
    pub(crate) fn site(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    /// The file with the broker's process number.
    pub(crate) fn pid_file(&self) -> PathBuf {
        self.folder.path().join("pid")
    }

    /// The output of the broker.
    pub(crate) fn log(&self) -> String {
        self.service.as_ref().expect("started").log()
    }

    /// The fleet with these clients, and the folder that it is generated for.
    pub(crate) fn generate(&self, clients: &str) -> (PathBuf, Output) {
        let text = std::fs::read_to_string(root().join("fleets/button-led.yaml")).expect("an example");
        let text = text.replace("fleet: button-led", &format!("fleet: {}", self.name));
        let security = self.security.trim_end_matches("-and-certificate");
        let second = self
            .certificate_endpoint
            .map(|endpoint| format!("\n  certificate_port: {}", endpoint.port))
            .unwrap_or_default();
        let broker_keys = format!("security: {security}\n  port: {}{second}", self.endpoint.port);
        let text = text.replace("security: password", &broker_keys);
        let path = self.folder.path().join("yard.yaml");
        std::fs::write(&path, format!("{text}clients:\n  {clients}\n")).expect("written");
        let out = self.folder.path().join("out");
        let output = fleets::generate(&path, &out, None).expect("readable").output.expect("no errors");
        (out, output)
    }

    /// The layout, with these clients.
    pub(crate) fn deployment(&self, clients: &str, live: bool) -> Deployment {
        self.deployment_at(clients, live, Some(Ipv4Addr::LOCALHOST.into()))
    }

    /// The same, with another address to listen on.
    pub(crate) fn deployment_at(&self, clients: &str, live: bool, listen: Option<IpAddr>) -> Deployment {
        let (_, output) = self.generate(clients);
        let plan = output.plans.iter().find(|plan| plan.layout == LAYOUT).expect("a layout");
        let to = Destination { folder: self.site(), pid_file: live.then(|| self.pid_file()), mosquitto: None, listen };
        Deployment::new(plan, &to, |line| println!("{line}")).expect("a place")
    }

    /// The files for these clients.
    pub(crate) fn files(&self, clients: &str) -> Files {
        self.deployment(clients, false).files(&self.secrets_file.secrets).expect("made")
    }

    /// `apply`.
    pub(crate) fn apply(&self, clients: &str, live: bool) -> anyhow::Result<Report> {
        let files = self.files(clients);
        self.deployment(clients, live).install(&files)
    }

    /// All bytes of the installed files.
    pub(crate) fn installed(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = std::fs::read_dir(self.site()).expect("there").map(|entry| entry.expect("read").path());
        let mut paths: Vec<PathBuf> = entries.collect();
        paths.sort();
        paths.into_iter().map(|path| (path.clone(), std::fs::read(path).expect("a file"))).collect()
    }

    /// A connection as the first account of a user, greeted; `None`: it does not get in.
    pub(crate) fn enter(&self, user: &str) -> Option<Probe> {
        self.enter_as(&account_name(user, 1), Version::V5)
    }

    /// A connection as an account, greeted and subscribed to everything.
    pub(crate) fn enter_as(&self, account: &str, version: Version) -> Option<Probe> {
        self.enter_at(self.endpoint, account, version)
    }

    /// As [`Yard::enter_as`], through this endpoint.
    pub(crate) fn enter_at(&self, endpoint: Endpoint, account: &str, version: Version) -> Option<Probe> {
        let password =
            self.secrets_file.secrets.password(self.name, account).unwrap_or("0123456789abcdef0123456789abcdef");
        let connect = Connect { id: account, account: Some((account, password)), key: None, will: None };
        let mut probe = [Probe::open(endpoint, version, &connect).expect("it listens")];
        greeted(&mut probe).expect("an answer");
        if probe[0].greeting != Some(0) {
            return None;
        }
        probe[0].subscribe("#");
        fence(&mut probe).expect("an answer");
        let [probe] = probe;
        Some(probe)
    }

    /// Has a client publish a message; whether the broker allowed it.
    pub(crate) fn may_publish(&self, publisher: &mut Probe, topic: &str, payload: &str) -> bool {
        let before = publisher.reasons.len();
        publisher.publish(topic, payload);
        let wait = std::slice::from_mut(publisher);
        broker::probe::pump(wait, |_, _| (), |probe| probe.reasons.len() > before).expect("acknowledged");
        matches!(publisher.reasons[before], 0 | 0x10)
    }
}

/// A Mosquitto as a service would run it: with a configuration of its own, which includes ours.
pub(crate) struct Service {
    pub(crate) child: Child,
    log: PathBuf,
}

impl Service {
    /// Starts it; its number is in the file `pid` of the folder. `None`: somebody was faster to take its port.
    pub(crate) fn start(folder: &Path, own: &str) -> Option<Self> {
        let path = folder.join("main.conf");
        let root = Owner::of(Path::new("/proc/self")).expect("there").user == 0;
        std::fs::write(&path, format!("{own}{}", if root { "user root\n" } else { "" })).expect("written");
        let log = folder.join("log");
        let file = std::fs::File::create(&log).expect("made");
        let mut command = Command::new(project::command::which("mosquitto").expect("installed"));
        command.arg("-c").arg(path).stdin(Stdio::null()).stdout(file.try_clone().expect("a copy")).stderr(file);
        let mut service = Self { child: command.spawn().expect("started"), log };
        std::fs::write(folder.join("pid"), format!("{}\n", service.child.id())).expect("written");
        let end = Instant::now() + Duration::from_secs(20);
        while !service.log().contains(" running\n") {
            if service.child.try_wait().expect("a child").is_some() {
                assert!(service.log().contains("Address already in use"), "{}", service.log());
                return None;
            }
            assert!(Instant::now() < end, "{}", service.log());
            std::thread::sleep(Duration::from_millis(5));
        }
        Some(service)
    }

    /// Its output.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("a log")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port of the loopback that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port").local_addr().expect("bound").port()
}

/// The payloads that a client has received on a topic since the last call.
pub(crate) fn received(probe: &mut Probe, topic: &str) -> Vec<String> {
    fence(std::slice::from_mut(probe)).expect("it is still connected");
    let all = std::mem::take(&mut probe.received);
    all.into_iter().filter(|(name, _)| name == topic).map(|(_, payload)| payload).collect()
}
