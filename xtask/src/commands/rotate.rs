//! `rotate`: new credentials for nodes, while the old ones are valid until they are not needed any more.

use super::apply::{close, deployment};
use super::arguments::To;
use crate::outcome::Outcome;
use anyhow::Result;
use credentials::secrets::{file::SecretsFile, path};
use deploy::Report;
use deploy::renewal;

/// Give a node a new account on the broker; the old one ends when the node has connected with the new one
#[derive(Clone, Debug, clap::Args)]
pub struct Rotate {
    /// A name in fleets/ or a path
    pub fleet: String,
    /// The node
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub node: Option<String>,
    /// All nodes
    #[arg(long)]
    pub all: bool,
    /// Where its broker works.
    #[command(flatten)]
    pub to: To,
}

impl Rotate {
    /// Rotates one user, or all nodes.
    pub fn run(self) -> Result<Outcome> {
        let Some(deployment) = deployment(&self.fleet, self.to)? else { return Ok(Outcome::Findings) };
        let mut secrets_file = SecretsFile::open(&path())?;
        println!("{}", deployment.title());
        let rotation = renewal::rotate(&deployment, &mut secrets_file, self.node.as_deref())?;
        let fleet = &deployment.plan.fleet;
        let account = |user: &str| secrets_file.secrets.accounts(fleet, user).pop().unwrap_or_default();
        for user in &rotation.finished {
            println!("finished  {user} has connected as `{}`; its old account is gone", account(user));
        }
        for user in &rotation.started {
            println!("started   {user} is to be `{}` now; both accounts are valid", account(user));
        }
        for user in &rotation.waiting {
            println!("waiting   {user} has not connected as `{}` yet; both accounts are valid", account(user));
        }
        let to_flash: Vec<&String> = rotation.started.iter().chain(&rotation.waiting).collect();
        if !to_flash.is_empty() {
            println!("next: write it into its board, and run this command again when it is connected:");
            to_flash.iter().for_each(|user| println!("  cargo xtask flash {fleet} {user} --port …"));
        }
        if !rotation.waiting.is_empty() && !deployment.is_live() {
            println!("only the running broker knows who has connected: name its process with --pid-file");
        }
        let report = Report { changed: true, in_force: deployment.is_live(), restart: rotation.restart };
        let closed = close(&deployment, &report);
        Ok(if rotation.waiting.is_empty() { closed } else { Outcome::Findings })
    }
}
