//! One connection, from the handshake to its end, as a future that the platform keeps somewhere.

use crate::buffers::{Buffers, ByteStream};
use crate::current;
use crate::guard::Suite;
use crate::handshake::Handshake;
use crate::pin::{PublicKey, Verifier};
use crate::random::Generator;
use crate::records::{RECEIVE, SEND};
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use embedded_io_async::{BufRead, Write};
use embedded_tls::{
    CryptoProvider, FlushPolicy, MaxFragmentLength, TlsConfig, TlsConnection, TlsContext, TlsError, TlsVerifier,
};
use rand_core::CryptoRngCore;

/// A node's identity for TLS, and the secret that proves it.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    /// Also the user of the broker's access rules.
    pub identity: &'a str,
    /// 128 random bits or more.
    pub secret: &'a [u8],
}

/// Why a connection ended. There is nothing to repair in any of these: the node connects again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The broker closed it, or ended the handshake: it does not know the node, or refuses TLS 1.3.
    ByBroker,
    /// What came was not encrypted with our key, or no TLS.
    NotOurs,
    /// The platform has no memory to process a record with.
    NoMemory,
}

/// Random numbers, and nothing else: with a shared key there are no certificates to verify and none to show.
struct Keyed(Generator);

impl CryptoProvider for Keyed {
    type CipherSuite = Suite;
    type Signature = [u8; 0];

    fn rng(&mut self) -> impl CryptoRngCore {
        &mut self.0
    }
}

/// Random numbers, and the broker's public key.
struct Pinned<'a>(Generator, Verifier<'a>);

impl CryptoProvider for Pinned<'_> {
    type CipherSuite = Suite;
    type Signature = [u8; 0];

    fn rng(&mut self) -> impl CryptoRngCore {
        &mut self.0
    }

    fn verifier(&mut self) -> Result<&mut impl TlsVerifier<Suite>, TlsError> {
        Ok(&mut self.1)
    }
}

type Library<'a> = TlsConnection<'a, ByteStream<'a>, Suite>;

fn connection<'a>(buffers: &'a Buffers, receive: &'a mut [u8; RECEIVE], send: &'a mut [u8; SEND]) -> Library<'a> {
    let mut connection = TlsConnection::new(ByteStream(buffers), receive, send);
    connection.set_flush_policy(FlushPolicy::Relaxed);
    connection
}

/// What every ClientHello asks for.
fn config<'a>() -> TlsConfig<'a> {
    TlsConfig::new().with_max_fragment_length(MaxFragmentLength::Bits9)
}

/// Runs one TLS connection over the buffers until the connection ends. A key that both sides have proves each to the other.
pub async fn run(
    buffers: &Buffers,
    key: Key<'_>,
    random: Generator,
    receive: &mut [u8; RECEIVE],
    send: &mut [u8; SEND],
) -> Ended {
    let mut connection = connection(buffers, receive, send);
    {
        let config = config().with_psk(key.secret, &[key.identity.as_bytes()]);
        let open = pin!(connection.open(TlsContext::new(&config, Keyed(random))));
        if let Err(error) = apart(open).await {
            return ended(error);
        }
    }
    exchange(buffers, &mut connection).await
}

/// As [`run`], with a broker that proves itself by a private key, whose public half the node knows. The node proves
/// itself later, with user and password.
pub async fn run_pinned(
    buffers: &Buffers,
    pin: &PublicKey,
    random: Generator,
    receive: &mut [u8; RECEIVE],
    send: &mut [u8; SEND],
) -> Ended {
    let mut connection = connection(buffers, receive, send);
    buffers.handshake.set(Handshake::Pinned);
    let mut provider = Pinned(random, Verifier::new(pin));
    {
        let config = config();
        let open = pin!(connection.open(TlsContext::new(&config, &mut provider)));
        if let Err(error) = apart(open).await {
            return ended(error);
        }
    }
    if !provider.1.is_proved() {
        return Ended::NotOurs;
    }
    exchange(buffers, &mut connection).await
}

/// Carries plain bytes both ways.
async fn exchange(buffers: &Buffers, connection: &mut Library<'_>) -> Ended {
    buffers.handshake.set(Handshake::Done);
    // The next record of the broker may be here already.
    current::set(Handshake::Done);
    let (mut reader, mut writer) = connection.split();
    // Neither waits for the other: a ticket, or half a record, must not keep the node from sending.
    let read = pin!(async {
        loop {
            let bytes = match reader.fill_buf().await {
                Ok(bytes) => bytes,
                Err(error) => return ended(error),
            };
            let count = poll_fn(|_| match buffers.to_node.borrow_mut().push(bytes) {
                0 if !bytes.is_empty() => Poll::Pending,
                count => Poll::Ready(count),
            })
            .await;
            reader.consume(count);
        }
    });
    let write = pin!(async {
        loop {
            // A record is made only when all of it has room, so that reading never waits for writing.
            poll_fn(|_| {
                let ready = !buffers.from_node.borrow().is_empty() && buffers.to_network.borrow().is_empty();
                if ready { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            let written = {
                let mut piece = [0; 64];
                let count = buffers.from_node.borrow_mut().pop(&mut piece);
                let mut rest = piece.get(..count).unwrap_or_default();
                loop {
                    match writer.write(rest).await {
                        Ok(count) if count < rest.len() => rest = rest.get(count..).unwrap_or_default(),
                        Ok(_) => break Ok(()),
                        Err(error) => break Err(error),
                    }
                }
            };
            if let Err(error) = written {
                return ended(error);
            }
            if buffers.from_node.borrow().is_empty()
                && let Err(error) = writer.flush().await
            {
                return ended(error);
            }
        }
    });
    let (mut read, mut write) = (apart(read), apart(write));
    poll_fn(|context| match Pin::new(&mut write).poll(context) {
        Poll::Ready(end) => Poll::Ready(end),
        Poll::Pending => Pin::new(&mut read).poll(context),
    })
    .await
}

/// A future whose steps are a function of their own, however the compiler would like to join them with those around: a
/// stack has to hold the variables of all steps of one function, and those of the handshake are many.
fn apart<F: Future>(mut future: Pin<&mut F>) -> impl Future<Output = F::Output> + Unpin {
    #[inline(never)]
    fn step<F: Future>(future: Pin<&mut F>, context: &mut Context<'_>) -> Poll<F::Output> {
        future.poll(context)
    }
    poll_fn(move |context| step(future.as_mut(), context))
}

fn ended(error: TlsError) -> Ended {
    match error {
        TlsError::HandshakeAborted(..) | TlsError::ConnectionClosed | TlsError::InternalError => Ended::ByBroker,
        _ => Ended::NotOurs,
    }
}
