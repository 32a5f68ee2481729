//! Writing into a board, with real esptool and the board of `rom_loader`.
//!
//! An image for the chip needs Espressif's SDK, which a test can't have. So these tests make regions of their own, where
//! the map says that they belong, and hand them to `BoardWrite`, as `cargo xtask flash` hands it those of a node: from
//! there on everything is the same, esptool's command line, its errors and what is said of them.

use super::rom_loader::{Board, Flaw, LOG};
use deploy::board::BoardWrite;
use fleetwright_chip::partitions::{Map, SECTOR};
use lx106::image::FlashRegion;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;

const FLASH_KB: u32 = 4096;
/// What a board holds that had other firmware.
const OLD: u8 = 0x07;

/// Regions of a made-up image, and what is in each.
struct Regions {
    folder: TempDir,
    map: &'static Map,
    contents: Vec<(u32, Vec<u8>)>,
}

impl Regions {
    fn new() -> Self {
        let map = Map::for_flash(FLASH_KB).expect("a map");
        let blank = vec![0xFF; SECTOR as usize];
        let mut contents = vec![(0, boot_loader()), (SECTOR, image(200_000)), (map.radio_calibration(), blank.clone())];
        contents.push((map.radio_data(), image(128)));
        contents.extend(map.parameter_sectors().map(|address| (address, blank.clone())));
        let folder = tempfile::tempdir().expect("a folder");
        for (address, bytes) in &contents {
            std::fs::write(folder.path().join(format!("{address:x}.bin")), bytes).expect("written");
        }
        Self { folder, map, contents }
    }

    fn write_into(&self, port: &str) -> anyhow::Result<()> {
        let file = |address: u32| self.folder.path().join(format!("{address:x}.bin"));
        let regions = self.contents.iter().map(|(address, _)| FlashRegion { address: *address, file: file(*address) });
        BoardWrite { port, map: self.map, regions: regions.collect() }.write()
    }

    /// Whether all regions are in this flash. The header of the boot loader has size, map, mode and speed of the flash.
    fn assert_in(&self, flash: &[u8]) {
        for (address, bytes) in &self.contents {
            let mut expected = bytes.clone();
            if *address == 0 {
                expected[2..4].copy_from_slice(&[2, self.map.number << 4]);
            }
            let start = *address as usize;
            assert!(flash[start..start + expected.len()] == expected, "{address:#x} is not as it was written");
        }
    }

    /// What is said when writing into a board with this flaw fails.
    fn fault(&self, flash_kb: u32, flaw: Flaw) -> String {
        let board = Board::plug_in(vec![OLD; flash_kb as usize * 1024], flaw);
        format!("{:#}", self.write_into(&board.port).expect_err("it can't be written"))
    }
}

/// Bytes that can be compressed to the half, as those of a program, and are the same in each run.
fn image(size: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 28) as u8
    };
    (0..size).map(|_| next()).collect()
}

/// A valid image with one word of code: esptool changes the header of such a one alone.
fn boot_loader() -> Vec<u8> {
    let code = [0x0D, 0xF0, 0x00, 0x00];
    let mut bytes = vec![0xE9, 1, 0, 0];
    for word in [0x4010_0000_u32, 0x4010_0000, 4] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(code);
    bytes.resize(bytes.len().next_multiple_of(16) + 15, 0);
    bytes.push(code.iter().fold(0xEF, |sum, byte| sum ^ byte));
    bytes
}

#[test]
fn a_fresh_board_is_written_compared_and_started() {
    let regions = Regions::new();
    let board = Board::plug_in(vec![0xFF; FLASH_KB as usize * 1024], Flaw::None);
    regions.write_into(&board.port).expect("written, and compared");
    let written = eventually("the program starts", || board.flash_at_start(0));
    regions.assert_in(&written);
    let map = regions.map;
    let now = board.flash();
    for address in [map.radio_calibration(), map.system_parameters(), map.system_parameters() + SECTOR] {
        assert_ne!(
            now[address as usize], 0xFF,
            "the program has written into {address:#x}, or this test proves nothing"
        );
    }
}

