//! A TCP connection to a server on the loopback with the client on our end, and the servers.
#![allow(dead_code, reason = "each test uses a part")]

use fleetwright_tls::{Buffers, Client, Ended, Generator, Key, PublicKey, RECEIVE, SEND, run, run_pinned};
use std::future::Future;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

pub(crate) const IDENTITY: &str = "esp-lamp";
pub(crate) const SECRET: [u8; 32] = [7; 32];
/// No test waits longer than that.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

type Conversation = Box<dyn Future<Output = Ended>>;
type Talker = Client<Rc<Buffers>, Conversation>;

/// A client without a network.
pub(crate) fn client(identity: &'static str, secret: [u8; 32]) -> Talker {
    start(async move |buffers| {
        let key = Key { identity, secret: &secret };
        run(buffers, key, random(), &mut [0; RECEIVE], &mut [0; SEND]).await
    })
}

/// One that knows the public key of its server.
pub(crate) fn pinned(pin: PublicKey) -> Talker {
    start(async move |buffers| run_pinned(buffers, &pin, random(), &mut [0; RECEIVE], &mut [0; SEND]).await)
}

fn random() -> Generator {
    let mut seed = [0; 32];
    std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut seed)).expect("random");
    Generator::new(seed)
}

fn start(run: impl AsyncFnOnce(&Buffers) -> Ended + 'static) -> Talker {
    let buffers = Rc::new(Buffers::new());
    let own = Rc::clone(&buffers);
    let future: Conversation = Box::new(async move { run(&own).await });
    Client::start(buffers, Box::into_pin(future))
}

/// What became of a conversation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// What was expected came.
    Received,
    /// The client ended it.
    Client(Ended),
    /// The server ended it.
    Server,
    /// Nothing more happened.
    Silence,
}

/// Says something as soon as it may, and listens until `expected` was heard.
pub(crate) fn talk(port: u16, identity: &'static str, secret: [u8; 32], message: &[u8], expected: &[u8]) -> End {
    talk_as(client(identity, secret), port, message, expected)
}

/// As [`talk`], as a client of one's own.
pub(crate) fn talk_as(mut client: Talker, port: u16, message: &[u8], expected: &[u8]) -> End {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the server is there");
    stream.set_read_timeout(Some(Duration::from_millis(20))).expect("set");
    let (mut rest, mut received, start) = (message, Vec::new(), Instant::now());
    while start.elapsed() < PATIENCE {
        let written = client.write(rest);
        rest = &rest[written..];
        while client.has_to_send() {
            client.send(|bytes| stream.write(bytes).unwrap_or(bytes.len()));
            let written = client.write(rest);
            rest = &rest[written..];
        }
        if let Some(ended) = client.ended() {
            return End::Client(ended);
        }
        let mut buffer = [0; 700];
        match stream.read(&mut buffer) {
            Ok(0) => return End::Server,
            Ok(count) => feed(&mut client, &buffer[..count], &mut received),
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock) => {}
            Err(_) => return End::Server,
        }
        if !expected.is_empty() && received.windows(expected.len()).any(|part| part == expected) {
            return End::Received;
        }
    }
    End::Silence
}

/// Gives the client bytes, and takes out what is for the node.
pub(crate) fn feed(client: &mut Talker, mut bytes: &[u8], received: &mut Vec<u8>) {
    let mut plain = [0; 100];
    loop {
        let taken = client.received(bytes);
        bytes = &bytes[taken..];
        let count = client.read(&mut plain);
        received.extend_from_slice(&plain[..count]);
        if client.ended().is_some() || (bytes.is_empty() && count == 0) {
            return;
        }
    }
}

/// A server that is killed with its handle.
pub(crate) struct Server(pub(crate) Child, pub(crate) u16);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// OpenSSL's server, which answers every line reversed, or as the arguments say.
pub(crate) fn openssl(arguments: &[&str]) -> Server {
    let port = free();
    let mut command = Command::new("openssl");
    command.args(["s_server", "-accept", &format!("127.0.0.1:{port}")]).args(arguments);
    let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("openssl");
    wait(Server(child, port))
}

pub(crate) fn free() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr()).expect("a port").port()
}

/// Waits until somebody listens.
pub(crate) fn wait(server: Server) -> Server {
    let start = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, server.1)).is_err() {
        assert!(start.elapsed() < PATIENCE, "the server does not listen");
        std::thread::sleep(Duration::from_millis(10));
    }
    server
}
