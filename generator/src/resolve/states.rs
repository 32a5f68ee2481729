//! States with an owner: a settable topic is a state and the requests for it, one role owns it, and others set it.

use super::context::Context;
use super::names;
use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{AtBoot, Custom, Fleet, Topic, TopicId, TopicKind};
use crate::syntax::{AtBootSpec, CustomSpec, FollowsSpec, Named, PayloadSpec, RoleKindSpec, SaysSpec, Spec, TopicSpec};
use crate::text::{At, Span, Text};

/// What follows the path of a state in the path of its requests.
pub const REQUESTS: &str = "/set";

/// Adds the requests for each state behind all topics.
pub(super) fn add_requests(spec: &Spec, topics: &mut Vec<Topic>, findings: &mut Findings) {
    for (index, entry) in spec.topics.iter().enumerate() {
        let Some(settable) = entry.value.settable else { continue };
        check_settable(entry, settable, findings);
        let requests = TopicId(topics.len());
        let state = &mut topics[index];
        (state.kind, state.retain) = (TopicKind::State { requests }, true);
        let kind = TopicKind::Requests { state: TopicId(index) };
        let (key, path) = (format!("{}_set", state.key), format!("{}{REQUESTS}", state.path));
        // They are as local as who sets the state: nobody else could want them on the broker.
        let state = state.clone();
        topics.push(Topic { key, path, kind, retain: false, shared: false, ..state });
        check_names(spec, entry, (&topics[requests.0], settable), &topics[..spec.topics.len()], findings);
    }
}

fn check_settable(entry: &Named<TopicSpec>, settable: Span, findings: &mut Findings) {
    if let Some(retain) = entry.value.retain.as_ref().filter(|retain| !retain.value) {
        findings.push(
            Diagnostic::error(
                codes::SETTABLE,
                retain.span,
                format!("the state of `{}` is always retained", entry.name.value),
            )
            .related(settable, "settable, so that its owner's last word is what it is")
            .help("leave `retain` out"),
        );
    }
    let payload = &entry.value.payload;
    if matches!(payload.value, PayloadSpec::Text { .. }) {
        findings.push(
            Diagnostic::error(codes::SETTABLE, payload.span, "a text can't be settable")
                .related(settable, "settable")
                .help("use labels (`{ one_of: […] }`), a `bit`, `percent` or a `number`"),
        );
    }
}

/// The requests have a path and a name of their own, which no other topic can have.
fn check_names(
    spec: &Spec,
    entry: &Named<TopicSpec>,
    (requests, settable): (&Topic, Span),
    written: &[Topic],
    findings: &mut Findings,
) {
    let place = |index: usize| spec.topics[index].value.path.as_ref().unwrap_or(&spec.topics[index].name).span;
    if let Some(other) = written.iter().position(|topic| topic.path == requests.path) {
        let message = format!("the path `{}` carries the requests for `{}`", requests.path, entry.name.value);
        findings.push(
            Diagnostic::error(codes::DUPLICATE_PATH, place(other), message)
                .related(settable, "settable")
                .help("give this topic another path"),
        );
    }
    if let Some(other) = names::index_of(&spec.topics, &requests.key) {
        let message =
            format!("`{}` is what generated code calls the requests for `{}`", requests.key, entry.name.value);
        findings.push(
            Diagnostic::error(codes::NAME_TWICE, spec.topics[other].name.span, message)
                .related(settable, "settable")
                .help("rename this topic"),
        );
    }
    if requests.path.len() > names::LONGEST_PATH {
        let path = entry.value.path.as_ref().unwrap_or(&entry.name);
        let message = format!("with `{REQUESTS}` behind it, the path of a settable topic is longer than 128 bytes");
        findings.push(
            Diagnostic::error(codes::BAD_PATH, path.span, message).related(settable, "settable").help("shorten it"),
        );
    }
}

