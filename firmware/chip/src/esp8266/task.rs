//! The SDK's task in which the node takes its turns.

use super::sdk;

/// The SDK's priority of the task.
pub(crate) const PRIORITY: u8 = 0;

/// Asks for a turn, when the task is registered. A full queue has turns in it.
pub(crate) fn post() {
    // SAFETY: a plain call.
    unsafe { sdk::system_os_post(PRIORITY, 0, 0) };
}
