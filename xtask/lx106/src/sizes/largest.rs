//! What is large in a linked node, symbol by symbol.

use super::number::number;
use anyhow::{Context, Result};
use object::{Object, ObjectSymbol};
use std::path::Path;

/// What is large in a linked node: the `count` largest functions and variables, one to a line.
pub fn largest(elf: &Path, count: usize) -> Result<String> {
    let bytes = std::fs::read(elf).with_context(|| format!("reading {}", elf.display()))?;
    let file = object::File::parse(&*bytes).with_context(|| format!("reading {}", elf.display()))?;
    let mut found: Vec<(u64, String)> = file
        .symbols()
        .filter(|symbol| symbol.size() > 0)
        .map(|symbol| (symbol.size(), symbol.name().unwrap_or("?").to_owned()))
        .collect();
    found.sort_by(|one, other| other.cmp(one));
    found.dedup();
    let lines = found.iter().take(count).map(|(size, name)| format!("  {:>9}  {name}\n", number(*size)));
    Ok(lines.collect())
}
