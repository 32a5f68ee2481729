//! `boards:` of a fleet: boards that the catalogue does not have, checked against what the chip can do.

use super::names;
use crate::diag::{Diagnostic, Findings, codes, near};
use crate::model::chip::{ANALOG, ChipName, Class, FLASH_SIZES, gpio};
use crate::model::{Board, Boards, Facts, board, board_names};
use crate::syntax::{BoardSpec, Named, Spec};
use crate::text::{At, Text};
use std::collections::BTreeMap;

/// What stands in for a board that is not described.
const STAND_IN: &str = "nodemcuv2";

/// The catalogue and the fleet's own boards.
pub(super) fn resolve(spec: &Spec, findings: &mut Findings) -> Boards {
    let mut boards = Boards::default();
    for own in &spec.boards {
        names::check(&own.name, names::ROLE, "a board", findings);
        if board(&own.name.value).is_some() {
            let message = format!("the catalogue has a board `{}` already", own.name.value);
            findings.push(
                Diagnostic::error(codes::BAD_NAME, own.name.span, message)
                    .help(format!("call yours `my_{0}`, with `like: {0}` if it differs in little", own.name.value)),
            );
            continue;
        }
        boards.add(&own.name.value, one(own, findings));
    }
    boards
}

fn one(own: &Named<BoardSpec>, findings: &mut Findings) -> Board {
    let (name, spec) = (&own.name, &own.value);
    let model = spec.like.as_ref().and_then(|like| model(like, findings));
    check_facts(name, spec, findings);
    let chip = if spec.flash_inside { ChipName::Esp8285 } else { ChipName::Esp8266 };
    let exposed = spec.exposed.as_ref().map(|list| {
        let mut numbers: Vec<u8> = list.iter().filter_map(|pin| exposed(pin, chip, findings)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    });
    let known = exposed.clone().or_else(|| model.map(|model| model.exposed.clone())).unwrap_or_default();
    let mut aliases = BTreeMap::new();
    for alias in &spec.aliases {
        check_label(&alias.name, findings);
        if let Some(number) = brought_out(&alias.value, &known, name, findings) {
            aliases.insert(alias.name.value.clone(), number);
        }
    }
    let mut at = |list: &Option<Vec<At<u8>>>| {
        list.as_ref().map(|list| list.iter().filter_map(|pin| brought_out(pin, &known, name, findings)).collect())
    };
    let (led, button) = (at(&spec.led), at(&spec.button));
    let a0_volts = spec.a0_volts.as_ref().and_then(|text| volts(text, findings));
    let facts = Facts { flash_kb: spec.flash_kb.as_ref().map(|at| at.value), exposed, led, button, a0_volts, aliases };
    // Where the file does not state what it brings out, a common board stands in, so that its nodes can be looked at.
    let model = if known.is_empty() { board(STAND_IN) } else { model };
    model.cloned().unwrap_or_default().with(&facts)
}

/// Whether the board states what it must, and whether that is possible.
fn check_facts(name: &Text, spec: &BoardSpec, findings: &mut Findings) {
    if spec.like.is_none() {
        for (key, there, help) in [
            ("flash_kb", spec.flash_kb.is_some(), "write the size of its flash memory: `flash_kb: 4096`"),
            ("exposed", spec.exposed.is_some(), "write which GPIOs it brings out: `exposed: [4, 5, 12, 13, 14]`"),
        ] {
            if !there {
                let message = format!("`{}` has no `{key}`", name.value);
                let finding = Diagnostic::error(codes::MISSING_KEY, name.span, message).help(help);
                findings.push(finding.help("or name a board of the catalogue that it is like: `like: d1_mini`"));
            }
        }
    }
    if let Some(flash) = spec.flash_kb.as_ref().filter(|flash| !FLASH_SIZES.contains(&flash.value)) {
        let message = format!("an ESP8266 has no flash memory of {} KiB", flash.value);
        let sizes = FLASH_SIZES.map(|size| size.to_string()).join(", ");
        findings.push(Diagnostic::error(codes::BAD_VALUE, flash.span, message).help(format!("it has one of {sizes}")));
    }
    if spec.exposed.as_ref().is_some_and(Vec::is_empty) {
        let message = format!("`{}` brings out no pin at all", name.value);
        let help = "write which GPIOs it brings out: `exposed: [4, 5, 12, 13, 14]`";
        findings.push(Diagnostic::error(codes::BAD_VALUE, name.span, message).help(help));
    }
}

fn model(like: &Text, findings: &mut Findings) -> Option<&'static Board> {
    let model = board(&like.value);
    if model.is_none() {
        let known: Vec<&str> = board_names().collect();
        findings.push(
            Diagnostic::error(codes::UNKNOWN_NAME, like.span, format!("the catalogue has no board `{}`", like.value))
                .maybe_help(near(&like.value, known.iter().copied()))
                .help(format!("its boards: `{}`", known.join("`, `"))),
        );
    }
    model
}

