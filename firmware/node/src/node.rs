//! The node's loop: what arrives goes to the roles, what roles say goes to other roles and to the broker.

use crate::board::Board;
use crate::memory::Memory;
use crate::mqtt::encode::{Full, Publish};
use crate::mqtt::session::{Event, Session, Socket};
use crate::needs::{CLUSTER, CUSTOM, HEARS, LOCAL, SUBSCRIBES, TEXTS, WATCHED};
use crate::outbox::{Entry, OUTBOX_FULL, Outbox};
use crate::program::{Identity, Network, Program, Qos, Role, Topic, TopicId};
use crate::restart::Restart;
use crate::roles::{Context, Say, State};
use crate::time::{Duration, Instant};
use crate::value::Value;
use crate::values::{LONGEST_TEXT, Slot, Values, store};
use crate::wire::{FIGURE, decimal};

/// How many messages roles may hand to each other in one call; a loop of topics that does not settle goes on after
/// [`BREATH`], so that it can't stop the node.
const HANDOVERS: usize = 32;
/// The pause in a loop of topics that does not settle.
const BREATH: Duration = Duration::millis(10);

/// A running node.
pub struct Node<'m> {
    program: &'static Program,
    identity: Identity<'m>,
    slots: &'m mut [Slot],
    states: &'m mut [State],
    text: &'m mut [u8],
    session: Session<'m>,
    outbox: Outbox<'m>,
    online_unsaid: bool,
    /// Why the node started again, until the broker was told.
    restart: Option<Restart>,
    /// Topics before this place have been subscribed on this connection.
    subscribed: usize,
}

impl<'m> Node<'m> {
    /// A node that has not started yet; `seed` decides the jitter of its back-off.
    pub fn new(program: &'static Program, identity: Identity<'m>, memory: Memory<'m>, seed: u32) -> Self {
        memory.slots.fill(Slot::default());
        memory.states.fill(State::default());
        Self {
            program,
            identity,
            slots: memory.slots,
            states: memory.states,
            text: memory.text,
            session: Session::new(memory.receive, memory.transmit, seed),
            outbox: Outbox::new(memory.outbox),
            online_unsaid: false,
            restart: None,
            subscribed: 0,
        }
    }

    /// Says why it started again; the status topic tells it once, when the broker is there.
    pub fn restarted(&mut self, restart: Restart) {
        self.restart = Some(restart);
    }

    /// Configures the pins and takes the first readings.
    pub fn start(&mut self, now: Instant, board: &mut dyn Board) -> Option<Instant> {
        for index in 0..self.program.roles.len() {
            self.with_role(index, now, board, |role, state, context| {
                role.driver.start(state, context);
                None
            });
        }
        self.poll(now, board)
    }

    /// Does everything that is due; when to call again at the latest. After a pin change call at once.
    pub fn poll(&mut self, now: Instant, board: &mut dyn Board) -> Option<Instant> {
        for index in 0..self.program.roles.len() {
            self.with_role(index, now, board, |role, state, context| role.driver.poll(state, context));
            self.hand_over(now, board);
        }
        let mut next = self.states.iter().filter_map(|state| state.due).min();
        if HEARS && self.slots.iter().any(|slot| slot.news) {
            next = earlier(next, Some(now.after(BREATH)));
        }
        if let Some(network) = &self.program.network {
            let (due, gave_up) = self.session.poll(network, now);
            if gave_up {
                board.log(&[b"no answer from the broker"]);
                self.outbox.disconnect();
            }
            next = earlier(next, due);
            self.pump(network, board);
        }
        next
    }

    /// What the node wants of its TCP connection.
    pub fn socket(&self, now: Instant) -> Socket {
        if self.program.network.is_some() { self.session.socket(now) } else { Socket::None }
    }

    /// The TCP connection is there.
    pub fn opened(&mut self, now: Instant) {
        if let Some(network) = &self.program.network {
            self.session.opened(network, &self.identity, CLUSTER || !self.program.needs_session(), now);
        }
    }

    /// The TCP connection is gone, or could not be made.
    pub fn closed(&mut self, now: Instant) {
        self.session.closed(now);
        self.outbox.disconnect();
    }

    /// Whether the broker accepted the node.
    pub fn connected(&self) -> bool {
        self.session.online()
    }

    /// Bytes to be sent over the TCP connection.
    pub fn outgoing(&self) -> &[u8] {
        self.session.transmit.bytes()
    }

    /// The first `count` bytes of [`Node::outgoing`] were sent.
    pub fn sent(&mut self, count: usize, now: Instant) {
        self.session.sent(count, now);
    }

    /// Bytes came over the TCP connection.
    pub fn received(&mut self, mut bytes: &[u8], now: Instant, board: &mut dyn Board) {
        let Some(network) = &self.program.network else { return };
        while !bytes.is_empty() && matches!(self.session.socket(now), Socket::Open) {
            match self.take(bytes, now, board) {
                Some(count) => bytes = bytes.get(count..).unwrap_or_default(),
                None => {
                    self.closed(now);
                    return;
                }
            }
            self.hand_over(now, board);
            self.pump(network, board);
        }
    }

