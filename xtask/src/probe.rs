//! An MQTT 5 client that waits for the answer to everything it asks for: its acknowledgements say whether a message was
//! allowed, where MQTT 3.1.1 says nothing. For brokers that are thrown away.

use anyhow::{Context, Result, bail};
use rumqttc::NetworkOptions;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::{Packet, PubAckReason};
use rumqttc::v5::{Client, Connection, ConnectionError, Event, MqttOptions};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// How long the broker may take for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

enum Answer {
    Connected,
    Closed(String),
    Subscribed,
    Unsubscribed,
    Published(bool),
    Message(String, String),
}

/// A connection as one of the broker's users.
pub struct Probe {
    client: Client,
    answers: Receiver<Answer>,
    inbox: Vec<(String, String)>,
}

impl Probe {
    /// Connects.
    pub fn connect(port: u16, user: &str, password: &str) -> Result<Self> {
        let mut options = MqttOptions::new(user, "127.0.0.1", port);
        let mut network = NetworkOptions::new();
        network.set_tcp_nodelay(true);
        options.set_credentials(user, password).set_network_options(network);
        let (client, connection) = Client::new(options, 64);
        let (tell, answers) = channel();
        std::thread::spawn(move || pass_on(connection, &tell));
        let mut probe = Self { client, answers, inbox: Vec::new() };
        probe.until(|answer| matches!(answer, Answer::Connected).then_some(())).with_context(|| format!("`{user}`"))?;
        Ok(probe)
    }

    /// Subscribes; the broker knows it when this returns, which does not mean that it delivers anything.
    pub fn subscribe(&mut self, filter: &str) -> Result<()> {
        self.client.subscribe(filter, QoS::AtMostOnce).context("subscribing")?;
        self.until(|answer| matches!(answer, Answer::Subscribed).then_some(()))
    }

    /// Ends a subscription. What the broker had to deliver before is there when this returns: it is the answer.
    pub fn unsubscribe(mut self, filter: &str) -> Result<Vec<(String, String)>> {
        self.client.unsubscribe(filter).context("unsubscribing")?;
        self.until(|answer| matches!(answer, Answer::Unsubscribed).then_some(()))?;
        Ok(std::mem::take(&mut self.inbox))
    }

    /// Publishes; whether the broker allowed it.
    pub fn publish(&mut self, topic: &str, payload: &str) -> Result<bool> {
        self.client.publish(topic, QoS::AtLeastOnce, false, payload.to_owned()).context("publishing")?;
        self.until(|answer| if let Answer::Published(allowed) = answer { Some(*allowed) } else { None })
    }

    fn until<T>(&mut self, wanted: impl Fn(&Answer) -> Option<T>) -> Result<T> {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let answer = self.answers.recv_timeout(left).context("the broker does not answer")?;
            if let Some(wanted) = wanted(&answer) {
                return Ok(wanted);
            }
            match answer {
                Answer::Message(topic, payload) => self.inbox.push((topic, payload)),
                Answer::Closed(reason) => bail!("the broker closed the connection: {reason}"),
                _ => {}
            }
        }
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        // A connection that is gone already can't be closed.
        let _ = self.client.try_disconnect();
    }
}

/// Passes on what happens to a connection, until it ends.
fn pass_on(mut connection: Connection, tell: &Sender<Answer>) {
    for event in connection.iter() {
        let answer = match event {
            Ok(Event::Incoming(Packet::ConnAck(_))) => Answer::Connected,
            Ok(Event::Incoming(Packet::SubAck(_))) => Answer::Subscribed,
            Ok(Event::Incoming(Packet::UnsubAck(_))) => Answer::Unsubscribed,
            Ok(Event::Incoming(Packet::PubAck(ack))) => {
                Answer::Published(matches!(ack.reason, PubAckReason::Success | PubAckReason::NoMatchingSubscribers))
            }
            Ok(Event::Incoming(Packet::Publish(publish))) => {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                Answer::Message(text(&publish.topic), text(&publish.payload))
            }
            Ok(_) => continue,
            Err(error) => {
                let reason = match error {
                    ConnectionError::ConnectionRefused(code) => format!("{code:?}"),
                    error => error.to_string(),
                };
                // Who asked may be gone already.
                let _ = tell.send(Answer::Closed(reason));
                return;
            }
        };
        if tell.send(answer).is_err() {
            return;
        }
    }
}
