//! Topics as a custom role names them: each knows what its messages are in Rust.

use crate::topic::TopicId;
use crate::value::{Latest, Payload, Value};
use crate::values::Values;
use core::marker::PhantomData;

/// What a topic's messages are in Rust: `i32` and `f32` for figures, `bool` for a bit, `str` for text, an enumeration for
/// labels.
pub trait Carries {
    /// The Rust type of a message.
    type Value<'v>;
    /// The last message received.
    fn read<'v>(values: &Values<'v>, topic: TopicId) -> Latest<Self::Value<'v>>;
    /// A message to be published, as the payload allows it.
    fn write<'v>(value: Self::Value<'v>, payload: Payload) -> Value<'v>;
}

/// A topic that a role subscribes.
pub struct Hears<T: ?Sized>(TopicId, PhantomData<fn() -> T>);

/// A topic that a role publishes.
pub struct Says<T: ?Sized>(TopicId, PhantomData<fn() -> T>);

macro_rules! handle {
    ($name:ident) => {
        impl<T: ?Sized> $name<T> {
            /// A handle on this topic, which must carry `T`: generated code sees to that.
            pub const fn of(topic: TopicId) -> Self {
                Self(topic, PhantomData)
            }

            pub(super) fn id(self) -> TopicId {
                self.0
            }
        }

        impl<T: ?Sized> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T: ?Sized> Copy for $name<T> {}
    };
}

handle!(Hears);
handle!(Says);

impl Carries for i32 {
    type Value<'v> = Self;
    fn read<'v>(values: &Values<'v>, topic: TopicId) -> Latest<Self> {
        values.integer(topic)
    }
    fn write<'v>(value: Self, payload: Payload) -> Value<'v> {
        match payload {
            Payload::Number { min, max, .. } => Value::Number(value.clamp(min, max)),
            _ => Value::Number(value),
        }
    }
}

impl Carries for f32 {
    type Value<'v> = Self;
    fn read<'v>(values: &Values<'v>, topic: TopicId) -> Latest<Self> {
        values.number(topic)
    }
    fn write<'v>(value: Self, payload: Payload) -> Value<'v> {
        payload.nearest(value)
    }
}

impl Carries for bool {
    type Value<'v> = Self;
    fn read<'v>(values: &Values<'v>, topic: TopicId) -> Latest<Self> {
        values.bit(topic)
    }
    fn write<'v>(value: Self, _: Payload) -> Value<'v> {
        Value::Label(value.into())
    }
}

impl Carries for str {
    type Value<'v> = &'v str;
    fn read<'v>(values: &Values<'v>, topic: TopicId) -> Latest<&'v str> {
        values.text(topic)
    }
    fn write<'v>(value: Self::Value<'v>, _: Payload) -> Value<'v> {
        Value::Text(value)
    }
}

/// Lets custom roles use the enumerations of [`labels!`](crate::labels).
#[macro_export]
macro_rules! carried {
    ($($name:ident),+ $(,)?) => {$(
        impl $crate::custom::Carries for $name {
            type Value<'v> = Self;
            fn read<'v>(values: &$crate::Values<'v>, topic: $crate::TopicId) -> $crate::Latest<Self> {
                values.label(topic)
            }
            fn write<'v>(value: Self, _: $crate::Payload) -> $crate::Value<'v> {
                value.into()
            }
        }
    )+};
}
