//! Regions of flash into a board, by one call of esptool. Knows no node and no SDK: whoever has the regions may write them.

use crate::esptool_fault;
use anyhow::{Context, Result, bail};
use fleetwright_chip::partitions::Map;
use lx106::image::{self, FlashRegion};
use project::{command, root};
use std::process::Command;

/// The serial speed at which regions are written, in bits per second; boards with a CH340 or CP2102 can do it.
const BAUD: &str = "460800";

/// Regions that are ready to be written into the board at a serial port.
///
/// One call of esptool does all of it. Behind each region that it has written it lets the board compute the MD5 of what is
/// in flash now and compares it with that of the file; one that differs is an error (esptool 5.6, `write_flash` in
/// cmds.py). It does so through its own program in the board's RAM, the stub, which is why the stub is never switched off.
/// No reset lies between writing and comparing: firmware that starts writes its calibration and its settings into regions
/// that were blank, so a comparison after that would find differences where nothing is wrong.
pub struct BoardWrite<'a> {
    /// The serial port of the board, as in `/dev/ttyUSB0`.
    pub port: &'a str,
    /// What lies where in its flash.
    pub map: &'static Map,
    /// What is written, in the order of addresses.
    pub regions: Vec<FlashRegion>,
}

impl BoardWrite<'_> {
    /// The command line of [`BoardWrite::write`].
    ///
    /// # Errors
    ///
    /// esptool is missing.
    pub fn command_line(&self) -> Result<String> {
        Ok(command::spelled(&self.esptool()?))
    }

    /// Writes all regions, each compared with what is in flash then. At the end the board is reset and its program starts.
    ///
    /// # Errors
    ///
    /// esptool does not reach the board, the flash is smaller than its map, or it holds something else than what was
    /// written. The message has esptool's words and says what to do.
    pub fn write(&self) -> Result<()> {
        let (is_written, errors) = command::run_noting_errors(&mut self.esptool()?)?;
        if !is_written {
            bail!(esptool_fault::explained(&errors, self.port, self.map.kilobytes));
        }
        Ok(())
    }

    /// Lets esptool read the image that it would write; returns what it prints of checksum and entry point.
    ///
    /// # Errors
    ///
    /// esptool does not accept the image.
    pub fn check(&self) -> Result<Vec<String>> {
        let start = image::start(self.map);
        let image = self.regions.iter().find(|region| region.address == start).context("there is no image")?;
        let mut command = image::esptool(&lx106::tools(&root()))?;
        command.args(["--chip", "esp8266", "image-info"]).arg(&image.file);
        let output = command::output(&mut command)?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() || !text.to_lowercase().contains("(valid)") {
            bail!("esptool does not accept the image:\n{text}");
        }
        let lines = text.lines().filter(|line| line.contains("hecksum") || line.contains("Entry point"));
        Ok(lines.map(str::to_owned).collect())
    }

    fn esptool(&self) -> Result<Command> {
        let mut command = image::esptool(&lx106::tools(&root()))?;
        command.args(["--chip", "esp8266", "--port", self.port, "--baud", BAUD]);
        // These are esptool's own, unless variables of the environment say otherwise.
        command.args(["--before", "default-reset", "--after", "hard-reset", "write-flash"]);
        command.args(image::flash_arguments(self.map));
        for region in &self.regions {
            command.arg(format!("{:#x}", region.address)).arg(&region.file);
        }
        Ok(command)
    }
}
