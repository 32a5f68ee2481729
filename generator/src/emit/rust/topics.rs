//! The topics of a node: a constant for each, and the table.

use super::describe;
use super::layout::{Code, Element, item};
use super::names::Names;
use crate::emit::text::no_line_breaks;
use crate::model::Payload;
use crate::plan::{NodePlan, NodeTopic, Plan};

/// `const BUTTON: TopicId = TopicId(0);` and so on.
pub(super) fn constants(node: &NodePlan, names: &Names) -> String {
    let ids = node.topics.iter().enumerate();
    ids.map(|(index, topic)| format!("const {}: TopicId = TopicId({index});\n", names.topic(topic.topic))).collect()
}

/// The Rust code of the table of a node's topics.
pub(super) fn table(plan: &Plan, node: &NodePlan, names: &Names) -> String {
    let row = |topic: &NodeTopic| {
        let planned = &plan.topics[topic.topic.0];
        let qos = if planned.at_least_once { "AtLeastOnce" } else { "AtMostOnce" };
        let fields = vec![
            ("path".to_owned(), format!("{:?}", planned.path).into()),
            ("payload".to_owned(), names.payload(&planned.payload)),
            ("qos".to_owned(), format!("Qos::{qos}").into()),
            ("retain".to_owned(), planned.retain.to_string().into()),
            ("route".to_owned(), format!("Route::{:?}", topic.route).into()),
        ];
        Element { comment: scale(&planned.payload), code: Code::Struct("Topic".into(), fields) }
    };
    let rows = Code::List("[", node.topics.iter().map(row).collect(), "]");
    let about = "/// The topics that this node publishes or subscribes to.\n";
    format!("{about}{}", item(&format!("static TOPICS: [Topic; {}]", node.topics.len()), &rows))
}

/// For figures that are scaled to whole numbers: what they mean, `0.0 to 60.0 °C, in tenths`.
fn scale(payload: &Payload) -> Option<String> {
    let Payload::Number { decimals, .. } = payload else { return None };
    let unit = match decimals {
        0 => return None,
        1 => "tenths".to_owned(),
        2 => "hundredths".to_owned(),
        3 => "thousandths".to_owned(),
        more => format!("units of 10^-{more}"),
    };
    Some(format!("{}, in {unit}", no_line_breaks(&describe::payload(payload))))
}
