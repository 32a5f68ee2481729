//! Reading `roles:`: one kind per role, as the key of a one-entry map.

use super::reader::{Map, Reader};
use super::tree::{Tree, ValueKind};
use super::written::{AtBootSpec, FollowsSpec, Named, PullSpec, RoleKindSpec, RoleSpec, RuleSpec, SaysSpec};
use crate::diag::{Diagnostic, codes, near};
use crate::text::{At, Text};

const KINDS: [&str; 8] = [
    "switch_output",
    "dimmer_output",
    "push_button",
    "digital_input",
    "analog_input",
    "decision",
    "serial_log",
    "custom",
];
const AT_BOOT: &[(&str, AtBootSpec)] = &[("off", AtBootSpec::Off), ("on", AtBootSpec::On), ("last", AtBootSpec::Last)];
const PULLS: &[(&str, PullSpec)] = &[("none", PullSpec::None), ("up", PullSpec::Up), ("down", PullSpec::Down)];

impl Reader<'_> {
    pub(super) fn role(&mut self, tree: &Tree) -> Option<RoleSpec> {
        const EXPECTED: &str = "a role with one kind (`{ switch_output: { subscribe: light } }`)";
        let (key, value) = self.map(tree, EXPECTED)?.only(self, EXPECTED)?;
        let kind = key.text.as_str();
        if !KINDS.contains(&kind) {
            self.findings.push(
                Diagnostic::error(codes::UNKNOWN_KEY, key.span, format!("there is no kind of role `{kind}`"))
                    .maybe_help(near(kind, KINDS))
                    .help(format!("what can stand here: `{}`", KINDS.join("`, `"))),
            );
            return None;
        }
        let mut map = self.map(value, "a map of options")?;
        let kind = self.kind(kind, &mut map);
        map.finish(self);
        Some(RoleSpec { kind_span: key.span, kind: kind? })
    }

    fn kind(&mut self, kind: &str, map: &mut Map<'_>) -> Option<RoleKindSpec> {
        match kind {
            "switch_output" => {
                let topic = self.followed(map);
                let active_high = self.active(map);
                let at_boot = self.at_boot(map);
                let states = self.states(map, ["off", "on"]);
                Some(RoleKindSpec::SwitchOutput { topic: topic?, active_high, at_boot, states })
            }
            "dimmer_output" => {
                let topic = self.followed(map);
                let active_high = self.active(map);
                let at_boot = self.at_boot(map);
                let span = map.span;
                let fade = map.maybe("fade").and_then(|tree| Some(At { value: self.duration(tree)?, span: tree.span }));
                let fade = fade.unwrap_or(At { value: 0, span });
                Some(RoleKindSpec::DimmerOutput { topic: topic?, active_high, at_boot, fade })
            }
            "push_button" => {
                let topic = self.said(map);
                let level =
                    map.maybe("sends").and_then(|tree| self.keyword(tree, &[("press", false), ("level", true)]));
                let pull = self.pull(map, PullSpec::Up);
                let debounce = self.time(map, "debounce", 30);
                let states = self.states(map, ["released", "pressed"]);
                let level = level.is_some_and(|keyword| keyword.value);
                Some(RoleKindSpec::PushButton { topic: topic?, level, pull, debounce, states })
            }
            "digital_input" => {
                let topic = self.said(map);
                let pull = self.pull(map, PullSpec::None);
                let active_high = self.active(map);
                let hold = self.time(map, "hold", 0);
                let states = self.states(map, ["inactive", "active"]);
                Some(RoleKindSpec::DigitalInput { topic: topic?, pull, active_high, hold, states })
            }
            "analog_input" => {
                let publish = self.topic_of(map, "publish");
                let every = self.time(map, "every", 1_000);
                let change = map.maybe("change").and_then(|tree| self.text(tree, "a number"));
                let points = map.maybe("map").map(|tree| At { value: self.points(tree), span: tree.span });
                Some(RoleKindSpec::AnalogInput { publish: publish?, every, change, map: points })
            }
            "decision" => self.decision(map),
            "custom" => self.custom(map).map(RoleKindSpec::Custom),
            _ => self.serial_log(map),
        }
    }

    fn decision(&mut self, map: &mut Map<'_>) -> Option<RoleKindSpec> {
        let topic = self.said(map);
        let help = "write `rules:` and below it `- { when: 'brightness < 30', then: \"On\" }`";
        let rules = map.must(self, "rules", help).map(|tree| self.rules(tree));
        let tick = self.time(map, "tick", 1_000);
        Some(RoleKindSpec::Decision { topic: topic?, rules: rules?, tick })
    }

    fn serial_log(&mut self, map: &mut Map<'_>) -> Option<RoleKindSpec> {
        let subscribe = map.must(self, "subscribe", "name the topics to print: `subscribe: [test]`");
        let subscribe = subscribe.map(|tree| self.texts(tree, "a topic"));
        Some(RoleKindSpec::SerialLog { subscribe: subscribe? })
    }

    fn topic_of(&mut self, map: &mut Map<'_>, key: &'static str) -> Option<Text> {
        let help = format!("name the topic: `{key}: topic`");
        map.must(self, key, &help).and_then(|tree| self.text(tree, "the key of a topic"))
    }

    /// The topic that a role acts on: `subscribe`, or `owns`.
    fn followed(&mut self, map: &mut Map<'_>) -> Option<FollowsSpec> {
        let (owns, topic) = self.one_of(map, ["subscribe", "owns"], "says what the topic's state is")?;
        Some(if owns { FollowsSpec::Owns(topic) } else { FollowsSpec::Subscribe(topic) })
    }

    /// The topic that a role says something on: `publish`, or `sets`.
    fn said(&mut self, map: &mut Map<'_>) -> Option<SaysSpec> {
        let (sets, topic) = self.one_of(map, ["publish", "sets"], "asks the topic's owner for another state")?;
        Some(if sets { SaysSpec::Sets(topic) } else { SaysSpec::Publish(topic) })
    }

    /// The topic below one of two keys, of which one must be there; whether it is the second.
    fn one_of(&mut self, map: &mut Map<'_>, [first, second]: [&'static str; 2], means: &str) -> Option<(bool, Text)> {
        const EXPECTED: &str = "the key of a topic";
        match (map.maybe(second), map.maybe(first)) {
            (None, None) => {
                let help = format!("name the topic: `{first}: topic`, or `{second}: topic` for a role that {means}");
                map.must(self, first, &help);
                None
            }
            (Some(other), Some(tree)) => {
                self.findings.push(
                    Diagnostic::error(
                        codes::UNKNOWN_KEY,
                        other.span,
                        format!("a role has `{first}` or `{second}`, not both"),
                    )
                    .related(tree.span, format!("`{first}`"))
                    .help("delete one; for two topics write two roles"),
                );
                None
            }
            (Some(tree), None) => self.text(tree, EXPECTED).map(|topic| (true, topic)),
            (None, Some(tree)) => self.text(tree, EXPECTED).map(|topic| (false, topic)),
        }
    }

    fn at_boot(&mut self, map: &mut Map<'_>) -> Option<At<AtBootSpec>> {
        map.maybe("at_boot").and_then(|tree| self.keyword(tree, AT_BOOT))
    }

    fn active(&mut self, map: &mut Map<'_>) -> bool {
        let keyword = map.maybe("active").and_then(|tree| self.keyword(tree, &[("high", true), ("low", false)]));
        keyword.is_none_or(|keyword| keyword.value)
    }

    fn pull(&mut self, map: &mut Map<'_>, default: PullSpec) -> At<PullSpec> {
        let span = map.span;
        let keyword = map.maybe("pull").and_then(|tree| self.keyword(tree, PULLS));
        keyword.unwrap_or(At { value: default, span })
    }

    fn time(&mut self, map: &mut Map<'_>, key: &'static str, default: u32) -> u32 {
        map.maybe(key).and_then(|tree| self.duration(tree)).unwrap_or(default)
    }

    fn states(&mut self, map: &mut Map<'_>, keywords: [&'static str; 2]) -> Option<At<Vec<Named<bool>>>> {
        let tree = map.maybe("states")?;
        let [off, on] = keywords;
        let states = self.named(tree, "a map from each label to its state", |reader, tree, _| {
            reader.keyword(tree, &[(off, false), (on, true)]).map(|keyword| keyword.value)
        });
        Some(At { value: states, span: tree.span })
    }

    fn points(&mut self, tree: &Tree) -> Vec<(At<i32>, Text)> {
        const EXPECTED: &str = "a list of points `[[reading, figure], …]`";
        let ValueKind::List(points) = &tree.kind else {
            self.wrong(tree, EXPECTED);
            return Vec::new();
        };
        let mut read = Vec::new();
        for point in points {
            match &point.kind {
                ValueKind::List(pair) if pair.len() == 2 => {
                    let reading = self.whole(&pair[0], 0, 1023);
                    let figure = self.text(&pair[1], "a number");
                    read.extend(reading.zip(figure));
                }
                _ => self.wrong(point, "a point `[reading, figure]`"),
            }
        }
        read
    }

    fn rules(&mut self, tree: &Tree) -> Vec<RuleSpec> {
        let ValueKind::List(rules) = &tree.kind else {
            self.wrong(tree, "a list of rules");
            return Vec::new();
        };
        rules
            .iter()
            .filter_map(|tree| {
                let mut map = self.map(tree, "a rule (`{ when: 'brightness < 30', then: \"On\" }`)")?;
                let when = map.must(self, "when", "write when it holds: `when: 'brightness < 30'`");
                let when = when.and_then(|tree| self.text(tree, "an expression"));
                let then = map.must(self, "then", "write what is then published: `then: \"On\"`");
                let then = then.and_then(|tree| self.text(tree, "a value or an expression"));
                map.finish(self);
                Some(RuleSpec { when: when?, then: then? })
            })
            .collect()
    }
}