    /// Takes bytes up to the end of a packet and does what it asks for; `None`: the connection is to be closed.
    fn take(&mut self, bytes: &[u8], now: Instant, board: &mut dyn Board) -> Option<usize> {
        let Self { session, program, slots, text, outbox, identity, .. } = self;
        let Ok((count, event)) = session.receive(bytes, now) else {
            board.log(&[b"the broker sent what is no MQTT 3.1.1"]);
            return None;
        };
        match event {
            Event::Nothing => {}
            Event::NotGranted if SUBSCRIBES => board.log(&[b"the broker refused a subscription"]),
            Event::Acknowledged(id) => outbox.remove_first(&|entry| entry.packet_id == id && entry.sent),
            Event::Refused(code) => {
                let mut buffer = [0; FIGURE];
                board.log(&[b"the broker refused the connection, code ", decimal(code.into(), &mut buffer)]);
                return None;
            }
            Event::Online { session_present } => {
                board.log(&[b"connected"]);
                self.online_unsaid = true;
                self.subscribed = 0;
                for (index, (topic, slot)) in program.topics.iter().zip(slots.iter_mut()).enumerate() {
                    // Where others speak too, the last word is said again only if it was ours.
                    let ours = slot.heard.is_none_or(|(heard, _)| Some(heard) == slot.said);
                    let lost = topic.is_state() && outbox.holds(TopicId(index as u8));
                    if topic.route.speaks() && slot.said.is_some() && (lost || topic.retain && ours) {
                        slot.unsent = true;
                    }
                }
                let state = |id: TopicId| program.topics.get(usize::from(id.0)).is_some_and(Topic::is_state);
                outbox.reconnect(session_present, state);
            }
            Event::NotGranted => {}
            Event::Message(path, payload) if SUBSCRIBES => {
                let mut topics = program.topics.iter().enumerate();
                let named =
                    |(index, topic): &(usize, &Topic)| topic.route.hears() && identity.path(*index, topic) == path;
                let Some((index, topic)) = topics.find(named) else { return Some(count) };
                let id = TopicId(index as u8);
                let Some(payload) = payload else {
                    board.log(&[b"too long a message on ", path.as_bytes()]);
                    return Some(count);
                };
                for role in program.roles {
                    role.driver.received(id, path, payload, board);
                }
                match topic.payload.read(payload) {
                    Some(value) => {
                        if WATCHED {
                            board.heard(topic, payload);
                        }
                        let stored = store(program, text, id, value);
                        if let Some(slot) = slots.get_mut(index) {
                            slot.heard = Some((stored, now));
                            slot.news = true;
                        }
                    }
                    None => board.log(&[b"not a valid message on ", path.as_bytes()]),
                }
            }
            Event::Message(..) => {}
        }
        Some(count)
    }

