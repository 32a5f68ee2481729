//! A run of a scenario as a picture: the payload of each topic and the level of each output, over virtual time.
//!
//! A long time without an event is drawn short: the width between two moments grows with the logarithm of the time
//! between them.

use super::junit::escape;
use super::outcome::{ScenarioOutcome, ScenarioRun};
use super::transcript::{Event, EventKind, clock};
use fleetwright_generator::model::RoleKind;
use fleetwright_generator::plan::{Location, Plan};
use std::collections::BTreeMap;
use std::fmt::Write;

const LEFT: f64 = 150.0;
const ROW: f64 = 34.0;
const TOP: f64 = 64.0;
const FONT: &str = "font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"11\"";

/// A row of the picture.
struct Row {
    /// A topic, or an output and its pin.
    name: String,
    /// The moments at which it changed, in virtual milliseconds, its state from then on, and whether that stands out.
    states: Vec<(u64, String, bool)>,
}

/// Draws a run as SVG.
pub fn svg(run: &ScenarioRun, plan: &Plan) -> String {
    let events = &run.transcript.events;
    let axis = TimeAxis::new(events, run.virtual_ms);
    let rows = rows(events, plan);
    let steps: Vec<&Event> = events.iter().filter(|event| matches!(event.kind, EventKind::Step(..))).collect();
    let longest =
        steps.iter().map(|step| if let EventKind::Step(_, text) = &step.kind { text.chars().count() } else { 0 });
    let longest = (longest.max().unwrap_or(0) + 28).max(run.name.chars().count() + 40);
    let width = (LEFT + axis.width + 40.0).max(7.0 * longest as f64);
    let height = TOP + ROW * (rows.len() as f64) + 18.0 * steps.len() as f64 + 40.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" {FONT}>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    let mut text = |x: f64, y: f64, fill: &str, more: &str, what: &str| {
        // Writing to a text can't fail.
        let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{fill}\" {more}>{}</text>", escape(what));
    };
    let ended = match &run.outcome {
        ScenarioOutcome::Passed => "passed",
        ScenarioOutcome::Skipped(_) => "not played here",
        ScenarioOutcome::Failed(_) => "FAILED",
    };
    let title = format!("{} · {} · {} · {ended}", run.name, plan.fleet, plan.layout);
    text(12.0, 22.0, "#1f2933", "font-size=\"14\" font-weight=\"bold\"", &title);
    for (number, step) in steps.iter().enumerate() {
        text(axis.x(step.at) + 2.0, TOP - 8.0 - 11.0 * (number % 2) as f64, "#7b8794", "", &(number + 1).to_string());
    }
    let bottom = TOP + ROW * (rows.len() as f64);
    for (index, row) in rows.iter().enumerate() {
        let y = TOP + ROW * index as f64;
        text(12.0, y + 20.0, "#1f2933", "", &row.name);
    }
    for (number, step) in steps.iter().enumerate() {
        if let EventKind::Step(position, step_text) = &step.kind {
            let line = format!("{:>2}  {:>12}  line {}: {step_text}", number + 1, clock(step.at), position.line);
            text(12.0, bottom + 30.0 + 18.0 * number as f64, "#3e4c59", "xml:space=\"preserve\"", &line);
        }
    }
    for (index, row) in rows.iter().enumerate() {
        draw(&mut svg, row, TOP + ROW * index as f64, &axis, run.virtual_ms);
    }
    for step in steps {
        let x = axis.x(step.at);
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{bottom:.1}\" stroke=\"#cbd2d9\" stroke-dasharray=\"2 3\"/>",
            TOP - 6.0
        );
    }
    svg + "</svg>\n"
}

/// Draws the states of a row.
fn draw(svg: &mut String, row: &Row, y: f64, axis: &TimeAxis, end: u64) {
    for (index, (from, state, stands_out)) in row.states.iter().enumerate() {
        let to = row.states.get(index + 1).map_or(end, |(at, ..)| *at);
        let (x, width) = (axis.x(*from), (axis.x(to) - axis.x(*from)).max(3.0));
        let fill = if *stands_out { "#f7c948" } else { "#d9e2ec" };
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"22\" rx=\"3\" fill=\"{fill}\" stroke=\"#829ab1\"/>",
            y + 5.0
        );
        let fits = ((width - 6.0) / 6.7) as usize;
        let shown: String = state.chars().take(fits).collect();
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"#102a43\">{}</text>",
            x + 4.0,
            y + 20.0,
            escape(&shown)
        );
    }
}

/// Where moments of virtual time lie, in pixels from the left.
struct TimeAxis {
    x: BTreeMap<u64, f64>,
    width: f64,
}

impl TimeAxis {
    fn new(events: &[Event], end: u64) -> Self {
        let mut moments: Vec<u64> = events.iter().map(|event| event.at).chain([0, end]).collect();
        moments.sort_unstable();
        moments.dedup();
        let (mut x, mut at, mut last) = (BTreeMap::new(), LEFT, 0);
        for moment in moments {
            if moment > last {
                at += 10.0 + 16.0 * (1.0 + (moment - last) as f64 / 20.0).log10();
            }
            x.insert(moment, at);
            last = moment;
        }
        Self { x, width: at - LEFT + 24.0 }
    }

    fn x(&self, moment: u64) -> f64 {
        self.x.get(&moment).copied().unwrap_or(LEFT)
    }
}

/// The topics and outputs of a layout, with their states.
fn rows(events: &[Event], plan: &Plan) -> Vec<Row> {
    let topics = plan.topics.iter().filter(|topic| topic.location != Location::Unused).map(|topic| Row {
        name: topic.key.clone(),
        states: events
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::Published { topic: path, payload, delivered: true, .. } if *path == topic.path => {
                    let stands_out = topic.payload.labels().get(1) == Some(payload);
                    Some((event.at, payload.clone(), stands_out))
                }
                _ => None,
            })
            .collect(),
    });
    let outputs = plan.nodes.iter().flat_map(|node| node.roles.iter().map(move |role| (node, role)));
    let outputs = outputs.filter(|(_, role)| matches!(role.kind, RoleKind::SwitchOutput { .. }));
    let outputs =
        outputs.filter_map(|(node, role)| Some((node, role, role.pin.as_ref()?))).map(|(node, role, pin)| Row {
            name: format!("{} {}", role.key, pin.label),
            states: events
                .iter()
                .filter_map(|event| match event.kind {
                    EventKind::Pin(gpio, high) if event.source == node.name && gpio == pin.gpio => {
                        Some((event.at, if high { "high" } else { "low" }.to_owned(), high))
                    }
                    _ => None,
                })
                .collect(),
        });
    topics.chain(outputs).collect()
}
