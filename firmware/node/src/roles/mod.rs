//! What a node can do: a driver for each kind of role, as a constant table of its options.
//!
//! Drivers know values, time and pins; they must not know where messages come from and go to.

mod analog_input;
mod decision;
mod digital_input;
mod dimmer_output;
mod dimmer_owner;
pub(crate) mod driver;
mod keeping;
mod push_button;
mod serial_log;
mod setting_decision;
mod switch_output;
mod switch_owner;

pub use analog_input::AnalogInput;
pub use decision::{Decision, Rules};
pub use digital_input::DigitalInput;
pub use dimmer_output::DimmerOutput;
pub use dimmer_owner::DimmerOwner;
pub use driver::{Driver, DriverContext, Publication, RoleState};
pub use push_button::{PushButton, Sends};
pub use serial_log::SerialLog;
pub use setting_decision::SettingDecision;
pub use switch_output::SwitchOutput;
pub use switch_owner::SwitchOwner;
