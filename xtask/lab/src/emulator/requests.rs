//! Frames of a node, sorted into what it reports and what it wants from this machine: the same for a node in real time
//! and a stepped one.

use anyhow::{Result, bail};
use fleetwright_chip::LOCAL_MESSAGE;
use fleetwright_protocol::{CONNECTED, FromNode, Report};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};

/// What a node wants from this machine.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NodeRequest<'b> {
    /// To be told the time then, in milliseconds since its start, or never; it has taken so many frames.
    Wait { until: Option<u32>, taken: u32 },
    /// Nothing: the broker has accepted it.
    LinkIsUp,
    /// The address of this host.
    Resolve(String),
    /// A connection to `HOST:PORT`.
    Connect(String),
    /// These bytes are to be sent.
    Send(&'b [u8]),
    /// A datagram is to be sent, from this port of the node.
    Datagram { from: u16, to: SocketAddr, bytes: &'b [u8] },
    /// The connection is to end.
    Disconnect,
    /// These bytes are in its flash memory from now on.
    Write { address: u32, bytes: &'b [u8] },
    /// A sector of its flash memory is blank from now on.
    Erase(u32),
    /// To start again; these words outlive it.
    Restart([u32; 2]),
}

/// Hands over what a frame reports; returns what it requests. A fault of the node is an error.
pub(super) fn sort<'b>(frame: FromNode<'b>, report: &mut dyn FnMut(Report<'_>)) -> Result<Option<NodeRequest<'b>>> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Some(match frame {
        FromNode::Idle { until, taken } => NodeRequest::Wait { until, taken },
        FromNode::Resolve(name) => NodeRequest::Resolve(text(name)),
        FromNode::Connect { address, port } => NodeRequest::Connect(format!("{}:{port}", Ipv4Addr::from(address))),
        FromNode::Send(bytes) => NodeRequest::Send(bytes),
        FromNode::Disconnect => NodeRequest::Disconnect,
        FromNode::Datagram { from, address, port, bytes } => {
            NodeRequest::Datagram { from, to: SocketAddr::from((address, port)), bytes }
        }
        FromNode::Flash { address, bytes } => NodeRequest::Write { address, bytes },
        FromNode::Erased(address) => NodeRequest::Erase(address),
        FromNode::Restart(kept) => NodeRequest::Restart(kept),
        FromNode::Fault(what) => bail!("the node did what the SDK does not allow: {}", text(what)),
        FromNode::Pin { gpio, high } => {
            report(Report::Pin { gpio, high });
            return Ok(None);
        }
        FromNode::Duty { gpio, permille } => {
            report(Report::Duty { gpio, permille });
            return Ok(None);
        }
        FromNode::Usage(usage) => {
            report(Report::Heap(usage));
            return Ok(None);
        }
        FromNode::Join(network) => {
            report(Report::Log(&format!("joins {}", text(network))));
            return Ok(None);
        }
        FromNode::Log(line) => {
            let line_text = text(line);
            report(line_text.strip_prefix(LOCAL_MESSAGE).map_or(Report::Log(&line_text), Report::Topic));
            return Ok((line == CONNECTED).then_some(NodeRequest::LinkIsUp));
        }
    }))
}

/// Looks an address up, in this machine's network, as the chip would ask its router.
pub(super) fn resolve(name: &str) -> Option<[u8; 4]> {
    let addresses = (name, 0).to_socket_addrs().map(Vec::from_iter).unwrap_or_default();
    addresses.iter().find_map(|address| match address.ip() {
        IpAddr::V4(address) => Some(address.octets()),
        IpAddr::V6(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(frame: FromNode<'_>) -> (Vec<String>, Option<NodeRequest<'_>>) {
        let mut reports = Vec::new();
        let request = sort(frame, &mut |report| reports.push(report.to_string())).expect("no fault");
        (reports, request)
    }

    #[test]
    fn reports_are_lines() {
        for (frame, line) in [
            (FromNode::Pin { gpio: 5, high: true }, "pin 5 high"),
            (FromNode::Duty { gpio: 5, permille: 500 }, "duty 5 500"),
            (FromNode::Log(b"says room/light On"), "topic room/light On"),
            (FromNode::Log(b"restarted"), "log restarted"),
            (FromNode::Join(b"home"), "log joins home"),
        ] {
            assert_eq!(sorted(frame), (vec![line.to_owned()], None));
        }
        assert_eq!(
            sorted(FromNode::Log(b"connected")),
            (vec!["log connected".to_owned()], Some(NodeRequest::LinkIsUp))
        );
    }

    #[test]
    fn what_is_left_are_requests() {
        let connect = FromNode::Connect { address: [127, 0, 0, 1], port: 1883 };
        assert_eq!(sorted(connect), (vec![], Some(NodeRequest::Connect("127.0.0.1:1883".into()))));
        let datagram = FromNode::Datagram { from: 7, address: [224, 0, 0, 251], port: 5353, bytes: b"?" };
        let to = SocketAddr::from(([224, 0, 0, 251], 5353));
        assert_eq!(sorted(datagram), (vec![], Some(NodeRequest::Datagram { from: 7, to, bytes: b"?" })));
        let wait = NodeRequest::Wait { until: Some(9), taken: 2 };
        assert_eq!(sorted(FromNode::Idle { until: Some(9), taken: 2 }), (vec![], Some(wait)));
    }

    #[test]
    fn what_the_sdk_does_not_allow_is_an_error() {
        let fault = FromNode::Fault(b"a pin of the flash memory is touched");
        let error = sort(fault, &mut |_| {}).expect_err("refused");
        assert!(error.to_string().contains("flash memory"));
    }
}
