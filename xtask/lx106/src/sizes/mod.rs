//! How large a node is, memory by memory, what is left, and what changed since the last build.

mod largest;
mod measured;
mod number;
mod table;

pub use largest::largest;
pub use measured::{HEAP_WANTED, Sizes};
pub use table::{SizeRow, table};
