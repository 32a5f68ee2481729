//! The password file that we make, against the broker that reads it.

use super::generated;
use broker::Broker;
use broker::watch::gets_in;
use credentials::passwords::Passwords;

#[test]
fn mosquitto_takes_our_hashes_and_nobody_elses() {
    let output = generated("listener");
    let passwords = Passwords::throw_away(["esp-listener", "speaker"].into_iter()).expect("random");
    let broker = Broker::start(&output.artifacts, "listener/default", &passwords).expect("it starts");
    let enters =
        |user: &str, password: &str| gets_in(broker.endpoint(), Some((user, password)), user).expect("an answer");
    assert!(enters("speaker", &passwords.0["speaker"]));
    assert!(!enters("speaker", &passwords.0["esp-listener"]));
    assert!(!enters("stranger", &passwords.0["speaker"]));
    assert!(!gets_in(broker.endpoint(), None, "anonymous").expect("an answer"));
}

#[test]
fn a_broker_ends_with_its_handle() {
    let output = generated("listener");
    let broker = Broker::start(&output.artifacts, "listener/default", &Passwords::default()).expect("it starts");
    let port = broker.endpoint().port;
    drop(broker);
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}
