//! A responder of multicast DNS for tests: it answers on an address of this machine's loopback, never on the network, and
//! with messages of another implementation than the nodes' own.

use simple_dns::rdata::{A, RData, TXT};
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, ResourceRecord, TYPE};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The name that it answers for.
pub(super) const NAME: &str = "broker.local";

/// What it sends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answer {
    /// The address of the host.
    Address([u8; 4]),
    /// The same, so many milliseconds after the query.
    Late(u64, [u8; 4]),
    /// The address of another host.
    OtherName([u8; 4]),
    /// A text of the host.
    OtherType,
    /// Its address in another class.
    OtherClass([u8; 4]),
    /// The query itself.
    Echo,
    /// A response that was cut off.
    Cut([u8; 4]),
    /// A response whose name points to itself.
    Loop,
}

/// Everything that is no answer, and then the answer.
pub(super) fn wrongly_then(address: [u8; 4]) -> Vec<Answer> {
    let wrong = [127, 9, 9, 9];
    let never = Answer::Address([0; 4]);
    let group = Answer::Address([224, 0, 0, 251]);
    let others = [Answer::OtherName(wrong), Answer::OtherType, Answer::OtherClass(wrong), Answer::Cut(wrong)];
    let first = [Answer::Echo, Answer::Loop, never, group].into_iter().chain(others);
    first.chain([Answer::Address(address)]).collect()
}

#[derive(Default)]
struct Shared {
    /// What each query is answered with; empty: it is silent.
    answers: Mutex<Vec<Answer>>,
    /// Who asked, and for which name; or what is wrong with the query.
    queries: Mutex<Vec<(SocketAddr, Result<String, String>)>>,
    quit: AtomicBool,
}

/// A responder that runs; it ends when its handle goes.
pub(super) struct Responder {
    pub(super) address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Responder {
    /// Starts one that is silent.
    pub(super) fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        socket.set_read_timeout(Some(Duration::from_millis(50))).expect("set");
        let address = socket.local_addr().expect("bound");
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let thread = std::thread::spawn(move || serve(&socket, &own));
        Self { address, shared, thread: Some(thread) }
    }

    /// Answers each query so from now on.
    pub(super) fn answer(&self, answers: impl Into<Vec<Answer>>) {
        *self.shared.answers.lock().expect("no panic") = answers.into();
    }

    /// Whether anybody asks within this time.
    pub(super) fn is_asked_within(&self, patience: Duration) -> bool {
        let end = Instant::now() + patience;
        while self.shared.queries.lock().expect("no panic").is_empty() {
            if Instant::now() > end {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        true
    }

    /// Who asked for this name so far, in order. Panics if a query was not as it should be.
    pub(super) fn queries(&self, name: &str) -> Vec<SocketAddr> {
        let queries = self.shared.queries.lock().expect("no panic");
        let asked = |(node, asked): &(SocketAddr, Result<String, String>)| {
            assert_eq!(asked.as_deref(), Ok(name));
            *node
        };
        queries.iter().map(asked).collect()
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        self.shared.quit.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic of the thread shows in the test's output, and its queries are missing.
            let _ = thread.join();
        }
    }
}

fn serve(socket: &UdpSocket, shared: &Shared) {
    let mut late: Vec<(Instant, Vec<u8>, SocketAddr)> = Vec::new();
    let mut buffer = [0; 1_500];
    while !shared.quit.load(Ordering::Relaxed) {
        let (due, waiting): (Vec<_>, Vec<_>) = late.into_iter().partition(|(when, ..)| *when <= Instant::now());
        late = waiting;
        for (_, message, node) in due {
            socket.send_to(&message, node).expect("sent");
        }
        let Ok((length, node)) = socket.recv_from(&mut buffer) else { continue };
        let query = &buffer[..length];
        shared.queries.lock().expect("no panic").push((node, asked_name(query)));
        for answer in shared.answers.lock().expect("no panic").iter() {
            let delay = if let Answer::Late(ms, _) = answer { *ms } else { 0 };
            late.push((Instant::now() + Duration::from_millis(delay), message(*answer, query), node));
        }
        // At once, in the order in which they were written.
        let now = Instant::now();
        let (due, waiting): (Vec<_>, Vec<_>) = late.into_iter().partition(|(when, ..)| *when <= now);
        late = waiting;
        for (_, message, node) in due {
            socket.send_to(&message, node).expect("sent");
        }
    }
}

/// The name in a query that is as section 5.1 of RFC 6762 has it.
fn asked_name(query: &[u8]) -> Result<String, String> {
    let packet = Packet::parse(query).map_err(|error| error.to_string())?;
    let [question] = &packet.questions[..] else { return Err(format!("not one question: {packet:?}")) };
    let is_right = question.qtype == QTYPE::TYPE(TYPE::A)
        && question.qclass == QCLASS::CLASS(CLASS::IN)
        && !question.unicast_response
        && !packet.has_flags(PacketFlag::RESPONSE)
        && packet.answers.is_empty();
    if is_right { Ok(question.qname.to_string()) } else { Err(format!("{packet:?}")) }
}

fn message(answer: Answer, query: &[u8]) -> Vec<u8> {
    let record = |name, address: [u8; 4]| {
        let data = RData::A(A { address: u32::from_be_bytes(address) });
        ResourceRecord::new(Name::new_unchecked(name), CLASS::IN, 10, data)
    };
    let record = match answer {
        Answer::Address(address) | Answer::Late(_, address) => record(NAME, address),
        Answer::Cut(address) => record(NAME, address),
        Answer::OtherName(address) => record("printer.local", address),
        Answer::OtherClass(address) => ResourceRecord { class: CLASS::CH, ..record(NAME, address) },
        Answer::OtherType => {
            let text = RData::TXT(TXT::new().with_string("a=b").expect("a text"));
            ResourceRecord::new(Name::new_unchecked(NAME), CLASS::IN, 10, text)
        }
        Answer::Echo => return query.to_vec(),
        Answer::Loop => {
            let record = b"\xc0\x0c\0\x01\0\x01\0\0\0\x0a\0\x04\x7f\x09\x09\x09";
            return [&b"\0\0\x84\0\0\0\0\x01\0\0\0\0"[..], record].concat();
        }
    };
    let mut packet = Packet::new_reply(Packet::parse(query).map_or(0, |query| query.id()));
    packet.set_flags(PacketFlag::AUTHORITATIVE_ANSWER);
    let (name, kind, class) = (Name::new_unchecked(NAME), QTYPE::TYPE(TYPE::A), QCLASS::CLASS(CLASS::IN));
    packet.questions.push(Question::new(name, kind, class, false));
    packet.answers.push(record);
    let mut bytes = packet.build_bytes_vec_compressed().expect("fits");
    if matches!(answer, Answer::Cut(_)) {
        bytes.truncate(bytes.len() - 1);
    }
    bytes
}
