//! The room on one board, without any broker: its messages never leave it.

use super::{generated, start_layout};
use lab::layout::PATIENCE;
use lab::nodes;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// The room on one board, started by hand, with no broker anywhere.
struct Alone {
    child: Child,
    lines: Receiver<String>,
    reports: Vec<String>,
}

impl Alone {
    fn start(time: &str) -> Self {
        let mut command = Command::new(program());
        let mut child =
            command.args(["--time", time]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("started");
        let stdout = child.stdout.take().expect("piped");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            // The test may be over.
            BufReader::new(stdout).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
        });
        let mut alone = Self { child, lines, reports: Vec::new() };
        alone.expect("ready");
        alone
    }

    fn send(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().expect("piped"), "{line}").expect("it listens");
    }

    fn expect(&mut self, line: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let report =
                self.lines.recv_timeout(left).unwrap_or_else(|_| panic!("no `{line}`; it printed {:?}", self.reports));
            self.reports.push(report.clone());
            if report == line {
                return;
            }
        }
    }

    fn sockets(&self) -> usize {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("it runs");
        let targets = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        targets.filter(|path| path.to_string_lossy().starts_with("socket:")).count()
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program of the room's one board.
fn program() -> std::path::PathBuf {
    let output = generated("room");
    let plan = output.plans.iter().find(|plan| plan.layout == "all-in-one").expect("a layout");
    nodes::build(&project::root().join("generated"), plan).expect("built").join("esp-room")
}

#[test]
fn all_in_one_needs_no_network() {
    // nodemcuv2: D1 is GPIO5, D2 is GPIO4, D5 is GPIO14.
    let mut room = Alone::start("real");
    room.send("pin 14 high");
    room.send("analog 123");
    room.expect("pin 5 high");
    room.send("analog 818");
    room.expect("pin 5 low");
    room.send("pin 4 low");
    room.expect("pin 5 high");
    assert_eq!(room.sockets(), 0);
    assert!(!room.reports.iter().any(|line| line.starts_with("link")), "{:?}", room.reports);
}

#[test]
fn after_half_an_hour_the_button_no_longer_counts() {
    let mut room = Alone::start("virtual");
    let advance = |room: &mut Alone, line: &str, ms: u32, now: u32| {
        room.send(line);
        room.send(&format!("advance {ms}"));
        room.expect(&format!("time {now}"));
    };
    // Dark and somebody there: on. Bright: off. Pressed: on, for half an hour.
    advance(&mut room, "pin 14 high", 2_000, 2_000);
    advance(&mut room, "analog 818", 2_000, 4_000);
    advance(&mut room, "pin 4 low", 100, 4_100);
    let levels =
        |room: &Alone| room.reports.iter().filter(|line| line.starts_with("pin 5")).cloned().collect::<Vec<_>>();
    assert_eq!(levels(&room).last().map(String::as_str), Some("pin 5 high"), "{:?}", room.reports);
    advance(&mut room, "pin 4 high", 29 * 60_000, 1_744_100);
    assert_eq!(levels(&room).last().map(String::as_str), Some("pin 5 high"), "{:?}", room.reports);
    advance(&mut room, "analog 818", 2 * 60_000, 1_864_100);
    assert_eq!(levels(&room).last().map(String::as_str), Some("pin 5 low"), "{:?}", room.reports);
}

#[test]
fn all_in_one_on_stage_says_nothing_on_its_broker() {
    let mut running = start_layout("room", "all-in-one");
    running.set("presence", "present").expect("set");
    running.set("sensor", "12").expect("set");
    running.expect_switch("lamp", true).expect("the lamp");
    running.set("sensor", "80").expect("set");
    running.expect_switch("lamp", false).expect("the lamp");
    running.press("button").expect("pressed");
    running.expect_switch("lamp", true).expect("the lamp");
    // The viewer keeps a broker in this layout; whatever was to come would be there by now.
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(running.observer().expect("a broker").messages(0), []);
}
