//! The pins of a node that is one of many: moved by chance, and what the node says and hears is kept for the tally.

use fleetwright_node::{Board, Gpio, Level, Mode, OUTBOX_FULL, Pull, Topic};

/// Something that a node said or heard.
pub(crate) struct News {
    pub(crate) said: bool,
    pub(crate) path: &'static str,
    pub(crate) payload: Box<[u8]>,
}

#[derive(Default)]
pub(crate) struct Body {
    inputs: Vec<(u8, Level)>,
    analog: u16,
    measures: bool,
    pub(crate) news: Vec<News>,
    /// Messages that a node gave up because too many waited.
    pub(crate) dropped: u64,
}

impl Body {
    /// Whether the world can do anything to it.
    pub(crate) fn feels(&self) -> bool {
        self.measures || !self.inputs.is_empty()
    }

    /// The world does something: a contact changes, or a reading.
    pub(crate) fn poke(&mut self, random: &mut fastrand::Rng) {
        let which = random.usize(..self.inputs.len() + usize::from(self.measures));
        match self.inputs.get_mut(which) {
            Some((_, level)) => *level = if *level == Level::High { Level::Low } else { Level::High },
            // Always another one, so that messages can be told apart.
            None => self.analog = (self.analog + 37) % 1_024,
        }
    }
}

impl Board for Body {
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

    fn said(&mut self, topic: &Topic, _path: &str, payload: &[u8]) {
        if topic.route.speaks() {
            self.news.push(News { said: true, path: topic.path, payload: payload.into() });
        }
    }

    fn heard(&mut self, topic: &Topic, payload: &[u8]) {
        self.news.push(News { said: false, path: topic.path, payload: payload.into() });
    }
}
