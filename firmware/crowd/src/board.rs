//! The board of a node that is one of many: its inputs change at random, and the messages that it publishes and receives
//! are kept until somebody takes them.

use fleetwright_node::{Board, Gpio, Level, Mode, OUTBOX_FULL, Pull, Topic};

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The node published it.
    Published,
    /// The node received it.
    Received,
}

/// A message that a node published or received.
pub(crate) struct Message {
    pub(crate) direction: Direction,
    pub(crate) path: &'static str,
    pub(crate) payload: Box<[u8]>,
}

#[derive(Default)]
pub(crate) struct RandomBoard {
    inputs: Vec<(u8, Level)>,
    analog: u16,
    measures: bool,
    /// Messages that nobody has taken yet.
    pub(crate) messages: Vec<Message>,
    /// Messages that a node gave up because too many waited.
    pub(crate) dropped: u64,
}

impl RandomBoard {
    /// Whether it has inputs that can change.
    pub(crate) fn has_inputs(&self) -> bool {
        self.measures || !self.inputs.is_empty()
    }

    /// Changes one of its inputs at random: a level, or the reading of A0.
    pub(crate) fn change_input(&mut self, random: &mut fastrand::Rng) {
        let which = random.usize(..self.inputs.len() + usize::from(self.measures));
        match self.inputs.get_mut(which) {
            Some((_, level)) => *level = if *level == Level::High { Level::Low } else { Level::High },
            // Always another one, so that messages can be told apart.
            None => self.analog = (self.analog + 37) % 1_024,
        }
    }
}

impl Board for RandomBoard {
    fn configure(&mut self, pin: Gpio, mode: Mode) {
        if let Mode::Input(pull) = mode {
            self.inputs.push((pin.0, if pull == Pull::Up { Level::High } else { Level::Low }));
        }
    }

    fn read(&mut self, pin: Gpio) -> Level {
        self.inputs.iter().find(|(known, _)| *known == pin.0).map_or(Level::Low, |(_, level)| *level)
    }

    fn drive(&mut self, _pin: Gpio, _level: Level) {}

    fn analog(&mut self) -> u16 {
        self.measures = true;
        self.analog
    }

    fn log(&mut self, parts: &[&[u8]]) {
        if parts.first().is_some_and(|part| *part == OUTBOX_FULL.as_bytes()) {
            self.dropped += 1;
        }
    }

    fn published(&mut self, topic: &Topic, _path: &str, payload: &[u8]) {
        if topic.route.publishes() {
            self.messages.push(Message { direction: Direction::Published, path: topic.path, payload: payload.into() });
        }
    }

    fn received(&mut self, topic: &Topic, payload: &[u8]) {
        self.messages.push(Message { direction: Direction::Received, path: topic.path, payload: payload.into() });
    }
}
