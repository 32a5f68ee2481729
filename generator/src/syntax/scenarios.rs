//! Reading `scenarios:`: what happens, step by step, and what is expected of it. Knows the words, not whether there is
//! such a role, topic or node.

use super::reader::Reader;
use super::tree::{Key, Tree, ValueKind};
use super::written::{ActSpec, ExpectSpec, Named, NodeFaultSpec, StepSpec};
use crate::diag::{Diagnostic, codes, near};
use crate::text::{At, Span, Text};

const STEP: &str = "a step (`set: { … }`, `press: button`, `wait: 2s`, `expect: { … }`, …)";
const KEYS: [&str; 12] = [
    "set",
    "press",
    "hold",
    "say",
    "wait",
    "expect",
    "drop wifi",
    "restore wifi",
    "restart",
    "garbage",
    "delay",
    "lose",
];
const KEYWORDS: [(&str, ActSpec); 2] = [("stop broker", ActSpec::StopBroker), ("start broker", ActSpec::StartBroker)];

impl Reader<'_> {
    pub(super) fn scenario(&mut self, tree: &Tree) -> Option<Vec<StepSpec>> {
        let ValueKind::List(steps) = &tree.kind else {
            self.wrong(tree, "a list of steps");
            return None;
        };
        Some(steps.iter().filter_map(|step| self.step(step)).collect())
    }

    fn step(&mut self, tree: &Tree) -> Option<StepSpec> {
        let act = match &tree.kind {
            ValueKind::Scalar { text, .. } => match KEYWORDS.into_iter().find(|(keyword, _)| keyword == text) {
                Some((_, act)) => act,
                None => {
                    self.unknown(text, tree.span);
                    return None;
                }
            },
            _ => {
                let (key, value) = self.map(tree, STEP)?.only(self, STEP)?;
                self.act(key, value)?
            }
        };
        Some(StepSpec { span: tree.span, act })
    }

    fn unknown(&mut self, keyword: &str, span: Span) {
        let known = || KEYS.into_iter().chain(KEYWORDS.iter().map(|(keyword, _)| *keyword));
        let list = known().collect::<Vec<_>>().join("`, `");
        self.findings.push(
            Diagnostic::error(codes::UNKNOWN_KEY, span, format!("there is no step `{keyword}`"))
                .maybe_help(near(keyword, known()))
                .help(format!("what can stand here: `{list}`")),
        );
    }

    fn act(&mut self, key: &Key, value: &Tree) -> Option<ActSpec> {
        const NODE: &str = "the name of a node";
        Some(match key.text.as_str() {
            "set" => ActSpec::Set(self.named(value, "a map from roles to values", |reader, tree, _| {
                reader.text(tree, "a value of the role's topic")
            })),
            "press" => ActSpec::Press(self.texts(value, "the key of a button")),
            "hold" => ActSpec::Hold(self.named(
                value,
                "a map from roles to durations (`{ button: 3s }`)",
                |reader, tree, _| reader.duration(tree),
            )),
            "say" => ActSpec::Say(self.said_by(value)),
            "wait" => ActSpec::Wait(self.duration(value)?),
            "expect" => ActSpec::Expect(self.expect(value)?),
            "drop wifi" => ActSpec::Node(NodeFaultSpec::DropWifi, self.text(value, NODE)?),
            "restore wifi" => ActSpec::Node(NodeFaultSpec::RestoreWifi, self.text(value, NODE)?),
            "restart" => ActSpec::Node(NodeFaultSpec::Restart, self.text(value, NODE)?),
            "garbage" => ActSpec::Node(NodeFaultSpec::Garbage, self.text(value, NODE)?),
            "delay" => ActSpec::Delay(self.duration(value)?),
            "lose" => ActSpec::Lose(self.percent(value)?),
            keyword => {
                self.unknown(keyword, key.span);
                return None;
            }
        })
    }

    /// `{ home: { relay: "ON" } }`
    fn said_by(&mut self, tree: &Tree) -> Vec<Named<Vec<Named<Text>>>> {
        self.named(tree, "a map from clients to what they say (`{ home: { relay: \"ON\" } }`)", |reader, tree, _| {
            Some(reader.named(tree, "a map from topics to messages (`{ relay: \"ON\" }`)", |reader, tree, _| {
                reader.text(tree, "a message of the topic")
            }))
        })
    }

    fn expect(&mut self, tree: &Tree) -> Option<ExpectSpec> {
        const EXPECTED: &str = "a map from topics and roles to what they should be (`{ light: \"On\", within: 1s }`)";
        let mut map = self.map(tree, EXPECTED)?;
        let within = map.maybe("within").and_then(|tree| self.span_of_time(tree));
        let stays = map.maybe("stays for").and_then(|tree| self.span_of_time(tree));
        let no_message_on =
            map.maybe("no message on").map_or(Vec::new(), |tree| self.texts(tree, "the key of a topic"));
        let options = ["within", "stays for", "no message on"];
        let claims = map.others().into_iter().filter(|(key, _)| !options.contains(&key.text.as_str()));
        let claims: Vec<Named<Text>> = claims
            .filter_map(|(key, value)| {
                let name = At { value: key.text.clone(), span: key.span };
                Some(Named { name, value: self.text(value, "a value of the topic, or `high`, `low`, `on` or `off`")? })
            })
            .collect();
        if claims.is_empty() && no_message_on.is_empty() {
            self.findings.push(
                Diagnostic::error(codes::MISSING_KEY, tree.span, "nothing is expected here")
                    .help("name a topic or a role: `expect: { light: \"On\" }`"),
            );
        }
        if let (true, Some(within)) = (claims.is_empty() && !no_message_on.is_empty(), &within) {
            let message = "`within` has no meaning for a message that does not come";
            let help = "write `stays for: 5s`: none comes for so long";
            self.findings.push(Diagnostic::error(codes::BAD_VALUE, within.span, message).help(help));
        }
        Some(ExpectSpec { claims, no_message_on, within, stays })
    }

    fn span_of_time(&mut self, tree: &Tree) -> Option<At<u32>> {
        self.duration(tree).map(|value| At { value, span: tree.span })
    }

    fn percent(&mut self, tree: &Tree) -> Option<u8> {
        const EXPECTED: &str = "how many of a hundred packets are lost (`10%`, at most `90%`)";
        let text = self.text(tree, EXPECTED)?;
        let number = text.value.strip_suffix('%').unwrap_or(&text.value).trim_end().parse().ok();
        let number = number.filter(|percent| *percent <= 90);
        if number.is_none() {
            self.error(codes::BAD_VALUE, text.span, format!("{EXPECTED} belongs here, not `{}`", text.value));
        }
        number
    }
}
