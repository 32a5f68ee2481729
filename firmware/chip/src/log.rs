//! Lines of the serial log that tools read.

/// How a line of the serial log begins that tells what a role published to the roles of its own node; topic and payload
/// follow.
pub const LOCAL_MESSAGE: &str = "says ";
