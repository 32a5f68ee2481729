//! The pins of one node: what is written is looked up, what is `auto` is chosen, and everything is judged together.

use super::allow::Allowed;
use super::choose::PinRequest;
use super::hazards::{Hazard, suits};
use super::named;
use super::reserved::{Reserved, labels, unknown};
use super::usage::Use;
use crate::diag::{Diagnostic, Findings, Severity, codes};
use crate::model::chip::ANALOG;
use crate::model::{Board, NoPin, Pin, Role, RoleId, RoleKind};
use crate::syntax::{Named, NodeSpec, Spec};
use crate::text::{Span, Text};
use std::collections::{BTreeMap, BTreeSet};

/// A pin that a role of the node asks for.
pub(in crate::resolve) struct PinUse<'a> {
    pub(in crate::resolve) role: RoleId,
    /// Its name, if the role has several.
    pub(in crate::resolve) name: Option<&'a str>,
    who: &'a str,
    usage: Use,
    entry: Span,
    text: &'a Text,
}

/// What pins are judged by.
pub(in crate::resolve) struct Wiring<'a> {
    pub(in crate::resolve) spec: &'a Spec,
    pub(in crate::resolve) node: &'a NodeSpec,
    pub(in crate::resolve) board: &'a Board,
    /// Where a role that prints is put on this node.
    pub(in crate::resolve) prints: Option<Span>,
    /// Pins that something else is wired to.
    pub(in crate::resolve) reserved: Reserved<'a>,
}

/// What one role of a node asks for.
pub(in crate::resolve) fn pin_uses<'a>(
    id: RoleId,
    role: &'a Role,
    entry: &'a Named<Option<Text>>,
    wiring: &Wiring<'a>,
    findings: &mut Findings,
) -> Vec<PinUse<'a>> {
    let who = role.key.as_str();
    let span = entry.name.span;
    if let RoleKind::Custom(custom) = &role.kind
        && !custom.pins.is_empty()
    {
        let pins = named::pins(role, custom, wiring.node, entry, findings);
        let pin_uses = pins.into_iter().filter_map(|(name, text)| {
            let usage = Use::of(&role.kind, Some(name))?;
            Some(PinUse { role: id, name: Some(name), who, usage, entry: span, text })
        });
        return pin_uses.collect();
    }
    if let Some(first) = wiring.node.pins_of(entry.name.span).first() {
        let message = format!("`{who}` has no pins with names");
        let finding = Diagnostic::error(codes::PIN_MISSING, first.name.span, message);
        findings.push(finding.help("write `{ pin: … }`, or `{}` for a role without a pin"));
    }
    match (Use::of(&role.kind, None), &entry.value) {
        (Some(usage), Some(text)) => vec![PinUse { role: id, name: None, who, usage, entry: span, text }],
        (Some(usage), None) => {
            let help = if usage == Use::Analog {
                "write `{ pin: A0 }`".into()
            } else {
                format!("write `{{ pin: auto }}`, or choose one of {}", wiring.reserved.good(wiring.board))
            };
            let message = format!("`{who}` needs a pin");
            findings.push(Diagnostic::error(codes::PIN_MISSING, span, message).help(help));
            Vec::new()
        }
        (None, Some(text)) => {
            let message = format!("`{who}` has no pin: it only works with messages");
            findings.push(Diagnostic::error(codes::PIN_MISSING, text.span, message).help("write `{}`"));
            Vec::new()
        }
        (None, None) => Vec::new(),
    }
}

