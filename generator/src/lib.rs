//! From a fleet file to everything that is made of it, in memory: no disk, no clock, no randomness.
//!
//! ```text
//! parse     Spec       as written: strings and spans
//! resolve   Fleet      as meant: ids, pins, topics, typed rules
//! lay_out   Plan       as decided: per-node tables, broker rights, boxes and edges, file names
//! emit      Artifact   text, with the path it belongs to
//! ```

pub mod diag;
pub mod emit;

pub mod fleet;
pub mod logic;
pub mod plan;

pub mod source;
pub mod spec;

use diag::{Diagnostic, Diagnostics};
use source::Source;

/// One file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Where it belongs, below the output directory, with `/` between the parts: `room/all-in-one/broker/acl`.
    pub path: String,
    /// The whole file.
    pub text: String,
}

/// What is made of one fleet file.
#[derive(Debug)]
pub struct Output {
    /// Every file, ordered by path.
    pub artifacts: Vec<Artifact>,
    /// What is allowed but deserves a look.
    pub warnings: Vec<Diagnostic>,
    /// One plan a layout, in the order of the fleet file: what xtask runs and shows.
    pub plans: Vec<plan::Plan>,
    /// A first version of each custom role's file, by its path from the fleet file's folder: for those that are missing.
    pub stubs: Vec<Artifact>,
}

/// What the caller decides about the output.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The path from a node's crate (`<out>/<fleet>/<layout>/firmware/<node>`) to the folder `firmware` of
    /// Fleetwright, with `/` between the parts.
    pub runtime: String,
    /// The path from a node's crate to the fleet file's folder, where the sources of custom roles lie.
    pub beside: String,
    /// Emit this layout alone; `None`: all of them.
    pub layout: Option<String>,
}

/// Checks a fleet file: all findings of the first stage that has errors, or the fleet with its warnings.
pub fn check(source: &Source) -> Result<(fleet::Fleet, Vec<Diagnostic>), Diagnostics> {
    let spec = spec::parse(source)?;
    fleet::resolve(source, &spec)
}

/// Generates everything that a fleet file asks for.
pub fn generate(source: &Source, options: &Options) -> Result<Output, Diagnostics> {
    let (fleet, warnings) = check(source)?;
    let plans = plan::lay_out(&fleet);
    let artifacts = emit::emit(&plans, options);
    let stubs = emit::stubs(&plans);
    Ok(Output { artifacts, warnings, plans, stubs })
}
