//! The memory of a node: slices that a platform owns, since there is no allocation here.

use crate::outbox::Entry;
use crate::program::Program;
use crate::roles::State;
use crate::values::{Slot, text_length};

/// The memory a node works in; a platform decides where it lies.
pub struct Memory<'m> {
    /// One for each topic of the program.
    pub slots: &'m mut [Slot],
    /// One for each role of the program.
    pub states: &'m mut [State],
    /// [`Program::text_memory`] bytes.
    pub text: &'m mut [u8],
    /// Bytes for one received packet without its fixed header; larger ones are passed over.
    pub receive: &'m mut [u8],
    /// Bytes for packets on their way out; CONNECT must fit.
    pub transmit: &'m mut [u8],
    /// Messages that may be on their way at a time.
    pub outbox: &'m mut [Option<Entry>],
}

impl Program {
    /// Bytes of text that a node of this program stores.
    pub fn text_memory(&self) -> usize {
        self.topics.iter().map(|topic| text_length(&topic.payload)).sum()
    }
}
