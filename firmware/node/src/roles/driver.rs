//! The interface between the node and the driver of a role. Knows no kind of role.

use crate::board::Board;
use crate::pin::Level;
use crate::time::Instant;
use crate::topic::TopicId;
use crate::value::Value;
use crate::values::Values;

/// What a driver does. The node owns the driver's [`RoleState`] and hands it to every call.
///
/// Tables point to drivers as trait objects, so that a node links the drivers that it uses and no others.
pub trait Driver {
    /// Makes pins inputs or outputs. Called once, before anything else.
    fn start(&self, _state: &mut RoleState, _context: &mut DriverContext<'_>) {}

    /// Does what is due; `None` in [`RoleState::due`] afterwards: only a pin change or a message wakes it.
    fn poll<'v>(&self, _state: &mut RoleState, _context: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        None
    }

    /// A message of `topic` came, and is the last one that [`DriverContext::values`] knows.
    fn received<'v>(
        &self,
        _topic: TopicId,
        _state: &mut RoleState,
        _context: &mut DriverContext<'v>,
    ) -> Option<Publication<'v>> {
        None
    }

    /// Publishes more than one message, after each of the calls above.
    fn publish_more(&self, _publish: &mut dyn FnMut(TopicId, Value<'_>)) {}

    /// The bytes of a message came, valid or not.
    fn received_bytes(&self, _topic: TopicId, _path: &str, _payload: &[u8], _board: &mut dyn Board) {}
}

/// A value that a role wants to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication<'v>(pub TopicId, pub Value<'v>);

/// What a driver can use during a call.
pub struct DriverContext<'v> {
    /// The time of this call.
    pub now: Instant,
    /// What the node knows of its topics.
    pub values: Values<'v>,
    /// The board it runs on.
    pub board: &'v mut dyn Board,
}

/// What a driver remembers between calls. One shape for all kinds, so that a node's memory is a plain array.
#[derive(Clone, Copy, Debug, Default)]
pub struct RoleState {
    /// When `poll` has something to do at the latest; `None`: when a pin changes or a message comes.
    pub due: Option<Instant>,
    /// What an input pin carried last, and since when; since when a dimmer fades.
    pub pin: Option<(Level, Instant)>,
    /// The last state that counted: pressed, active, on.
    pub active: Option<bool>,
    /// The figure that was sent last.
    pub sent: Option<i32>,
    /// Presses so far, modulo the number of labels.
    pub presses: u8,
    /// How bright a dimmer is, and was when it began to fade, in thousandths.
    pub bright: [u16; 2],
}

impl RoleState {
    /// What `pin` carries, and since when, as far as polls saw it.
    pub(super) fn sample(&mut self, level: Level, now: Instant) -> (Level, Instant) {
        match self.pin {
            Some((before, since)) if before == level => (before, since),
            _ => *self.pin.insert((level, now)),
        }
    }
}