    /// Lets one role act, and publishes what it says.
    fn with_role(
        &mut self,
        index: usize,
        now: Instant,
        board: &mut dyn Board,
        act: impl for<'v> FnOnce(&Role, &mut State, &mut Context<'v>) -> Option<Say<'v>>,
    ) {
        let (Some(role), Some(state)) = (self.program.roles.get(index), self.states.get_mut(index)) else { return };
        let values = Values { program: self.program, slots: self.slots, text: self.text };
        let said = act(role, state, &mut Context { now, values, board });
        match said {
            None => {}
            Some(Say(topic, Value::Text(text))) if TEXTS => {
                // It may lie in the memory that is about to be written.
                let mut copy = [0; LONGEST_TEXT];
                let length = text.len().min(LONGEST_TEXT);
                let (Some(to), Some(from)) = (copy.get_mut(..length), text.as_bytes().get(..length)) else { return };
                to.copy_from_slice(from);
                self.say(topic, Value::Text(core::str::from_utf8(to).unwrap_or_default()), now, board);
            }
            // The value is written anew: what is said must not borrow the texts.
            Some(Say(topic, Value::Number(figure))) => self.say(topic, Value::Number(figure), now, board),
            Some(Say(topic, Value::Label(index))) => self.say(topic, Value::Label(index), now, board),
            Some(Say(_, Value::Text(_))) => {}
        }
        if CUSTOM && let Some(role) = self.program.roles.get(index) {
            role.driver.also(&mut |topic, value| self.say(topic, value, now, board));
        }
    }

    /// Tells roles the news until there is none, or long enough.
    fn hand_over(&mut self, now: Instant, board: &mut dyn Board) {
        if !HEARS {
            return;
        }
        for _ in 0..HANDOVERS {
            let Some(topic) = self.slots.iter().position(|slot| slot.news) else { return };
            if let Some(slot) = self.slots.get_mut(topic) {
                slot.news = false;
            }
            let id = TopicId(topic as u8);
            for index in 0..self.program.roles.len() {
                self.with_role(index, now, board, |role, state, context| role.driver.heard(id, state, context));
            }
        }
    }

    /// A role says something: its own node hears it at once or through the broker, the others through the broker.
    fn say(&mut self, id: TopicId, value: Value<'_>, now: Instant, board: &mut dyn Board) {
        let index = usize::from(id.0);
        let Some(topic) = self.program.topics.get(index) else { return };
        let stored = store(self.program, self.text, id, value);
        let Some(slot) = self.slots.get_mut(index) else { return };
        slot.said = Some(stored);
        let handed_over = HEARS && topic.route.hands_over();
        if handed_over || WATCHED {
            let mut buffer = [0; FIGURE];
            let payload = topic.payload.write(value, &mut buffer);
            let path = self.identity.path(index, topic);
            if WATCHED || LOCAL {
                board.said(topic, path, payload);
            }
            if handed_over {
                slot.heard = Some((stored, now));
                slot.news = true;
                for role in self.program.roles {
                    role.driver.received(id, path, payload, board);
                }
            }
        }
        if !topic.route.speaks() {
            return;
        }
        let acknowledged = topic.qos == Qos::AtLeastOnce;
        if topic.is_state() {
            slot.unsent = topic.retain || acknowledged || self.session.online();
        } else if acknowledged || self.session.online() {
            let packet_id = if acknowledged { self.session.packet_id() } else { 0 };
            let entry = Entry { topic: id, value: stored, packet_id, sent: false, duplicate: false };
            if !self.outbox.push(entry) {
                board.log(&[OUTBOX_FULL.as_bytes()]);
            }
        }
    }

    /// Writes what is due into the transmit buffer, as far as it fits: nothing is written by halves.
    fn pump(&mut self, network: &Network, board: &mut dyn Board) {
        if self.session.online() && self.write_due(network).is_err() && self.outgoing().is_empty() {
            // Not even an empty buffer takes it; a plan never makes such a node, a patched identity could.
            board.log(&[b"a message is too long to send"]);
        }
    }

    fn write_due(&mut self, network: &Network) -> Result<(), Full> {
        self.session.acknowledge();
        if self.online_unsaid {
            let word = Publish {
                topic: self.identity.status(network),
                payload: b"online",
                qos: Qos::AtMostOnce,
                retain: true,
                duplicate: false,
                packet_id: 0,
            };
            if let Some(restart) = self.restart {
                let mut buffer = Restart::buffer();
                let payload = restart.sentence(&mut buffer);
                self.session.transmit.publish(&Publish { payload, retain: false, ..word })?;
                self.restart = None;
            }
            self.session.transmit.publish(&word)?;
            self.online_unsaid = false;
        }
        while let Some(topic) = self.program.topics.get(self.subscribed).filter(|_| SUBSCRIBES) {
            if topic.route.hears() {
                let id = self.session.packet_id();
                self.session.transmit.subscribe(id, self.identity.path(self.subscribed, topic), topic.qos)?;
            }
            self.subscribed += 1;
        }
        self.queue_states();
        self.write_outbox()
    }

    /// Puts the latest word of each state that the broker does not know yet into the outbox.
    fn queue_states(&mut self) {
        for (index, (topic, slot)) in self.program.topics.iter().zip(self.slots.iter_mut()).enumerate() {
            let id = TopicId(index as u8);
            if let (true, Some(value)) = (slot.unsent, slot.said)
                && self.outbox.has_room()
                && !self.outbox.holds(id)
            {
                let packet_id = if topic.qos == Qos::AtLeastOnce { self.session.packet_id() } else { 0 };
                self.outbox.push(Entry { topic: id, value, packet_id, sent: false, duplicate: false });
                slot.unsent = false;
            }
        }
    }

    fn write_outbox(&mut self) -> Result<(), Full> {
        let values = Values { program: self.program, slots: self.slots, text: self.text };
        while let Some(entry) = self.outbox.next_unsent() {
            let Entry { topic: id, value, packet_id, duplicate, .. } = *entry;
            if let Some((topic, value)) =
                self.program.topics.get(usize::from(id.0)).and_then(|topic| Some((topic, values.value(id, value)?)))
            {
                let mut buffer = [0; FIGURE];
                self.session.transmit.publish(&Publish {
                    topic: self.identity.path(usize::from(id.0), topic),
                    payload: topic.payload.write(value, &mut buffer),
                    qos: topic.qos,
                    retain: topic.retain,
                    duplicate,
                    packet_id,
                })?;
            }
            entry.sent = true;
            if packet_id == 0 {
                self.outbox.remove_first(&|entry| entry.sent && entry.packet_id == 0);
            }
        }
        Ok(())
    }
}

fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        _ => a.or(b),
    }
}
