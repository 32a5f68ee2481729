//! The text of a record, on the chip.

/// The text in these bytes of a record, whose block has the right checksum.
pub(super) fn text(bytes: &[u8]) -> Option<&str> {
    // SAFETY: a block whose checksum is right was written by `Identity::write`, from texts. To check once more would cost
    // half a kilobyte of flash.
    Some(unsafe { core::str::from_utf8_unchecked(bytes) })
}
