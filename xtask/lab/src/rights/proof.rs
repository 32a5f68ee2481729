//! What a proof of rights found.

use super::matrix::Matrix;
use anyhow::{Result, bail};

/// What a proof found.
pub struct RightsProof {
    /// Who may do what, as tried.
    pub matrix: Matrix,
    /// What differs from the fleet file, in sentences; with the line that is to blame where there is one.
    pub wrong: Vec<String>,
    /// Messages that were published.
    pub tries: usize,
    /// For a large fleet: how many users tried, and how many users there are.
    pub classes: Option<(usize, usize)>,
}

impl RightsProof {
    /// What was tried, in a sentence.
    pub fn summary(&self) -> String {
        let classes = self.classes.map_or(String::new(), |(some, all)| {
            format!("; {some} users tried, one of each class of equal rights, for {all}")
        });
        format!("rights: {} tries to write and to read, each as in the fleet file{classes}", self.tries)
    }

    /// Whether everything is as in the fleet file.
    ///
    /// # Errors
    ///
    /// It is not; the error lists what is wrong.
    pub fn result(&self) -> Result<()> {
        if self.wrong.is_empty() {
            return Ok(());
        }
        bail!("the broker's rights are not those of the plan:\n    {}", self.wrong.join("\n    "));
    }
}
