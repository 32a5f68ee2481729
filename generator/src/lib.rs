//! From a fleet file to everything that is made of it, in memory: no disk, no clock, no randomness.
//!
//! ```text
//! parse     Spec       as written: strings and spans                                             syntax
//! resolve   Fleet      as meant: ids, pins, topics, typed rules                                  resolve, logic -> model
//! lay_out   Plan       as decided: per-node tables, broker rights, boxes and edges, file names   plan
//! emit      Artifact   text, with the path it belongs to                                         emit
//! ```
//!
//! Architecture invariant: nothing here knows a disk, an environment, a clock or chance, and no stage knows a later one.

pub mod diag;
pub mod emit;
pub mod logic;
pub mod model;
mod output;
pub mod plan;
pub mod resolve;
pub mod schema;
pub mod syntax;
pub mod text;

pub use emit::{Artifact, Options};
pub use model::UnknownLayout;
pub use output::Output;

use diag::{Diagnostic, Diagnostics};
use text::Source;

/// Checks a fleet file: all findings of the first stage that has errors, or the fleet with its warnings.
pub fn check(source: &Source) -> Result<(model::Fleet, Vec<Diagnostic>), Diagnostics> {
    let spec = syntax::parse(source)?;
    resolve::resolve(source, &spec)
}

/// Generates everything that a fleet file asks for.
pub fn generate(source: &Source, options: &Options) -> Result<Output, Diagnostics> {
    let (fleet, warnings) = check(source)?;
    let plans = plan::lay_out(&fleet);
    let artifacts = emit::emit(&plans, options);
    let stubs = emit::stubs(&plans);
    Ok(Output { artifacts, warnings, plans, stubs })
}
