//! What happens to the input pin of a role: parsed from what a person typed, and as an input of the role's node.

use crate::figures;
use crate::roles::gpio;
use anyhow::{Context, Result, bail};
use fleetwright_generator::model::{RoleKind, TopicId};
use fleetwright_generator::plan::{Plan, RolePlan};
use fleetwright_protocol::Input;

/// What can happen to the pin of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stimulus {
    /// A button is pressed (`true`) or let go.
    Button(bool),
    /// A contact becomes active (`true`) or inactive.
    Contact(bool),
    /// A0 reads this, 0 to 1023.
    Reading(u16),
}

impl Stimulus {
    /// What makes a role publish `value`, written as in messages of its topic; a button is `pressed` or `released`.
    ///
    /// # Errors
    ///
    /// The role is no input, or can't have this value.
    pub(crate) fn parse(plan: &Plan, role: &RolePlan, value: &str) -> Result<Self> {
        let payload = |id: TopicId| &plan.topics[id.0].payload;
        match &role.kind {
            RoleKind::AnalogInput { publish, map, .. } => {
                figures::to_reading(payload(*publish), map, value).map(Self::Reading)
            }
            RoleKind::DigitalInput { publish, labels, .. } => {
                let known = payload(*publish).labels();
                let index = known.iter().position(|label| label == value);
                let index = index.with_context(|| format!("`{value}` is none of: {}", known.join(", ")))?;
                Ok(Self::Contact(index == usize::from(labels[1])))
            }
            RoleKind::PushButton { .. } => match value {
                "pressed" => Ok(Self::Button(true)),
                "released" => Ok(Self::Button(false)),
                _ => bail!("a button is `pressed` or `released`"),
            },
            _ => bail!("`{}` is no input", role.key),
        }
    }

    /// The input of a role's node that does this to the role's pin.
    ///
    /// # Errors
    ///
    /// The role is another kind of input, or none.
    pub(crate) fn input(self, role: &RolePlan) -> Result<Input> {
        match (&role.kind, self) {
            (RoleKind::PushButton { pull, .. }, Self::Button(pressed)) => {
                Ok(Input::Pin { gpio: gpio(role)?, high: pressed == pull.pressed_level().is_high() })
            }
            (RoleKind::DigitalInput { active_high, .. }, Self::Contact(active)) => {
                Ok(Input::Pin { gpio: gpio(role)?, high: active == *active_high })
            }
            (RoleKind::AnalogInput { .. }, Self::Reading(reading)) => Ok(Input::Analog(reading)),
            _ => bail!("the world can't do that to `{}`", role.key),
        }
    }
}
