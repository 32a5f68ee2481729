//! The command line of a node's process.

use crate::kept::Kept;
use crate::resolver::GROUP;
use fleetwright_protocol::Input;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// How a broker that speaks TLS is known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "only TLS makes one"))]
pub(crate) enum Proof {
    /// It knows the key of this name.
    Key(String, Vec<u8>),
    /// It has the private half of this key: both coordinates of a point of P-256.
    Pin([u8; 64]),
}

/// What the command line says.
#[derive(Debug, PartialEq)]
pub(crate) struct Arguments {
    pub(crate) brokers: Vec<String>,
    pub(crate) credentials: Option<(String, String)>,
    /// How TLS is spoken; `None`: it is not.
    pub(crate) proof: Option<Proof>,
    pub(crate) virtual_time: bool,
    pub(crate) seed: u32,
    /// For a copy that shares its program: its name, and the names of its status topic and its topics.
    pub(crate) client_id: Option<String>,
    pub(crate) names: Vec<String>,
    /// What was kept before.
    pub(crate) kept: Kept,
    /// The inputs before the node starts.
    pub(crate) world: Vec<Input>,
    /// Where queries for brokers whose names end with `.local` go.
    pub(crate) responders: SocketAddr,
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            brokers: Vec::new(),
            credentials: None,
            proof: None,
            virtual_time: false,
            seed: 0,
            client_id: None,
            names: Vec::new(),
            world: Vec::new(),
            kept: Kept::default(),
            responders: GROUP,
        }
    }
}

impl Arguments {
    /// The names as the node reads them.
    pub(crate) fn name_table(&self) -> Vec<u8> {
        self.names.iter().flat_map(|name| [&[name.len() as u8], name.as_bytes()].concat()).collect()
    }
}

pub(crate) const USAGE: &str = "[--broker HOST:PORT]… [--user NAME --password-file FILE] [--time real|virtual] [--seed N] [--world LINE]… [--client-id NAME --name TOPIC…] [--psk-file FILE | --pin KEY] [--flash FILE] [--mdns ADDRESS:PORT]";

/// Reads the command line; the answer to a mistake is a sentence.
pub(crate) fn read(command_line: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments { seed: std::process::id(), ..Arguments::default() };
    let (mut user, mut password) = (None, None);
    let mut command_line = command_line;
    while let Some(option) = command_line.next() {
        let mut value = || command_line.next().ok_or(format!("{option} needs a value"));
        match option.as_str() {
            "--broker" => arguments.brokers.push(value()?),
            "--user" => user = Some(value()?),
            "--password-file" => password = Some(secret(Path::new(&value()?))?),
            "--psk-file" => arguments.proof = Some(key(Path::new(&value()?))?),
            "--pin" => arguments.proof = Some(pin(&value()?)?),
            "--flash" => arguments.kept = Kept::open(Path::new(&value()?))?,
            "--seed" => arguments.seed = value()?.parse().map_err(|_| "--seed needs a number".to_owned())?,
            "--client-id" => arguments.client_id = Some(value()?),
            "--name" => arguments.names.push(name(value()?)?),
            "--world" => arguments.world.push(Input::read(&value()?).map_err(|mistake| format!("--world: {mistake}"))?),
            "--mdns" => arguments.responders = value()?.parse().map_err(|_| "--mdns needs ADDRESS:PORT".to_owned())?,
            "--time" => {
                arguments.virtual_time = match value()?.as_str() {
                    "real" => false,
                    "virtual" => true,
                    _ => return Err("--time is real or virtual".into()),
                };
            }
            _ => return Err(format!("no option {option}")),
        }
    }
    arguments.credentials = match (user, password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        _ => return Err("--user and --password-file go together".into()),
    };
    Ok(arguments)
}

/// A topic name, as long as a node can take.
fn name(text: String) -> Result<String, String> {
    if text.len() > 255 { Err(format!("`{text}` is longer than 255 bytes")) } else { Ok(text) }
}

/// The name and the key in a file of one line, as Mosquitto's `psk_file` has them.
#[cfg(feature = "tls")]
fn key(path: &Path) -> Result<Proof, String> {
    let text = secret(path)?;
    let found = text.split_once(':').and_then(|(name, digits)| {
        let (bytes, length) = fleetwright_tls::key::from_hex(digits)?;
        Some(Proof::Key(name.to_owned(), bytes[..length].to_vec()))
    });
    found.ok_or(format!("{}: no line `NAME:KEY` with 32 to 64 hexadecimal digits", path.display()))
}

/// The broker's public key.
#[cfg(feature = "tls")]
fn pin(digits: &str) -> Result<Proof, String> {
    fleetwright_tls::key::public_from_hex(digits).map(Proof::Pin).ok_or("--pin: no 128 hexadecimal digits".into())
}

#[cfg(not(feature = "tls"))]
fn key(_: &Path) -> Result<Proof, String> {
    Err("--psk-file: this program has no TLS; its fleet does not say `security: tls`".into())
}

#[cfg(not(feature = "tls"))]
fn pin(_: &str) -> Result<Proof, String> {
    Err("--pin: this program has no TLS; its fleet does not say `security: tls-pinned`".into())
}

/// The text of a file that nobody but its owner may read, without the line end.
fn secret(path: &Path) -> Result<String, String> {
    let complain = |what: String| format!("{}: {what}", path.display());
    let mode = std::fs::metadata(path).map_err(|error| complain(error.to_string()))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(complain("others may read this secret; chmod 600 it".into()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| complain(error.to_string()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, String> {
        read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn all_options() {
        let arguments = parse("--broker 127.0.0.1:1883 --time virtual --seed 7 --mdns 127.0.0.1:9").expect("valid");
        assert_eq!(arguments.responders, SocketAddr::from(([127, 0, 0, 1], 9)));
        assert_eq!(parse("").expect("valid").responders, GROUP);
        assert_eq!(arguments.brokers, ["127.0.0.1:1883"]);
        assert!(arguments.virtual_time);
        assert_eq!(arguments.seed, 7);
    }

    #[test]
    fn copies_have_names_of_their_own() {
        let arguments = parse("--client-id lamp-2 --name f/lamp-2/status --name f/2/light").expect("valid");
        assert_eq!(arguments.client_id.as_deref(), Some("lamp-2"));
        assert_eq!(arguments.name_table(), b"\x0ff/lamp-2/status\x09f/2/light");
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(parse("--broker").unwrap_err(), "--broker needs a value");
        assert_eq!(parse("--mdns broker.local").unwrap_err(), "--mdns needs ADDRESS:PORT");
        assert_eq!(parse("--time soon").unwrap_err(), "--time is real or virtual");
        assert_eq!(parse("--user eve").unwrap_err(), "--user and --password-file go together");
        let mistake = read(["--world", "quit"].map(str::to_owned).into_iter()).unwrap_err();
        assert_eq!(mistake, "--world: `quit`: expected an input: `pin`, `analog` or `bme280`");
        assert_eq!(parse("--password hunter2").unwrap_err(), "no option --password");
    }
}
