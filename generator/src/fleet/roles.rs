//! Roles: which topics they speak and hear, and whether they can work with what those carry.

use super::model::{Payload, Pull, Role, RoleKind, Rule, Sends, Topic, TopicId};
use super::names;
use super::topics::scaled;
use crate::diag::{Diagnostic, Findings, codes, near};
use crate::logic::{Condition, Outcome, Scope, Then, condition, outcome};
use crate::source::Source;
use crate::spec::{At, Named, Points, PullSpec, RoleKindSpec, RoleSpec, RuleSpec, Spec, Text};

/// What a node can count in thousandths without overflow, in milliseconds.
const LONGEST_FADE: u32 = 600_000;

/// Looks a topic up; a finding and a stand-in if there is none.
pub(super) fn topic(spec: &Spec, name: &Text, findings: &mut Findings) -> TopicId {
    let found = names::position(&spec.topics, &name.value);
    if found.is_none() {
        let known = spec.topics.iter().map(|topic| topic.name.value.as_str());
        let list = known.clone().collect::<Vec<_>>().join("`, `");
        findings.push(
            Diagnostic::error(codes::UNKNOWN_NAME, name.span, format!("there is no topic `{}`", name.value))
                .maybe_help(near(&name.value, known))
                .help(format!("the topics of this fleet: `{list}`")),
        );
    }
    TopicId(found.unwrap_or(0))
}

pub(super) fn resolve(source: &Source, spec: &Spec, topics: &[Topic], findings: &mut Findings) -> Vec<Role> {
    if topics.is_empty() {
        // Nothing could be looked up; the empty map is the finding.
        let message = "a fleet needs at least one topic";
        findings
            .push(Diagnostic::error(codes::MISSING_KEY, spec.fleet.span, message).help("describe it below `topics:`"));
        return Vec::new();
    }
    names::check_functions(&spec.roles.iter().map(|role| &role.name).collect::<Vec<_>>(), findings);
    let mut resolver = Resolver { source, spec, topics, findings };
    spec.roles.iter().map(|entry| resolver.role(&entry.name, &entry.value)).collect()
}

struct Resolver<'a> {
    source: &'a Source,
    spec: &'a Spec,
    topics: &'a [Topic],
    findings: &'a mut Findings,
}

