//! `serial_log`: prints messages on the serial log.

use super::driver::Driver;
use crate::board::Board;
use crate::topic::TopicId;
use crate::wire::decimal;

/// Prints every message of its topics.
pub struct SerialLog {
    /// The topics that it subscribes.
    pub topics: &'static [TopicId],
}

impl Driver for SerialLog {
    fn received_bytes(&self, topic: TopicId, path: &str, payload: &[u8], board: &mut dyn Board) {
        if self.topics.contains(&topic) {
            let mut buffer = [0; crate::wire::FIGURE];
            board.log(&[
                b"Received a message with topic '",
                path.as_bytes(),
                b"', length ",
                decimal(payload.len(), &mut buffer),
                b" bytes: ",
                payload,
            ]);
        }
    }
}
