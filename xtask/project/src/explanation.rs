//! Explanations of findings, each with an example and its repair: the cases of tests/findings, which the tests keep true.

use crate::root;
use anyhow::{Context, Result, bail};
use fleetwright_generator::diag::{codes, near};

/// What a finding means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The finding's code.
    pub code: String,
    /// What it means, in sentences.
    pub text: String,
    /// Findings as `check` prints them.
    pub examples: Vec<String>,
    /// The lines that repair the fleet of the examples: `- ` before one that goes, `+ ` before one that comes.
    pub repair: String,
}

/// Explains the finding of a code, which may stand in brackets after `error` or `warning`.
///
/// # Errors
///
/// There is no such code.
pub fn explain(written: &str) -> Result<Explanation> {
    // Who copies the code out of a message may copy the brackets, too.
    let code = written.trim_start_matches("error").trim_start_matches("warning").trim_matches(['[', ']']);
    let Some(text) = codes::explain(code) else {
        let known = codes::ALL.iter().map(|(code, _)| code.as_str());
        let help = near(code, known).unwrap_or("`cargo xtask explain` lists all codes".into());
        bail!("there is no finding `{code}`; {help}");
    };
    let read = |kind: &str| {
        let path = root().join("tests/findings").join(format!("{code}.{kind}"));
        std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    let printed = read("txt")?;
    let examples = printed.split("\n\n").filter(|finding| finding.contains(&format!("[{code}]")));
    Ok(Explanation {
        code: code.to_owned(),
        text,
        examples: examples.map(str::to_owned).collect(),
        repair: repair(&read("yaml")?, &read("fixed.yaml")?),
    })
}

/// All codes, each with the first sentence of its explanation.
pub fn summaries() -> impl Iterator<Item = (&'static str, &'static str)> {
    codes::ALL.iter().map(|(code, explanation)| (code.as_str(), first_sentence(explanation)))
}

fn first_sentence(text: &str) -> &str {
    let end = text.match_indices(['.', ';']).find(|(end, _)| text[end + 1..].starts_with(' '));
    text[..end.map_or(text.len(), |(end, _)| end)].trim_end_matches('.')
}

/// The lines that differ; repairs change few, and each line of these files stands once.
fn repair(before: &str, after: &str) -> String {
    let gone =
        before.lines().filter(|line| !after.lines().any(|other| other == *line)).map(|line| format!("- {line}\n"));
    let new =
        after.lines().filter(|line| !before.lines().any(|other| other == *line)).map(|line| format!("+ {line}\n"));
    gone.chain(new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_can_be_explained() {
        for (code, _) in summaries() {
            let explanation = explain(code).unwrap_or_else(|error| panic!("{code}: {error:#}"));
            assert!(!explanation.examples.is_empty() && !explanation.repair.is_empty(), "{explanation:?}");
        }
        assert!(explain("warning[undecided]").is_ok());
        let error = explain("pin-takn").expect_err("no such code").to_string();
        assert!(error.contains("did you mean `pin-taken`?"), "{error}");
    }

    #[test]
    fn only_lines_that_differ_are_shown() {
        assert_eq!(repair("a\nb\nc\n", "a\nB\nc\n"), "- b\n+ B\n");
        assert_eq!(first_sentence("One thing; and more. Another."), "One thing");
        assert_eq!(first_sentence("Only this."), "Only this");
    }
}
