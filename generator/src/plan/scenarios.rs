//! What of the scenarios a layout can play: roles may be unplaced there, nodes may belong to another layout.

use super::node::NodePlan;
use super::scenario::{ScenarioPlan, StepPlan};
use crate::model::{Act, Claim, Fleet, Scenario};

pub(super) fn lay_out(fleet: &Fleet, nodes: &[NodePlan]) -> Vec<ScenarioPlan> {
    fleet.scenarios.iter().map(|scenario| plan(scenario, nodes)).collect()
}

fn plan(scenario: &Scenario, nodes: &[NodePlan]) -> ScenarioPlan {
    let placed = |key: &str| nodes.iter().any(|node| node.roles.iter().any(|role| role.key == key));
    let mut unplaced: Vec<String> = Vec::new();
    let mut need = |key: &str| {
        if !placed(key) && !unplaced.iter().any(|known| known == key) {
            unplaced.push(key.to_owned());
        }
    };
    for step in &scenario.steps {
        match &step.act {
            Act::Set(values) => values.iter().for_each(|(role, _)| need(role)),
            Act::Press(roles) => roles.iter().for_each(|role| need(role)),
            Act::Hold(times) => times.iter().for_each(|(role, _)| need(role)),
            Act::Expect(expect) => {
                for claim in &expect.claims {
                    if let Claim::Carries { role, .. } = claim {
                        need(role);
                    }
                }
            }
            _ => {}
        }
    }
    let steps = scenario.steps.iter().map(|step| {
        let absent = match &step.act {
            Act::Node(_, name) if !nodes.iter().any(|node| node.name == *name) => Some(name.clone()),
            _ => None,
        };
        StepPlan { step: step.clone(), absent }
    });
    ScenarioPlan { name: scenario.name.clone(), position: scenario.position.clone(), unplaced, steps: steps.collect() }
}
