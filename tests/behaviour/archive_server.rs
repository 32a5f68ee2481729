//! A web server on loopback that has one file, and sends it as well as it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// How the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// As it should.
    Right,
    /// It sends the whole file, whatever is asked for.
    WithoutRanges,
    /// It closes the connection when it has sent so many bytes.
    Breaks(usize),
    /// It announces and sends so many bytes only.
    Short(usize),
    /// It has no such file.
    Missing,
    /// It sends a page instead.
    Page,
}

pub(crate) struct ArchiveServer {
    address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    starts: Arc<Mutex<Vec<u64>>>,
    ends: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl ArchiveServer {
    pub(crate) fn start(file: Vec<u8>, manner: Manner) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let (manner, starts) = (Arc::new(Mutex::new(manner)), Arc::new(Mutex::new(Vec::new())));
        let ends = Arc::new(AtomicBool::new(false));
        let (how, asked, end) = (manner.clone(), starts.clone(), ends.clone());
        let thread = std::thread::spawn(move || {
            for client in listener.incoming() {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                let manner = *how.lock().expect("no panic");
                // A client that goes away in the middle is what some tests are about.
                let _ = client.and_then(|client| answer(client, &file, manner, &asked));
            }
        });
        Self { address, manner, starts, ends, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/sdk.tar.gz", self.address)
    }

    pub(crate) fn becomes(&self, manner: Manner) {
        *self.manner.lock().expect("no panic") = manner;
    }

    /// Where the file was to begin, of all requests for it.
    pub(crate) fn starts(&self) -> Vec<u64> {
        self.starts.lock().expect("no panic").clone()
    }
}

impl Drop for ArchiveServer {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        // The thread waits for a client; this is the last one.
        if TcpStream::connect(self.address).is_ok() {
            self.thread.take().map(std::thread::JoinHandle::join);
        }
    }
}

/// Answers one request; notes where the file was to begin, if it was asked for.
fn answer(mut client: TcpStream, file: &[u8], manner: Manner, starts: &Mutex<Vec<u64>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(client.try_clone()?).lines();
    let is_head = lines.next().transpose()?.is_some_and(|line| line.starts_with("HEAD"));
    let mut start = 0_u64;
    for line in lines {
        let line = line?.to_lowercase();
        if let Some(range) = line.strip_prefix("range: bytes=") {
            start = range.trim_end_matches('-').parse().unwrap_or_default();
        }
        if line.is_empty() {
            break;
        }
    }
    let (status, body) = match manner {
        Manner::Missing => ("404 Not Found", &b"no such file"[..]),
        Manner::Page => ("200 OK", &b"<!DOCTYPE html><p>log in first"[..]),
        Manner::Short(bytes) => ("200 OK", &file[..bytes]),
        Manner::WithoutRanges => ("200 OK", file),
        _ if start == 0 => ("200 OK", file),
        _ if start < file.len() as u64 => ("206 Partial Content", &file[start as usize..]),
        _ => ("416 Range Not Satisfiable", &[][..]),
    };
    let mut head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    if status.starts_with("206") {
        head += &format!("content-range: bytes {start}-{}/{}\r\n", file.len() - 1, file.len());
    }
    if is_head {
        return client.write_all(format!("{head}\r\n").as_bytes());
    }
    starts.lock().expect("no panic").push(start);
    client.write_all(format!("{head}\r\n").as_bytes())?;
    let sent = if let Manner::Breaks(bytes) = manner { &body[..bytes] } else { body };
    client.write_all(sent)?;
    client.shutdown(std::net::Shutdown::Write)?;
    // What the client has to say is read to its end, so that closing does not take away what it has not read yet.
    client.read_to_end(&mut Vec::new())?;
    Ok(())
}
