//! Many of the same: `for_each` makes copies of topics, roles and nodes, all but those that exist once.
//!
//! The fleet is looked at with the values of the first copy, so that a mistake is found once and not in every copy;
//! what has no errors is multiplied.

use crate::diag::{Diagnostic, Findings, codes, near};
use crate::syntax::{ActSpec, AddressSpec, CopiesSpec, NodeSpec, Spec};
use crate::text::Text;

/// Copies at most; more are a slip in a range.
const MOST: usize = 10_000;

/// What `for_each` and `shared` define.
pub(super) struct Copies<'s> {
    pub(super) spec: &'s CopiesSpec,
    /// The values of every copy, in the order of the variables.
    pub(super) all: Vec<Vec<&'s str>>,
}

impl<'s> Copies<'s> {
    /// Reads them; `None`: the fleet has none, or no copy.
    pub(super) fn read(spec: &'s Spec, findings: &mut Findings) -> Option<Self> {
        let copies = spec.copies.as_ref()?;
        let count = copies.each.iter().try_fold(1_usize, |count, variable| count.checked_mul(variable.value.len()));
        if count.is_none_or(|count| count > MOST) {
            let message = format!("these are more than {MOST} copies");
            let help = "make a fleet of each building, or shorten the ranges";
            findings.push(Diagnostic::error(codes::BAD_VALUE, copies.span, message).help(help));
            return None;
        }
        let mut all = vec![Vec::new()];
        for variable in &copies.each {
            let more = |before: &Vec<&'s str>| {
                let values = variable.value.iter().map(String::as_str);
                let before = before.clone();
                values.map(move |value| before.iter().copied().chain([value]).collect::<Vec<_>>()).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(more).collect();
        }
        for name in &copies.shared {
            if !spec.topics.iter().any(|topic| topic.name.value == name.value) {
                let known = spec.topics.iter().map(|topic| topic.name.value.as_str());
                let message = format!("there is no topic `{}`", name.value);
                findings.push(
                    Diagnostic::error(codes::UNKNOWN_NAME, name.span, message).maybe_help(near(&name.value, known)),
                );
            }
        }
        (!all.is_empty() && !copies.each.is_empty()).then_some(Self { spec: copies, all })
    }

    /// Whether a topic exists once.
    pub(super) fn is_shared(&self, topic: &str) -> bool {
        self.spec.shared.iter().any(|name| name.value == topic)
    }

