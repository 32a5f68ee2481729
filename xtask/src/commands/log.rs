//! `log`: what a board says on its serial port.

use crate::cli::Outcome;
use anyhow::{Context, Result};
use std::io::{Read, Write};
use std::time::Duration;

/// The speed of the log, as `firmware/chip` sets it. What the chip's boot ROM says before, at 74880, looks like noise.
const BAUD: u32 = 115_200;

/// Shows it until the port or the person ends it.
pub fn run(port: &str) -> Result<Outcome> {
    let opened = serialport::new(port, BAUD).timeout(Duration::from_millis(200)).open();
    let mut from = opened.with_context(|| format!("opening {port}; may you read it (group dialout)?"))?;
    let mut out = std::io::stdout().lock();
    copy(&mut from, &mut out).with_context(|| format!("reading {port}"))?;
    Ok(Outcome::Fine)
}

/// Copies until the port is gone; silence is no end.
fn copy(from: &mut dyn Read, to: &mut dyn Write) -> std::io::Result<()> {
    let mut buffer = [0; 256];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                to.write_all(&printable(&buffer[..count]))?;
                to.flush()?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {}
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// The bytes without what could steer a terminal: a board at the wrong speed says anything.
fn printable(bytes: &[u8]) -> Vec<u8> {
    let shown = |byte: &u8| if matches!(byte, b'\n' | b' '..=b'~') { Some(*byte) } else { None };
    bytes.iter().filter_map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says some things and is silent in between, like a port.
    struct Port(Vec<std::io::Result<Vec<u8>>>);

    impl Read for Port {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let bytes = if self.0.is_empty() { Vec::new() } else { self.0.remove(0)? };
            buffer[..bytes.len()].copy_from_slice(&bytes);
            Ok(bytes.len())
        }
    }

    #[test]
    fn silence_is_no_end_and_noise_steers_no_terminal() {
        let silence = || Err(std::io::ErrorKind::TimedOut.into());
        let mut port = Port(vec![Ok(b"\x1b[2Jes".to_vec()), silence(), Ok(b"p\r\n\xff".to_vec())]);
        let mut shown = Vec::new();
        copy(&mut port, &mut shown).expect("reads");
        assert_eq!(shown, b"[2Jesp\n");
    }

    #[test]
    fn a_port_that_is_not_there_is_named() {
        let fault = run("/dev/no-such-port").expect_err("no port");
        assert!(format!("{fault:#}").starts_with("opening /dev/no-such-port"));
    }
}
