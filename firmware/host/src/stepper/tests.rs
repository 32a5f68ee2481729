//! Stepping a machine that writes down what happens to it.

use super::*;
use std::convert::Infallible;
use std::net::TcpListener;

/// Has something to do every ten milliseconds, and connects at the first moment.
struct Recorder {
    broker: String,
    events: Vec<(u64, String)>,
    reports: Vec<String>,
}

impl Machine for Recorder {
    type Error = Infallible;

    fn handle(
        &mut self,
        event: Event<'_>,
        now: u64,
        connection: &mut SteppedConnection,
    ) -> Result<Option<u64>, Infallible> {
        self.events.push((now, format!("{event:?}")));
        if !connection.is_open() && !self.broker.is_empty() {
            connection.open(std::mem::take(&mut self.broker)).expect("it listens");
            connection.write_all(b"hello").expect("it reads");
        }
        Ok(Some(now / 10 * 10 + 10))
    }

    fn report(&mut self, report: Report<'_>) {
        self.reports.push(report.to_string());
    }
}

fn stepper(broker: &str) -> Stepper<Recorder> {
    let recorder = Recorder { broker: broker.into(), events: Vec::new(), reports: Vec::new() };
    Stepper::new(recorder, SteppedConnection::default())
}

/// The last three events, the last one first.
fn last(stepper: &Stepper<Recorder>) -> Vec<&str> {
    stepper.machine.events.iter().rev().take(3).map(|(_, event)| event.as_str()).collect()
}

#[test]
fn time_stops_wherever_something_is_due() {
    let mut stepper = stepper("");
    assert_eq!(stepper.obey(Command::Advance(25)), Ok(true));
    let times: Vec<u64> = stepper.machine.events.iter().map(|(now, _)| *now).collect();
    assert_eq!(times, [0, 10, 20, 25]);
    assert_eq!(stepper.obey(Command::Input(Input::Analog(7))), Ok(true));
    assert_eq!(stepper.machine.events.last(), Some(&(25, "Input(Analog(7))".to_owned())));
    assert_eq!(stepper.obey(Command::Sync(Arrived::Bytes(0))), Ok(true));
    assert_eq!(stepper.obey(Command::Quit), Ok(false));
    assert_eq!(stepper.machine.reports, ["time 25", "idle closed 0 0 0 30"]);
}

#[test]
fn just_the_bytes_that_have_arrived_are_read() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let mut stepper = stepper(&listener.local_addr().expect("an address").to_string());
    assert_eq!(stepper.obey(Command::Sync(Arrived::Bytes(0))), Ok(true));
    let (mut broker, _) = listener.accept().expect("connected");
    broker.write_all(b"abcdef").expect("sent");
    assert_eq!(stepper.obey(Command::Sync(Arrived::Bytes(4))), Ok(true));
    assert_eq!(last(&stepper), ["Elapsed", "Received([97, 98, 99, 100])", "Elapsed"]);
    drop(broker);
    assert_eq!(stepper.obey(Command::Sync(Arrived::End)), Ok(true));
    assert_eq!(last(&stepper), ["Elapsed", "Closed", "Received([101, 102])"]);
    assert_eq!(stepper.machine.reports, ["idle open 1 5 0 10", "idle open 1 5 4 10", "idle closed 1 5 6 10"]);
}