#[test]
fn a_board_with_other_firmware_keeps_nothing_of_its_settings() {
    let regions = Regions::new();
    let board = Board::plug_in(vec![OLD; FLASH_KB as usize * 1024], Flaw::None);
    for start in 0..2 {
        regions.write_into(&board.port).expect("written, and compared");
        regions.assert_in(&eventually("the program starts", || board.flash_at_start(start)));
    }
    assert_eq!(board.flash()[0x30_0000], OLD, "what no region covers is left alone");
}

#[test]
fn a_board_that_answers_late_is_written() {
    let regions = Regions::new();
    let board = Board::plug_in(vec![OLD; FLASH_KB as usize * 1024], Flaw::Late(7));
    regions.write_into(&board.port).expect("written, and compared");
    regions.assert_in(&eventually("the program starts", || board.flash_at_start(0)));
}

#[test]
fn the_log_of_a_board_follows_and_ends_when_the_cable_is_pulled_out() {
    let regions = Regions::new();
    let mut board = Board::plug_in(vec![OLD; FLASH_KB as usize * 1024], Flaw::None);
    regions.write_into(&board.port).expect("written, and compared");
    eventually("the program starts", || board.flash_at_start(0));
    let (sender, lines) = mpsc::channel();
    let port = board.port.clone();
    let log = std::thread::spawn(move || deploy::serial::copy(&port, &mut Lines(sender)));
    let mut shown = Vec::new();
    while !String::from_utf8_lossy(&shown).contains(&format!("{LOG}\n")) {
        shown.extend(lines.recv_timeout(Duration::from_secs(20)).expect("the board's program writes"));
    }
    board.unplug();
    log.join().expect("no panic").expect("a pulled cable is an end");
}

#[test]
fn a_flash_that_is_smaller_than_the_fleet_says_is_not_written() {
    let regions = Regions::new();
    let board = Board::plug_in(vec![OLD; 1024 * 1024], Flaw::None);
    let fault = regions.write_into(&board.port).expect_err("it does not fit").to_string();
    assert!(fault.contains("the board's flash is smaller than the 4096 KB that the fleet file says"), "{fault}");
    let flash = eventually("the old program starts", || board.flash_at_start(0));
    assert!(flash.iter().all(|byte| *byte == OLD), "nothing was written");
}

#[test]
fn a_board_that_is_silent_is_told_from_one_that_breaks_off() {
    let regions = Regions::new();
    let silent = regions.fault(FLASH_KB, Flaw::Silent);
    assert!(silent.contains("no board answers at /") && silent.contains("hold FLASH"), "{silent}");
    for flaw in [Flaw::Hangs(2), Flaw::Unplugged(2)] {
        let fault = regions.fault(FLASH_KB, flaw);
        assert!(fault.contains("broke, and its program is incomplete"), "{flaw:?}: {fault}");
        assert!(fault.contains("run the same command again"), "{flaw:?}: {fault}");
    }
}

#[test]
fn flash_that_holds_something_else_is_found_without_a_second_call() {
    let fault = Regions::new().fault(FLASH_KB, Flaw::WornOut(0x1_2345));
    assert!(fault.contains("does not hold what was written into it"), "{fault}");
}

#[test]
fn a_port_that_is_none_is_answered_before_anything_is_built() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::File::create(&file).and_then(|mut file| file.write_all(b"x")).expect("written");
    let missing = Path::new("/dev/no-such-port");
    for (port, words) in [(missing, "there is no port /dev/no-such-port"), (&file, "is no serial port")] {
        let arguments = ["flash", "room", "esp-light", "--sdk", "/nowhere", "--port"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments).arg(port).current_dir(project::root()).stdin(Stdio::null());
        let output = command.output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "{said}");
    }
}

/// Sends on what is written into it.
struct Lines(mpsc::Sender<Vec<u8>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.send(bytes.to_vec()).map_err(|_| std::io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Asks until there is an answer, for 20 seconds at most.
fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    for _ in 0..2000 {
        if let Some(answer) = ask() {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what}: not within 20 seconds");
}
