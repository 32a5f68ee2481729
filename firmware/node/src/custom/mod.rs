//! `custom`: a role that somebody wrote in Rust beside the fleet file. Knows how to call it, and what it may ask for;
//! not what it does.
//!
//! The role is a struct named `Role` with a `const fn new() -> Self`, and implements [`Custom`]:
//!
//! ```
//! // What `crate::given::fan` holds in a generated crate.
//! # mod given { pub mod fan {
//! # pub mod hears { use fleetwright_node::{TopicId, custom::Hears};
//! # pub const WARMTH: Hears<f32> = Hears::of(TopicId(0)); }
//! # pub mod says { use fleetwright_node::{TopicId, custom::Says};
//! # pub const SPEED: Says<i32> = Says::of(TopicId(1)); }
//! # } }
//! use fleetwright_node::custom::{Custom, Turn};
//! use given::fan::{hears, says};
//!
//! pub struct Role;
//!
//! impl Role {
//!     pub const fn new() -> Self {
//!         Self
//!     }
//! }
//!
//! impl Custom for Role {
//!     fn heard(&mut self, turn: &mut Turn<'_>) {
//!         if let Some(warmth) = turn.heard(hears::WARMTH).get() {
//!             turn.say(says::SPEED, if warmth > 25.0 { 100 } else { 0 });
//!         }
//!     }
//! }
//! ```
//!
//! Its memory is the struct: a static of the generated crate, without allocation. Pins and buses ([`Turn::output`],
//! [`Turn::input`], [`Turn::i2c`]) are values that it may keep there, also inside of a driver that somebody else wrote
//! for embedded-hal 1.0, since they hold no reference: they reach the board through [`Wires`].

mod i2c;
mod topics;
mod wires;

pub use i2c::{BusError, I2c};
pub use topics::{Carries, Hears, Says};
pub use wires::{Delay, Input, Output, Pwm, Wires};

use crate::board::{Board, Gpio, Level, Mode, Pull};
use crate::program::TopicId;
use crate::roles::{Context, Driver, Say, State};
use crate::time::{Duration, Instant};
use crate::value::{Latest, Value};
use crate::values::{LONGEST_TEXT, Values, text_length};
use core::cell::RefCell;
use critical_section::Mutex;

/// Messages that a role can say in one turn.
const MOST: usize = 8;

/// A role in Rust of the fleet's owner. All calls come one after the other.
pub trait Custom {
    /// The node starts: the place to set up pins and buses.
    fn start(&mut self, _turn: &mut Turn<'_>) {}

    /// One of the topics that it subscribes was heard.
    fn heard(&mut self, _turn: &mut Turn<'_>) {}

    /// Called after the start, and then whenever as much time has passed as it answered last; `None`: never again.
    fn poll(&mut self, _turn: &mut Turn<'_>) -> Option<Duration> {
        None
    }
}

/// What a role can see and do while it is called.
pub struct Turn<'t> {
    now: Instant,
    values: Values<'t>,
    board: &'t mut dyn Board,
    says: &'static [TopicId],
    said: &'t mut [Option<(TopicId, Word)>],
    text: &'t mut [u8],
}

/// What was said, until the turn is over.
#[derive(Clone, Copy)]
enum Word {
    Number(i32),
    Label(u8),
    Text { start: u16, length: u16 },
}

impl<'t> Turn<'t> {
    /// The time of this call.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The last message of a topic.
    pub fn heard<T: Carries + ?Sized>(&self, topic: Hears<T>) -> Latest<T::Value<'t>> {
        T::read(&self.values, topic.id())
    }

    /// Publishes a message when the turn is over; figures are rounded to what the topic can carry. `false`: it said too
    /// much in one turn, and this is dropped.
    pub fn say<T: Carries + ?Sized>(&mut self, topic: Says<T>, value: T::Value<'_>) -> bool {
        let id = topic.id();
        let Some(payload) = self.values.program.topics.get(usize::from(id.0)).map(|topic| topic.payload) else {
            return false;
        };
        let word = match T::write(value, payload) {
            Value::Number(figure) => Word::Number(figure),
            Value::Label(label) => Word::Label(label),
            Value::Text(text) => {
                let Some(word) = self.keep(id, text) else { return false };
                // There is memory for one text of each topic: the latest.
                self.said
                    .iter_mut()
                    .filter(|said| said.is_some_and(|(said, _)| said == id))
                    .for_each(|said| *said = None);
                word
            }
        };
        match self.said.iter_mut().find(|said| said.is_none()) {
            Some(free) => {
                *free = Some((id, word));
                true
            }
            None => {
                self.board.log(&[b"a custom role says too much at a time"]);
                false
            }
        }
    }

