//! `sdk`: checks a downloaded SDK, file by file. Nothing of it is ever copied, and it is never downloaded by us.

use crate::outcome::Outcome;
use anyhow::Result;
use lx106::sdk::{HOME, VARIABLE, VERSION};
use std::path::PathBuf;

/// Check a downloaded SDK, file by file
#[derive(Clone, Debug, clap::Args)]
pub struct Sdk {
    /// Its folder
    pub folder: PathBuf,
}

impl Sdk {
    /// Checks the SDK in the folder.
    pub fn run(self) -> Result<Outcome> {
        match lx106::Sdk::open(&self.folder) {
            Ok(_) => {
                let folder = self.folder.display();
                println!("{folder} holds all files of ESP8266_NONOS_SDK {VERSION} that a node needs");
                println!("name it in builds: --sdk {folder}, or {VARIABLE}={folder}");
                Ok(Outcome::Fine)
            }
            Err(fault) => {
                println!("{fault:#}");
                println!("Espressif publishes it at {HOME}");
                Ok(Outcome::Findings)
            }
        }
    }
}
