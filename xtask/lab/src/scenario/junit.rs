//! Runs of scenarios as JUnit XML, which every CI shows.

use super::outcome::{ScenarioOutcome, ScenarioRun};
use fleetwright_generator::plan::Plan;

/// The scenarios of one layout.
pub struct Suite<'a> {
    /// The layout that the scenarios ran in.
    pub plan: &'a Plan,
    /// The runs of its scenarios.
    pub runs: Vec<ScenarioRun>,
}

/// All suites as one file.
pub fn xml(suites: &[Suite<'_>]) -> String {
    let all = suites.iter().map(suite).collect::<String>();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"fleetwright\">\n{all}</testsuites>\n")
}

fn suite(suite: &Suite<'_>) -> String {
    let Suite { plan, runs } = suite;
    let count = |kind: fn(&ScenarioOutcome) -> bool| runs.iter().filter(|run| kind(&run.outcome)).count();
    let failures = count(|verdict| matches!(verdict, ScenarioOutcome::Failed(_)));
    let skipped = count(|verdict| matches!(verdict, ScenarioOutcome::Skipped(_)));
    let seconds: f64 = runs.iter().map(|run| run.took.as_secs_f64()).sum();
    let name = escape(&format!("{}.{}", plan.fleet, plan.layout));
    let cases = runs.iter().map(|run| case(run, plan, &name)).collect::<String>();
    format!(
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" \
         time=\"{seconds:.3}\">\n{cases}  </testsuite>\n",
        runs.len()
    )
}

fn case(run: &ScenarioRun, plan: &Plan, class: &str) -> String {
    let head = format!(
        "    <testcase name=\"{}\" classname=\"{class}\" file=\"{}\" line=\"{}\" time=\"{:.3}\"",
        escape(&run.name),
        escape(&run.position.file),
        run.position.line,
        run.took.as_secs_f64()
    );
    match &run.outcome {
        ScenarioOutcome::Passed => format!("{head}/>\n"),
        ScenarioOutcome::Skipped(roles) => {
            let why = escape(&format!("no node has `{}`", roles.join("`, `")));
            format!("{head}>\n      <skipped message=\"{why}\"/>\n    </testcase>\n")
        }
        ScenarioOutcome::Failed(failure) => {
            let message = escape(failure.found.first().map_or("", String::as_str));
            let report = escape(&run.report(plan));
            format!(
                "{head}>\n      <failure message=\"{message}\" type=\"expectation\">{report}</failure>\n    </testcase>\n"
            )
        }
    }
}

/// Escapes text for XML; characters that XML 1.0 does not allow become U+FFFD.
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
