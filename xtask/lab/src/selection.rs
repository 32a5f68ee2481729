//! Which scenarios of a layout are played, with which seed and how often. Writes the pictures of what was played.

use crate::nodes::NodePlatform;
use crate::scenario::{ScenarioRun, ScenarioRunner, timeline};
use anyhow::{Context, Result, bail};
use fleetwright_generator::Artifact;
use fleetwright_generator::plan::Plan;
use std::path::Path;

/// Scenarios of a layout, and how they are played.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// Only scenarios whose name contains this.
    pub name: Option<&'a str>,
    /// Decides what chance decides: back-off, lost packets, garbage.
    pub seed: u64,
    /// How often each is played; at least once.
    pub times: u32,
}

impl Default for Selection<'_> {
    fn default() -> Self {
        Self { name: None, seed: 1, times: 1 }
    }
}

impl Selection<'_> {
    /// Makes sure that a fleet has scenarios of this selection; all layouts of a fleet have the same.
    ///
    /// # Errors
    ///
    /// It has none; the message lists those that there are.
    pub fn require(&self, plan: &Plan) -> Result<()> {
        let names: Vec<&str> = plan.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
        if names.is_empty() {
            bail!("{} has no `scenarios:`; README.md shows how they are written", plan.source_path);
        }
        if let (Some(name), true) = (self.name, self.indices(plan).is_empty()) {
            bail!("no scenario of {} has `{name}` in its name; there are:\n  {}", plan.fleet, names.join("\n  "));
        }
        Ok(())
    }

    /// The indices of the scenarios in the plan.
    fn indices(&self, plan: &Plan) -> Vec<usize> {
        let is_meant = |index: &usize| self.name.is_none_or(|name| plan.scenarios[*index].name.contains(name));
        (0..plan.scenarios.len()).filter(is_meant).collect()
    }

    /// Plays the scenarios of a layout that was generated below `out`; `report` gets each as soon as it was played.
    ///
    /// # Errors
    ///
    /// Two runs with one seed differ, or something is wrong with this machine. A scenario that failed is no error.
    pub fn play(
        &self,
        on: NodePlatform,
        out: &Path,
        plan: &Plan,
        artifacts: &[Artifact],
        report: &mut dyn FnMut(&ScenarioRun),
    ) -> Result<Vec<ScenarioRun>> {
        let indices = self.indices(plan);
        if indices.is_empty() {
            return Ok(Vec::new());
        }
        let mut runner = ScenarioRunner::start(on, out, plan, artifacts)?;
        let mut all = Vec::new();
        for index in indices {
            let played = self.play_one(&mut runner, plan, index).with_context(|| plan.scenarios[index].name.clone())?;
            report(&played);
            all.push(played);
        }
        Ok(all)
    }

    fn play_one(&self, runner: &mut ScenarioRunner<'_>, plan: &Plan, index: usize) -> Result<ScenarioRun> {
        let mut played = runner.run(index, self.seed)?;
        for time in 1..self.times {
            let again = runner.run(index, self.seed)?;
            played.took += again.took;
            if again.transcript != played.transcript {
                let (first, other) = (played.transcript.text(plan), again.transcript.text(plan));
                bail!("`{}` differs in run {} of one seed:\n{}", played.name, time + 1, difference(&first, &other));
            }
        }
        Ok(played)
    }
}

/// The first lines that differ.
fn difference(first: &str, other: &str) -> String {
    let (mut first, mut other) = (first.lines(), other.lines());
    loop {
        match (first.next(), other.next()) {
            (a, b) if a == b && a.is_some() => {}
            (a, b) => return format!("- {}\n+ {}", a.unwrap_or("(the end)"), b.unwrap_or("(the end)")),
        }
    }
}

/// Draws a picture of each scenario into a folder, which is made if it is not there.
///
/// # Errors
///
/// A picture can't be written.
pub fn draw(folder: &Path, plan: &Plan, played: &[ScenarioRun]) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    for (index, played) in played.iter().enumerate() {
        let name = format!("{}-{}-{:02}-{}.svg", plan.fleet, plan.layout, index + 1, slug(&played.name));
        let file = folder.join(name);
        std::fs::write(&file, timeline::svg(played, plan)).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}

/// The words of a name, as a file can be called.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-").chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lines_that_differ_are_shown() {
        assert_eq!(difference("a\nb\nc", "a\nB\nc"), "- b\n+ B");
        assert_eq!(difference("a", "a\nb"), "- (the end)\n+ b");
    }

    #[test]
    fn pictures_are_called_by_the_words_of_their_scenario() {
        assert_eq!(slug("A lamp, without Wi-Fi!"), "a-lamp-without-wi-fi");
    }
}
