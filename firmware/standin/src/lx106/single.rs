//! Statics for a program that has one core and no interrupts.

use core::ops::Deref;

/// A value in a static, without a lock: nobody can be in the middle of using it when somebody else comes.
pub(super) struct Single<T>(pub(super) T);

// SAFETY: the emulated chip has one core, and no interrupt is ever enabled.
unsafe impl<T> Sync for Single<T> {}

impl<T> Deref for Single<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
