//! An independent MQTT client, rumqttc: sees what the broker delivers, and tries to get in where it must not.

use crate::tls::{Endpoint, Tunnel};
use anyhow::{Context, Result, anyhow, bail};
use rumqttc::{Client, Connection, ConnectionError, Event, MqttOptions, Packet, QoS};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A message as it was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The topic name.
    pub topic: String,
    /// The payload as text.
    pub payload: String,
    /// Whether the broker had kept it.
    pub retained: bool,
}

#[derive(Default)]
struct Received {
    messages: Mutex<(Vec<Message>, usize)>,
    more: Condvar,
    /// Nobody listens any more.
    over: AtomicBool,
}

/// A client that listens, reconnecting as often as it has to.
pub struct Watcher {
    client: Client,
    received: Arc<Received>,
    /// Its way through an encrypted endpoint.
    _tunnel: Option<Tunnel>,
}

fn options(endpoint: Endpoint, user: Option<(&str, &str)>, id: &str) -> MqttOptions {
    let mut options = MqttOptions::new(id, endpoint.host.to_string(), endpoint.port);
    options.set_keep_alive(Duration::from_secs(5));
    if let Some((user, password)) = user {
        options.set_credentials(user, password);
    }
    options
}

impl Watcher {
    /// Connects and subscribes; `shown` is called for every message.
    pub fn start(
        endpoint: Endpoint,
        user: Option<(&str, &str)>,
        filter: &str,
        shown: Option<fn(&Message)>,
    ) -> Result<Self> {
        let tunnel = if endpoint.is_encrypted() { Some(Tunnel::open(endpoint, user)?) } else { None };
        let endpoint = tunnel.as_ref().map_or(endpoint, Tunnel::endpoint);
        // Where nobody has a name, two clients with one identifier would throw each other out for ever.
        static NAMELESS: AtomicUsize = AtomicUsize::new(0);
        let nameless = || format!("fleetwright-observer-{}", NAMELESS.fetch_add(1, Ordering::Relaxed));
        let id = user.map_or_else(nameless, |(user, _)| user.to_owned());
        let (client, connection) = Client::new(options(endpoint, user, &id), 64);
        let received = Arc::new(Received::default());
        let watcher = Self { client: client.clone(), received: received.clone(), _tunnel: tunnel };
        let filter = filter.to_owned();
        std::thread::spawn(move || listen(&client, connection, &filter, &received, shown));
        watcher.ready(1)?;
        Ok(watcher)
    }

    /// Waits until it has subscribed so many times: once, and once more for each restart of the broker.
    pub fn ready(&self, times: usize) -> Result<()> {
        self.wait(Duration::from_secs(20), |(_, subscribed)| (*subscribed >= times).then_some(()))
            .context("the observer does not get into the broker")
    }

    /// How many messages came so far.
    pub fn mark(&self) -> usize {
        self.received.lock().0.len()
    }

    /// All messages after a mark.
    pub fn messages(&self, after: usize) -> Vec<Message> {
        self.received.lock().0.iter().skip(after).cloned().collect()
    }

    /// Publishes with QoS 1.
    pub fn publish(&self, topic: &str, payload: &str, retain: bool) -> Result<()> {
        self.client.publish(topic, QoS::AtLeastOnce, retain, payload).context("publishing")
    }

    /// Waits for a message after a mark.
    pub fn expect(&self, topic: &str, payload: &str, after: usize, patience: Duration) -> Result<Message> {
        let found = self.wait(patience, |(messages, _)| {
            messages.iter().skip(after).find(|message| message.topic == topic && message.payload == payload).cloned()
        });
        found.map_err(|_| {
            let received: Vec<String> =
                self.messages(after).iter().map(|message| format!("{} {}", message.topic, message.payload)).collect();
            anyhow!(
                "no `{topic} {payload}` within {} s; received since:\n  {}",
                patience.as_secs(),
                received.join("\n  ")
            )
        })
    }

    fn wait<T>(&self, patience: Duration, look: impl Fn(&(Vec<Message>, usize)) -> Option<T>) -> Result<T> {
        let end = Instant::now() + patience;
        let mut received = self.received.lock();
        loop {
            if let Some(found) = look(&received) {
                return Ok(found);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("not within {} s", patience.as_secs());
            }
            received = self.received.more.wait_timeout(received, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // Its thread ends with the connection. It must not connect again: another broker may have its port by then.
        self.received.over.store(true, Ordering::Relaxed);
        let _ = self.client.disconnect();
    }
}

impl Received {
    fn lock(&self) -> MutexGuard<'_, (Vec<Message>, usize)> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn listen(client: &Client, mut connection: Connection, filter: &str, received: &Received, shown: Option<fn(&Message)>) {
    for event in connection.iter() {
        match event {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                if client.try_subscribe(filter, QoS::AtLeastOnce).is_err() {
                    return;
                }
            }
            Ok(Event::Incoming(Packet::SubAck(_))) => {
                received.lock().1 += 1;
                received.more.notify_all();
            }
            Ok(Event::Incoming(Packet::Publish(publish))) => {
                let message = Message {
                    topic: publish.topic.clone(),
                    payload: String::from_utf8_lossy(&publish.payload).into_owned(),
                    retained: publish.retain,
                };
                if let Some(shown) = shown {
                    shown(&message);
                }
                received.lock().0.push(message);
                received.more.notify_all();
            }
            Err(_) if received.over.load(Ordering::Relaxed) => return,
            // The broker restarts; a moment later it is there again.
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
            Ok(_) => {}
        }
    }
}

/// Whether the broker lets somebody in.
pub fn gets_in(endpoint: Endpoint, user: Option<(&str, &str)>, id: &str) -> Result<bool> {
    let (client, mut connection) = Client::new(options(endpoint, user, id), 8);
    for event in connection.iter() {
        match event {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                // It is in; what follows does not matter.
                let _ = client.disconnect();
                return Ok(true);
            }
            Err(ConnectionError::ConnectionRefused(_)) => return Ok(false),
            Err(error) => return Err(error).context("trying to get into the broker"),
            Ok(_) => {}
        }
    }
    bail!("the broker neither accepts nor refuses the connection")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    #[test]
    fn who_listens_no_more_does_not_come_back() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let endpoint = Endpoint::here(listener.local_addr().expect("an address").port(), crate::tls::Tls::Off);
        let broker = std::thread::spawn(move || {
            let (mut client, _) = listener.accept().expect("a client");
            let mut packet = [0; 256];
            // CONNECT is answered with CONNACK, SUBSCRIBE (of packet 1) with SUBACK.
            for answer in [&[0x20, 2, 0, 0][..], &[0x90, 3, 0, 1, 1]] {
                assert!(client.read(&mut packet).expect("a packet") > 0);
                client.write_all(answer).expect("it listens");
            }
            assert!(client.read(&mut packet).expect("a packet") > 0);
        });
        let watcher = Watcher::start(endpoint, None, "#", None).expect("it subscribes");
        let thread = Arc::downgrade(&watcher.received);
        drop(watcher);
        broker.join().expect("the client disconnected");
        let end = Instant::now() + Duration::from_secs(20);
        while thread.strong_count() > 0 {
            assert!(Instant::now() < end, "it still listens");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
