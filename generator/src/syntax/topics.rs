//! Reading `topics:`.

use super::foreign::Room;
use super::reader::Reader;
use super::tree::{Tree, ValueKind};
use super::written::{PayloadSpec, TopicSpec};
use crate::diag::{Diagnostic, codes, near};
use crate::text::At;

impl Reader<'_> {
    pub(super) fn topic(&mut self, tree: &Tree) -> Option<TopicSpec> {
        let mut map = self.map(tree, "a topic (`{ payload: percent }`)")?.of(Room::Topic);
        let path = map.maybe("path").and_then(|tree| self.text(tree, "an MQTT topic name"));
        let payload = map.must(self, "payload", "write what its messages look like: `payload: percent`");
        let payload = payload.and_then(|tree| self.payload(tree).map(|value| At { value, span: tree.span }));
        let mut flag = |reader: &mut Self, key| {
            map.maybe(key).and_then(|tree| Some(At { value: reader.flag(tree)?, span: tree.span }))
        };
        let retain = flag(self, "retain");
        let settable = flag(self, "settable").filter(|settable| settable.value).map(|settable| settable.span);
        let qos = map.maybe("qos").and_then(|tree| self.qos(tree));
        let scope = map.maybe("scope").and_then(|tree| self.text(tree, "`shared`"));
        map.finish(self);
        Some(TopicSpec { path, payload: payload?, retain, qos, scope, settable })
    }

    fn qos(&mut self, tree: &Tree) -> Option<At<u8>> {
        if matches!(&tree.kind, ValueKind::Scalar { text, .. } if text == "2") {
            let finding = Diagnostic::error(codes::BAD_VALUE, tree.span, "nodes do not speak QoS 2");
            self.findings
                .push(finding.help("write `qos: 1`: a message arrives, perhaps twice, and all roles bear that"));
            return None;
        }
        self.whole(tree, 0, 1)
    }

    fn payload(&mut self, tree: &Tree) -> Option<PayloadSpec> {
        const EXPECTED: &str =
            "`percent`, `bit`, `{ one_of: [a, b] }`, `{ number: { min: 0, max: 50 } }` or `{ text: { max: 64 } }`";
        match &tree.kind {
            ValueKind::Scalar { text, .. } if text == "percent" => return Some(PayloadSpec::Percent),
            ValueKind::Scalar { text, .. } if text == "bit" => return Some(PayloadSpec::Bit),
            ValueKind::Map(_) => {}
            _ => {
                self.wrong(tree, EXPECTED);
                return None;
            }
        }
        let (key, value) = self.map(tree, EXPECTED)?.only(self, EXPECTED)?;
        match key.text.as_str() {
            "one_of" => match &value.kind {
                ValueKind::List(_) => Some(PayloadSpec::OneOf(self.texts(value, "a label"))),
                _ => {
                    self.wrong(value, "a list of labels");
                    None
                }
            },
            "number" => self.number(value),
            "text" => {
                let mut map = self.map(value, "a map with `max`")?;
                let max = map.must(self, "max", "write the longest text in bytes: `max: 64`");
                let max = max.and_then(|tree| self.whole(tree, 1, 256));
                map.finish(self);
                Some(PayloadSpec::Text { max: max? })
            }
            _ => {
                let help = near(&key.text, ["percent", "bit", "one_of", "number", "text"]);
                let message = format!("there is no payload `{}`", key.text);
                self.findings.push(
                    Diagnostic::error(codes::UNKNOWN_KEY, key.span, message)
                        .maybe_help(help)
                        .help(format!("what can stand here: {EXPECTED}")),
                );
                None
            }
        }
    }

    fn number(&mut self, tree: &Tree) -> Option<PayloadSpec> {
        let mut map = self.map(tree, "a map with `min` and `max`")?;
        let min = map.must(self, "min", "write the smallest value: `min: 0`");
        let min = min.and_then(|tree| self.text(tree, "a number"));
        let max = map.must(self, "max", "write the largest value: `max: 50`");
        let max = max.and_then(|tree| self.text(tree, "a number"));
        let step = map.maybe("step").and_then(|tree| self.text(tree, "a number"));
        let unit = map.maybe("unit").and_then(|tree| self.text(tree, "a unit"));
        map.finish(self);
        Some(PayloadSpec::Number { min: min?, max: max?, step, unit })
    }
}
