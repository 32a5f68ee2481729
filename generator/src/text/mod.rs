//! Texts and positions in them. Knows nothing of findings, and nothing of what a fleet is.

mod duration;
mod position;
mod source;
mod span;

pub(crate) use duration::milliseconds;
pub use position::Position;
pub use source::{Included, Source};
pub use span::{At, Span, Text};
