//! The command line.

use std::collections::BTreeMap;
use std::net::SocketAddr;

/// All options.
const OPTIONS: [&str; 6] = ["--broker", "--passwords", "--nodes", "--for", "--cuts", "--seed"];

/// What the command line says.
pub(crate) struct Arguments {
    pub(crate) broker: SocketAddr,
    /// By user; empty where nobody has one.
    pub(crate) passwords: BTreeMap<String, String>,
    pub(crate) nodes: usize,
    pub(crate) seconds: u64,
    pub(crate) cuts: usize,
    pub(crate) seed: u64,
}

/// Reads the command line; the answer to a mistake is a sentence.
pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let arguments: Vec<String> = arguments.collect();
    let (pairs, rest) = arguments.as_chunks::<2>();
    if let [option] = rest {
        return Err(format!("{option} needs a value"));
    }
    let options: BTreeMap<&str, &str> = pairs.iter().map(|[option, value]| (&**option, &**value)).collect();
    if let Some(unknown) = options.keys().find(|option| !OPTIONS.contains(option)) {
        return Err(format!("no option {unknown}"));
    }
    let get = |name: &str| options.get(name).copied().ok_or(format!("{name} is missing"));
    let number = |name: &str| get(name)?.parse::<u64>().map_err(|_| format!("{name} needs a number"));
    let passwords = match options.get("--passwords") {
        None => BTreeMap::new(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
            let pair = |(index, line): (usize, &str)| {
                let pair = line.split_once(' ').map(|(user, password)| (user.to_owned(), password.to_owned()));
                // Not the line itself: it may be a password.
                pair.ok_or(format!("{path}: line {} is not `USER PASSWORD`", index + 1))
            };
            text.lines().enumerate().map(pair).collect::<Result<_, String>>()?
        }
    };
    Ok(Arguments {
        broker: get("--broker")?.parse().map_err(|_| "--broker needs ADDRESS:PORT".to_owned())?,
        passwords,
        nodes: number("--nodes")? as usize,
        seconds: number("--for")?,
        cuts: number("--cuts")? as usize,
        seed: number("--seed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "--broker 127.0.0.1:1883 --nodes 40 --for 6 --cuts 8 --seed 1";

    fn parse(line: &str) -> Result<Arguments, String> {
        read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn all_options() {
        let arguments = parse(GOOD).expect("valid");
        assert_eq!((arguments.nodes, arguments.seconds, arguments.cuts, arguments.seed), (40, 6, 8, 1));
    }

    #[test]
    fn mistakes_are_named() {
        for (line, expected) in [
            (GOOD.replace(" --seed 1", ""), "--seed is missing"),
            (GOOD.replace(" --seed 1", " --seed"), "--seed needs a value"),
            (GOOD.replace("--seed 1", "--seed soon"), "--seed needs a number"),
            (GOOD.replace("--broker 127.0.0.1:1883", "--broker here"), "--broker needs ADDRESS:PORT"),
            (format!("{GOOD} --speed 3"), "no option --speed"),
        ] {
            assert_eq!(parse(&line).err().as_deref(), Some(expected));
        }
    }
}
