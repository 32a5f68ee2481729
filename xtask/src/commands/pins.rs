//! `pins`: draws the boards of a fleet, pin by pin: who uses it, and what the others are good for.

use crate::outcome::Outcome;
use anyhow::Result;
use fleetwright_generator::diag::render;
use fleetwright_generator::model::{Fleet, Node};
use fleetwright_generator::resolve::{PinRow, PinState, chart};
use project::fleets;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Draw the boards of a fleet, pin by pin, with what uses each and what the others are good for
#[derive(Clone, Debug, clap::Args)]
pub struct Pins {
    /// A name in fleets/ or a path
    pub fleet: String,
    /// This layout alone
    #[arg(long)]
    pub layout: Option<String>,
}

impl Pins {
    /// Draws the boards of one layout, or of all.
    pub fn run(self) -> Result<Outcome> {
        let checked = fleets::check(&fleets::find_one(&self.fleet)?)?;
        let Some(fleet) = checked.fleet else {
            eprint!("{}", render::text(&checked.findings.source, &checked.findings.diagnostics, false));
            return Ok(Outcome::Findings);
        };
        print!("{}", text(&fleet, self.layout.as_deref())?);
        Ok(Outcome::Fine)
    }
}

/// The drawing of a fleet.
fn text(fleet: &Fleet, layout: Option<&str>) -> Result<String> {
    let mut drawing = String::new();
    for layout in fleet.layouts(layout)? {
        let _ = writeln!(drawing, "{}, {}", fleet.name, layout.name);
        // Copies of a node look alike.
        let mut seen = BTreeSet::new();
        for node in &layout.nodes {
            if node.template.as_ref().is_none_or(|template| seen.insert(template)) {
                drawing += &board(fleet, node);
            }
        }
    }
    Ok(drawing)
}

fn board(fleet: &Fleet, node: &Node) -> String {
    let name = node.template.as_ref().unwrap_or(&node.name);
    let mut drawing = format!("\n{name} · {}\n", node.board);
    let rows = chart(fleet, node);
    let width = rows.iter().map(|row| row.label.chars().count()).max().unwrap_or(0);
    for row in &rows {
        let own = if row.gpio > 16 { String::new() } else { format!("GPIO{}", row.gpio) };
        let label = if row.label == own { "" } else { row.label.as_str() };
        let start = format!("  {label:width$}  {own:6}  ");
        let indent = " ".repeat(start.chars().count());
        let lines = lines(row);
        let joined = lines.join(&format!("\n{indent}"));
        let _ = writeln!(drawing, "{}", format!("{start}{joined}").trim_end());
    }
    drawing
}

fn lines(row: &PinRow) -> Vec<String> {
    match &row.state {
        PinState::Used { by, why, against } => {
            let chosen = why.as_ref().map(|why| format!(" (auto: {why})")).unwrap_or_default();
            let first = format!("■ {by}{chosen}");
            [first].into_iter().chain(against.iter().map(|against| format!("! {against}"))).collect()
        }
        PinState::Reserved(what) => vec![format!("□ reserved: {what}")],
        PinState::Free { good, careful, bad } => {
            let first = match (good.as_slice(), careful.as_slice()) {
                ([], []) => "· free, but it serves nothing".into(),
                ([], _) => "· free, with care".into(),
                (good, _) => format!("· free for {}", good.join("; ")),
            };
            [first].into_iter().chain(because("with care for", careful)).chain(because("not for", bad)).collect()
        }
    }
}

/// One reason often stands against several uses.
fn because(prefix: &str, uses: &[(&str, String)]) -> Vec<String> {
    let mut reasons: Vec<(Vec<&str>, &str)> = Vec::new();
    for (usage, reason) in uses {
        match reasons.iter_mut().find(|(_, known)| known == reason) {
            Some((uses, _)) => uses.push(usage),
            None => reasons.push((vec![usage], reason)),
        }
    }
    reasons.iter().map(|(uses, reason)| format!("  {prefix} {}: {reason}", uses.join("; "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fleetwright_generator::text::Source;

    fn drawn(nodes: &str) -> String {
        let text = format!(
            "fleet: attic\nbroker: {{ host: broker.local }}\ntopics:\n  light: {{ payload: bit }}\nroles:\n  \
             lamp: {{ switch_output: {{ subscribe: light }} }}\n  button: {{ push_button: {{ publish: light }} }}\n\
             nodes:\n  {nodes}\n"
        );
        let source = Source::new("attic.yaml", text);
        let (fleet, _) = fleetwright_generator::check(&source).expect("a fleet without errors");
        super::text(&fleet, None).expect("it has a layout")
    }

    #[test]
    fn every_pin_is_drawn_with_its_user_or_its_uses() {
        let text = drawn("esp: { board: d1_mini, roles: { lamp: { pin: auto }, button: { pin: D3 } } }");
        assert!(text.contains("  D2  GPIO4   ■ lamp (auto: it has no second job and rests at power-up)"), "{text}");
        assert!(text.contains("  D3  GPIO0   ■ button\n"), "{text}");
        assert!(text.contains("! if it is pressed when the power comes"), "{text}");
        assert!(text.contains("  D1  GPIO5   · free for relay or lamp, on while high; "), "{text}");
        assert!(text.contains("not for button to GND; contact to GND: with the pull-up of it on D8"), "{text}");
        assert_eq!(text.lines().filter(|line| line.contains("GPIO")).count(), 11, "{text}");
    }

    #[test]
    fn an_unknown_layout_is_answered_with_the_known_ones() {
        let (fleet, _) = fleetwright_generator::check(&fleets::draft("attic")).expect("the template");
        let error = text(&fleet, Some("none")).expect_err("no such layout").to_string();
        assert!(error.contains("it has: "), "{error}");
    }
}
