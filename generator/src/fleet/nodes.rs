//! Layouts: which node has which role, on which pin of which board.

use super::boards::{self, ANALOG, Board, Boards, NoPin};
use super::model::{Layout, Node, Pin, Pull, Role, RoleId, RoleKind};
use super::{custom, names};
use crate::diag::{Diagnostic, Findings, codes, near};
use crate::source::Span;
use crate::spec::{Named, NodeSpec, Spec, Text};
use std::collections::BTreeMap;

pub(super) fn resolve(spec: &Spec, roles: &[Role], boards: &Boards, findings: &mut Findings) -> Vec<Layout> {
    let mut layouts = Vec::new();
    for layout in &spec.layouts {
        names::check(&layout.name, names::NODE, "a layout", findings);
        let clients = spec.clients.iter().map(|client| (&client.name, "a client"));
        names::check_unique(layout.value.iter().map(|node| (&node.name, "a node")).chain(clients), findings);
        if layout.value.is_empty() {
            let message = format!("the layout `{}` has no nodes", layout.name.value);
            findings.push(Diagnostic::error(codes::MISSING_KEY, layout.name.span, message));
        }
        let mut placed = BTreeMap::new();
        let nodes =
            layout.value.iter().map(|node| self::node(spec, (roles, boards), node, &mut placed, findings)).collect();
        for (index, role) in spec.roles.iter().enumerate() {
            if !placed.contains_key(&index) && !layout.value.is_empty() {
                let message =
                    format!("no node of the layout `{}` has the role `{}`", layout.name.value, role.name.value);
                findings.push(
                    Diagnostic::warning(codes::ROLE_UNPLACED, role.name.span, message)
                        .related(layout.name.span, "the layout")
                        .help(format!("add `{}: {{ … }}` to the roles of one of its nodes", role.name.value)),
                );
            }
        }
        layouts.push(Layout { name: layout.name.value.clone(), nodes });
    }
    layouts
}

fn node(
    spec: &Spec,
    (roles, boards): (&[Role], &Boards),
    node: &Named<NodeSpec>,
    placed: &mut BTreeMap<usize, Span>,
    findings: &mut Findings,
) -> Node {
    names::check(&node.name, names::NODE, "a node", findings);
    names::check_word(&node.name, "a node", findings);
    let name = &node.value.board;
    let board = boards.get(&name.value);
    if board.is_none() {
        let known = boards.names();
        findings.push(
            Diagnostic::error(codes::UNKNOWN_NAME, name.span, format!("there is no board `{}`", name.value))
                .maybe_help(near(&name.value, known.iter().copied()))
                .help(format!("the boards: `{}`", known.join("`, `"))),
        );
    }
    let mut wired = Vec::new();
    let mut several = BTreeMap::new();
    let mut used: BTreeMap<u8, (Span, String)> = BTreeMap::new();
    for entry in &node.value.roles {
        let Some(index) = names::position(&spec.roles, &entry.name.value) else {
            let known = spec.roles.iter().map(|role| role.name.value.as_str());
            findings.push(
                Diagnostic::error(
                    codes::UNKNOWN_NAME,
                    entry.name.span,
                    format!("there is no role `{}`", entry.name.value),
                )
                .maybe_help(near(&entry.name.value, known))
                .help("describe it below `roles:`"),
            );
            continue;
        };
        if let Some(before) = placed.insert(index, entry.name.span) {
            findings.push(
                Diagnostic::error(
                    codes::ROLE_TWICE,
                    entry.name.span,
                    format!("two nodes have the role `{}`", entry.name.value),
                )
                .label("again here")
                .related(before, "first here")
                .help("delete one, or describe a second role"),
            );
        }
        // A fleet without topics has no roles either; that is a finding already.
        let Some(role) = roles.get(index) else { continue };
        let pin = board.and_then(|board| {
            let pin = pin(board, &name.value, role, entry, findings)?;
            share(&mut used, board, &pin, entry, findings);
            Some(pin)
        });
        wired.push((RoleId(index), pin));
        if let Some(board) = board {
            let mut named = Vec::new();
            for wired in custom::pins((board, &name.value), role, &node.value, entry, findings) {
                share(&mut used, board, &wired.pin, &wired.entry, findings);
                named.push((wired.name, wired.pin));
            }
            several.insert(RoleId(index), named);
        }
    }
    let (name, board) = (node.name.value.clone(), name.value.clone());
    Node { name, template: None, board, roles: wired, pins: several }
}

