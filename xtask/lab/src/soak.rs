//! The load test: a program with all nodes of a layout, many times over, against a real broker that restarts.
//!
//! Each copy has topics and users of its own, `17/room/light` and `17-esp-light`, with the rights that the plan gives
//! the original. Where what is lost is counted, the broker must not be who loses it: here it keeps its sessions and
//! queues on disk and is stopped as a service is, not by its plug.

use anyhow::{Context, Result, anyhow, bail};
use broker::Broker;
use credentials::passwords::Passwords;
use fleetwright_generator::Artifact;
use fleetwright_generator::model::{Engine, Security};
use fleetwright_generator::plan::{NodePlan, Plan};
use fleetwright_protocol::load::{Collector, Figures, LoadReport};
use project::command;
use project::private;
use project::root;
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long the crowd may take beyond its time.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long the broker is away, in milliseconds.
const AWAY: std::ops::Range<u64> = 100..1_500;

/// How much, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Nodes, of all copies together.
    pub nodes: usize,
    /// How long the load lasts, in seconds.
    pub seconds: u64,
    /// Restarts of the broker in that time.
    pub restarts: u32,
    /// Links cut in that time.
    pub cuts: u32,
    /// Decides what chance decides.
    pub seed: u64,
}

/// What the load test measured.
#[derive(Debug)]
pub struct Measured {
    /// The figures that the crowd measured.
    pub figures: Figures,
    /// Everything that should not be.
    pub wrong: Vec<String>,
    /// Restarts of the broker.
    pub restarts: u32,
}

/// Runs the load test with what was generated below `out`.
pub fn soak(out: &Path, plan: &Plan, artifacts: &[Artifact], load: Load) -> Result<Measured> {
    let networked: Vec<&NodePlan> = plan.nodes.iter().filter(|node| node.status.is_some()).collect();
    if plan.engine != Engine::Mosquitto {
        bail!("soak measures nodes against Mosquitto; give the fleet `engine: mosquitto` for it");
    }
    if plan.security.is_encrypted() {
        bail!("soak measures broker and runtime without TLS; give the fleet `security: password` for it");
    }
    if networked.is_empty() {
        bail!("no node of the layout `{}` uses the broker: there is nothing to load", plan.layout);
    }
    if let Some(node) = networked.iter().find(|node| node.program != node.name) {
        bail!("`{}` is one of many already, made by `for_each`: soak multiplies fleets without it", node.name);
    }
    let program = build(out, plan, &networked)?;
    let copies = load.nodes.div_ceil(networked.len());
    let users = (0..copies).flat_map(|copy| networked.iter().map(move |node| format!("{copy}-{}", node.name)));
    let users: Vec<String> = users.collect();
    let passwords = Passwords::throw_away(users.iter().map(String::as_str))?;
    let prefix = format!("{}/{}", plan.fleet, plan.layout);
    let artifacts = enlarged(plan, artifacts, &prefix, &networked, copies)?;
    let folder = tempfile::Builder::new().prefix("fleetwright-soak").tempdir().context("making a folder")?;
    let file = folder.path().join("passwords");
    let mut broker = Broker::start(&artifacts, &prefix, &passwords)?;
    let mut command = Command::new(program);
    command.args(["--broker", &broker.endpoint().address(), "--nodes", &load.nodes.to_string()]);
    command.args(["--for", &load.seconds.to_string(), "--cuts", &load.cuts.to_string()]);
    command.args(["--seed", &load.seed.to_string()]);
    if plan.security != Security::Open {
        private::write(
            &file,
            &passwords.0.iter().map(|(user, password)| format!("{user} {password}\n")).collect::<String>(),
        )?;
        command.arg("--passwords").arg(&file);
    }
    let mut crowd = Crowd::start(command)?;
    crowd.expect(LoadReport::Ready)?;
    let restarts = restart(&mut broker, &mut crowd, load)?;
    let (figures, wrong) = crowd.report()?;
    Ok(Measured { figures, wrong, restarts })
}