impl Resolver<'_> {
    fn role(&mut self, name: &Text, role: &RoleSpec) -> Role {
        names::check(name, names::ROLE, "a role", self.findings);
        names::check_word(name, "a role", self.findings);
        let kind = match &role.kind {
            RoleKindSpec::SwitchOutput { subscribe, active_high, on_at_boot, states } => {
                let id = self.labelled(subscribe, "switch_output");
                let on = self.states(id, subscribe, states.as_ref(), ["off", "on"]);
                RoleKind::SwitchOutput { subscribe: id, active_high: *active_high, on_at_boot: *on_at_boot, on }
            }
            RoleKindSpec::DimmerOutput { subscribe, active_high, fade } => {
                let id = topic(self.spec, subscribe, self.findings);
                if self.topics[id.0].payload != Payload::Percent
                    && names::position(&self.spec.topics, &subscribe.value).is_some()
                {
                    self.mismatch(subscribe, id, "`dimmer_output` works with a percentage", "`percent`");
                }
                if fade.value > LONGEST_FADE {
                    let message = "a `fade` takes at most 10 minutes";
                    let finding = Diagnostic::error(codes::BAD_VALUE, fade.span, message);
                    self.findings.push(finding.help("for a slower one let a `decision` take the steps"));
                }
                RoleKind::DimmerOutput { subscribe: id, active_high: *active_high, fade_ms: fade.value }
            }
            RoleKindSpec::PushButton { publish, level, pull, debounce, states } => {
                let id = self.labelled(publish, "push_button");
                let sends = if *level {
                    Sends::Level { labels: self.pair(id, publish, states.as_ref(), ["released", "pressed"]) }
                } else {
                    if let Some(states) = states {
                        let message = "`states` has no meaning here: each press sends the next label";
                        let finding = Diagnostic::error(codes::LABELS_MISMATCH, states.span, message);
                        self.findings.push(finding.help("add `sends: level`, or leave `states` out"));
                    }
                    Sends::Press
                };
                RoleKind::PushButton { publish: id, sends, pull: resistor(pull), debounce_ms: *debounce }
            }
            RoleKindSpec::DigitalInput { publish, pull, active_high, hold, states } => {
                let id = self.labelled(publish, "digital_input");
                let labels = self.pair(id, publish, states.as_ref(), ["inactive", "active"]);
                RoleKind::DigitalInput {
                    publish: id,
                    pull: resistor(pull),
                    active_high: *active_high,
                    hold_ms: *hold,
                    labels,
                }
            }
            RoleKindSpec::AnalogInput { publish, every, change, map } => {
                self.analog(publish, *every, change.as_ref(), map.as_ref())
            }
            RoleKindSpec::Decision { publish, rules, tick } => {
                let id = topic(self.spec, publish, self.findings);
                self.at_least(*tick, 10, publish, "tick");
                if rules.is_empty() {
                    let message = "a decision without rules never says anything";
                    self.findings.push(Diagnostic::error(codes::BAD_VALUE, publish.span, message));
                }
                let rules = rules.iter().enumerate();
                let rules = rules.flat_map(|(index, rule)| self.rule(id, rule, index)).collect();
                RoleKind::Decision { publish: id, rules, tick_ms: *tick }
            }
            RoleKindSpec::Custom(custom) => {
                RoleKind::Custom(super::custom::resolve(name, custom, self.spec, self.findings))
            }
            RoleKindSpec::SerialLog { subscribe } => RoleKind::SerialLog {
                subscribe: subscribe.iter().map(|name| topic(self.spec, name, self.findings)).collect(),
            },
        };
        Role { key: name.value.clone(), name: name.value.clone(), kind }
    }

    fn at_least(&mut self, ms: u32, least: u32, place: &Text, what: &str) {
        if ms < least {
            let message = format!("`{what}` is shorter than {least} ms, more than the chip can keep up with");
            self.findings.push(Diagnostic::error(codes::BAD_VALUE, place.span, message).label("of this role"));
        }
    }

    /// A topic of labels, for a role that switches.
    fn labelled(&mut self, name: &Text, kind: &str) -> TopicId {
        let id = topic(self.spec, name, self.findings);
        if self.topics[id.0].payload.labels().is_empty() && names::position(&self.spec.topics, &name.value).is_some() {
            self.mismatch(name, id, &format!("`{kind}` works with labels or a bit"), "`bit` or `{ one_of: […] }`");
        }
        id
    }

    fn mismatch(&mut self, name: &Text, id: TopicId, what: &str, better: &str) {
        let payload = self.spec.topics[id.0].value.payload.span;
        self.findings.push(
            Diagnostic::error(
                codes::PAYLOAD_MISMATCH,
                name.span,
                format!("{what}; `{}` carries something else", name.value),
            )
            .related(payload, "what it carries")
            .help(format!("give the topic the payload {better}, or use another topic")),
        );
    }

    /// For each label whether it means the second of `words`.
    fn states(
        &mut self,
        id: TopicId,
        name: &Text,
        states: Option<&At<Vec<Named<bool>>>>,
        words: [&str; 2],
    ) -> Vec<bool> {
        let labels = self.topics[id.0].payload.labels();
        let Some(states) = states else {
            if labels.len() > 2 {
                let example =
                    labels.iter().map(|label| format!("\"{label}\": {}", words[0])).collect::<Vec<_>>().join(", ");
                let message =
                    format!("`{}` has {} labels; which of them mean `{}`?", name.value, labels.len(), words[1]);
                let finding = Diagnostic::error(codes::LABELS_MISMATCH, name.span, message);
                self.findings.push(finding.help(format!("write `states: {{ {example} }}` and choose")));
            }
            return (0..labels.len()).map(|index| index == 1).collect();
        };
        for entry in &states.value {
            if !labels.contains(&entry.name.value) {
                let message = format!("`{}` never says `{}`", name.value, entry.name.value);
                self.findings.push(
                    Diagnostic::error(codes::LABELS_MISMATCH, entry.name.span, message)
                        .maybe_help(near(&entry.name.value, labels.iter().map(String::as_str))),
                );
            }
        }
        let state = |label: &String| names::position(&states.value, label).map(|place| states.value[place].value);
        let missing: Vec<&str> = labels.iter().filter(|label| state(label).is_none()).map(String::as_str).collect();
        if !missing.is_empty() {
            let message = format!("`states` does not say what `{}` means", missing.join("`, `"));
            self.findings.push(Diagnostic::error(codes::LABELS_MISMATCH, states.span, message));
        }
        labels.iter().map(|label| state(label).unwrap_or(false)).collect()
    }

    /// The labels for the first and the second of `words`, of a topic that has two.
    fn pair(&mut self, id: TopicId, name: &Text, states: Option<&At<Vec<Named<bool>>>>, words: [&str; 2]) -> [u8; 2] {
        let count = self.topics[id.0].payload.labels().len();
        if count > 2 {
            let message = format!("a pin has two states, and `{}` has {count} labels", name.value);
            let payload = self.spec.topics[id.0].value.payload.span;
            self.findings.push(
                Diagnostic::error(codes::PAYLOAD_MISMATCH, name.span, message)
                    .related(payload, "its labels")
                    .help("use a topic with two labels, or with `bit`"),
            );
            return [0, 1];
        }
        match (self.states(id, name, states, words).as_slice(), states) {
            ([false, true] | [], _) => [0, 1],
            ([true, false], _) => [1, 0],
            (_, Some(states)) => {
                let message = format!("`states` needs one label that is `{}` and one that is `{}`", words[0], words[1]);
                self.findings.push(Diagnostic::error(codes::LABELS_MISMATCH, states.span, message));
                [0, 1]
            }
            (_, None) => [0, 1],
        }
    }

    fn analog(&mut self, publish: &Text, every: u32, change: Option<&Text>, map: Option<&Points>) -> RoleKind {
        let id = topic(self.spec, publish, self.findings);
        self.at_least(every, 10, publish, "every");
        let (low, high, decimals) = match self.topics[id.0].payload {
            Payload::Percent => (0, 100, 0),
            Payload::Number { min, max, decimals, .. } => (min, max, decimals),
            _ => {
                if names::position(&self.spec.topics, &publish.value).is_some() {
                    let better = "`percent` or `{ number: { min: 0, max: 50 } }`";
                    self.mismatch(publish, id, "`analog_input` sends numbers", better);
                }
                (0, 100, 0)
            }
        };
        let unit = 10i32.pow(u32::from(decimals));
        let change_figure =
            change.map_or(Some(unit), |text| scaled(&text.value, decimals).filter(|figure| *figure > 0));
        if let (None, Some(text)) = (change_figure, change) {
            let message = format!("`{}` is no step that `{}` can make", text.value, publish.value);
            let help = format!("write a number above 0 with at most {decimals} decimals");
            self.findings.push(Diagnostic::error(codes::BAD_VALUE, text.span, message).help(help));
        }
        let points = match map {
            None if low > 0 || high < 100 * unit => {
                let message = format!("the default map (0 to 100) leaves the range of `{}`", publish.value);
                let help = "write `map: [[0, lowest], [1023, highest]]`";
                self.findings.push(Diagnostic::error(codes::BAD_VALUE, publish.span, message).help(help));
                Vec::new()
            }
            None => vec![(0, 0), (1023, 100 * unit)],
            Some(map) => self.points(map, (low, high, decimals)),
        };
        RoleKind::AnalogInput { publish: id, every_ms: every, change: change_figure.unwrap_or(1), map: points }
    }

    fn points(&mut self, map: &Points, (low, high, decimals): (i32, i32, u8)) -> Vec<(i32, i32)> {
        if map.value.len() < 2 {
            let message = "a map has at least two points";
            let help = "write `map: [[0, 0], [1023, 100]]`";
            self.findings.push(Diagnostic::error(codes::BAD_VALUE, map.span, message).help(help));
        }
        let mut points: Vec<(i32, i32)> = Vec::new();
        for (reading, figure) in &map.value {
            if points.last().is_some_and(|(before, _)| *before >= reading.value) {
                let message = "readings go upwards in a map";
                self.findings.push(Diagnostic::error(codes::BAD_VALUE, reading.span, message).help("order the points"));
            }
            match scaled(&figure.value, decimals).filter(|figure| (low..=high).contains(figure)) {
                Some(figure) => points.push((reading.value, figure)),
                None => {
                    let message =
                        format!("`{}` is not inside the topic's range, or has too many decimals", figure.value);
                    self.findings.push(Diagnostic::error(codes::BAD_VALUE, figure.span, message));
                }
            }
        }
        points
    }

    /// A rule as meant. One that computes a bit is two: where it comes out true, and where it comes out false.
    fn rule(&mut self, published: TopicId, rule: &RuleSpec, index: usize) -> Vec<Rule> {
        let scope = |text| Scope { source: self.source, topics: self.topics, text };
        let when: Option<Condition> = condition(&scope(&rule.when), self.findings);
        let then = outcome(&scope(&rule.then), published, self.findings);
        let (Some(when), Some(then)) = (when, then) else { return Vec::new() };
        let make = |text: String, when, then| Rule {
            when_text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            then_text: rule.then.value.clone(),
            place: self.source.place(rule.when.span.start),
            index,
            when,
            then,
        };
        let text = &rule.when.value;
        match then {
            Then::Says(then) => vec![make(text.clone(), when, then)],
            Then::Computed { truth, lie } => {
                let both = |part| {
                    if when == Condition::All(Vec::new()) { part } else { Condition::All(vec![when.clone(), part]) }
                };
                let spelled = |not: &str| {
                    let part = format!("{not}({})", rule.then.value);
                    if when == Condition::All(Vec::new()) { part } else { format!("({text}) && {part}") }
                };
                vec![
                    make(spelled(""), both(truth), Outcome::Label(1)),
                    make(spelled("!"), both(lie), Outcome::Label(0)),
                ]
            }
        }
    }
}

fn resistor(pull: &At<PullSpec>) -> Pull {
    match pull.value {
        PullSpec::None => Pull::None,
        PullSpec::Up => Pull::Up,
        PullSpec::Down => Pull::Down,
    }
}
