//! What a role does with a pin, as far as the pin cares.

use crate::model::{AtBoot, Pull, RoleKind};

/// What a role does with a pin, as far as the pin cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::resolve) enum Use {
    /// Drives what is wired to the pin.
    Output {
        active_high: bool,
        on_at_boot: bool,
        /// Whether it drives by PWM.
        pwm: bool,
    },
    /// A button that somebody presses for a moment.
    Button { pull: Pull },
    /// A contact that may stay closed, or the output of a sensor.
    Input { pull: Pull },
    /// Measures a voltage.
    Analog,
    /// A line of an I2C bus.
    Bus,
    /// Something that the user's own Rust knows.
    Custom { pwm: bool, interrupt: bool },
}

impl Use {
    /// Of a role's pin; `name`: which, where it has several. `None`: the role has no pin.
    pub(in crate::resolve) fn of(kind: &RoleKind, name: Option<&str>) -> Option<Self> {
        Some(match kind {
            RoleKind::SwitchOutput { active_high, at_boot, .. } => {
                Self::Output { active_high: *active_high, on_at_boot: *at_boot == AtBoot::On, pwm: false }
            }
            RoleKind::DimmerOutput { active_high, at_boot, .. } => {
                Self::Output { active_high: *active_high, on_at_boot: *at_boot == AtBoot::On, pwm: true }
            }
            RoleKind::PushButton { pull, .. } => Self::Button { pull: *pull },
            RoleKind::DigitalInput { pull, .. } => Self::Input { pull: *pull },
            RoleKind::AnalogInput { .. } => Self::Analog,
            RoleKind::Custom(_) => {
                let parts: Vec<&str> = name?.split(['_', '-']).collect();
                let called = |known: &[&str]| parts.iter().any(|part| known.contains(part));
                if called(&["sda", "scl"]) {
                    Self::Bus
                } else {
                    Self::Custom { pwm: called(&["pwm"]), interrupt: called(&["irq", "int", "interrupt"]) }
                }
            }
            RoleKind::Decision { .. } | RoleKind::SerialLog { .. } => return None,
        })
    }

    /// The role in a few words, for the place where it is described.
    pub(super) fn described(self, who: &str) -> String {
        match self {
            Self::Output { active_high, .. } => {
                format!("`{who}` is on while its pin is {}", if active_high { "high" } else { "low" })
            }
            Self::Button { pull: Pull::Down } => format!("`{who}` connects its pin with 3.3 V while it is pressed"),
            Self::Button { .. } => format!("`{who}` connects its pin with GND while it is pressed"),
            Self::Input { pull: Pull::Up } => format!("`{who}` is a contact to GND, with the pin pulled up"),
            Self::Input { pull: Pull::Down } => format!("`{who}` is a contact to 3.3 V, with the pin pulled down"),
            Self::Input { pull: Pull::None } => format!("`{who}` is a sensor that drives its pin high and low"),
            Self::Analog => format!("`{who}` measures a voltage"),
            Self::Bus => format!("`{who}` has a line of an I2C bus"),
            Self::Custom { .. } => format!("`{who}` is a role of your own"),
        }
    }
}
