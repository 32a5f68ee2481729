//! Moves the bytes of many probes in one thread, until all have what they wait for.

use super::connection::Probe;
use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// How many seconds the broker may send nothing.
const PATIENCE: i64 = 20;

/// Moves bytes until all are done; `feed` adds what is to be sent next.
pub fn pump(
    probes: &mut [Probe],
    mut feed: impl FnMut(usize, &mut Probe),
    done: impl Fn(&Probe) -> bool,
) -> Result<()> {
    loop {
        for (index, probe) in probes.iter_mut().enumerate() {
            feed(index, probe);
            probe.flush()?;
        }
        if probes.iter().all(&done) {
            return Ok(());
        }
        if probes.iter().any(|probe| probe.closed && !done(probe)) {
            bail!("the broker closed a connection");
        }
        let mut open: Vec<&mut Probe> = probes.iter_mut().filter(|probe| !probe.closed).collect();
        let ready = wait(&open)?;
        for (probe, ready) in open.iter_mut().zip(ready) {
            if ready {
                probe.read()?;
            }
        }
    }
}

/// Waits until a socket has something or takes something; for each whether it is to be read.
fn wait(open: &[&mut Probe]) -> Result<Vec<bool>> {
    let wanted = |probe: &Probe| match probe.output.is_empty() {
        true => PollFlags::IN,
        false => PollFlags::IN | PollFlags::OUT,
    };
    let mut sockets: Vec<PollFd<'_>> =
        open.iter().filter_map(|probe| Some(PollFd::new(probe.wire.as_ref()?, wanted(probe)))).collect();
    let patience = Timespec { tv_sec: PATIENCE, tv_nsec: 0 };
    if poll(&mut sockets, Some(&patience)).context("waiting for the broker")? == 0 {
        bail!("the broker does not answer within {PATIENCE} s");
    }
    Ok(sockets.iter().map(|socket| socket.revents().intersects(!PollFlags::OUT)).collect())
}

/// Waits until the broker has answered each CONNECT.
pub fn greeted(probes: &mut [Probe]) -> Result<()> {
    pump(probes, |_, _| (), |probe| probe.greeting.is_some() || probe.closed)
}

/// Returns when the broker is done with all that the probes sent, and what it had to deliver is here: Mosquitto is one
/// thread and keeps the order of a connection, so a PINGRESP comes behind all that was there before.
pub fn fence(probes: &mut [Probe]) -> Result<()> {
    // The first round ends what was sent, the second collects what it led to.
    for _ in 0..2 {
        for probe in &mut *probes {
            probe.ping();
        }
        pump(probes, |_, _| (), |probe| probe.pongs == 1)?;
    }
    Ok(())
}

/// Returns when the broker has ended these connections.
pub fn ended(probes: &mut [Probe]) -> Result<()> {
    pump(probes, |_, _| (), |probe| probe.closed)
}
