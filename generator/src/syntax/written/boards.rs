//! `boards`, as written.

use super::named::Named;
use crate::text::{At, Text};

/// An entry of `boards`.
#[derive(Clone, Debug)]
pub struct BoardSpec {
    /// `like`
    pub like: Option<Text>,
    /// `chip: esp8285`
    pub flash_inside: bool,
    /// `flash_kb`
    pub flash_kb: Option<At<u32>>,
    /// `exposed`
    pub exposed: Option<Vec<At<u8>>>,
    /// `led`
    pub led: Option<Vec<At<u8>>>,
    /// `button`
    pub button: Option<Vec<At<u8>>>,
    /// `a0_volts`
    pub a0_volts: Option<Text>,
    /// `aliases`
    pub aliases: Vec<Named<At<u8>>>,
}
