//! Identifiers: from what people called things to what Rust accepts, without two becoming one.

use super::layout::Code;
use crate::model::{Payload, RoleKind, TopicId, TopicKind};
use crate::plan::{NodePlan, Plan};
use std::collections::{BTreeMap, BTreeSet};

/// Names of our own in a generated file, which a topic's constant can't have.
const CONSTANTS: [&str; 3] = ["TOPICS", "ROLES", "PROGRAM"];
/// What generated code may need of `fleetwright_node::roles`.
pub(super) const DRIVERS: [&str; 11] = [
    "AnalogInput",
    "Decision",
    "DigitalInput",
    "DimmerOutput",
    "DimmerOwner",
    "PushButton",
    "Sends",
    "SerialLog",
    "SettingDecision",
    "SwitchOutput",
    "SwitchOwner",
];
/// Other types in a generated file, which a topic's enumeration can't have either.
const TYPES: [&str; 24] = [
    "CustomRole",
    "Duration",
    "Err",
    "Gpio",
    "Instant",
    "Latest",
    "Level",
    "Network",
    "None",
    "Ok",
    "Option",
    "Payload",
    "Program",
    "Pull",
    "Qos",
    "Received",
    "Role",
    "Route",
    "Self",
    "Some",
    "Topic",
    "TopicId",
    "Value",
    "Values",
];

/// The names of a generated file.
pub(super) struct Names {
    constants: BTreeMap<TopicId, String>,
    payloads: BTreeMap<TopicId, Payload>,
    kinds: BTreeMap<TopicId, TopicKind>,
    /// Labels, and the enumeration for them: topics with the same labels share one.
    enums: Vec<(Vec<String>, String, TopicId)>,
}

impl Names {
    pub(super) fn new(plan: &Plan, node: &NodePlan) -> Self {
        let constants =
            node.topics.iter().map(|topic| (topic.topic, constant(&plan.topics[topic.topic.0].key))).collect();
        let mut enums: Vec<(Vec<String>, String, TopicId)> = Vec::new();
        for id in in_rules(node) {
            if let Payload::OneOf(labels) = &plan.topics[id.0].payload
                && !enums.iter().any(|(known, _, _)| known == labels)
            {
                // A state and the requests for it have the same labels, and the state the name that people know.
                let named = plan.topics[id.0].state().unwrap_or(id);
                enums.push((labels.clone(), type_name(&plan.topics[named.0].key), named));
            }
        }
        let payloads =
            node.topics.iter().map(|topic| (topic.topic, plan.topics[topic.topic.0].payload.clone())).collect();
        let kinds = node.topics.iter().map(|topic| (topic.topic, plan.topics[topic.topic.0].kind)).collect();
        Self { constants, payloads, kinds, enums }
    }

    /// The constant of a topic.
    pub(super) fn topic(&self, id: TopicId) -> &str {
        &self.constants[&id]
    }

    /// What a topic carries.
    pub(super) fn payload_of(&self, id: TopicId) -> &Payload {
        &self.payloads[&id]
    }

    /// Whether a topic is a state, or requests for one.
    pub(super) fn kind_of(&self, id: TopicId) -> TopicKind {
        self.kinds[&id]
    }

    /// The enumeration for a topic's labels.
    pub(super) fn type_of(&self, labels: &[String]) -> Option<&str> {
        self.enums.iter().find(|(known, _, _)| known == labels).map(|(_, name, _)| name.as_str())
    }

    /// One label, as an expression.
    pub(super) fn label(&self, labels: &[String], index: usize) -> String {
        format!("{}::{}", self.type_of(labels).unwrap_or_default(), variants(labels)[index])
    }

    /// A payload, as an expression.
    pub(super) fn payload(&self, payload: &Payload) -> Code {
        match payload {
            Payload::Percent => "Payload::PERCENT".into(),
            Payload::Bit => "Payload::BIT".into(),
            Payload::Text { max } => format!("Payload::Text {{ max: {max} }}").into(),
            Payload::Number { min, max, step, decimals, .. } => {
                let figures = [("min", *min), ("max", *max), ("step", *step), ("decimals", i32::from(*decimals))];
                let field = |(name, figure): (&str, i32)| (name.to_owned(), figure.to_string().into());
                Code::Struct("Payload::Number".into(), figures.into_iter().map(field).collect())
            }
            Payload::OneOf(labels) => match self.type_of(labels) {
                Some(name) => format!("Payload::Labels({name}::LABELS)").into(),
                None => {
                    let labels = labels.iter().map(|label| format!("{label:?}"));
                    Code::Call("Payload::Labels".into(), Box::new(Code::slice(labels)))
                }
            },
        }
    }

