//! How a scenario that was played is printed, for `test` and `verify`.

use fleetwright_generator::plan::Plan;
use lab::scenario::ScenarioRun;

/// A line for a scenario, and the report of one that failed or the transcript that somebody wants to see.
pub(super) fn print(plan: &Plan, played: &ScenarioRun, with_transcript: bool) {
    println!("  {}", played.line());
    let report = played.report(plan);
    let shown = match (report.is_empty(), with_transcript) {
        (false, _) => report,
        (true, true) => played.transcript.text(plan),
        (true, false) => return,
    };
    shown.lines().for_each(|line| println!("      {line}"));
}
