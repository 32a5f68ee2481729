//! `explain`: what a finding means, with an example and its repair: the cases of tests/findings, which the tests keep true.

use crate::cli::Outcome;
use anyhow::{Context, Result, bail};
use fleetwright_generator::diag::{codes, near};
use project::fleets::root;

/// Explains a code, or lists all of them.
pub fn run(code: Option<&str>) -> Result<Outcome> {
    let Some(code) = code else {
        for (code, explanation) in codes::ALL {
            println!("{:18}{}", code.as_str(), first_sentence(explanation));
        }
        println!("\n`cargo xtask explain CODE` says more, with an example and its repair.");
        return Ok(Outcome::Fine);
    };
    // Who copies the word out of a message may copy the brackets, too.
    let code = code.trim_start_matches("error").trim_start_matches("warning").trim_matches(['[', ']']);
    let Some(explanation) = codes::explain(code) else {
        let known = codes::ALL.iter().map(|(code, _)| code.as_str());
        let help = near(code, known).unwrap_or("`cargo xtask explain` lists all codes".into());
        bail!("there is no finding `{code}`; {help}");
    };
    println!("{code}\n\n{explanation}\n\nFor example:\n");
    let read = |kind: &str| {
        let path = root().join("tests/findings").join(format!("{code}.{kind}"));
        std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    for finding in read("txt")?.split("\n\n").filter(|finding| finding.contains(&format!("[{code}]"))) {
        println!("{}\n", indented(finding));
    }
    println!("Repaired:\n\n{}", indented(&repair(&read("yaml")?, &read("fixed.yaml")?)));
    Ok(Outcome::Fine)
}

fn first_sentence(text: &str) -> &str {
    let end = text.match_indices(['.', ';']).find(|(end, _)| text[end + 1..].starts_with(' '));
    text[..end.map_or(text.len(), |(end, _)| end)].trim_end_matches('.')
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect::<String>().trim_end().to_owned()
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
        for (code, _) in codes::ALL {
            run(Some(code.as_str())).unwrap_or_else(|error| panic!("{}: {error:#}", code.as_str()));
        }
        assert!(run(Some("warning[undecided]")).is_ok());
        let error = run(Some("pin-takn")).expect_err("no such code").to_string();
        assert!(error.contains("did you mean `pin-taken`?"), "{error}");
    }

    #[test]
    fn only_lines_that_differ_are_shown() {
        assert_eq!(repair("a\nb\nc\n", "a\nB\nc\n"), "- b\n+ B\n");
        assert_eq!(first_sentence("One thing; and more. Another."), "One thing");
        assert_eq!(first_sentence("Only this."), "Only this");
    }
}
