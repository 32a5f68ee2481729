//! The features of this build as constants. The chip's flash has no room for code that no table of a program needs: the
//! generated manifest of a node names the features that its program needs. On hosts all are on.

/// Whether the node subscribes to any topic at the broker.
pub(crate) const SUBSCRIBES: bool = cfg!(feature = "subscribes");
/// Whether any role receives a topic, from the broker or from another role of the node.
pub(crate) const RECEIVES: bool = cfg!(feature = "receives");
/// Whether messages of any topic that roles publish here stay inside the node.
pub const LOCAL: bool = cfg!(feature = "local");
/// Whether the board is told of every message: a host watches the run, a chip does not.
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
