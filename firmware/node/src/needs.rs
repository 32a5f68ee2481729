//! What the tables of a program ask for. The chip's flash has no room for what none does: the generated manifest of a
//! node names the features that its program needs, and this tells them to the code as constants. On hosts all are on.

use crate::program::{Program, Route};
use crate::value::Payload;

/// Whether messages come from the broker.
pub(crate) const SUBSCRIBES: bool = cfg!(feature = "subscribes");
/// Whether any role hears a topic, from the broker or from a role beside it.
pub(crate) const HEARS: bool = cfg!(feature = "hears");
/// Whether any topic stays inside the node.
pub const LOCAL: bool = cfg!(feature = "local");
/// Whether somebody watches the run: a host does, a chip has nobody to tell.
pub(crate) const WATCHED: bool = cfg!(feature = "watched");
/// Whether any topic carries text.
pub(crate) const TEXTS: bool = cfg!(feature = "texts");
/// Whether names come with the identity.
pub(crate) const COPIES: bool = cfg!(feature = "copies");
/// Whether there are several brokers. A session that one of them keeps is lost with it, and would keep the node from having
/// another (ejabberd 23.01 refuses who asks for it), so each connection begins a new one.
pub(crate) const CLUSTER: bool = cfg!(feature = "cluster");
/// Whether any role is the user's own Rust.
pub(crate) const CUSTOM: bool = cfg!(feature = "custom");

impl Program {
    /// Whether this build of the crate has all that the program asks for; checked when a node is compiled.
    pub const fn is_served(&self) -> bool {
        let mut rest = self.topics;
        while let [topic, later @ ..] = rest {
            let hears = !matches!(topic.route, Route::Publish);
            let text = matches!(topic.payload, Payload::Text { .. });
            let local = matches!(topic.route, Route::Local);
            if local && !LOCAL || topic.route.hears() && !SUBSCRIBES || hears && !HEARS || text && !TEXTS {
                return false;
            }
            rest = later;
        }
        true
    }
}
