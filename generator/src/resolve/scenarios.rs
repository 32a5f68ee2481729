//! Scenarios: every role, topic and node that they name exists, and every value is one that it can have.

use super::context;
use super::names::index_of;
use crate::diag::{Diagnostic, Findings, codes, near};
use crate::model::{Act, Claim, Client, Expect, NodeFault, Payload, Role, RoleKind, Scenario, Step, Topic, TopicId};
use crate::syntax::{ActSpec, ExpectSpec, Named, NodeFaultSpec, Spec, StepSpec};
use crate::text::{Source, Span, Text};

/// What scenarios can name.
pub(super) struct Known<'a> {
    pub(super) topics: &'a [Topic],
    pub(super) roles: &'a [Role],
    pub(super) clients: &'a [Client],
}

pub(super) fn resolve(source: &Source, spec: &Spec, known: &Known<'_>, findings: &mut Findings) -> Vec<Scenario> {
    let Known { topics, roles, clients } = *known;
    // Without topics or with roles that could not be read there is nothing to look names up in.
    if topics.is_empty() || roles.len() != spec.roles.len() {
        return Vec::new();
    }
    let mut resolver = Resolver { spec, topics, roles, clients, findings };
    let mut scenarios = Vec::new();
    for entry in &spec.scenarios {
        let name = entry.name.value.trim();
        if name.is_empty() || name.chars().count() > 120 {
            let message = "the name of a scenario has 1 to 120 characters";
            resolver.findings.push(Diagnostic::error(codes::BAD_VALUE, entry.name.span, message));
        }
        let steps = entry.value.iter().map(|step| Step {
            position: source.position(step.span.start),
            text: one_line(source, step.span),
            act: resolver.act(step),
        });
        let steps: Vec<Step> = steps.collect();
        if steps.is_empty() {
            let message = "a scenario without steps proves nothing";
            let help = "write `- expect: { … }` below it, or delete it";
            resolver.findings.push(Diagnostic::error(codes::BAD_VALUE, entry.name.span, message).help(help));
        }
        scenarios.push(Scenario { name: name.to_owned(), position: source.position(entry.name.span.start), steps });
    }
    scenarios
}

/// What stands in the file, comments left out, on one line.
fn one_line(source: &Source, span: Span) -> String {
    let text = source.text.get(span.start..span.end).unwrap_or_default();
    let lines = text.lines().map(|line| line.split(" #").next().unwrap_or_default());
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

struct Resolver<'a> {
    spec: &'a Spec,
    topics: &'a [Topic],
    roles: &'a [Role],
    clients: &'a [Client],
    findings: &'a mut Findings,
}