    /// A template with the values of a copy: `campus/{floor}/{room}/light`.
    pub(super) fn fill(&self, template: &str, copy: &[&str]) -> String {
        let pairs = self.spec.each.iter().zip(copy);
        pairs.fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{}}}", name.name.value), value))
    }

    /// What a copy is called where something needs a name of its own: `2-07`.
    pub(super) fn label(copy: &[&str]) -> String {
        copy.join("-")
    }

    /// `floor 1, room 01`
    pub(super) fn described(&self, copy: &[&str]) -> String {
        let pairs = self.spec.each.iter().zip(copy);
        pairs.map(|(name, value)| format!("{} {value}", name.name.value)).collect::<Vec<_>>().join(", ")
    }

    /// The file as the first copy sees it.
    pub(super) fn sample(&self, spec: &Spec, findings: &mut Findings) -> Spec {
        let mut sample = spec.clone();
        let Some(first) = self.all.first() else { return sample };
        for topic in &mut sample.topics {
            let path = topic.value.path.get_or_insert_with(|| topic.name.clone());
            if self.is_shared(&topic.name.value) {
                self.refuse_variables(path, "is shared", findings);
            } else {
                self.check_template(path, ("the topic", "/"), findings);
                path.value = self.fill(&path.value, first).replace(['{', '}'], "");
            }
        }
        for node in sample.layouts.iter_mut().flat_map(|layout| &mut layout.value) {
            if node.value.common {
                self.refuse_variables(&node.name, "exists once", findings);
            } else {
                self.check_template(&node.name, ("the node", "-"), findings);
                // A variable that there is not is reported above; it is no bad name as well.
                node.name.value = self.fill(&node.name.value, first).replace(['{', '}'], "");
                if let Some(ip) = &mut node.value.ip {
                    self.check_variables(&ip.address, findings);
                    *ip = self.fill_address(ip, first);
                }
            }
        }
        // Scenarios name nodes as the file does, and play in the first copy.
        for step in sample.scenarios.iter_mut().flat_map(|scenario| &mut scenario.value) {
            if let ActSpec::Node(_, name) = &mut step.act {
                name.value = self.fill(&name.value, first);
            }
        }
        sample
    }

    /// `ip` of a copy. A number of an address has no leading zeros, a value like `07` may.
    pub(super) fn fill_address(&self, ip: &AddressSpec, copy: &[&str]) -> AddressSpec {
        let number = |value: &&'_ str| match value.trim_start_matches('0') {
            "" => "0".to_owned(),
            number => number.to_owned(),
        };
        let numbers: Vec<String> = copy.iter().map(number).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let fill = |text: &Text| Text { value: self.fill(&text.value, &numbers), span: text.span };
        AddressSpec { address: fill(&ip.address), gateway: fill(&ip.gateway), dns: ip.dns.as_ref().map(fill) }
    }

    /// How many copies of a node there are.
    pub(super) fn count(&self, node: &NodeSpec) -> usize {
        if node.common { 1 } else { self.all.len() }
    }

    /// A template may name no other variables than there are; those that it names so.
    fn check_variables<'t>(&self, text: &'t Text, findings: &mut Findings) -> Vec<&'t str> {
        let known: Vec<&str> = self.spec.each.iter().map(|variable| variable.name.value.as_str()).collect();
        let unknown: Vec<&str> = variables(&text.value).filter(|name| !known.contains(name)).collect();
        for name in &unknown {
            let message = format!("`for_each` has no variable `{name}`");
            findings.push(
                Diagnostic::error(codes::UNKNOWN_NAME, text.span, message)
                    .maybe_help(near(name, known.iter().copied()))
                    .help(format!("it has: {}", known.join(", "))),
            );
        }
        unknown
    }

    /// A template must name every variable, or copies would be one; and no other.
    fn check_template(&self, text: &Text, (what, between): (&str, &str), findings: &mut Findings) {
        let unknown = self.check_variables(text, findings);
        let varied = self.spec.each.iter().filter(|variable| variable.value.len() > 1);
        let missing: Vec<String> = varied
            .map(|variable| format!("{{{}}}", variable.name.value))
            .filter(|variable| !text.value.contains(variable.as_str()))
            .collect();
        if !missing.is_empty() && unknown.is_empty() {
            let count = self.all.len();
            let message = format!("{what} `{}` would be the same in several of the {count} copies", text.value);
            findings.push(
                Diagnostic::error(codes::COPIES_COLLIDE, text.span, message)
                    .related(self.spec.span, "the copies")
                    .help(format!("add {}: `{}{between}{}`", missing.join(" and "), text.value, missing.join(between)))
                    .help("or let it exist once: a topic in `shared: [ … ]`, a node below `common:`"),
            );
        }
    }

    fn refuse_variables(&self, text: &Text, why: &str, findings: &mut Findings) {
        if let Some(name) = variables(&text.value).next() {
            let message = format!("`{}` {why}, so `{{{name}}}` has no value", text.value);
            findings.push(
                Diagnostic::error(codes::COPIES_COLLIDE, text.span, message)
                    .related(self.spec.span, "the copies")
                    .help("write a name without variables"),
            );
        }
    }

    /// Notes on each finding in a repeated place for which copy it was found.
    pub(super) fn explain(&self, findings: &mut Findings) {
        let Some(first) = self.all.first() else { return };
        let note = format!("this is repeated in {} copies; shown for {}", self.all.len(), self.described(first));
        for finding in findings.iter_mut() {
            let here = finding.primary.span;
            if self.spec.repeated.iter().any(|span| span.start <= here.start && here.end <= span.end) {
                finding.notes.push(note.clone());
            }
        }
    }
}

/// The words in braces.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}