/// A GPIO that a board may bring out.
fn exposed(pin: &At<u8>, chip: ChipName, findings: &mut Findings) -> Option<u8> {
    let Some(facts) = gpio(pin.value) else {
        let message = format!("the ESP8266 has no GPIO{}", pin.value);
        let help = format!("GPIOs are 0 to 16; {ANALOG} stands for A0");
        findings.push(Diagnostic::error(codes::PIN_UNKNOWN, pin.span, message).help(help));
        return None;
    };
    if !facts.is_free_on(chip) {
        let message = format!("GPIO{} belongs to the flash memory", pin.value);
        let finding = Diagnostic::error(codes::PIN_FLASH, pin.span, message)
            .label("the program runs from there, and stops if something else uses the line")
            .help(format!("take {} off the list: the board may bring it out, but nobody can use it", pin.value));
        findings.push(if facts.class == Class::FlashQuad {
            finding.help("if the chip is an ESP8285, whose flash memory is inside: write `chip: esp8285`")
        } else {
            finding
        });
        return None;
    }
    Some(pin.value)
}

/// A GPIO that this board brings out.
fn brought_out(pin: &At<u8>, known: &[u8], board: &Text, findings: &mut Findings) -> Option<u8> {
    // A board without `exposed` has a finding already.
    if known.is_empty() || known.contains(&pin.value) {
        return Some(pin.value);
    }
    let list = known.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    let message = format!("`{}` does not bring out GPIO{}", board.value, pin.value);
    findings.push(
        Diagnostic::error(codes::PIN_UNKNOWN, pin.span, message)
            .related(board.span, "the board")
            .help(format!("add it to `exposed`, or take one of {list}")),
    );
    None
}

/// A label becomes a cell of a table and a comment, and may not look like another pin's number.
fn check_label(label: &Text, findings: &mut Findings) {
    let text = label.value.as_str();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.');
    if text.is_empty() || text.len() > 16 || !text.chars().all(plain) {
        let message = format!("`{text}` can't be a pin's label");
        let help = "a label is 1 to 16 letters, digits and `_-+.`, as it is printed on the board";
        findings.push(Diagnostic::error(codes::BAD_NAME, label.span, message).help(help));
    } else if text == "auto" || text.strip_prefix("GPIO").unwrap_or(text).parse::<u8>().is_ok() {
        let message = format!("`{text}` means something already where a pin is named");
        findings.push(Diagnostic::error(codes::BAD_NAME, label.span, message).help(format!("write `P{text}`")));
    }
}

fn volts(text: &Text, findings: &mut Findings) -> Option<f32> {
    let volts = text.value.parse::<f32>().ok().filter(|volts| (0.5..=60.0).contains(volts));
    if volts.is_none() {
        let message = format!("`{}` is no voltage that A0 could measure", text.value);
        let help = "write the highest that it reads: `a0_volts: 1.0` for the bare pin, 3.2 or so with a divider";
        findings.push(Diagnostic::error(codes::BAD_VALUE, text.span, message).help(help));
    }
    volts
}
