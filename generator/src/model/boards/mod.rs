//! Boards: the chip, the boards of the catalogue, and those of a fleet. Knows nothing of roles.

mod board;
mod catalogue;
pub(crate) mod chip;

pub use board::Board;
pub(crate) use board::{Facts, NoPin};
pub use catalogue::{Boards, board, board_names};