impl Context<'_> {
    /// What a role acts on, and the state that it owns, if it owns one.
    pub(super) fn follows(&mut self, topic: &FollowsSpec, id: TopicId) -> (TopicId, Option<TopicId>) {
        match topic {
            FollowsSpec::Subscribe(_) => (id, None),
            FollowsSpec::Owns(name) => match self.settable(name, id, "owns", "subscribe") {
                Some(requests) => (requests, Some(id)),
                None => (id, None),
            },
        }
    }

    /// What a role publishes: the topic, or requests for the state.
    pub(super) fn says(&mut self, topic: &SaysSpec, id: TopicId) -> TopicId {
        match topic {
            SaysSpec::Publish(name) => {
                self.plain(name, id, "write `sets:` instead of `publish:`");
                id
            }
            SaysSpec::Sets(name) => self.settable(name, id, "sets", "publish").unwrap_or(id),
        }
    }

    /// The requests for a state; a finding if the topic is a plain one.
    fn settable(&mut self, name: &Text, id: TopicId, word: &str, plain: &str) -> Option<TopicId> {
        let requests = self.topics[id.0].requests();
        if requests.is_none() && self.has_topic(name) {
            self.findings.push(
                Diagnostic::error(
                    codes::SETTABLE,
                    name.span,
                    format!("`{}` is not settable, so no role {word} it", name.value),
                )
                .related(self.spec.topics[id.0].name.span, "a plain topic")
                .help(format!("add `settable: true` to the topic, or write `{plain}: {}`", name.value)),
            );
        }
        requests
    }

    /// Refuses to publish on a settable topic.
    pub(super) fn plain(&mut self, name: &Text, id: TopicId, help: &str) {
        if self.has_topic(name) {
            refuse_settable(self.spec, self.topics, name, id, help, self.findings);
        }
    }

    /// What an output is at boot: `last` needs a state of one's own.
    pub(super) fn at_boot(&mut self, at_boot: Option<&At<AtBootSpec>>, topic: &FollowsSpec) -> AtBoot {
        let boot = match at_boot.map(|at_boot| at_boot.value) {
            None | Some(AtBootSpec::Off) => AtBoot::Off,
            Some(AtBootSpec::On) => AtBoot::On,
            Some(AtBootSpec::Last) => AtBoot::Last,
        };
        if let (AtBoot::Last, Some(written), FollowsSpec::Subscribe(name)) = (boot, at_boot, topic) {
            let help = format!("write `owns: {0}`, and `settable: true` at the topic `{0}`", name.value);
            self.findings.push(
                Diagnostic::error(
                    codes::SETTABLE,
                    written.span,
                    "`at_boot: last` belongs to a role that owns its topic",
                )
                .related(name.span, "it follows what others say")
                .help(help),
            );
        }
        boot
    }

    /// Adds the states that a custom role owns, and the requests that it publishes.
    pub(super) fn custom_states(&mut self, written: &CustomSpec, custom: &mut Custom) {
        let add = |list: &mut Vec<TopicId>, id: TopicId| {
            if !list.contains(&id) {
                list.push(id);
            }
        };
        for name in &written.publish {
            let id = self.topic_quietly(name);
            self.plain(name, id, "write it into `sets:` or, for the role that says what it is, into `owns:`");
        }
        for name in &written.owns {
            let id = self.topic(name);
            if let Some(requests) = self.settable(name, id, "owns", "subscribe") {
                add(&mut custom.subscribe, requests);
                add(&mut custom.publish, id);
            }
        }
        for name in &written.sets {
            let id = self.topic(name);
            if let Some(requests) = self.settable(name, id, "sets", "publish") {
                add(&mut custom.publish, requests);
            }
        }
    }

    /// Looks a topic up that was looked up before, when a finding was made of it.
    fn topic_quietly(&self, name: &Text) -> TopicId {
        TopicId(names::index_of(&self.spec.topics, &name.value).unwrap_or(0))
    }
}

