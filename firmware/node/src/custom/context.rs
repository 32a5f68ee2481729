//! What a custom role can see and do while it is called. Knows no role, and not when one is called.

use super::i2c::I2c;
use super::pins::{Delay, Input, Output, Pwm};
use super::topics::{MayPublish, MaySubscribe, Message, Topic};
use crate::board::Board;
use crate::dimming;
use crate::pin::{Gpio, Level, Mode, Pull};
use crate::roles::driver::DriverContext;
use crate::time::Instant;
use crate::topic::TopicId;
use crate::value::{Latest, Value};
use crate::values::{LONGEST_TEXT, Values};

/// What a role can see and do while it is called.
pub struct Context<'t> {
    now: Instant,
    values: Values<'t>,
    board: &'t mut dyn Board,
    /// The topics that the role may publish; the order of their texts in `text`.
    publishes: &'static [TopicId],
    queue: &'t mut Queue,
    text: &'t mut [u8],
}

/// Messages that a role can publish in one call.
const MOST: usize = 8;

/// The messages of one call, published when it is over.
pub(super) type Queue = [Option<(TopicId, Queued)>; MOST];

/// An empty queue.
pub(super) const EMPTY: Queue = [None; MOST];

/// The value of a message that waits for the end of the call.
#[derive(Clone, Copy)]
pub(super) enum Queued {
    Number(i32),
    Label(u8),
    Text { start: u16, length: u16 },
}

impl<'t> Context<'t> {
    /// A call of a role that may publish these topics; messages go to `queue`, their texts to `text`.
    pub(super) fn new(
        context: &'t mut DriverContext<'_>,
        publishes: &'static [TopicId],
        queue: &'t mut Queue,
        text: &'t mut [u8],
    ) -> Self {
        Self { now: context.now, values: context.values, board: &mut *context.board, publishes, queue, text }
    }

    /// The time of this call.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The last message of a topic.
    pub fn latest<M: Message + ?Sized, A: MaySubscribe>(&self, topic: Topic<M, A>) -> Latest<M::Value<'t>> {
        M::read(&self.values, topic.id())
    }

    /// Publishes a message when the call is over; figures are rounded to what the topic can carry. `false`: the role
    /// published too much in one call, and this message is dropped.
    pub fn publish<M: Message + ?Sized, A: MayPublish>(&mut self, topic: Topic<M, A>, value: M::Value<'_>) -> bool {
        let id = topic.id();
        let Some(payload) = self.values.topics.get(usize::from(id.0)).map(|topic| topic.payload) else {
            return false;
        };
        let queued = match M::write(value, payload) {
            Value::Number(figure) => Queued::Number(figure),
            Value::Label(label) => Queued::Label(label),
            Value::Text(text) => {
                let Some(queued) = self.keep(id, text) else { return false };
                // There is memory for one text of each topic: the latest.
                self.queue
                    .iter_mut()
                    .filter(|entry| entry.is_some_and(|(topic, _)| topic == id))
                    .for_each(|entry| *entry = None);
                queued
            }
        };
        match self.queue.iter_mut().find(|entry| entry.is_none()) {
            Some(free) => {
                *free = Some((id, queued));
                true
            }
            None => {
                self.board.log(&[b"a custom role publishes too much at a time"]);
                false
            }
        }
    }

    /// Copies a text into its topic's part of the memory.
    fn keep(&mut self, id: TopicId, text: &str) -> Option<Queued> {
        let length_of =
            |id: &TopicId| self.values.topics.get(usize::from(id.0)).map_or(0, |topic| topic.payload.text_length());
        let start: usize = self.publishes.iter().take_while(|topic| **topic != id).map(length_of).sum();
        let length = text.floor_char_boundary(length_of(&id).min(LONGEST_TEXT));
        self.text.get_mut(start..start + length)?.copy_from_slice(text.as_bytes().get(..length)?);
        Some(Queued::Text { start: start as u16, length: length as u16 })
    }

    /// Prints a line on the serial log.
    pub fn log(&mut self, line: &str) {
        self.board.log(&[line.as_bytes()]);
    }

    /// Makes a pin an output that starts with this level.
    pub fn output(&mut self, pin: Gpio, level: Level) -> Output {
        let functions = self.board.pin_functions();
        (functions.configure)(pin, Mode::Output(level));
        Output::new(functions, pin, level)
    }

    /// Makes a pin an output that is high for a part of the time; it starts with this level. For
    /// [`Custom::start`](super::Custom::start) alone: later the chip's timer is set up, and the pin could only be on or off.
    pub fn pwm(&mut self, pin: Gpio, level: Level) -> Pwm {
        let functions = self.board.pin_functions();
        dimming::ask();
        (functions.configure)(pin, Mode::Dimmed(level));
        Pwm::new(functions, pin)
    }

    /// Makes a pin an input. It is read when the role asks; a change calls no role.
    pub fn input(&mut self, pin: Gpio, pull: Pull) -> Input {
        let functions = self.board.pin_functions();
        (functions.configure)(pin, Mode::Input(pull));
        Input::new(functions, pin)
    }

    /// Makes two pins an I2C bus of 100 kHz at most.
    pub fn i2c(&mut self, sda: Gpio, scl: Gpio) -> I2c {
        I2c::new(self.board.pin_functions(), sda, scl)
    }

    /// Something to wait with, as drivers want it. The whole node waits.
    pub fn delay(&mut self) -> Delay {
        Delay::new(self.board.pin_functions())
    }
}
