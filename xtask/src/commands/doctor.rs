//! `doctor`: shows what is there, what is missing, and the command that mends it.

use crate::outcome::Outcome;
use anyhow::{Result, bail};
use lx106::{Sdk, sdk};
use project::tools::{self, Tool};

/// Show what is there and what is missing
#[derive(Clone, Debug, clap::Args)]
pub struct Doctor {}

impl Doctor {
    /// Looks at the machine.
    pub fn run(self) -> Result<Outcome> {
        let mut is_missing = false;
        for tool in needed() {
            match tool.find() {
                Ok(path) => println!("ok       {:<20} {path} ({})", tool.program, tool.purpose),
                Err(why) => {
                    is_missing = true;
                    println!("missing  {:<20} {}", tool.program, tool.purpose);
                    for line in format!("{why:#}").lines() {
                        println!("           {line}");
                    }
                    println!("           {}", tool.by_hand());
                }
            }
        }
        println!("{}", sdk());
        if is_missing {
            bail!("run `{}`, or install by hand what is missing", broker::REMEDY);
        }
        Ok(Outcome::Fine)
    }
}

/// What is to be said of Espressif's SDK; only builds for the chip need it.
fn sdk() -> String {
    let name = "ESP8266_NONOS_SDK";
    let purpose = "build and flash for the chip";
    match sdk::located(None) {
        None => format!("none     {name:<20} {purpose}\n           cargo xtask sdk --download"),
        Some((folder, origin)) => match Sdk::open(&folder) {
            Ok(_) => format!("ok       {name:<20} {} ({purpose}; {origin})", folder.display()),
            Err(fault) => format!(
                "wrong    {name:<20} {purpose}; {origin}\n           {}",
                fault.to_string().replace('\n', "\n           ")
            ),
        },
    }
}

/// What is needed beside Cargo and rustc: the lists of all crates.
pub(super) fn needed() -> impl Iterator<Item = &'static Tool> {
    let lists = [tools::BUILD, broker::tools::TOOLS, lx106::tools::TOOLS, lab::tools::TOOLS, tools::TEST];
    lists.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_program_has_something_that_brings_it() {
        // A program that is not in the data of packages would panic here, and nowhere earlier than on a machine without it.
        needed().for_each(|tool| assert!(tool.by_hand().len() > 10, "{}", tool.program));
    }
}
