//! `explain`: what a finding means, with an example and its repair.

use crate::outcome::Outcome;
use anyhow::Result;
use project::explanation::{self, Explanation};

/// Explain a finding, with an example and its repair
#[derive(Clone, Debug, clap::Args)]
pub struct Explain {
    /// The code in brackets that the finding begins with; none: list all
    pub code: Option<String>,
}

impl Explain {
    /// Explains a code, or lists all of them.
    pub fn run(self) -> Result<Outcome> {
        match self.code {
            Some(code) => print(&explanation::explain(&code)?),
            None => {
                for (code, summary) in explanation::summaries() {
                    println!("{code:18}{summary}");
                }
                println!("\n`cargo xtask explain CODE` says more, with an example and its repair.");
            }
        }
        Ok(Outcome::Fine)
    }
}

fn print(explanation: &Explanation) {
    println!("{}\n\n{}\n\nFor example:\n", explanation.code, explanation.text);
    for example in &explanation.examples {
        println!("{}\n", indented(example));
    }
    println!("Repaired:\n\n{}", indented(&explanation.repair));
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect::<String>().trim_end().to_owned()
}
