//! One TCP connection at a time, on threads of its own, so that the node's loop never waits for the network.

use crate::resolver::Resolver;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::Sender;
use std::time::Duration;

/// How long a connection attempt may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What happened to a connection, with the number of the connection.
pub enum ConnectionEvent {
    /// It is there.
    Opened(u64, TcpStream),
    /// Bytes were received on the connection of this number.
    Received(u64, Vec<u8>),
    /// It is gone, or could not be made.
    Closed(u64),
}

/// The connection that the node has now, or is making.
pub struct Connection {
    number: u64,
    stream: Option<TcpStream>,
}

impl Connection {
    /// Starts to connect to `HOST:PORT`, which is looked up anew; `sender` gets how that went, and what arrives.
    pub fn start<T: Send + 'static>(
        number: u64,
        broker: String,
        resolver: Resolver,
        sender: Sender<T>,
        wrap: impl Fn(ConnectionEvent) -> T + Send + 'static,
    ) -> Self {
        std::thread::spawn(move || {
            // The loop is gone only when the process ends: nobody is left to be told.
            let _ = read(number, &broker, resolver, &|event| sender.send(wrap(event)).is_ok());
        });
        Self { number, stream: None }
    }

    /// Whether it is the one with this number.
    pub fn is(&self, number: u64) -> bool {
        self.number == number
    }

    /// It is there: what is to be sent goes here.
    pub fn opened(&mut self, stream: TcpStream) {
        self.stream = Some(stream);
    }

    /// Sends bytes; how many went.
    pub fn send(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut self.stream {
            Some(stream) => stream.write(bytes),
            None => Ok(0),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(stream) = &self.stream {
            // Wakes the reading thread; a connection that is gone already can't be shut down.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn read(number: u64, broker: &str, resolver: Resolver, report: &dyn Fn(ConnectionEvent) -> bool) -> Option<()> {
    let closed = || report(ConnectionEvent::Closed(number)).then_some(());
    let Ok(mut stream) = connect(broker, resolver) else { return closed() };
    let Ok(copy) = stream.try_clone() else { return closed() };
    report(ConnectionEvent::Opened(number, copy)).then_some(())?;
    let mut buffer = [0; 2048];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return closed(),
            Ok(count) => report(ConnectionEvent::Received(number, buffer[..count].to_vec())).then_some(())?,
        }
    }
}

fn connect(broker: &str, resolver: Resolver) -> std::io::Result<TcpStream> {
    let mut failure = std::io::Error::other("no address");
    for address in resolver.addresses(broker)? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                stream.set_write_timeout(Some(PATIENCE))?;
                return Ok(stream);
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}