    /// All enumerations, each an item of its own.
    pub(super) fn enums(&self, plan: &Plan) -> Vec<String> {
        let mut items = Vec::new();
        for (labels, name, id) in &self.enums {
            let path = &plan.topics[id.0].path;
            let mut text = format!("labels! {{\n    /// Messages of `{path}`.\n    pub enum {name} {{\n");
            for (variant, label) in variants(labels).iter().zip(labels) {
                text += &format!("        {variant} = {label:?},\n");
            }
            text += "    }\n}\n";
            items.push(text);
        }
        items
    }
}

/// The topics that decisions and custom roles of a node publish or subscribe to, ordered.
pub(super) fn in_rules(node: &NodePlan) -> BTreeSet<TopicId> {
    let code = node.roles.iter().filter(|role| matches!(role.kind, RoleKind::Decision { .. } | RoleKind::Custom(_)));
    code.flat_map(|role| role.kind.subscriptions().into_iter().chain(role.kind.publications())).collect()
}

fn constant(key: &str) -> String {
    let name = key.to_uppercase();
    if CONSTANTS.contains(&name.as_str()) { format!("{name}_TOPIC") } else { name }
}

fn type_name(key: &str) -> String {
    let name = camel(key);
    if TYPES.contains(&name.as_str()) || DRIVERS.contains(&name.as_str()) { format!("{name}Label") } else { name }
}

/// Words of any text, each with a capital: `turn on` becomes `TurnOn`. Only ASCII letters and digits stay.
fn camel(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// A variant for each label; labels that would share one, or have no letters, are numbered.
pub(super) fn variants(labels: &[String]) -> Vec<String> {
    let wishes: Vec<String> = labels
        .iter()
        .enumerate()
        .map(|(index, label)| match camel(label) {
            name if name.is_empty() || name == "Self" => format!("Label{index}"),
            name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("Label{name}"),
            name => name,
        })
        .collect();
    let alone = |wish: &String| wishes.iter().filter(|other| *other == wish).count() == 1;
    if wishes.iter().all(alone) {
        return wishes;
    }
    (0..labels.len()).map(|index| format!("Label{index}")).collect()
}

/// Whether `word` stands in `text` as a word of its own.
pub(super) fn contains_identifier(identifier: &str, text: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(identifier)
        .any(|(start, _)| !text[..start].ends_with(inside) && !text[start + identifier.len()..].starts_with(inside))
}

/// The function of a decision, and the module of a custom role.
pub(super) fn function(key: &str) -> String {
    key.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variants_of(labels: &[&str]) -> Vec<String> {
        variants(&labels.iter().map(|label| (*label).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn labels_become_variants() {
        assert_eq!(variants_of(&["turn on", "turn off"]), ["TurnOn", "TurnOff"]);
        assert_eq!(variants_of(&["0", "1.5"]), ["Label0", "Label15"]);
        assert_eq!(variants_of(&["self", "other"]), ["Label0", "Other"]);
        assert_eq!(variants_of(&["ä", "ö"]), ["Label0", "Label1"]);
    }

    #[test]
    fn labels_that_would_share_a_variant_are_numbered() {
        assert_eq!(variants_of(&["on!", "on?", "off"]), ["Label0", "Label1", "Label2"]);
    }

    #[test]
    fn names_of_ours_are_avoided() {
        assert_eq!(constant("topics"), "TOPICS_TOPIC");
        assert_eq!(type_name("value"), "ValueLabel");
        assert_eq!(type_name("state_led"), "StateLed");
    }

    #[test]
    fn words() {
        assert!(contains_identifier("Gpio", "pin: Gpio(5)"));
        assert!(!contains_identifier("Value", "values: &Values"));
    }
}
