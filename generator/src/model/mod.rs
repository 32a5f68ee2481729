//! What a fleet means: topics, roles, rules, layouts, boards, clients, the broker and scenarios, with every method on them.
//!
//! Values of these types exist only if `resolve` found no error; nothing after it asks again. Knows nothing of files, of how
//! a fleet is written, or of what is made of it.

mod addresses;
mod boards;
mod broker;
mod clients;
mod comparison;
mod conditions;
mod custom;
mod decimals;
mod fleet;
mod layouts;
mod locations;
mod networks;
mod numbers;
mod outcomes;
mod payload;
mod pins;
mod roles;
mod rules;
mod scenarios;
mod topics;

pub use addresses::StaticAddress;
pub use boards::{Board, Boards, board, board_names};
pub(crate) use boards::{Facts, NoPin, chip};
pub use broker::{Broker, Engine, PowerSave, Security, Setting, Wifi, WifiNetwork};
pub use clients::{Client, Subscription};
pub use comparison::Comparison;
pub use conditions::Condition;
pub use custom::{Crate, Custom};
pub use decimals::Decimals;
pub use fleet::Fleet;
pub use layouts::{Layout, Node, UnknownLayout};
pub use locations::Location;
pub use networks::{WifiFault, ssid_fault, wifi_password_fault};
pub use numbers::{Number, Time};
pub use outcomes::Outcome;
pub use payload::Payload;
pub use pins::{Level, Pin, Pull};
pub use roles::{AtBoot, Role, RoleId, RoleKind, Sends};
pub use rules::Rule;
pub use scenarios::{Act, Claim, Expect, NodeFault, Scenario, Step};
pub use topics::{Topic, TopicId, TopicKind};
