//! The text of a record, for tools and tests.

/// The text in these bytes of a record; `None`: they are no UTF-8.
pub(super) fn text(bytes: &[u8]) -> Option<&str> {
    core::str::from_utf8(bytes).ok()
}