/// A finding if a topic is settable where a plain one belongs.
pub(super) fn refuse_settable(
    spec: &Spec,
    topics: &[Topic],
    name: &Text,
    id: TopicId,
    help: &str,
    findings: &mut Findings,
) {
    if topics.get(id.0).is_some_and(|topic| topic.requests().is_some()) {
        let settable = spec.topics[id.0].value.settable.unwrap_or(spec.topics[id.0].name.span);
        findings.push(
            Diagnostic::error(
                codes::SETTABLE,
                name.span,
                format!("`{}` is settable: its owner alone publishes it", name.value),
            )
            .related(settable, "settable")
            .help(help),
        );
    }
}

/// Each state has exactly one owner, and somebody who sets it.
pub(super) fn one_owner(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    for (index, entry) in spec.topics.iter().enumerate() {
        let Some(requests) = fleet.topics[index].requests() else { continue };
        let (id, key) = (TopicId(index), &entry.name.value);
        let settable = entry.value.settable.unwrap_or(entry.name.span);
        let roles = || fleet.roles.iter().zip(&spec.roles);
        let mut owners = roles().filter(|(role, _)| role.kind.publications().contains(&id));
        match owners.next() {
            None => findings.push(no_owner(spec, fleet, id, settable)),
            Some((first, first_written)) => {
                let place = |kind: &RoleKindSpec, name: &Text| owned(kind, key).unwrap_or(name.span);
                for (role, written) in owners {
                    let span = place(&written.value.kind, &written.name);
                    findings.push(
                        Diagnostic::error(
                            codes::OWNER,
                            span,
                            format!("`{}` and `{}` both own `{key}`", first.key, role.key),
                        )
                        .related(
                            place(&first_written.value.kind, &first_written.name),
                            format!("`{}` owns it", first.key),
                        )
                        .related(settable, "settable: one role owns it")
                        .help("let one of them follow the other: `subscribe:` instead of `owns:`"),
                    );
                }
            }
        }
        let sets = roles().any(|(role, _)| role.kind.publications().contains(&requests))
            || fleet.clients.iter().any(|client| client.publish.contains(&requests));
        if !sets {
            findings.push(
                Diagnostic::warning(codes::NEVER_PUBLISHED, entry.name.span, format!("nothing sets `{key}`"))
                    .label("it stays as it is at boot")
                    .help(format!("give a role `sets: {key}` or a client `set: [{key}]`")),
            );
        }
    }
}

fn no_owner(spec: &Spec, fleet: &Fleet, id: TopicId, settable: Span) -> Diagnostic {
    let key = &spec.topics[id.0].name.value;
    let mut finding = Diagnostic::error(codes::OWNER, settable, format!("no role owns `{key}`"));
    let acts = |kind: &RoleKindSpec| match kind {
        RoleKindSpec::SwitchOutput { topic: FollowsSpec::Subscribe(name), .. }
        | RoleKindSpec::DimmerOutput { topic: FollowsSpec::Subscribe(name), .. } => {
            (name.value == *key).then_some(name.span)
        }
        _ => None,
    };
    let followers =
        fleet.roles.iter().zip(&spec.roles).filter_map(|(role, written)| Some((role, acts(&written.value.kind)?)));
    for (role, span) in followers {
        finding = finding.related(span, format!("`{}` acts on it", role.key));
    }
    finding.help(format!("let the role that acts on it own it: `owns: {key}` instead of `subscribe: {key}`"))
}

/// Where a role says that it owns a topic.
fn owned(kind: &RoleKindSpec, key: &str) -> Option<Span> {
    match kind {
        RoleKindSpec::SwitchOutput { topic: FollowsSpec::Owns(name), .. }
        | RoleKindSpec::DimmerOutput { topic: FollowsSpec::Owns(name), .. } => Some(name.span),
        RoleKindSpec::Custom(custom) => custom.owns.iter().find(|name| name.value == key).map(|name| name.span),
        _ => None,
    }
}
