//! The command line.

use std::collections::BTreeMap;
use std::net::SocketAddr;

pub(crate) struct Arguments {
    pub(crate) broker: SocketAddr,
    /// By user; empty where nobody has one.
    pub(crate) passwords: BTreeMap<String, String>,
    pub(crate) nodes: usize,
    pub(crate) seconds: u64,
    pub(crate) cuts: usize,
    pub(crate) seed: u64,
}

pub(crate) fn read(words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let words: Vec<String> = words.collect();
    let options: BTreeMap<&str, &str> = words.chunks_exact(2).map(|pair| (&*pair[0], &*pair[1])).collect();
    let get = |name: &str| options.get(name).copied().ok_or(format!("{name} is missing"));
    let number = |name: &str| get(name)?.parse::<u64>().map_err(|_| format!("{name} needs a number"));
    let passwords = match options.get("--passwords") {
        None => BTreeMap::new(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
            let pairs = text.lines().filter_map(|line| line.split_once(' '));
            pairs.map(|(user, password)| (user.to_owned(), password.to_owned())).collect()
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
