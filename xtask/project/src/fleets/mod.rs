//! Fleet files: finding, reading and checking them, generating them in memory, and choosing a layout.

mod find;
mod generate;
mod new;
mod read;

pub use find::{find, find_one, folder, is_secret, name_or_path};
pub use generate::{Generated, generate};
pub use new::{add, draft};
pub use read::{Checked, Findings, Reading, check, check_source, read};