/// Restarts the broker now and then while the crowd lives.
fn restart(broker: &mut Broker, crowd: &mut Crowd, load: Load) -> Result<u32> {
    let mut random = fastrand::Rng::with_seed(load.seed);
    // Not in the last fifth: what was lost then would have no time to come.
    let span = load.seconds * 1_000 * 4 / 5;
    let mut times: Vec<u64> = (0..load.restarts).map(|_| random.u64(..span.max(1))).collect();
    times.sort_unstable();
    let start = Instant::now();
    let mut done = 0;
    for at in times {
        let wait = (start + Duration::from_millis(at)).saturating_duration_since(Instant::now());
        if crowd.over(wait)? {
            break;
        }
        broker.shut_down()?;
        std::thread::sleep(Duration::from_millis(random.u64(AWAY)));
        broker.start_again()?;
        done += 1;
    }
    crowd.expect(LoadReport::Over)?;
    Ok(done)
}

/// The crowd's process; killed when its handle goes.
struct Crowd {
    child: Child,
    lines: Receiver<String>,
    over: bool,
}

impl Crowd {
    fn start(mut command: Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("starting the crowd")?;
        let stdout = child.stdout.take().context("a crowd without standard output")?;
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            // Who asked may be gone.
            BufReader::new(stdout).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
        });
        Ok(Self { child, lines, over: false })
    }

    fn expect(&mut self, expected: LoadReport<'_>) -> Result<()> {
        if expected == LoadReport::Over && self.over {
            return Ok(());
        }
        let line =
            self.lines.recv_timeout(PATIENCE).with_context(|| format!("the crowd does not report `{expected}`"))?;
        if read(&line)? != expected {
            bail!("the crowd reports `{line}`, not `{expected}`");
        }
        Ok(())
    }

    /// Waits; whether the crowd's time is over before that.
    fn over(&mut self, wait: Duration) -> Result<bool> {
        match self.lines.recv_timeout(wait) {
            Ok(line) if read(&line)? == LoadReport::Over => self.over = true,
            Ok(line) => bail!("the crowd reports `{line}`, not `{}`", LoadReport::Over),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => bail!("the crowd ended"),
        }
        Ok(self.over)
    }

    /// Its figures, and everything that should not be.
    fn report(&mut self) -> Result<(Figures, Vec<String>)> {
        let mut lines = Vec::new();
        let end = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => lines.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => bail!("the crowd does not come to an end"),
            }
        }
        if !self.child.wait().context("waiting for the crowd")?.success() {
            bail!("the crowd failed");
        }
        read_report(lines.iter().map(String::as_str))
    }
}

fn read(line: &str) -> Result<LoadReport<'_>> {
    LoadReport::read(line).map_err(|error| anyhow!("the crowd reports {error}"))
}

/// Reads the lines after `over`: every figure has to be among them.
fn read_report<'l>(lines: impl Iterator<Item = &'l str>) -> Result<(Figures, Vec<String>)> {
    let (mut figures, mut wrong) = (Collector::default(), Vec::new());
    for line in lines {
        match read(line)? {
            LoadReport::Figure(figure, number) => figures.add(figure, number).context("the crowd's report")?,
            LoadReport::Wrong(what) => wrong.push(what.to_owned()),
            LoadReport::Ready | LoadReport::Over => bail!("the crowd reports `{line}` among its figures"),
        }
    }
    Ok((figures.finish().context("the crowd's report")?, wrong))
}