impl Resolver<'_> {
    fn act(&mut self, step: &StepSpec) -> Act {
        match &step.act {
            ActSpec::Set(values) => Act::Set(values.iter().filter_map(|entry| self.set(entry)).collect()),
            ActSpec::Press(names) => Act::Press(names.iter().filter_map(|name| self.button(name)).collect()),
            ActSpec::Hold(times) => {
                let held = times.iter().filter_map(|entry| Some((self.holdable(&entry.name)?, entry.value)));
                Act::Hold(held.collect())
            }
            ActSpec::Say(clients) => {
                let said =
                    clients.iter().flat_map(|client| client.value.iter().map(move |entry| (&client.name, entry)));
                Act::Say(said.filter_map(|(client, entry)| self.say(client, entry)).collect())
            }
            ActSpec::Wait(ms) => Act::Wait(*ms),
            ActSpec::Expect(expect) => Act::Expect(self.expect(expect)),
            ActSpec::StopBroker => Act::StopBroker,
            ActSpec::StartBroker => Act::StartBroker,
            ActSpec::Node(fault, name) => {
                self.node(name);
                Act::Node(node_fault(*fault), name.value.clone())
            }
            ActSpec::Delay(ms) => Act::Delay(*ms),
            ActSpec::Lose(percent) => Act::Lose(*percent),
        }
    }

    fn role(&mut self, name: &Text) -> Option<&RoleKind> {
        let found = index_of(&self.spec.roles, &name.value);
        if found.is_none() {
            let known = self.spec.roles.iter().map(|role| role.name.value.as_str());
            let list = known.clone().collect::<Vec<_>>().join("`, `");
            self.findings.push(
                Diagnostic::error(codes::UNKNOWN_NAME, name.span, format!("there is no role `{}`", name.value))
                    .maybe_help(near(&name.value, known))
                    .help(format!("the roles of this fleet: `{list}`")),
            );
        }
        found.and_then(|index| self.roles.get(index)).map(|role| &role.kind)
    }

    fn cannot(&mut self, name: &Text, what: &str, who: fn(&RoleKind) -> bool) {
        let able: Vec<&str> = self.roles.iter().filter(|role| who(&role.kind)).map(|role| role.key.as_str()).collect();
        let help = (!able.is_empty()).then(|| format!("these can: `{}`", able.join("`, `")));
        let at = index_of(&self.spec.roles, &name.value);
        let finding = Diagnostic::error(codes::SCENARIO_ROLE, name.span, format!("`{}` {what}", name.value));
        let finding = match at {
            Some(at) => finding.related(self.spec.roles[at].value.kind_span, "what it is"),
            None => finding,
        };
        self.findings.push(finding.maybe_help(help));
    }

    fn set(&mut self, entry: &Named<Text>) -> Option<(String, String)> {
        let name = &entry.name;
        let value = match self.role(name)?.clone() {
            RoleKind::AnalogInput { publish, map, .. } => {
                let value = self.value(publish, &entry.value)?;
                let figures = || map.iter().map(|(_, figure)| *figure);
                let figure = self.topics[publish.0].payload.decimals().figure(&value)?;
                if figures().min().is_some_and(|low| figure < low) || figures().max().is_some_and(|high| figure > high)
                {
                    let message = format!("`{}` never measures {value}: its map does not reach it", name.value);
                    let finding = Diagnostic::error(codes::BAD_VALUE, entry.value.span, message);
                    self.findings.push(finding.help("set a value that lies on the map, or extend the map"));
                }
                value
            }
            RoleKind::DigitalInput { publish, .. } => self.value(publish, &entry.value)?,
            RoleKind::PushButton { .. } => {
                if !matches!(entry.value.value.as_str(), "pressed" | "released") {
                    let message = format!("a button is `pressed` or `released`, not `{}`", entry.value.value);
                    let help = near(&entry.value.value, ["pressed", "released"]);
                    self.findings.push(Diagnostic::error(codes::BAD_VALUE, entry.value.span, message).maybe_help(help));
                }
                entry.value.value.clone()
            }
            _ => {
                self.cannot(name, "is no input: the world can't set it", |kind| {
                    matches!(
                        kind,
                        RoleKind::AnalogInput { .. } | RoleKind::DigitalInput { .. } | RoleKind::PushButton { .. }
                    )
                });
                return None;
            }
        };
        Some((name.value.clone(), value))
    }

    /// What a client says on a topic: a request where the topic is settable.
    fn say(&mut self, client: &Text, entry: &Named<Text>) -> Option<(String, TopicId, String)> {
        let Some(at) = index_of(&self.spec.clients, &client.value) else {
            let known = || self.spec.clients.iter().map(|client| client.name.value.as_str());
            let list = known().collect::<Vec<_>>().join("`, `");
            let help = if list.is_empty() {
                "describe it below `clients:`".into()
            } else {
                format!("the clients of this fleet: `{list}`")
            };
            self.findings.push(
                Diagnostic::error(codes::UNKNOWN_NAME, client.span, format!("there is no client `{}`", client.value))
                    .maybe_help(near(&client.value, known()))
                    .help(help),
            );
            return None;
        };
        let found = index_of(&self.spec.topics, &entry.name.value);
        let topic = context::topic(self.spec, &entry.name, self.findings);
        found?;
        let value = self.value(topic, &entry.value);
        let requests = self.topics[topic.0].requests();
        let said = requests.unwrap_or(topic);
        if self.clients.get(at).is_some_and(|client| !client.publish.contains(&said)) {
            let (what, word) = if requests.is_some() { ("set", "set") } else { ("publish", "publish") };
            let key = &entry.name.value;
            self.findings.push(
                Diagnostic::error(
                    codes::SCENARIO_ROLE,
                    entry.name.span,
                    format!("`{}` may not {what} `{key}`", client.value),
                )
                .related(self.spec.clients[at].name.span, "the client")
                .help(format!("give it the right, `{word}: [{key}]`, or let another client say it")),
            );
        }
        Some((client.value.clone(), said, value?))
    }

    fn button(&mut self, name: &Text) -> Option<String> {
        if !matches!(self.role(name)?, RoleKind::PushButton { .. }) {
            self.cannot(name, "is no button", |kind| matches!(kind, RoleKind::PushButton { .. }));
            return None;
        }
        Some(name.value.clone())
    }

    fn holdable(&mut self, name: &Text) -> Option<String> {
        let able = |kind: &RoleKind| matches!(kind, RoleKind::PushButton { .. } | RoleKind::DigitalInput { .. });
        if !able(self.role(name)?) {
            self.cannot(name, "can't be held: it is neither a button nor a contact", able);
            return None;
        }
        Some(name.value.clone())
    }

    fn node(&mut self, name: &Text) {
        let nodes = || self.spec.layouts.iter().flat_map(|layout| &layout.value).map(|node| node.name.value.as_str());
        if !nodes().any(|node| node == name.value) {
            let mut known: Vec<&str> = nodes().collect();
            known.sort_unstable();
            known.dedup();
            self.findings.push(
                Diagnostic::error(codes::UNKNOWN_NAME, name.span, format!("no layout has a node `{}`", name.value))
                    .maybe_help(near(&name.value, nodes()))
                    .help(format!("the nodes of this fleet: `{}`", known.join("`, `"))),
            );
        }
    }

    fn expect(&mut self, expect: &ExpectSpec) -> Expect {
        Expect {
            claims: expect.claims.iter().filter_map(|entry| self.claim(entry)).collect(),
            no_message_on: expect
                .no_message_on
                .iter()
                .map(|name| context::topic(self.spec, name, self.findings))
                .collect(),
            within: expect.within.as_ref().map_or(0, |within| within.value),
            stays: expect.stays.as_ref().map_or(0, |stays| stays.value),
        }
    }

    /// A topic's value, or the pin of a role; where both have the name, the value decides.
    fn claim(&mut self, entry: &Named<Text>) -> Option<Claim> {
        let name = &entry.name;
        let topic = index_of(&self.spec.topics, &name.value);
        let role = index_of(&self.spec.roles, &name.value).and_then(|index| self.roles.get(index));
        let output = role.and_then(|role| match role.kind {
            RoleKind::SwitchOutput { active_high, .. } => Some(active_high),
            _ => None,
        });
        let level = output.and_then(|active_high| match entry.value.value.as_str() {
            "high" => Some(true),
            "low" => Some(false),
            "on" => Some(active_high),
            "off" => Some(!active_high),
            _ => None,
        });
        match (topic, output, level) {
            (Some(topic), None, _) => {
                self.value(TopicId(topic), &entry.value).map(|value| Claim::LastMessage(TopicId(topic), value))
            }
            (Some(topic), Some(_), _) if self.topics[topic].payload.wire_text(&entry.value.value).is_some() => {
                self.value(TopicId(topic), &entry.value).map(|value| Claim::LastMessage(TopicId(topic), value))
            }
            (_, Some(_), Some(high)) => Some(Claim::Carries { role: name.value.clone(), high }),
            (_, Some(_), None) => {
                let message = format!("a pin is `high`, `low`, `on` or `off`, not `{}`", entry.value.value);
                let help = near(&entry.value.value, ["high", "low", "on", "off"]);
                self.findings.push(Diagnostic::error(codes::BAD_VALUE, entry.value.span, message).maybe_help(help));
                None
            }
            (None, None, _) if role.is_some() => {
                self.cannot(name, "drives no pin; expect a message of its topic instead", |kind| {
                    matches!(kind, RoleKind::SwitchOutput { .. })
                });
                None
            }
            (None, None, _) => {
                let topics = self.spec.topics.iter().map(|topic| topic.name.value.as_str());
                let known: Vec<&str> =
                    topics.chain(self.spec.roles.iter().map(|role| role.name.value.as_str())).collect();
                let message = format!("there is neither a topic nor a role `{}`", name.value);
                self.findings.push(
                    Diagnostic::error(codes::UNKNOWN_NAME, name.span, message)
                        .maybe_help(near(&name.value, known.iter().copied()))
                        .help("name a topic, or a role that switches a pin"),
                );
                None
            }
        }
    }

    /// A value in the topic's terms, as it stands on the wire.
    fn value(&mut self, topic: TopicId, text: &Text) -> Option<String> {
        let Topic { key, payload, .. } = &self.topics[self.topics[topic.0].state().unwrap_or(topic).0];
        let value = payload.wire_text(&text.value);
        if value.is_none() {
            let labels = payload.labels();
            let accepted = match payload {
                Payload::Percent => "whole numbers from 0 to 100".to_owned(),
                Payload::Number { min, max, step, .. } => {
                    let [min, max, step] = [min, max, step].map(|figure| payload.figure_text(*figure));
                    format!("numbers from {min} to {max} in steps of {step}")
                }
                Payload::Text { max } => format!("texts of at most {max} bytes"),
                Payload::OneOf(_) | Payload::Bit => format!("\"{}\"", labels.join("\", \"")),
            };
            self.findings.push(
                Diagnostic::error(codes::BAD_VALUE, text.span, format!("`{key}` has no message `{}`", text.value))
                    .maybe_help(near(&text.value, labels.iter().map(String::as_str)))
                    .help(format!("the messages of `{key}` are {accepted}")),
            );
        }
        value
    }
}

fn node_fault(fault: NodeFaultSpec) -> NodeFault {
    match fault {
        NodeFaultSpec::DropWifi => NodeFault::DropWifi,
        NodeFaultSpec::RestoreWifi => NodeFault::RestoreWifi,
        NodeFaultSpec::Restart => NodeFault::Restart,
        NodeFaultSpec::Garbage => NodeFault::Garbage,
    }
}
