//! The serial port of a board. Knows the speed of the log, and nothing of what is in it.

use anyhow::{Context, Result};
use std::io::{ErrorKind, Read, Write};
use std::time::Duration;

/// The speed of the log in bits per second, as `firmware/chip` sets it. What the chip's boot ROM writes before, at
/// 74880, looks like noise.
const BAUD: u32 = 115_200;

/// Copies what a board writes on a serial port, without what could steer a terminal, until the port is gone.
///
/// # Errors
///
/// The port can't be opened, reading it failed, or writing did.
pub fn copy(port: &str, to: &mut dyn Write) -> Result<()> {
    let opened = serialport::new(port, BAUD).timeout(Duration::from_millis(200)).open();
    let mut from = opened.with_context(|| format!("opening {port}; may you read it (group dialout)?"))?;
    copy_all(&mut from, to).with_context(|| format!("reading {port}"))
}

/// A pause is no end.
fn copy_all(from: &mut dyn Read, to: &mut dyn Write) -> std::io::Result<()> {
    let mut buffer = [0; 256];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                to.write_all(&printable(&buffer[..count]))?;
                to.flush()?;
            }
            Err(error) if error.kind() == ErrorKind::TimedOut => {}
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// The bytes without what could steer a terminal: a board at the wrong speed sends anything.
fn printable(bytes: &[u8]) -> Vec<u8> {
    let shown = |byte: &u8| if matches!(byte, b'\n' | b' '..=b'~') { Some(*byte) } else { None };
    bytes.iter().filter_map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives some bytes with pauses in between, like a port.
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
        let silence = || Err(ErrorKind::TimedOut.into());
        let mut port = Port(vec![Ok(b"\x1b[2Jes".to_vec()), silence(), Ok(b"p\r\n\xff".to_vec())]);
        let mut shown = Vec::new();
        copy_all(&mut port, &mut shown).expect("reads");
        assert_eq!(shown, b"[2Jesp\n");
    }

    #[test]
    fn a_port_that_is_not_there_is_named() {
        let fault = copy("/dev/no-such-port", &mut Vec::new()).expect_err("no port");
        assert!(format!("{fault:#}").starts_with("opening /dev/no-such-port"));
    }
}
