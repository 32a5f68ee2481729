//! What a device does in time or at power-up, kept until all of its components are known. `writing` has one function for
//! each kind.

use super::super::yaml::Position;

/// Something that is more than a role of today says.
#[derive(Debug)]
pub(super) enum Extra {
    /// A relay goes off by itself after so many milliseconds.
    Pulse { at: Position, key: String, ms: u32 },
    /// A relay is never on together with others, which are named by their ids; it waits so long after them.
    Interlock { at: Position, key: String, with: Vec<String>, pause_ms: u32 },
    /// A button tells gestures apart.
    Clicks { at: Position, key: String, clicks: Vec<Click> },
    /// An input is active only when it has been for so many milliseconds.
    DelayOn { at: Position, key: String, ms: u32 },
    /// What a relay or lamp is at power-up.
    AtBoot { at: Position, key: String, at_boot: AtBoot },
    /// An automation that fades by itself.
    Transition { at: Position, ms: u32 },
}

/// What a relay or lamp is at power-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AtBoot {
    Off,
    On,
    /// On, as bright as it was before.
    OnAsBefore,
    /// What it was before, or this if that is not known.
    Last {
        otherwise_on: bool,
    },
    /// The opposite of what it was before, or this if that is not known.
    Opposite {
        otherwise_on: bool,
    },
    /// Nothing is done.
    Untouched,
}

/// A gesture, and what it is for.
#[derive(Debug)]
pub(super) struct Click {
    pub(super) gesture: Gesture,
    /// The least and the longest time that the button is held, in milliseconds.
    pub(super) length: (u32, Option<u32>),
    /// What it does: "`switch.toggle` of `fan`".
    pub(super) does: String,
    /// Whether another part of the fleet does it, at any press.
    pub(super) taken: bool,
}

/// How a button is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gesture {
    Short,
    Double,
    Long,
    /// A pattern of its own.
    Pattern,
}

impl AtBoot {
    /// ESPHome's word for it.
    pub(super) fn read(text: &str) -> Option<Self> {
        Some(match text.to_uppercase().replace(' ', "_").as_str() {
            "ALWAYS_OFF" | "RESTORE_AND_OFF" => Self::Off,
            "ALWAYS_ON" => Self::On,
            "RESTORE_AND_ON" => Self::OnAsBefore,
            "RESTORE_DEFAULT_OFF" => Self::Last { otherwise_on: false },
            "RESTORE_DEFAULT_ON" => Self::Last { otherwise_on: true },
            "RESTORE_INVERTED_DEFAULT_OFF" => Self::Opposite { otherwise_on: false },
            "RESTORE_INVERTED_DEFAULT_ON" => Self::Opposite { otherwise_on: true },
            "DISABLED" => Self::Untouched,
            _ => return None,
        })
    }
}
