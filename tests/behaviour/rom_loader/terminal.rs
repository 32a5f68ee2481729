//! A pseudo terminal, from the side of the board, and who has it open.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;

/// How long nothing may happen.
const PAUSE: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

pub(super) enum Happening {
    Nothing,
    Bytes(Vec<u8>),
    /// Somebody has closed the port.
    Closed,
}

pub(super) struct Terminal {
    pub(super) path: String,
    board: OwnedFd,
    watch: OwnedFd,
    users: usize,
    closings: usize,
}

impl Terminal {
    /// The terminal, and its other end, which has to be held open.
    pub(super) fn open() -> (Self, OwnedFd) {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let board = openpt(flags).expect("a pseudo terminal");
        grantpt(&board).expect("granted");
        unlockpt(&board).expect("unlocked");
        let path = ptsname(&board, Vec::new()).expect("a name").into_string().expect("a path");
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let held = rustix::fs::open(&path, flags, Mode::empty()).expect("the other end");
        // A serial port does not echo, and does not change bytes.
        let mut settings = tcgetattr(&held).expect("settings");
        settings.make_raw();
        tcsetattr(&held, OptionalActions::Now, &settings).expect("set");
        rustix::io::ioctl_fionbio(&board, true).expect("set");
        let watch = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).expect("a watch");
        let events = WatchFlags::OPEN | WatchFlags::CLOSE_WRITE | WatchFlags::CLOSE_NOWRITE;
        inotify::add_watch(&watch, &path, events).expect("watched");
        (Self { path, board, watch, users: 0, closings: 0 }, held)
    }

    pub(super) fn is_open(&self) -> bool {
        self.users > 0
    }

    /// The next thing that happens: bytes before the closing that came after them.
    pub(super) fn wait(&mut self) -> Happening {
        if self.closings == 0 {
            let mut sources = [PollFd::new(&self.board, PollFlags::IN), PollFd::new(&self.watch, PollFlags::IN)];
            poll(&mut sources, Some(&PAUSE)).expect("polled");
            // Who comes and goes is looked at before the bytes: what was written before a closing is read before it is told.
            self.look_at_users();
        }
        let mut buffer = [0; 4096];
        match rustix::io::read(&self.board, &mut buffer) {
            Ok(count) => Happening::Bytes(buffer[..count].to_vec()),
            Err(Errno::AGAIN) if self.closings > 0 => {
                self.closings -= 1;
                Happening::Closed
            }
            Err(Errno::AGAIN) => Happening::Nothing,
            Err(error) => panic!("reading the terminal: {error}"),
        }
    }

    fn look_at_users(&mut self) {
        let mut buffer = [MaybeUninit::uninit(); 1024];
        let mut events = inotify::Reader::new(&self.watch, &mut buffer);
        loop {
            match events.next() {
                Ok(event) if event.events().contains(ReadFlags::OPEN) => self.users += 1,
                Ok(_) => {
                    self.users = self.users.saturating_sub(1);
                    self.closings += 1;
                }
                Err(Errno::AGAIN) => return,
                Err(error) => panic!("watching the terminal: {error}"),
            }
        }
    }

    /// What nobody takes for a second is lost, as on a wire.
    pub(super) fn write(&self, mut bytes: &[u8]) {
        let second = Timespec { tv_sec: 1, tv_nsec: 0 };
        while !bytes.is_empty() {
            let mut room = [PollFd::new(&self.board, PollFlags::OUT)];
            if poll(&mut room, Some(&second)).expect("polled") == 0 {
                return;
            }
            match rustix::io::write(&self.board, bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(Errno::AGAIN) => {}
                Err(error) => panic!("writing to the terminal: {error}"),
            }
        }
    }
}
