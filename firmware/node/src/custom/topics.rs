//! Topics as a custom role names them: each knows what its messages are in Rust, and what the role may do with it.

use crate::topic::TopicId;
use crate::value::{Latest, Payload, Value};
use crate::values::{Label, Values};
use core::marker::PhantomData;

/// What a topic's messages are in Rust: `i32` and `f32` for figures, `bool` for a bit, `str` for text, an enumeration for
/// labels.
pub trait Message {
    /// What a message of the topic is in Rust.
    type Value<'v>;
    /// The last message received.
    fn read<'v>(values: &Values<'v>, topic: TopicId) -> Latest<Self::Value<'v>>;
    /// A message to be published, as the payload allows it.
    fn write<'v>(value: Self::Value<'v>, payload: Payload) -> Value<'v>;
}

/// A topic of a custom role: `M` says what its messages are in Rust, `A` what the role may do, [`Publish`], [`Subscribe`]
/// or [`PublishSubscribe`].
pub struct Topic<M: ?Sized, A>(TopicId, PhantomData<fn() -> (A, *const M)>);

/// The role publishes the topic.
pub struct Publish;

/// The role subscribes to the topic.
pub struct Subscribe;

/// The role publishes the topic and subscribes to it.
pub struct PublishSubscribe;

/// With this access a role may publish.
pub trait MayPublish {}

/// With this access a role has the topic's messages.
pub trait MaySubscribe {}

impl MayPublish for Publish {}
impl MayPublish for PublishSubscribe {}
impl MaySubscribe for Subscribe {}
impl MaySubscribe for PublishSubscribe {}

impl<M: ?Sized, A> Topic<M, A> {
    /// Generated code knows what the topic's messages are.
    pub const fn new(topic: TopicId) -> Self {
        Self(topic, PhantomData)
    }

    pub(super) fn id(self) -> TopicId {
        self.0
    }
}

impl<M: ?Sized, A> Clone for Topic<M, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: ?Sized, A> Copy for Topic<M, A> {}

impl Message for i32 {
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

impl Message for f32 {
    type Value<'v> = Self;
    fn read<'v>(values: &Values<'v>, topic: TopicId) -> Latest<Self> {
        values.number(topic)
    }
    fn write<'v>(value: Self, payload: Payload) -> Value<'v> {
        payload.nearest(value)
    }
}

impl Message for bool {
    type Value<'v> = Self;
    fn read<'v>(values: &Values<'v>, topic: TopicId) -> Latest<Self> {
        values.bit(topic)
    }
    fn write<'v>(value: Self, _: Payload) -> Value<'v> {
        Value::Label(value.into())
    }
}

impl Message for str {
    type Value<'v> = &'v str;
    fn read<'v>(values: &Values<'v>, topic: TopicId) -> Latest<&'v str> {
        values.text(topic)
    }
    fn write<'v>(value: Self::Value<'v>, _: Payload) -> Value<'v> {
        Value::Text(value)
    }
}

/// The enumerations of [`labels!`](crate::labels).
impl<L: Label> Message for L {
    type Value<'v> = Self;
    fn read<'v>(values: &Values<'v>, topic: TopicId) -> Latest<Self> {
        values.label(topic)
    }
    fn write<'v>(value: Self, _: Payload) -> Value<'v> {
        Value::Label(value.index())
    }
}
