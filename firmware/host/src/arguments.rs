//! The command line of a node's process.

use crate::pins::Command;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// What the command line says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) broker: Option<String>,
    pub(crate) credentials: Option<(String, String)>,
    pub(crate) virtual_time: bool,
    pub(crate) seed: u32,
    /// How the world is before the node starts.
    pub(crate) world: Vec<Command>,
}

pub(crate) const USAGE: &str =
    "[--broker HOST:PORT] [--user NAME --password-file FILE] [--time real|virtual] [--seed N] [--world LINE]…";

/// Reads the command line; the answer to a mistake is a sentence.
pub(crate) fn read(words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments { seed: std::process::id(), ..Arguments::default() };
    let (mut user, mut password) = (None, None);
    let mut words = words;
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--broker" => arguments.broker = Some(value()?),
            "--user" => user = Some(value()?),
            "--password-file" => password = Some(secret(Path::new(&value()?))?),
            "--seed" => arguments.seed = value()?.parse().map_err(|_| "--seed needs a number".to_owned())?,
            "--world" => match Command::read(&value()?)? {
                command @ (Command::Pin(..) | Command::Analog(_)) => arguments.world.push(command),
                _ => return Err("--world takes `pin …` or `analog …`".into()),
            },
            "--time" => {
                arguments.virtual_time = match value()?.as_str() {
                    "real" => false,
                    "virtual" => true,
                    _ => return Err("--time is real or virtual".into()),
                };
            }
            _ => return Err(format!("no option {word}")),
        }
    }
    arguments.credentials = match (user, password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        _ => return Err("--user and --password-file go together".into()),
    };
    Ok(arguments)
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

    fn words(line: &str) -> Result<Arguments, String> {
        read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn all_options() {
        let arguments = words("--broker 127.0.0.1:1883 --time virtual --seed 7").expect("valid");
        assert_eq!(arguments.broker.as_deref(), Some("127.0.0.1:1883"));
        assert!(arguments.virtual_time);
        assert_eq!(arguments.seed, 7);
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(words("--broker").unwrap_err(), "--broker needs a value");
        assert_eq!(words("--time soon").unwrap_err(), "--time is real or virtual");
        assert_eq!(words("--user eve").unwrap_err(), "--user and --password-file go together");
        assert_eq!(words("--password hunter2").unwrap_err(), "no option --password");
    }
}
