//! The driver of a custom role: calls the role when a driver is called, and publishes what the role queued.

use super::context::{Context, EMPTY, Queue, Queued};
use super::role::Custom;
use crate::roles::driver::{Driver, DriverContext, Publication, RoleState};
use crate::topic::TopicId;
use crate::value::Value;
use core::cell::RefCell;
use critical_section::Mutex;

/// A role's memory, in a static of the generated crate: the role itself and `TEXT` bytes for the texts that it publishes.
pub struct RoleMemory<T, const TEXT: usize = 0>(Mutex<RefCell<Inner<T, TEXT>>>);

struct Inner<T, const TEXT: usize> {
    role: T,
    queue: Queue,
    text: [u8; TEXT],
}

impl<T, const TEXT: usize> RoleMemory<T, TEXT> {
    /// A role that has not started.
    pub const fn new(role: T) -> Self {
        Self(Mutex::new(RefCell::new(Inner { role, queue: EMPTY, text: [0; TEXT] })))
    }
}

/// The driver of a custom role.
pub struct CustomRole<T: 'static, const TEXT: usize> {
    /// The role's memory.
    pub memory: &'static RoleMemory<T, TEXT>,
    /// The topics that the role subscribes to.
    pub subscribes: &'static [TopicId],
    /// The topics that the role publishes.
    pub publishes: &'static [TopicId],
}

impl<T: Custom, const TEXT: usize> CustomRole<T, TEXT> {
    fn call<A>(&self, context: &mut DriverContext<'_>, act: impl FnOnce(&mut T, &mut Context<'_>) -> A) -> A {
        critical_section::with(|section| {
            let mut inner = self.memory.0.borrow_ref_mut(section);
            let Inner { role, queue, text } = &mut *inner;
            act(role, &mut Context::new(context, self.publishes, queue, text))
        })
    }
}

impl<T: Custom + Send, const TEXT: usize> Driver for CustomRole<T, TEXT> {
    fn start(&self, state: &mut RoleState, context: &mut DriverContext<'_>) {
        self.call(context, T::start);
        state.due = Some(context.now);
    }

    fn poll<'v>(&self, state: &mut RoleState, context: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        if state.due.is_some_and(|due| context.now >= due) {
            state.due = self.call(context, T::poll).map(|span| context.now.after(span));
        }
        None
    }

    fn received<'v>(
        &self,
        topic: TopicId,
        _state: &mut RoleState,
        context: &mut DriverContext<'v>,
    ) -> Option<Publication<'v>> {
        if self.subscribes.contains(&topic) {
            self.call(context, T::received);
        }
        None
    }

    fn publish_more(&self, publish: &mut dyn FnMut(TopicId, Value<'_>)) {
        critical_section::with(|section| {
            let mut inner = self.memory.0.borrow_ref_mut(section);
            let Inner { queue, text, .. } = &mut *inner;
            for (topic, queued) in queue.iter_mut().filter_map(Option::take) {
                match queued {
                    Queued::Number(figure) => publish(topic, Value::Number(figure)),
                    Queued::Label(label) => publish(topic, Value::Label(label)),
                    Queued::Text { start, length } => {
                        let (start, length) = (usize::from(start), usize::from(length));
                        let bytes = text.get(start..start + length).unwrap_or_default();
                        publish(topic, Value::Text(core::str::from_utf8(bytes).unwrap_or_default()));
                    }
                }
            }
        });
    }
}
