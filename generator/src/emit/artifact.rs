//! What emitters make, and what their caller decides about it.

/// One file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Where it belongs, below the output directory, with `/` between the parts: `room/all-in-one/broker/acl`.
    pub path: String,
    /// The whole file.
    pub text: String,
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