fn pin(
    board: &Board,
    board_name: &str,
    role: &Role,
    entry: &Named<Option<Text>>,
    findings: &mut Findings,
) -> Option<Pin> {
    if matches!(&role.kind, RoleKind::Custom(custom) if !custom.pins.is_empty()) {
        // `custom::pins` has more to say about them.
        return None;
    }
    let needs = !matches!(role.kind, RoleKind::Decision { .. } | RoleKind::SerialLog { .. } | RoleKind::Custom(_));
    let analog = matches!(role.kind, RoleKind::AnalogInput { .. });
    let good = || labels(&board.good());
    let Some(text) = &entry.value else {
        if needs {
            let help = if analog {
                "write `{ pin: A0 }`".into()
            } else {
                format!("write `{{ pin: … }}`; good pins here: {}", good())
            };
            let message = format!("`{}` needs a pin", role.key);
            findings.push(Diagnostic::error(codes::PIN_MISSING, entry.name.span, message).help(help));
        }
        return None;
    };
    if text.value == "auto" {
        let message = "this version does not understand `pin: auto` yet";
        let help = format!("good pins here: {}", good());
        findings.push(Diagnostic::error(codes::NOT_YET, text.span, message).help(help));
        return None;
    }
    if !needs {
        let message = format!("`{}` has no pin: it only works with messages", role.key);
        findings.push(Diagnostic::error(codes::PIN_MISSING, text.span, message).help("write `{}`"));
        return None;
    }
    let pin = match board.pin(&text.value) {
        Ok(pin) => pin,
        Err(NoPin::Flash(number)) => {
            let message = format!("GPIO{number} belongs to the board's flash memory");
            let help = format!("good pins here: {}", good());
            findings.push(Diagnostic::error(codes::PIN_FLASH, text.span, message).help(help));
            return None;
        }
        Err(NoPin::Unknown) => {
            let labels = board.labels();
            findings.push(
                Diagnostic::error(codes::PIN_UNKNOWN, text.span, format!("`{board_name}` has no pin `{}`", text.value))
                    .maybe_help(near(&text.value, labels.iter().map(String::as_str)))
                    .help(format!("its pins: {}", labels.join(", "))),
            );
            return None;
        }
    };
    if analog != (pin.gpio() == ANALOG) {
        let (message, help) = if analog {
            (format!("`{}` measures a voltage, and {} can't", role.key, pin.label()), "write `pin: A0`".to_owned())
        } else {
            (
                format!("A0 can only measure, and `{}` does something else", role.key),
                format!("good pins here: {}", good()),
            )
        };
        findings.push(Diagnostic::error(codes::PIN_ANALOG, text.span, message).help(help));
        return Some(pin);
    }
    for rule in PIN_RULES {
        rule(role, &pin, text, board, findings);
    }
    Some(pin)
}

fn share(
    used: &mut BTreeMap<u8, (Span, String)>,
    board: &Board,
    pin: &Pin,
    entry: &Named<Option<Text>>,
    findings: &mut Findings,
) {
    let span = entry.value.as_ref().map_or(entry.name.span, |text| text.span);
    match used.get(&pin.gpio()) {
        Some((before, role)) => {
            let free: Vec<String> = board
                .good()
                .iter()
                .filter(|pin| !used.contains_key(&pin.gpio()))
                .map(|pin| pin.label().to_owned())
                .collect();
            findings.push(
                Diagnostic::error(
                    codes::PIN_TAKEN,
                    span,
                    format!("two roles use {} (GPIO{})", pin.label(), pin.gpio()),
                )
                .label("again here")
                .related(*before, format!("`{role}` uses it first"))
                .maybe_help((!free.is_empty()).then(|| format!("free, and without a second job: {}", free.join(", ")))),
            );
        }
        None => {
            used.insert(pin.gpio(), (span, entry.name.value.clone()));
        }
    }
}

