//! The inputs and the Wi-Fi of a node, kept to be told again after a restart.

use fleetwright_protocol::{Input, ToNode};

pub(super) struct Inputs {
    inputs: Vec<Input>,
    wifi: bool,
}

impl Inputs {
    /// These inputs, and Wi-Fi is there.
    pub(super) fn new(inputs: &[Input]) -> Self {
        Self { inputs: inputs.to_vec(), wifi: true }
    }

    /// The world changes an input; the frame that tells the node.
    pub(super) fn set(&mut self, input: Input) -> ToNode<&'static [u8]> {
        self.inputs.retain(|known| !input.replaces(known));
        self.inputs.push(input);
        frame(input)
    }

    /// Wi-Fi comes or goes; the frame that tells the node.
    pub(super) fn set_wifi(&mut self, there: bool) -> ToNode<&'static [u8]> {
        self.wifi = there;
        ToNode::Wifi(there)
    }

    /// The frames that a node finds at its start, before the time; `kept` are words that outlived a restart.
    pub(super) fn at_start(&self, kept: Option<[u32; 2]>, seed: u32) -> Vec<ToNode<&'static [u8]>> {
        let first = kept.map(ToNode::Kept).into_iter().chain([ToNode::Seed(seed), ToNode::Wifi(self.wifi)]);
        first.chain(self.inputs.iter().copied().map(frame)).collect()
    }
}

fn frame(input: Input) -> ToNode<&'static [u8]> {
    match input {
        Input::Pin { gpio, high } => ToNode::Pin { gpio, high },
        Input::Analog(reading) => ToNode::Analog(reading),
        Input::Device { sda, scl, measures } => ToNode::Device { sda, scl, kind: measures.kind() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_finds_the_last_of_each_input() {
        let pin = |gpio, high| Input::Pin { gpio, high };
        let mut inputs = Inputs::new(&[pin(4, true), Input::Analog(3)]);
        assert_eq!(inputs.set(pin(4, false)), ToNode::Pin { gpio: 4, high: false });
        inputs.set_wifi(false);
        let expected = [
            ToNode::Kept([1, 2]),
            ToNode::Seed(7),
            ToNode::Wifi(false),
            ToNode::Analog(3),
            ToNode::Pin { gpio: 4, high: false },
        ];
        assert_eq!(inputs.at_start(Some([1, 2]), 7), expected);
        assert_eq!(inputs.at_start(None, 7), expected[1..]);
    }
}
