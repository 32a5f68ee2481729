//! The serial ports of this machine: which of them may be a board's, and what to say if there is none, or a wrong one.

use anyhow::{Context, Result, bail};
use rustix::fs::{Access, access};
use serialport::SerialPortType;
use std::fmt::{Display, Formatter};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

/// Where Linux lists its serial ports; the library that reads it does not expect it to be missing.
const LISTED: &str = "/sys/class/tty";
/// Where udev gives ports names that stay the same.
const BY_ID: &str = "/dev/serial/by-id";

/// A serial port behind USB, as every board with a USB socket has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// As in `/dev/ttyUSB0`.
    pub path: String,
    /// What the adapter says of itself, if anything.
    pub adapter: String,
    /// Another name of it, which it keeps when others are plugged in before it.
    pub by_id: Option<String>,
}

impl Display for Port {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.path)?;
        if !self.adapter.is_empty() {
            write!(formatter, "  {}", self.adapter)?;
        }
        self.by_id.as_ref().map_or(Ok(()), |name| write!(formatter, "  {name}"))
    }
}

/// The port that was named, or the only one that there is.
///
/// # Errors
///
/// The named one is not there, is none or may not be used; or none was named, and there is none or more than one.
pub fn chosen(named: Option<String>) -> Result<String> {
    match named {
        Some(port) => {
            check(&port)?;
            Ok(port)
        }
        None => Ok(only_one(&all()?)?.path.clone()),
    }
}

/// All serial ports behind USB, in the order of their names.
///
/// # Errors
///
/// The system does not list them.
pub fn all() -> Result<Vec<Port>> {
    if cfg!(target_os = "linux") && !Path::new(LISTED).is_dir() {
        bail!("this system lists no serial ports ({LISTED} is missing); name the board's with --port");
    }
    let mut ports: Vec<Port> = serialport::available_ports()
        .context("listing the serial ports")?
        .into_iter()
        .filter_map(|port| match port.port_type {
            SerialPortType::UsbPort(usb) => {
                let words = [usb.manufacturer, usb.product, usb.serial_number];
                let adapter = words.into_iter().flatten().map(|word| printable(&word)).collect::<Vec<_>>().join(" ");
                Some(Port { by_id: by_id(&port.port_name), path: port.port_name, adapter })
            }
            _ => None,
        })
        .collect();
    ports.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(ports)
}

/// A device may say anything of itself, and must not steer a terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).collect()
}

fn by_id(path: &str) -> Option<String> {
    let links = std::fs::read_dir(BY_ID).ok()?;
    let device = Path::new(path).canonicalize().ok()?;
    let mut names = links.filter_map(|link| Some(link.ok()?.path())).filter(|link| {
        // A link whose port was pulled out meanwhile leads nowhere.
        link.canonicalize().is_ok_and(|target| target == device)
    });
    names.next().map(|link| printable(&link.display().to_string()))
}

fn only_one(ports: &[Port]) -> Result<&Port> {
    match ports {
        [port] => Ok(port),
        [] => bail!(
            "no serial port is there\n\
             - is the board connected, by a cable that carries data? some only charge\n\
             - `sudo dmesg | tail` names the port if the system knows the board's adapter, as in ttyUSB0; a CH340 needs the \
             driver ch341, a CP2102 cp210x\n\
             - a virtual machine has to be given the USB device; in WSL, run `usbipd attach --wsl --busid …` on Windows\n\
             a port that is not behind USB is named with --port"
        ),
        several => {
            let list: Vec<String> = several.iter().map(|port| format!("  {port}")).collect();
            bail!("there are {} serial ports; name the board's with --port\n{}", several.len(), list.join("\n"))
        }
    }
}

/// Looks at a port without opening it: that would reset some boards.
fn check(port: &str) -> Result<()> {
    let Ok(metadata) = std::fs::metadata(port) else {
        let listed = all().with_context(|| format!("there is no port {port}"))?;
        let others: Vec<String> = listed.iter().map(|port| format!("\n  {port}")).collect();
        let there = if others.is_empty() {
            "there is none behind USB".to_owned()
        } else {
            format!("there is{}", others.concat())
        };
        bail!("there is no port {port}; {there}");
    };
    if !metadata.file_type().is_char_device() {
        bail!("{port} is no serial port; a board's is called like /dev/ttyUSB0");
    }
    access(port, Access::READ_OK | Access::WRITE_OK).map_err(|error| {
        anyhow::anyhow!(
            "you may not use {port} ({error}); join the group that may: `sudo usermod -aG dialout $USER` (on some systems \
             uucp), and log in again"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(path: &str) -> Port {
        Port { path: path.into(), adapter: "QinHeng USB Serial".into(), by_id: Some(format!("{BY_ID}/{}", &path[5..])) }
    }

    #[test]
    fn the_only_port_is_taken() {
        assert_eq!(only_one(&[port("/dev/ttyUSB3")]).expect("one").path, "/dev/ttyUSB3");
    }

    #[test]
    fn several_ports_are_named_and_none_is_taken() {
        let fault = only_one(&[port("/dev/ttyUSB0"), port("/dev/ttyACM1")]).expect_err("several").to_string();
        for words in ["there are 2 serial ports", "--port", "/dev/ttyUSB0  QinHeng USB Serial", "by-id/ttyACM1"] {
            assert!(fault.contains(words), "{words}: {fault}");
        }
    }

    #[test]
    fn without_a_port_the_answer_says_where_to_look() {
        let fault = only_one(&[]).expect_err("none").to_string();
        for words in ["cable", "driver", "usbipd", "--port"] {
            assert!(fault.contains(words), "{words}: {fault}");
        }
    }

    #[test]
    fn what_is_no_port_is_told_from_one_that_is_missing() {
        assert!(check("/dev/no-such-port").expect_err("missing").to_string().starts_with("there is no port"));
        let file = tempfile::NamedTempFile::new().expect("a file");
        let fault = check(&file.path().to_string_lossy()).expect_err("a file").to_string();
        assert!(fault.contains("is no serial port"), "{fault}");
    }

    #[test]
    fn an_adapter_steers_no_terminal() {
        assert_eq!(printable("CP2102\u{1b}[2J\u{7}"), "CP2102[2J");
    }
}