/// Finds the pin for each of `pin_uses`, in the same order; `None` where there is an error.
pub(in crate::resolve) fn assign(
    wiring: &Wiring<'_>,
    pin_uses: &[PinUse<'_>],
    findings: &mut Findings,
) -> Vec<Option<Pin>> {
    let mut used: BTreeMap<u8, &PinUse<'_>> = BTreeMap::new();
    let mut assigned: Vec<Option<Pin>> = pin_uses.iter().map(|_| None).collect();
    let mut unsure = BTreeSet::new();
    let mut clashes = Vec::new();
    for (index, one) in pin_uses.iter().enumerate().filter(|(_, one)| one.text.value != "auto") {
        let pin = wiring.look_up(one, findings);
        match &pin {
            Some(pin) if used.contains_key(&pin.gpio()) || wiring.reserved.at(pin.gpio()).is_some() => {
                clashes.push((index, pin.clone()));
            }
            Some(pin) => drop(used.insert(pin.gpio(), one)),
            None => drop(unsure.insert(one.entry)),
        }
        assigned[index] = pin;
    }
    let mut automatic: Vec<usize> = (0..pin_uses.len()).filter(|index| pin_uses[*index].text.value == "auto").collect();
    automatic.sort_by_key(|index| (pin_uses[*index].who, pin_uses[*index].name));
    for index in automatic {
        let one = &pin_uses[index];
        let taken = wiring.taken(&used);
        assigned[index] = wiring.request(one, &taken).safest();
        match &assigned[index] {
            Some(pin) => drop(used.insert(pin.gpio(), one)),
            None => {
                unsure.insert(one.entry);
                findings.push(wiring.nothing_left(one, &used));
            }
        }
    }
    let taken = wiring.taken(&used);
    for (index, pin) in clashes {
        findings.push(wiring.clash(&pin_uses[index], &pin, used.get(&pin.gpio()).copied(), &taken));
    }
    let mut allowed = Allowed::new(wiring.node);
    for (one, pin) in pin_uses.iter().zip(&assigned) {
        let Some(pin) = pin.as_ref().filter(|pin| suits(one.usage, pin)) else { continue };
        let request = wiring.request(one, &taken);
        for hazard in request.against(pin) {
            if !allowed.silences(one.entry, hazard.code, hazard.severity) {
                findings.push(wiring.finding(one, hazard, &request));
            }
        }
    }
    allowed.finish(&unsure, findings);
    assigned
}

impl Wiring<'_> {
    /// The numbers of the pins that are not free.
    fn taken(&self, used: &BTreeMap<u8, &PinUse<'_>>) -> BTreeSet<u8> {
        used.keys().copied().chain(self.reserved.numbers()).collect()
    }

    fn request<'a>(&'a self, one: &PinUse<'a>, taken: &'a BTreeSet<u8>) -> PinRequest<'a> {
        let (who, name, usage) = (one.who, one.name, one.usage);
        PinRequest { who, name, usage, board: self.board, prints: self.prints.is_some(), taken }
    }

    /// The pin that is written.
    fn look_up(&self, one: &PinUse<'_>, findings: &mut Findings) -> Option<Pin> {
        let text = one.text;
        let good = || format!("good pins here: {}", self.reserved.good(self.board));
        let finding = match self.board.pin(&text.value) {
            Ok(pin) if suits(one.usage, &pin) => return Some(pin),
            Ok(pin) if pin.gpio() == ANALOG => {
                let message = format!("A0 can only measure, and `{}` does something else", one.who);
                Diagnostic::error(codes::PIN_ANALOG, text.span, message).help(good())
            }
            Ok(pin) => {
                let message = format!("`{}` measures a voltage, and {} can't", one.who, pin.label());
                let has_analog = self.board.pin("A0").is_ok();
                let help = if has_analog { "write `pin: A0`" } else { "take a board that has A0, like `d1_mini`" };
                Diagnostic::error(codes::PIN_ANALOG, text.span, message).help(help)
            }
            Err(NoPin::Flash(number)) => {
                let message = format!("GPIO{number} belongs to the board's flash memory");
                Diagnostic::error(codes::PIN_FLASH, text.span, message)
                    .label("the program runs from there: the board would crash as soon as the pin moves")
                    .help(good())
            }
            Err(NoPin::Unknown) => unknown(self.node, self.board, text).label("there is nothing to solder a wire to"),
        };
        findings.push(finding);
        None
    }

    /// A pin that another role has, or, without one, that is reserved.
    fn clash(&self, one: &PinUse<'_>, pin: &Pin, first: Option<&PinUse<'_>>, taken: &BTreeSet<u8>) -> Diagnostic {
        let help = proposal(&self.request(one, taken).harmless());
        let (label, gpio) = (pin.label(), pin.gpio());
        let error = |message: String| Diagnostic::error(codes::PIN_TAKEN, one.text.span, message);
        match (first, self.reserved.at(gpio)) {
            (Some(first), _) => error(format!("two roles use {label} (GPIO{gpio})"))
                .label("again here")
                .related(first.text.span, format!("`{}` uses it first", first.who))
                .help(help),
            (None, Some(entry)) => error(format!("`{}` is on {label} (GPIO{gpio}), which is reserved", one.who))
                .related(entry.name.span, format!("wired here: {}", entry.value.value))
                .help(help)
                .help("or, if nothing else is wired there, take the pin out of `reserved`"),
            (None, None) => error(format!("{label} (GPIO{gpio}) is taken")).help(help),
        }
    }

    fn nothing_left(&self, one: &PinUse<'_>, used: &BTreeMap<u8, &PinUse<'_>>) -> Diagnostic {
        let none = BTreeSet::new();
        let request = self.request(one, &none);
        let why = self.board.pins().filter(|pin| suits(one.usage, pin)).map(|pin| {
            let why = if let Some(other) = used.get(&pin.gpio()) {
                format!("`{}` has it", other.who)
            } else if let Some(entry) = self.reserved.at(pin.gpio()) {
                format!("it is reserved: {}", entry.value.value)
            } else {
                request.against(&pin).into_iter().next().map(|hazard| hazard.message).unwrap_or_default()
            };
            format!("{}: {why}", pin.label())
        });
        let message = format!("no pin of `{}` is left that could serve `{}`", self.node.board.value, one.who);
        let mut finding = Diagnostic::error(codes::NO_FREE_PIN, one.text.span, message)
            .related(self.node.board.span, "the board")
            .help("take a board with more pins, or move a role to another node");
        finding.notes.extend(why);
        finding
    }

    fn finding(&self, one: &PinUse<'_>, hazard: Hazard, request: &PinRequest<'_>) -> Diagnostic {
        let span = one.text.span;
        let code = hazard.code;
        let mut finding = match hazard.severity {
            Severity::Error => Diagnostic::error(code, span, hazard.message),
            Severity::Warning => Diagnostic::warning(code, span, hazard.message),
        };
        finding = finding.label(hazard.why);
        let printer = self.prints.filter(|_| code == codes::SERIAL_LOG);
        finding = match (printer, self.spec.roles.get(one.role.0)) {
            (Some(printer), _) => finding.related(printer, "this role prints on it"),
            (None, Some(role)) => finding.related(role.value.kind_span, one.usage.described(one.who)),
            (None, None) => finding,
        };
        if one.usage != Use::Analog {
            finding = finding.help(proposal(&request.harmless()));
        }
        finding = finding.maybe_help(hazard.way);
        if finding.severity == Severity::Warning && code != codes::ANALOG_RANGE {
            finding = finding.help(format!("or, if it is fine here, say why: `allow: {{ {}: \"…\" }}`", code.as_str()));
        }
        finding
    }
}

/// A concrete pin, and others that do as well.
fn proposal(free: &[Pin]) -> String {
    match free {
        [] => "no free pin of this board is better: move a role to another node, or take a larger board".into(),
        [one] => format!("write `pin: {}`, which is free and has no such trouble", one.label()),
        [one, rest @ ..] => {
            let are = if rest.len() == 1 { "is" } else { "are" };
            format!("write `pin: {}`, which is free and has no such trouble; so {are} {}", one.label(), labels(rest))
        }
    }
}
