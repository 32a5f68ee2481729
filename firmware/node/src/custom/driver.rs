//! The driver of a custom role: calls the role when a driver is called, and publishes what the role queued.

use super::role::Custom;
use super::turn::{EMPTY, Queue, Queued, Turn};
use crate::roles::driver::{Context, Driver, Say, State};
use crate::topic::TopicId;
use crate::value::Value;
use core::cell::RefCell;
use critical_section::Mutex;

/// A role's memory, in a static of the generated crate: the role itself and `TEXT` bytes for the texts that it publishes.
pub struct Held<T, const TEXT: usize>(Mutex<RefCell<Inner<T, TEXT>>>);

struct Inner<T, const TEXT: usize> {
    role: T,
    queue: Queue,
    text: [u8; TEXT],
}

impl<T, const TEXT: usize> Held<T, TEXT> {
    /// A role that has not started.
    pub const fn new(role: T) -> Self {
        Self(Mutex::new(RefCell::new(Inner { role, queue: EMPTY, text: [0; TEXT] })))
    }
}

/// The driver of a custom role.
pub struct Own<T: 'static, const TEXT: usize> {
    /// The role's memory.
    pub role: &'static Held<T, TEXT>,
    /// The topics that it subscribes.
    pub hears: &'static [TopicId],
    /// The topics that it publishes.
    pub says: &'static [TopicId],
}

impl<T: Custom, const TEXT: usize> Own<T, TEXT> {
    fn call<A>(&self, context: &mut Context<'_>, act: impl FnOnce(&mut T, &mut Turn<'_>) -> A) -> A {
        critical_section::with(|section| {
            let mut inner = self.role.0.borrow_ref_mut(section);
            let Inner { role, queue, text } = &mut *inner;
            act(role, &mut Turn::new(context, self.says, queue, text))
        })
    }
}

impl<T: Custom + Send, const TEXT: usize> Driver for Own<T, TEXT> {
    fn start(&self, state: &mut State, context: &mut Context<'_>) {
        self.call(context, T::start);
        state.due = Some(context.now);
    }

    fn poll<'v>(&self, state: &mut State, context: &mut Context<'v>) -> Option<Say<'v>> {
        if state.due.is_some_and(|due| context.now >= due) {
            state.due = self.call(context, T::poll).map(|span| context.now.after(span));
        }
        None
    }

    fn heard<'v>(&self, topic: TopicId, _state: &mut State, context: &mut Context<'v>) -> Option<Say<'v>> {
        if self.hears.contains(&topic) {
            self.call(context, T::heard);
        }
        None
    }

    fn also(&self, say: &mut dyn FnMut(TopicId, Value<'_>)) {
        critical_section::with(|section| {
            let mut inner = self.role.0.borrow_ref_mut(section);
            let Inner { queue, text, .. } = &mut *inner;
            for (topic, queued) in queue.iter_mut().filter_map(Option::take) {
                match queued {
                    Queued::Number(figure) => say(topic, Value::Number(figure)),
                    Queued::Label(label) => say(topic, Value::Label(label)),
                    Queued::Text { start, length } => {
                        let (start, length) = (usize::from(start), usize::from(length));
                        let bytes = text.get(start..start + length).unwrap_or_default();
                        say(topic, Value::Text(core::str::from_utf8(bytes).unwrap_or_default()));
                    }
                }
            }
        });
    }
}
