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
        RoleKind::SwitchOutput { subscribe, .. } => format!("switches by what `{}` says", path(subscribe)),
        RoleKind::DimmerOutput { subscribe, .. } => format!("shines by what `{}` says", path(subscribe)),
        RoleKind::PushButton { publish, .. } => format!("sends presses to `{}`", path(publish)),
        RoleKind::DigitalInput { publish, .. } => format!("sends a contact's state to `{}`", path(publish)),
        RoleKind::AnalogInput { publish, .. } => format!("measures for `{}`", path(publish)),
        RoleKind::Decision { publish, .. } => format!("decides what `{}` says", path(publish)),
        RoleKind::SerialLog { subscribe } => {
            let paths: Vec<String> = subscribe.iter().map(|id| format!("`{}`", path(id))).collect();
            format!("prints {}", paths.join(" and "))
        }
        RoleKind::Custom(custom) => format!("does what `{}` says", custom.source),
    }
}
