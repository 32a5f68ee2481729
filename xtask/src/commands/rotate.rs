//! `rotate`: new credentials for nodes, while the old ones are valid until they are not needed any more.

use super::apply::{close, deployment};
use crate::cli::Outcome;
use anyhow::Result;
use credentials::secrets::{keep::Keeper, place};
use deploy::renewal;
use deploy::{Report, Where};

/// Rotates one user, or all nodes.
pub fn run(word: &str, name: Option<&str>, to: &Where) -> Result<Outcome> {
    let Some(deployment) = deployment(word, to)? else { return Ok(Outcome::Findings) };
    let mut keeper = Keeper::open(&place())?;
    println!("{}", deployment.title());
    let rotation = renewal::rotate(&deployment, &mut keeper, name)?;
    let fleet = &deployment.plan.fleet;
    let account = |user: &str| keeper.secrets.accounts(fleet, user).pop().unwrap_or_default();
    for user in &rotation.finished {
        println!("finished  {user} was heard as `{}`; its old account is gone", account(user));
    }
    for user in &rotation.started {
        println!("started   {user} is to be `{}` now; both accounts are valid", account(user));
    }
    for user in &rotation.waiting {
        println!("waiting   {user} was not heard as `{}` yet; both accounts are valid", account(user));
    }
    let to_flash: Vec<&String> = rotation.started.iter().chain(&rotation.waiting).collect();
    if !to_flash.is_empty() {
        println!("next: write it into its board, and run this command again when it is connected:");
        to_flash.iter().for_each(|user| println!("  cargo xtask flash {fleet} {user} --port …"));
    }
    if !rotation.waiting.is_empty() && !deployment.is_live() {
        println!("only the running broker knows who was heard: name its process with --pid-file");
    }
    let report = Report { changed: true, in_force: deployment.is_live(), restart: rotation.restart };
    let closed = close(&deployment, &report);
    Ok(if rotation.waiting.is_empty() { closed } else { Outcome::Findings })
}
