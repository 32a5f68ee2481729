//! Arguments that several commands take, and what they mean to the libraries.

use broker::installed::Release;
use clap::{Args, ValueEnum};
use deploy::Destination;
use std::net::IpAddr;
use std::path::PathBuf;

/// What nodes run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum NodePlatform {
    /// Processes of this machine
    #[default]
    Host,
    /// QEMU's LX106, with the program that a board would run
    Emulator,
}

impl From<NodePlatform> for lab::nodes::NodePlatform {
    fn from(on: NodePlatform) -> Self {
        match on {
            NodePlatform::Host => Self::Host,
            NodePlatform::Emulator => Self::Emulator,
        }
    }
}

/// Releases of Mosquitto whose configurations differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mosquitto {
    /// Mosquitto 2.0: files are named by options
    #[value(name = "2.0")]
    V20,
    /// Mosquitto 2.1: the options are deprecated, plugins read the files
    #[value(name = "2.1")]
    V21,
}

impl From<Mosquitto> for Release {
    fn from(mosquitto: Mosquitto) -> Self {
        match mosquitto {
            Mosquitto::V20 => Self::V20,
            Mosquitto::V21 => Self::V21,
        }
    }
}

/// Where the broker of a layout works.
#[derive(Args, Clone, Debug)]
pub struct To {
    /// The folder of the broker's files; it must be there
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// Which layout; the first, if not named
    #[arg(long)]
    pub layout: Option<String>,
    /// The file with the process number of the running broker, which is then asked to reload; Debian's is
    /// /run/mosquitto/mosquitto.pid
    #[arg(long, value_name = "FILE")]
    pub pid_file: Option<PathBuf>,
    /// The form of the configuration; that of the Mosquitto that is installed, if not named
    #[arg(long, value_enum)]
    pub mosquitto: Option<Mosquitto>,
    /// The one address that the broker listens on; all, if not named
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<IpAddr>,
}

impl From<To> for Destination {
    fn from(to: To) -> Self {
        let To { to: folder, layout: _, pid_file, mosquitto, listen } = to;
        Self { folder, pid_file, mosquitto: mosquitto.map(Into::into), listen }
    }
}
