//! `flash`: an image with its node's identity into a board, verified, and then the board's log.

use super::findings;
use super::log::Log;
use crate::outcome::Outcome;
use anyhow::Result;
use deploy::ports;
use lx106::Sdk;
use std::path::PathBuf;

/// Write a node into a board, verify it and show its log
#[derive(Clone, Debug, clap::Args)]
pub struct Flash {
    /// A name in fleets/ or a path
    pub fleet: String,
    /// The node
    pub node: String,
    /// Its layout; the first that has the node, if not named
    #[arg(long)]
    pub layout: Option<String>,
    /// The serial port of the board, as in /dev/ttyUSB0; the only one that there is, if not named
    #[arg(long)]
    pub port: Option<String>,
    /// The folder of Espressif's ESP8266_NONOS_SDK 3.0.6, instead of what ESP8266_SDK names or `sdk --download` fetched
    #[arg(long, value_name = "DIR")]
    pub sdk: Option<PathBuf>,
    /// Write nothing; print the exact commands and check the image
    #[arg(long)]
    pub dry_run: bool,
}

impl Flash {
    /// Builds and writes.
    pub fn run(self) -> Result<Outcome> {
        let layout = self.layout.as_deref();
        let Some(output) = findings::generate(&self.fleet, layout)? else { return Ok(Outcome::Findings) };
        let (plan, node) = deploy::flash::find(&output.layouts(layout)?, &self.node)?;
        // Who only wants to see the command needs no board.
        let port = match self.port {
            Some(port) if self.dry_run => port,
            port => ports::chosen(port)?,
        };
        let sdk = Sdk::find(self.sdk.as_deref())?;
        let board = deploy::flash::prepare(plan, node, &sdk, &port)?;
        if self.dry_run {
            println!("{}", board.command_line()?);
            board.check()?.iter().for_each(|line| println!("  {line}"));
            println!("nothing was written: --dry-run");
            return Ok(Outcome::Fine);
        }
        board.write()?;
        println!("{} is in the board at {port}; its log follows, end it with Ctrl-C", node.name);
        Log { port: Some(port) }.run()
    }
}
