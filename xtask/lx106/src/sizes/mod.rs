//! How large a node is, memory by memory, what is left, and what changed since the last build.

mod arithmetic;
mod largest;
mod map;
mod measured;
mod number;
mod sections;
mod share;
pub mod stack;
mod table;

pub(crate) use arithmetic::arithmetic;
pub use largest::largest;
pub(crate) use measured::Linked;
pub use measured::{HEAP_WANTED, Sizes};
pub(crate) use sections::Sections;
pub(crate) use share::Share;
pub use table::{SizeRow, table};
