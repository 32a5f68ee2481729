//! `dimmer_output`: drives a pin for a part of the time, by the messages of a topic.

use super::driver::{Driver, DriverContext, Publication, RoleState};
use crate::dimming;
use crate::pin::{Gpio, Level, Mode};
use crate::time::Duration;
use crate::topic::TopicId;
use crate::value::Value;

/// How often a dimmer that fades takes a step: often enough that no eye sees one.
const STEP: Duration = Duration::millis(20);
/// All of the time, in thousandths.
const FULL: u16 = 1_000;

/// Drives a pin for as many hundredths of the time as the last message of a topic says.
pub struct DimmerOutput {
    /// The topic that it subscribes: 0 to 100 %.
    pub topic: TopicId,
    /// The pin that it drives.
    pub pin: Gpio,
    /// The level that means "on".
    pub active: Level,
    /// How long a change takes; at most 10 minutes.
    pub fade: Duration,
}

impl DimmerOutput {
    /// Sets the brightness, in thousandths, where it is another.
    fn set_brightness(&self, bright: u16, state: &mut RoleState, context: &mut DriverContext<'_>) {
        let [now, _] = &mut state.bright;
        if *now != bright {
            *now = bright;
            let high = if self.active == Level::High { bright } else { FULL - bright };
            context.board.dim(self.pin, high);
        }
    }

    /// Goes to a brightness in percent at once.
    pub(super) fn begin(&self, percent: i32, state: &mut RoleState, context: &mut DriverContext<'_>) {
        let target = percent.clamp(0, 100) * 10;
        state.sent = Some(target);
        self.set_brightness(target as u16, state, context);
    }

    /// Takes a step towards the brightness that the topic asks for.
    fn step(&self, state: &mut RoleState, context: &mut DriverContext<'_>) {
        state.due = None;
        let (Some(target), Some((_, since))) = (state.sent, state.pin) else { return };
        let (passed, fade) = (context.now.since(since).as_millis(), self.fade.as_millis());
        if passed >= fade {
            state.pin = None;
            self.set_brightness(target as u16, state, context);
            return;
        }
        let [_, from] = state.bright;
        // A thousand times ten minutes fits.
        let way = (target - i32::from(from)) * passed as i32 / fade as i32;
        self.set_brightness((i32::from(from) + way) as u16, state, context);
        state.due = Some(context.now.after(STEP));
    }
}

impl Driver for DimmerOutput {
    fn start(&self, _state: &mut RoleState, context: &mut DriverContext<'_>) {
        let off = if self.active == Level::High { Level::Low } else { Level::High };
        dimming::ask();
        context.board.configure(self.pin, Mode::Dimmed(off));
    }

    fn poll<'v>(&self, state: &mut RoleState, context: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        if state.due.is_some_and(|due| context.now >= due) {
            self.step(state, context);
        }
        None
    }

    fn received<'v>(
        &self,
        topic: TopicId,
        state: &mut RoleState,
        context: &mut DriverContext<'v>,
    ) -> Option<Publication<'v>> {
        if topic != self.topic {
            return None;
        }
        let Some(Value::Number(percent)) = context.values.received(topic) else { return None };
        let target = percent.clamp(0, 100) * 10;
        if state.sent.replace(target) != Some(target) {
            let [now, from] = &mut state.bright;
            *from = *now;
            state.pin = Some((Level::High, context.now));
            self.step(state, context);
        }
        None
    }
}
