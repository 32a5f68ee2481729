//! `sdk`: checks a downloaded SDK, file by file. Nothing of it is ever copied, and it is never downloaded by us.

use crate::cli::Outcome;
use anyhow::Result;
use lx106::Sdk;
use lx106::sdk::{HOME, VARIABLE, VERSION};
use std::path::Path;

/// Checks the SDK in a folder.
pub fn run(folder: &Path) -> Result<Outcome> {
    match Sdk::open(folder) {
        Ok(_) => {
            println!("{} holds all files of ESP8266_NONOS_SDK {VERSION} that a node needs", folder.display());
            println!("name it in builds: --sdk {}, or {VARIABLE}={0}", folder.display());
            Ok(Outcome::Fine)
        }
        Err(fault) => {
            println!("{fault:#}");
            println!("Espressif publishes it at {HOME}");
            Ok(Outcome::Findings)
        }
    }
}
