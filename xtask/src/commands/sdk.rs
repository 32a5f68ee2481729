//! `sdk`: Espressif's SDK, checked file by file, or downloaded. Nothing of it is part of the project.

use crate::outcome::Outcome;
use anyhow::{Context, Result, bail};
use lx106::download;
use lx106::sdk::{self, ARCHIVE, HOME, LICENCE, Source, VARIABLE, VERSION};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

/// Check Espressif's SDK, file by file, or download it
#[derive(Clone, Debug, clap::Args)]
pub struct Sdk {
    /// Its folder; not named: the one that builds use
    pub folder: Option<PathBuf>,
    /// Download it from Espressif's project on GitHub into target/sdk/
    #[arg(long, conflicts_with = "folder")]
    pub download: bool,
    /// Download without asking
    #[arg(long, requires = "download")]
    pub yes: bool,
    /// Another address of the same archive
    #[arg(long, value_name = "URL", requires = "download")]
    pub from: Option<String>,
}

impl Sdk {
    /// Checks the SDK, or downloads it.
    pub fn run(self) -> Result<Outcome> {
        if self.download {
            return self.fetch();
        }
        let Some((folder, origin)) = sdk::located(self.folder.as_deref()) else {
            println!("there is no ESP8266_NONOS_SDK {VERSION}: nothing is named by {VARIABLE}, nothing is downloaded");
            println!("`cargo xtask sdk --download` fetches it; Espressif publishes it at {HOME}");
            return Ok(Outcome::Findings);
        };
        match lx106::Sdk::open(&folder) {
            Ok(_) => {
                let shown = folder.display();
                println!("{shown} holds all files of ESP8266_NONOS_SDK {VERSION} that a node needs");
                match self.folder {
                    Some(_) => println!("name it in builds: --sdk {shown}, or {VARIABLE}={shown}"),
                    None => println!("builds use it: it is {origin}"),
                }
                Ok(Outcome::Fine)
            }
            Err(fault) => {
                println!("{fault:#}");
                Ok(Outcome::Findings)
            }
        }
    }

    fn fetch(&self) -> Result<Outcome> {
        let folder = sdk::downloaded();
        if lx106::Sdk::open(&folder).is_ok() {
            println!("{} holds it already", folder.display());
            return Ok(Outcome::Fine);
        }
        let source = Source { url: self.from.as_deref().unwrap_or(ARCHIVE.url), ..ARCHIVE };
        let wanted = sdk::wanted();
        let size = download::size(&source)?.map_or("the server does not tell".to_owned(), megabytes);
        println!("Espressif's ESP8266_NONOS_SDK {VERSION}");
        println!("  from     {} ({size})", source.url);
        println!("  licence  {LICENCE}; its text comes along as License");
        println!("  kept     {} files, each compared with its hash, in {}", wanted.len(), folder.display());
        match source.sha256 {
            Some(hash) => println!("  SHA-256  {hash}, of the archive"),
            None => println!("  SHA-256  not set for the archive; the hashes of its files decide"),
        }
        if !self.yes && !is_confirmed()? {
            bail!("nothing was downloaded; --yes downloads without asking");
        }
        let is_watched = std::io::stdout().is_terminal();
        let mut shown = String::new();
        download::fetch(&source, &wanted, &folder, &mut |bytes| {
            let now = megabytes(bytes);
            if is_watched && now != shown {
                print!("\r  {now}");
                // A terminal that is gone is no reason to stop.
                let _ = std::io::stdout().flush();
                shown = now;
            }
        })?;
        lx106::Sdk::open(&folder)?;
        println!("{}{} holds it; build and flash find it there", if is_watched { "\r" } else { "" }, folder.display());
        Ok(Outcome::Fine)
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
}

/// Asks; no answer is a no.
fn is_confirmed() -> Result<bool> {
    print!("Download it? [y/N] ");
    std::io::stdout().flush().context("asking")?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("reading the answer")?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