    /// Copies a text into its topic's part of the memory.
    fn keep(&mut self, id: TopicId, text: &str) -> Option<Word> {
        let length_of = |id: &TopicId| {
            self.values.program.topics.get(usize::from(id.0)).map_or(0, |topic| text_length(&topic.payload))
        };
        let start: usize = self.says.iter().take_while(|said| **said != id).map(length_of).sum();
        let length = text.floor_char_boundary(length_of(&id).min(LONGEST_TEXT));
        self.text.get_mut(start..start + length)?.copy_from_slice(text.as_bytes().get(..length)?);
        Some(Word::Text { start: start as u16, length: length as u16 })
    }

    /// Prints a line on the serial log.
    pub fn log(&mut self, line: &str) {
        self.board.log(&[line.as_bytes()]);
    }

    /// Makes a pin an output that starts with this level.
    pub fn output(&mut self, pin: Gpio, level: Level) -> Output {
        let wires = self.board.wires();
        (wires.configure)(pin, Mode::Output(level));
        Output::new(wires, pin, level)
    }

    /// Makes a pin an output that is high for a part of the time; it starts with this level. For [`Custom::start`] alone: later
    /// the chip's timer is set up, and the pin could only be on or off.
    pub fn pwm(&mut self, pin: Gpio, level: Level) -> Pwm {
        let wires = self.board.wires();
        (wires.configure)(pin, Mode::Dimmed(level));
        Pwm::new(wires, pin)
    }

    /// Makes a pin an input. It is read when the role asks, and wakes nobody.
    pub fn input(&mut self, pin: Gpio, pull: Pull) -> Input {
        let wires = self.board.wires();
        (wires.configure)(pin, Mode::Input(pull));
        Input::new(wires, pin)
    }

    /// Makes two pins an I2C bus of 100 kHz at most.
    pub fn i2c(&mut self, sda: Gpio, scl: Gpio) -> I2c {
        I2c::new(self.board.wires(), sda, scl)
    }

    /// Something to wait with, as drivers want it. The whole node waits.
    pub fn delay(&mut self) -> Delay {
        Delay::new(self.board.wires())
    }
}

/// A role's memory, in a static of the generated crate: the role itself and `TEXT` bytes for the texts that it says.
pub struct Held<T, const TEXT: usize>(Mutex<RefCell<Inner<T, TEXT>>>);

struct Inner<T, const TEXT: usize> {
    role: T,
    said: [Option<(TopicId, Word)>; MOST],
    text: [u8; TEXT],
}

impl<T, const TEXT: usize> Held<T, TEXT> {
    /// A role that has not started.
    pub const fn new(role: T) -> Self {
        Self(Mutex::new(RefCell::new(Inner { role, said: [None; MOST], text: [0; TEXT] })))
    }
}

/// The driver of a custom role.
pub struct Own<T: 'static, const TEXT: usize> {
    /// The role's memory.
    pub role: &'static Held<T, TEXT>,
    /// The topics that it hears.
    pub hears: &'static [TopicId],
    /// The topics that it says something on.
    pub says: &'static [TopicId],
}

impl<T: Custom, const TEXT: usize> Own<T, TEXT> {
    fn call<A>(&self, context: &mut Context<'_>, act: impl FnOnce(&mut T, &mut Turn<'_>) -> A) -> A {
        critical_section::with(|section| {
            let mut inner = self.role.0.borrow_ref_mut(section);
            let Inner { role, said, text } = &mut *inner;
            let mut turn = Turn {
                now: context.now,
                values: context.values,
                board: &mut *context.board,
                says: self.says,
                said,
                text,
            };
            act(role, &mut turn)
        })
    }
}

impl<T: Custom + Send, const TEXT: usize> Driver for Own<T, TEXT> {
    fn start(&self, state: &mut State, context: &mut Context<'_>) {
        self.call(context, T::start);
        state.due = Some(context.now);
    }

    fn poll<'v>(&self, state: &mut State, context: &mut Context<'v>) -> Option<Say<'v>> {
        if state.due.is_some_and(|due| context.now >= due) {
            state.due = self.call(context, T::poll).map(|span| context.now.after(span));
        }
        None
    }

    fn heard<'v>(&self, topic: TopicId, _state: &mut State, context: &mut Context<'v>) -> Option<Say<'v>> {
        if self.hears.contains(&topic) {
            self.call(context, T::heard);
        }
        None
    }

    fn also(&self, say: &mut dyn FnMut(TopicId, Value<'_>)) {
        critical_section::with(|section| {
            let mut inner = self.role.0.borrow_ref_mut(section);
            let Inner { said, text, .. } = &mut *inner;
            for (topic, word) in said.iter_mut().filter_map(Option::take) {
                match word {
                    Word::Number(figure) => say(topic, Value::Number(figure)),
                    Word::Label(label) => say(topic, Value::Label(label)),
                    Word::Text { start, length } => {
                        let (start, length) = (usize::from(start), usize::from(length));
                        let bytes = text.get(start..start + length).unwrap_or_default();
                        say(topic, Value::Text(core::str::from_utf8(bytes).unwrap_or_default()));
                    }
                }
            }
        });
    }
}