/// `D1, D2`; small boards have none without a second job.
pub(super) fn labels(pins: &[Pin]) -> String {
    if pins.is_empty() {
        return "none on this board".into();
    }
    pins.iter().map(Pin::label).collect::<Vec<_>>().join(", ")
}

pub(super) type PinRule = fn(&Role, &Pin, &Text, &Board, &mut Findings);

/// What can be said of one role on one pin, once the pin exists.
pub(super) const PIN_RULES: &[PinRule] = &[pull_exists, output_quiet_at_boot, not_strapping, not_serial];

fn pull_exists(role: &Role, pin: &Pin, text: &Text, board: &Board, findings: &mut Findings) {
    let (RoleKind::PushButton { pull, .. } | RoleKind::DigitalInput { pull, .. }) = role.kind else { return };
    let Some(gpio) = boards::gpio(pin.gpio()) else { return };
    let word = match pull {
        Pull::Up if !gpio.pull_up => "pull-up",
        Pull::Down if !gpio.pull_down => "pull-down",
        _ => return,
    };
    let message = format!("{} (GPIO{}) has no {word} inside the chip", pin.label(), pin.gpio());
    findings.push(
        Diagnostic::error(codes::PULL_UNAVAILABLE, text.span, message)
            .help(format!("another pin: {}", labels(&board.good())))
            .help("or `pull: none` and a resistor of 10 kΩ of your own"),
    );
}

fn output_quiet_at_boot(role: &Role, pin: &Pin, text: &Text, board: &Board, findings: &mut Findings) {
    let (RoleKind::SwitchOutput { active_high: true, .. } | RoleKind::DimmerOutput { active_high: true, .. }) =
        role.kind
    else {
        return;
    };
    let Some(gpio) = boards::gpio(pin.gpio()) else { return };
    let why = match gpio.boot.as_str() {
        "pulled_up" => "is pulled high from reset until the program runs",
        "high" => "is high from reset until the program runs",
        "high_chatter" => "is high and flickers from reset until the program runs",
        _ => return,
    };
    let message = format!("`{}` goes on for a moment at every power-up", role.key);
    findings.push(
        Diagnostic::warning(codes::BOOT_HIGH, text.span, message)
            .label(format!("{} is GPIO{}: it {why}", pin.label(), pin.gpio()))
            .help(format!("pins that do not move at power-up: {}", labels(&board.still()))),
    );
}

fn not_strapping(_: &Role, pin: &Pin, text: &Text, board: &Board, findings: &mut Findings) {
    if boards::gpio(pin.gpio()).is_some_and(|gpio| gpio.class == "strap") {
        let message = format!("{} (GPIO{}) decides at reset how the chip boots", pin.label(), pin.gpio());
        findings.push(
            Diagnostic::warning(codes::STRAPPING_PIN, text.span, message)
                .label("what hangs here can keep the board from starting")
                .help(format!("pins without a second job: {}", labels(&board.good()))),
        );
    }
}

fn not_serial(_: &Role, pin: &Pin, text: &Text, board: &Board, findings: &mut Findings) {
    if boards::gpio(pin.gpio()).is_some_and(|gpio| gpio.class == "serial") {
        let message = format!("{} (GPIO{}) carries the serial log", pin.label(), pin.gpio());
        findings.push(
            Diagnostic::warning(codes::SERIAL_PIN, text.span, message)
                .label("every log line would switch it")
                .help(format!("pins without a second job: {}", labels(&board.good()))),
        );
    }
}
