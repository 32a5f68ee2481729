//! What became of scenarios as JUnit XML, which every CI shows.

use super::outcome::{ScenarioOutcome, ScenarioRun};
use fleetwright_generator::plan::Plan;

/// The scenarios of one layout.
pub struct Suite<'a> {
    /// The layout.
    pub plan: &'a Plan,
    /// Its scenarios.
    pub played: Vec<ScenarioRun>,
}

/// All suites as one file.
pub fn xml(suites: &[Suite<'_>]) -> String {
    let all = suites.iter().map(suite).collect::<String>();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"fleetwright\">\n{all}</testsuites>\n")
}

fn suite(suite: &Suite<'_>) -> String {
    let Suite { plan, played } = suite;
    let count = |which: fn(&ScenarioOutcome) -> bool| played.iter().filter(|played| which(&played.outcome)).count();
    let failures = count(|verdict| matches!(verdict, ScenarioOutcome::Failed(_)));
    let skipped = count(|verdict| matches!(verdict, ScenarioOutcome::Skipped(_)));
    let seconds: f64 = played.iter().map(|played| played.took.as_secs_f64()).sum();
    let name = escape(&format!("{}.{}", plan.fleet, plan.layout));
    let cases = played.iter().map(|played| case(played, plan, &name)).collect::<String>();
    format!(
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" \
         time=\"{seconds:.3}\">\n{cases}  </testsuite>\n",
        played.len()
    )
}

fn case(played: &ScenarioRun, plan: &Plan, class: &str) -> String {
    let head = format!(
        "    <testcase name=\"{}\" classname=\"{class}\" file=\"{}\" line=\"{}\" time=\"{:.3}\"",
        escape(&played.name),
        escape(&played.position.file),
        played.position.line,
        played.took.as_secs_f64()
    );
    match &played.outcome {
        ScenarioOutcome::Passed => format!("{head}/>\n"),
        ScenarioOutcome::Skipped(roles) => {
            let why = escape(&format!("no node has `{}`", roles.join("`, `")));
            format!("{head}>\n      <skipped message=\"{why}\"/>\n    </testcase>\n")
        }
        ScenarioOutcome::Failed(failure) => {
            let message = escape(failure.found.first().map_or("", String::as_str));
            let report = escape(&played.report(plan));
            format!(
                "{head}>\n      <failure message=\"{message}\" type=\"expectation\">{report}</failure>\n    </testcase>\n"
            )
        }
    }
}

/// Text for XML; what XML 1.0 can't say becomes a question mark in a diamond.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
