//! Runs the steps of a scenario.

use super::expectations;
use super::outcome::{Failure, ScenarioOutcome, StepOutcome};
use super::simulation::Simulation;
use super::transcript::EventKind;
use crate::roles;
use crate::stimulus::Stimulus;
use anyhow::{Result, bail};
use fleetwright_generator::model::NodeFault;
use fleetwright_generator::model::{Act, RoleKind, Step};
use fleetwright_generator::plan::ScenarioPlan;

/// How much longer than a role waits an input is held, and how long it rests then, in milliseconds.
const HOLD_MARGIN: u64 = 50;

/// Runs a scenario to its end or to its first failure.
pub(super) fn run(simulation: &mut Simulation<'_>, scenario: &ScenarioPlan) -> Result<ScenarioOutcome> {
    let mut mark = 0;
    for planned in &scenario.steps {
        let Step { position, text, act } = &planned.step;
        if let Some(node) = &planned.absent {
            simulation.note(EventKind::LeftOut(position.clone(), text.clone(), node.clone()));
            continue;
        }
        if !matches!(act, Act::Expect(_)) {
            mark = simulation.transcript().events.len();
        }
        simulation.note(EventKind::Step(position.clone(), text.clone()));
        if let StepOutcome::Failed { found, needed } = run_step(simulation, act, mark)? {
            let (position, step) = (position.clone(), text.clone());
            return Ok(ScenarioOutcome::Failed(Failure { position, step, found, needed }));
        }
    }
    Ok(ScenarioOutcome::Passed)
}

/// Runs one step; `mark` is how many events there were before the last step that did something.
fn run_step(simulation: &mut Simulation<'_>, act: &Act, mark: usize) -> Result<StepOutcome> {
    match act {
        Act::Set(values) => values.iter().try_for_each(|(key, value)| set(simulation, key, value))?,
        Act::Press(keys) => keys.iter().try_for_each(|key| hold(simulation, key, 0))?,
        Act::Hold(times) => times.iter().try_for_each(|(key, ms)| hold(simulation, key, u64::from(*ms)))?,
        Act::Say(messages) => {
            messages.iter().try_for_each(|(client, topic, payload)| simulation.say(client, *topic, payload))?;
        }
        Act::Wait(ms) => pass(simulation, u64::from(*ms))?,
        Act::Expect(expect) => return expectations::check(simulation, expect, mark),
        Act::StopBroker => simulation.stop_broker()?,
        Act::StartBroker => simulation.start_broker()?,
        Act::Node(fault, name) => {
            let index = simulation.node(name)?;
            match fault {
                NodeFault::DropWifi => simulation.set_wifi(index, false)?,
                NodeFault::RestoreWifi => simulation.set_wifi(index, true)?,
                NodeFault::Restart => simulation.restart(index)?,
                NodeFault::Garbage => simulation.garble(index)?,
            }
        }
        Act::Delay(ms) => simulation.conditions.delay = u64::from(*ms),
        Act::Lose(percent) => simulation.conditions.lose = *percent,
    }
    Ok(StepOutcome::Done)
}

fn pass(simulation: &mut Simulation<'_>, ms: u64) -> Result<()> {
    simulation.pass(simulation.now() + ms, &mut |_| false)
}

/// Makes an input have a value.
fn set(simulation: &mut Simulation<'_>, key: &str, value: &str) -> Result<()> {
    let (index, role) = roles::find(simulation.plan, key)?;
    let input = Stimulus::parse(simulation.plan, role, value)?.input(role)?;
    simulation.input(index, input)
}

/// Presses a button or makes a contact active for so many milliseconds, at least for as long as it takes to count.
fn hold(simulation: &mut Simulation<'_>, key: &str, ms: u64) -> Result<()> {
    let (index, role) = roles::find(simulation.plan, key)?;
    let (stimulus, least): (fn(bool) -> Stimulus, u64) = match &role.kind {
        RoleKind::PushButton { debounce_ms, .. } => (Stimulus::Button, u64::from(*debounce_ms)),
        RoleKind::DigitalInput { .. } => (Stimulus::Contact, 0),
        _ => bail!("`{key}` can't be held"),
    };
    let least = least + HOLD_MARGIN;
    simulation.input(index, stimulus(true).input(role)?)?;
    pass(simulation, ms.max(least))?;
    simulation.input(index, stimulus(false).input(role)?)?;
    pass(simulation, least)
}