impl Drop for Crowd {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Builds the program with all nodes of a layout, and returns where it is.
fn build(out: &Path, plan: &Plan, nodes: &[&NodePlan]) -> Result<PathBuf> {
    let target = root().join("target/soak");
    let name = format!("soak-{}-{}", plan.fleet, plan.layout);
    let folder = target.join("crates").join(&name);
    std::fs::create_dir_all(folder.join("src")).with_context(|| format!("making {}", folder.display()))?;
    let _lock = project::target::lock(&target)?;
    let firmware = std::path::absolute(out.join(&plan.fleet).join(&plan.layout).join("firmware"))?;
    let path = |path: &Path| toml_text(&path.to_string_lossy());
    let mut manifest = format!(
        "[package]\nname = \"{name}\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [profile.dev]\nopt-level = 2\n\n[dependencies]\nfleetwright-crowd.path = {}\n",
        path(&root().join("firmware/crowd"))
    );
    let mut programs = String::new();
    for node in nodes {
        // Writing to a text can't fail.
        let _ = writeln!(manifest, "{}.path = {}", node.name, path(&firmware.join(&node.name)));
        let _ = write!(programs, "&{}::PROGRAM, ", node.name.replace('-', "_"));
    }
    let main = format!(
        "fn main() -> std::process::ExitCode {{\n    fleetwright_crowd::main(&[{}])\n}}\n",
        programs.trim_end_matches([',', ' '])
    );
    std::fs::write(folder.join("Cargo.toml"), manifest)?;
    std::fs::write(folder.join("src/main.rs"), main)?;
    // The versions that this project was tested with.
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).context("copying Cargo.lock")?;
    let mut command = command::cargo();
    command.args(["build", "--quiet", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    command.arg("--target-dir").arg(&target).current_dir(root());
    let output = command::output(&mut command)?;
    if !output.status.success() {
        bail!("the crowd does not compile:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    // The next build may be of another fleet of this name.
    let program = folder.join("program");
    std::fs::copy(target.join("debug").join(&name), &program).context("copying the crowd's program")?;
    Ok(program)
}

/// A text in TOML; paths have no control characters but may have quotes and backslashes.
fn toml_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The broker's files for all copies.
fn enlarged(
    plan: &Plan,
    artifacts: &[Artifact],
    prefix: &str,
    nodes: &[&NodePlan],
    copies: usize,
) -> Result<Vec<Artifact>> {
    let configuration = format!("{prefix}/broker/mosquitto.conf");
    let found = artifacts.iter().find(|artifact| artifact.path == configuration).context("no broker was generated")?;
    let mut text: String = found
        .text
        .lines()
        .filter(|line| !line.starts_with("max_connections ") && !line.starts_with("memory_limit "))
        .map(|line| format!("{line}\n"))
        .collect();
    text += "persistence true\npersistence_location ./\nautosave_interval 0\n";
    let mut acl = String::new();
    for copy in 0..copies {
        for user in plan.users.iter().filter(|user| nodes.iter().any(|node| node.name == user.name)) {
            let _ = writeln!(acl, "user {copy}-{}", user.name);
            for (access, topics) in [("read", &user.read), ("write", &user.write)] {
                for topic in topics {
                    let _ = writeln!(acl, "topic {access} {copy}/{topic}");
                }
            }
        }
    }
    Ok(vec![Artifact { path: configuration, text }, Artifact { path: format!("{prefix}/broker/acl"), text: acl }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use fleetwright_protocol::load::Figure;

    fn report() -> Vec<String> {
        Figure::ALL.into_iter().map(|figure| LoadReport::Figure(figure, 7).to_string()).collect()
    }

    fn error(lines: &[String]) -> String {
        format!("{:#}", read_report(lines.iter().map(String::as_str)).expect_err("incomplete or malformed"))
    }

    #[test]
    fn a_whole_report_is_read() {
        let mut lines = report();
        lines.push("wrong count: of 5 messages 2 did not come".into());
        let (figures, wrong) = read_report(lines.iter().map(String::as_str)).expect("whole");
        assert_eq!(figures.get(Figure::Away), 7);
        assert_eq!(wrong, ["count: of 5 messages 2 did not come"]);
    }

    #[test]
    fn a_missing_figure_is_an_error_that_names_it() {
        let mut lines = report();
        lines.retain(|line| !line.starts_with("away "));
        assert_eq!(error(&lines), "the crowd's report: the figure `away` is missing");
        assert_eq!(error(&[]), "the crowd's report: the figure `said` is missing");
        lines.extend(["away 0", "away 1"].map(str::to_owned));
        assert_eq!(error(&lines), "the crowd's report: the figure `away` is there twice");
    }

    #[test]
    fn a_malformed_figure_is_an_error_with_its_line() {
        for (line, expected) in [
            ("away none", "the crowd reports `away none`: expected a whole number"),
            ("away -1", "the crowd reports `away -1`: expected a whole number"),
            ("lost 3", "the crowd reports `lost 3`: expected the name of a figure before the number"),
            ("over", "the crowd reports `over` among its figures"),
        ] {
            let mut lines = report();
            lines.push(line.into());
            assert_eq!(error(&lines), expected);
        }
    }
}
