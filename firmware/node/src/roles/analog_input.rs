//! `analog_input`: publishes what A0 reads, when it changed enough.

use super::driver::{Driver, DriverContext, Publication, RoleState};
use crate::time::Duration;
use crate::topic::TopicId;
use crate::value::Value;

/// Publishes what A0 reads, in the topic's units.
pub struct AnalogInput {
    /// The topic that it publishes.
    pub topic: TopicId,
    /// How often A0 is read; reading it too often stalls the chip's Wi-Fi.
    pub every: Duration,
    /// The least difference from the figure published last, in the topic's units, that is published.
    pub change: i32,
    /// Readings (0 to 1023, ascending) and the figures they stand for; straight lines between, flat beyond.
    pub map: &'static [(i32, i32)],
}

impl AnalogInput {
    /// The figure that a reading stands for.
    fn figure(&self, reading: i32) -> i32 {
        let mut left = None;
        for &(at, figure) in self.map {
            if reading <= at {
                return match left {
                    Some((from, low)) if reading < at => between(reading, (from, low), (at, figure)),
                    _ => figure,
                };
            }
            left = Some((at, figure));
        }
        left.map(|(_, figure)| figure).unwrap_or(reading)
    }
}

/// The point at `reading` on the line through `left` and `right`, rounded to the nearest figure.
fn between(reading: i32, left: (i32, i32), right: (i32, i32)) -> i32 {
    let width = i64::from(right.0 - left.0).max(1);
    let rise = (i64::from(right.1) - i64::from(left.1)) * i64::from(reading - left.0);
    let half = if rise < 0 { -width / 2 } else { width / 2 };
    (i64::from(left.1) + (rise + half) / width) as i32
}

impl Driver for AnalogInput {
    fn poll<'v>(&self, state: &mut RoleState, context: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        if state.due.is_some_and(|due| context.now < due) {
            return None;
        }
        state.due = Some(context.now.after(self.every));
        let figure = self.figure(i32::from(context.board.analog()));
        if state.sent.is_some_and(|sent| sent.abs_diff(figure) < self.change.unsigned_abs()) {
            return None;
        }
        state.sent = Some(figure);
        Some(Publication(self.topic, Value::Number(figure)))
    }
}
