//! `verify`: proves what was generated, on a real broker with real nodes, as processes or in the emulator.

use super::arguments::NodePlatform;
use super::{findings, played};
use crate::outcome::Outcome;
use anyhow::Result;
use lab::verify::{Event, verify};
use project::fleets;

/// Prove generated fleets on a real broker
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Verify {
    /// Names in fleets/ or paths; none: all of fleets/
    pub fleets: Vec<String>,
    /// This layout alone
    #[arg(long)]
    pub layout: Option<String>,
    /// What the nodes run on
    #[arg(long, value_enum, default_value = "host")]
    pub on: NodePlatform,
}

impl Verify {
    /// Verifies fleets, all layouts of each or those of one name.
    pub fn run(self) -> Result<Outcome> {
        let paths = fleets::find(&self.fleets)?;
        let on = self.on;
        let verified = verify(&paths, self.layout.as_deref(), on.into(), &mut |event| print(&event, on))?;
        println!();
        verified.iter().for_each(|verified| println!("{verified}"));
        Ok(Outcome::of(verified.iter().any(|verified| verified.fault.is_some())))
    }
}

fn print(event: &Event<'_>, on: NodePlatform) {
    match event {
        Event::Findings(findings) => findings::print(findings),
        Event::NotCurrent(file) => println!("  NO  generated/{file} is not as it would be generated"),
        Event::Layout(plan) => {
            let platform = if on == NodePlatform::Emulator { " · on the emulator" } else { "" };
            println!("{} · {}{platform}", plan.fleet, plan.layout);
        }
        Event::Proven(what) => println!("  ok  {what}"),
        Event::NotProven(why) => println!("  --  {why}"),
        Event::Played(plan, played) => played::print(plan, played, false),
        Event::Failed(error) => println!("  NO  {error:#}"),
    }
}
