//! What topics and roles are, in a few words for the reader of generated code.

use crate::model::{Payload, RoleKind, TopicId};
use crate::plan::Plan;

/// What messages of a topic are: `0 to 100 %`.
pub(super) fn payload(payload: &Payload) -> String {
    match payload {
        Payload::Percent => "0 to 100 %".into(),
        Payload::Number { min, max, unit, .. } => {
            let unit = unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
            format!("{} to {}{unit}", payload.figure_text(*min), payload.figure_text(*max))
        }
        Payload::OneOf(labels) => labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(" or "),
        Payload::Bit => "0 or 1".into(),
        Payload::Text { max } => format!("text of at most {max} bytes"),
    }
}

/// What a role does, for a sentence.
pub(super) fn role(plan: &Plan, kind: &RoleKind) -> String {
    let path = |id: &TopicId| &plan.topics[id.0].path;
    match kind {
        RoleKind::SwitchOutput { owns: Some(state), .. } => {
            format!("owns `{}` and switches an output by it", path(state))
        }
        RoleKind::DimmerOutput { owns: Some(state), .. } => format!("owns `{}` and dims an output by it", path(state)),
        RoleKind::SwitchOutput { subscribe, .. } => format!("switches an output by `{}`", path(subscribe)),
        RoleKind::DimmerOutput { subscribe, .. } => format!("dims an output by `{}`", path(subscribe)),
        RoleKind::PushButton { publish, .. } => format!("publishes `{}` when a button is pressed", path(publish)),
        RoleKind::DigitalInput { publish, .. } => format!("publishes `{}` from a digital input", path(publish)),
        RoleKind::AnalogInput { publish, .. } => format!("publishes `{}` from the analog input", path(publish)),
        RoleKind::Decision { publish, .. } => format!("publishes `{}` by rules", path(publish)),
        RoleKind::SerialLog { subscribe } => {
            let paths: Vec<String> = subscribe.iter().map(|id| format!("`{}`", path(id))).collect();
            format!("logs {}", paths.join(" and "))
        }
        RoleKind::Custom(custom) => format!("runs `{}`", custom.source),
    }
}
