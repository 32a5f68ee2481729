//! The room on one board, without any broker: its messages never leave it.

use super::{generated, stage};
use lab::layout::PATIENCE;
use lab::nodes;
use project::fleets;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// The room on one board, started by hand, with no broker anywhere.
struct Alone {
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
}

impl Alone {
    fn start(time: &str) -> Self {
        let mut command = Command::new(program());
        let mut child =
            command.args(["--time", time]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("started");
        let stdout = child.stdout.take().expect("piped");
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            // The test may be over.
            BufReader::new(stdout).lines().map_while(Result::ok).for_each(|line| drop(tell.send(line)));
        });
        let mut alone = Self { child, lines, said: Vec::new() };
        alone.expect("ready");
        alone
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().expect("piped"), "{line}").expect("it listens");
    }

    fn expect(&mut self, line: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let said =
                self.lines.recv_timeout(left).unwrap_or_else(|_| panic!("no `{line}`; it printed {:?}", self.said));
            self.said.push(said.clone());
            if said == line {
                return;
            }
        }
    }

    fn sockets(&self) -> usize {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("it runs");
        let places = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        places.filter(|place| place.to_string_lossy().starts_with("socket:")).count()
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
    nodes::build(&fleets::root().join("generated"), plan).expect("built").join("esp-room")
}

#[test]
fn all_in_one_needs_no_network() {
    // nodemcuv2: D1 is GPIO5, D2 is GPIO4, D5 is GPIO14.
    let mut room = Alone::start("real");
    room.tell("pin 14 high");
    room.tell("analog 123");
    room.expect("pin 5 high");
    room.tell("analog 818");
    room.expect("pin 5 low");
    room.tell("pin 4 low");
    room.expect("pin 5 high");
    assert_eq!(room.sockets(), 0);
    assert!(!room.said.iter().any(|line| line.starts_with("link")), "{:?}", room.said);
}

#[test]
fn after_half_an_hour_the_button_no_longer_counts() {
    let mut room = Alone::start("virtual");
    let advance = |room: &mut Alone, line: &str, ms: u32, now: u32| {
        room.tell(line);
        room.tell(&format!("advance {ms}"));
        room.expect(&format!("time {now}"));
    };
    // Dark and somebody there: on. Bright: off. Pressed: on, for half an hour.
    advance(&mut room, "pin 14 high", 2_000, 2_000);
    advance(&mut room, "analog 818", 2_000, 4_000);
    advance(&mut room, "pin 4 low", 100, 4_100);
    let levels = |room: &Alone| room.said.iter().filter(|line| line.starts_with("pin 5")).cloned().collect::<Vec<_>>();
    assert_eq!(levels(&room).last().map(String::as_str), Some("pin 5 high"), "{:?}", room.said);
    advance(&mut room, "pin 4 high", 29 * 60_000, 1_744_100);
    assert_eq!(levels(&room).last().map(String::as_str), Some("pin 5 high"), "{:?}", room.said);
    advance(&mut room, "analog 818", 2 * 60_000, 1_864_100);
    assert_eq!(levels(&room).last().map(String::as_str), Some("pin 5 low"), "{:?}", room.said);
}

#[test]
fn all_in_one_on_stage_says_nothing_on_its_broker() {
    let mut stage = stage("room", "all-in-one");
    stage.set("presence", "present").expect("set");
    stage.set("sensor", "12").expect("set");
    stage.expect_switch("lamp", true).expect("the lamp");
    stage.set("sensor", "80").expect("set");
    stage.expect_switch("lamp", false).expect("the lamp");
    stage.press("button").expect("pressed");
    stage.expect_switch("lamp", true).expect("the lamp");
    // The viewer keeps a broker in this layout; whatever was to come would be there by now.
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(stage.observer().expect("a broker").messages(0), []);
}
