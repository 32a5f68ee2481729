//! Against OpenSSL's server and Mosquitto: who gets in, and who learns nothing.

mod common;

use common::{End, IDENTITY, SECRET, Server, free, openssl, pinned, talk, talk_as, wait};
use fleetwright_tls::{Ended, PublicKey};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

fn hex(secret: [u8; 32]) -> String {
    secret.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string");
        text
    })
}

fn psk_server(more: &[&str]) -> Server {
    let key = hex(SECRET);
    let mut options = vec!["-nocert", "-psk_identity", IDENTITY, "-psk", &key];
    options.extend(more);
    openssl(&options)
}

#[test]
fn openssl_answers_what_was_said() {
    let server = psk_server(&["-rev", "-tls1_3"]);
    assert_eq!(talk(server.1, IDENTITY, SECRET, b"hello\n", b"olleh"), End::Received);
}

#[test]
fn long_texts_pass_both_ways() {
    let server = psk_server(&["-rev", "-tls1_3"]);
    let mut message = vec![b'x'; 3_000];
    message.extend(b"end\n");
    let mut answer = b"dne".to_vec();
    answer.extend(vec![b'x'; 3_000]);
    assert_eq!(talk(server.1, IDENTITY, SECRET, &message, &answer), End::Received);
}

#[test]
fn a_wrong_key_gets_nowhere() {
    let server = psk_server(&["-rev", "-tls1_3"]);
    assert_eq!(talk(server.1, IDENTITY, [8; 32], b"hello\n", b"olleh"), End::Client(Ended::ByBroker));
}

#[test]
fn a_server_of_tls_1_2_is_refused() {
    let server = psk_server(&["-rev", "-tls1_2"]);
    assert!(matches!(talk(server.1, IDENTITY, SECRET, b"hello\n", b"olleh"), End::Client(_)));
}

#[test]
fn a_server_with_a_certificate_but_without_the_key_learns_nothing() {
    let (_folder, server, _) = certified("-tls1_3");
    assert!(matches!(talk(server.1, IDENTITY, SECRET, b"hello\n", b"olleh"), End::Client(_)));
}

/// A server with a certificate of its own, and its public key.
fn certified(version: &str) -> (tempfile::TempDir, Server, PublicKey) {
    let folder = tempfile::tempdir().expect("a folder");
    let (key, certificate) = (folder.path().join("key"), folder.path().join("certificate"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=s"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .stderr(Stdio::null())
        .status();
    assert!(made.expect("openssl").success());
    let public = Command::new("openssl").args(["pkey", "-pubout", "-outform", "DER", "-in"]).arg(&key).output();
    let public = public.expect("openssl").stdout;
    let options = ["-rev", version, "-key", &key.to_string_lossy(), "-cert", &certificate.to_string_lossy()];
    let server = openssl(&options);
    // SubjectPublicKeyInfo ends with the point.
    (folder, server, *public.last_chunk().expect("a key"))
}

#[test]
fn a_server_is_known_by_its_key() {
    let (_folder, server, pin) = certified("-tls1_3");
    let mut message = vec![b'x'; 3_000];
    message.extend(b"end\n");
    let mut answer = b"dne".to_vec();
    answer.extend(vec![b'x'; 3_000]);
    assert_eq!(talk_as(pinned(pin), server.1, &message, &answer), End::Received);
    let (_other, _, other) = certified("-tls1_3");
    assert_eq!(talk_as(pinned(other), server.1, b"hello\n", b"olleh"), End::Client(Ended::NotOurs), "another key");
    assert_eq!(talk_as(pinned([7; 64]), server.1, b"hello\n", b"olleh"), End::Client(Ended::NotOurs), "no key");
}

#[test]
fn a_known_server_of_tls_1_2_is_refused() {
    let (_folder, server, pin) = certified("-tls1_2");
    assert!(matches!(talk_as(pinned(pin), server.1, b"hello\n", b"olleh"), End::Client(_)));
}

#[test]
fn a_key_update_ends_the_connection() {
    let mut server = psk_server(&["-tls1_3"]);
    let mut input = server.0.stdin.take().expect("a pipe");
    let sender = std::thread::spawn(move || {
        // Once the handshake is done; a line that is `k` alone is a command.
        std::thread::sleep(std::time::Duration::from_millis(500));
        input.write_all(b"k\n").expect("told");
        std::thread::sleep(std::time::Duration::from_secs(1));
    });
    assert_eq!(talk(server.1, IDENTITY, SECRET, b"hello\n", b"nothing"), End::Client(Ended::NotOurs));
    sender.join().expect("told");
}

/// CONNECT of MQTT 3.1.1, client `esp-lamp`, keep-alive 30 s, without a user: the identity is the user.
const CONNECT: &[u8] = b"\x10\x14\x00\x04MQTT\x04\x02\x00\x1e\x00\x08esp-lamp";
const CONNACK: &[u8] = b"\x20\x02\x00\x00";

fn mosquitto(folder: &std::path::Path) -> Server {
    let port = free();
    let keys = folder.join("psk");
    std::fs::write(&keys, format!("{IDENTITY}:{}\n", hex(SECRET))).expect("written");
    let text = format!(
        "listener {port} 127.0.0.1\nallow_anonymous false\npsk_file {}\npsk_hint fleet\nuse_identity_as_username true\n\
         use_username_as_clientid true\ntls_version tlsv1.3\nuser root\n",
        keys.display()
    );
    let file = folder.join("mosquitto.conf");
    std::fs::write(&file, text).expect("written");
    let child = Command::new("mosquitto").arg("-c").arg(file).stderr(Stdio::null()).spawn().expect("mosquitto");
    wait(Server(child, port))
}

#[test]
fn mosquitto_knows_the_node_by_its_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = mosquitto(folder.path());
    assert_eq!(talk(server.1, IDENTITY, SECRET, CONNECT, CONNACK), End::Received);
    assert_eq!(talk(server.1, IDENTITY, [8; 32], CONNECT, CONNACK), End::Client(Ended::ByBroker));
    assert!(matches!(talk(server.1, "stranger", SECRET, CONNECT, CONNACK), End::Client(_)), "an unknown identity");
}
