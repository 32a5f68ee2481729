//! An ESP8266 on a pseudo terminal, as esptool sees it: the loader in its ROM, the stub that esptool loads into its RAM, and
//! the flash behind both. Real esptool writes into it, with the command line that a real board gets.
//!
//! A pseudo terminal has no DTR and no RTS, so nothing can reset this board (esptool says so and goes on). Two things stand
//! in for that. A SYNC reaches the loader even if a program runs: on a real board esptool's first reset brings the loader up
//! before. And when the port is closed while the loader runs, the board starts its program: esptool's last act before that
//! is the reset into it. If esptool told the loader to stay, it stays.
//!
//! A program that starts does to the flash what Espressif's SDK and boot loader do at a first start: it fills blank sectors.
//! The stub is not executed. Its commands are answered as its source has them; nothing here says whether it runs on a chip.

mod flash;
mod loader;
mod registers;
mod slip;
mod terminal;

use flash::FlashMemory;
use loader::Loader;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use terminal::{Happening, Terminal};

/// What a program writes on its serial port, again and again.
pub(crate) const LOG: &str = "connected";

/// What is wrong with a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Nothing.
    None,
    /// It never answers.
    Silent,
    /// It does not answer the first so many calls.
    Late(usize),
    /// It stops answering when it has received so many blocks for its flash.
    Hangs(usize),
    /// It is unplugged when it has received so many blocks for its flash.
    Unplugged(usize),
    /// A byte of its flash is 0 for ever.
    WornOut(usize),
}

/// What others see of a board.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// What is in flash.
    flash: Vec<u8>,
    /// What was in flash at each start of the program, before it wrote into it.
    starts: Vec<Vec<u8>>,
}

/// A board at its port, until it is dropped.
pub(crate) struct Board {
    /// Its port.
    pub(crate) port: String,
    /// Where the name of the port is: that of the terminal itself is given to the next one that asks, and esptool looks for a
    /// board that is gone.
    _folder: TempDir,
    seen: Arc<Mutex<Seen>>,
    ends: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Board {
    /// Plugs in a board whose flash holds this; the size is that of the content.
    pub(crate) fn plug_in(flash: Vec<u8>, flaw: Flaw) -> Self {
        let (terminal, held) = Terminal::open();
        let folder = tempfile::tempdir().expect("a folder");
        let name = folder.path().join("board");
        std::os::unix::fs::symlink(&terminal.path, &name).expect("linked");
        let port = name.to_string_lossy().into_owned();
        let seen = Arc::new(Mutex::new(Seen { flash: flash.clone(), starts: Vec::new() }));
        let ends = Arc::new(AtomicBool::new(false));
        let loader = Loader::new(FlashMemory::new(flash, flaw), flaw);
        let mut running = Running { terminal, loader, seen: seen.clone(), is_program: false };
        let end = ends.clone();
        let thread = Some(std::thread::spawn(move || {
            running.run(&end);
            // The name goes before the terminal.
            std::fs::remove_file(name).expect("removed");
            drop(held);
        }));
        Self { port, _folder: folder, seen, ends, thread }
    }

    /// What is in its flash now.
    pub(crate) fn flash(&self) -> Vec<u8> {
        self.seen.lock().expect("no panic").flash.clone()
    }

    /// What was in its flash when its program started, counted from 0; none if it did not start so often.
    pub(crate) fn flash_at_start(&self, start: usize) -> Option<Vec<u8>> {
        self.seen.lock().expect("no panic").starts.get(start).cloned()
    }

    /// Pulls the cable out.
    pub(crate) fn unplug(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the board did not panic");
        }
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        // A panic of its own was reported by its thread; a second one here would end all tests.
        self.thread.take().map(std::thread::JoinHandle::join);
    }
}

/// The board's side.
struct Running {
    terminal: Terminal,
    loader: Loader,
    seen: Arc<Mutex<Seen>>,
    is_program: bool,
}

impl Running {
    fn run(&mut self, ends: &AtomicBool) {
        let mut packets = slip::Decoder::default();
        while !ends.load(Ordering::Relaxed) && !self.loader.is_unplugged() {
            match self.terminal.wait() {
                Happening::Nothing => {
                    if self.is_program && self.terminal.is_open() {
                        self.terminal.write(format!("{LOG}\r\n").as_bytes());
                    }
                }
                Happening::Bytes(bytes) => {
                    for packet in packets.push(&bytes) {
                        self.packet(&packet);
                    }
                    self.seen.lock().expect("no panic").flash.clone_from(&self.loader.flash.content);
                }
                Happening::Closed => {
                    packets = slip::Decoder::default();
                    if self.loader.leaves() {
                        self.start_program();
                    }
                }
            }
        }
    }

    fn packet(&mut self, packet: &[u8]) {
        let answers = self.loader.answer(packet);
        self.is_program &= answers.is_empty();
        for answer in answers {
            self.terminal.write(&slip::encoded(&answer));
        }
    }

    fn start_program(&mut self) {
        let before = self.loader.flash.content.clone();
        self.loader.flash.first_start();
        self.is_program = true;
        let mut seen = self.seen.lock().expect("no panic");
        seen.flash.clone_from(&self.loader.flash.content);
        seen.starts.push(before);
    }
}
