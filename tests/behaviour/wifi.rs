//! How a node on the emulated LX106 joins Wi-Fi, and which node does not.

use super::emulator::{identity, toolchain};
use super::generated;
use fleetwright_chip::identity::{Identity, PowerSave, StaticAddress};
use fleetwright_protocol::{Command, Input, Report, WIFI_PASSWORD};
use lab::layout::PATIENCE;
use lab::nodes::Node;
use lx106::LinkTarget;
use project::root;
use std::path::PathBuf;

const SEED: u32 = 7;

/// A node of an example in the emulator.
struct Emulated {
    node: Node,
    _folder: tempfile::TempDir,
}

impl Emulated {
    /// Starts it with this identity, or without one.
    fn start(fleet: &str, layout: &str, name: &str, identity: Option<&Identity<'_>>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut elf = program(fleet, layout, name);
        if let Some(identity) = identity {
            let own = folder.path().join("own.elf");
            lx106::patch(&elf, identity, &own).expect("fits");
            elf = own;
        }
        Self { node: Node::emulate(name, &elf, SEED, None).expect("runs"), _folder: folder }
    }

    fn expect(&self, report: Report<'_>) {
        self.node.expect(report, 0, PATIENCE).unwrap_or_else(|error| panic!("{error}: {:?}", self.node.lines()));
    }

    /// The networks that it asked for, in order.
    fn joins(&self) -> Vec<String> {
        let lines = self.node.lines();
        lines.iter().filter_map(|line| line.strip_prefix("log joins ").map(str::to_owned)).collect()
    }
}

fn program(fleet: &str, layout: &str, name: &str) -> PathBuf {
    let output = generated(fleet);
    let plan = output.plans.iter().find(|plan| plan.layout == layout).expect("a layout");
    let node = plan.nodes.iter().find(|node| node.name == name).expect("a node");
    let workspace = root().join("generated").join(fleet).join(layout).join("firmware");
    let map = lx106::map(node.flash_kb).expect("a map");
    toolchain().build(&workspace, name, map, LinkTarget::Emulator).expect("builds").elf
}

/// The SDK joins by itself before it says that it is ready; to ask it once more would begin its scan anew, which the stand-in
/// takes for a fault.
#[test]
fn a_node_joins_its_network_once() {
    let own = identity("127.0.0.1", 9, "esp-led", "x");
    let node = Emulated::start("button-led", "two-esps", "esp-led", Some(&own));
    node.expect(Report::Log("Wi-Fi is there"));
    node.expect(Report::Log("in Wi-Fi as esp-led"));
    assert_eq!(node.joins(), ["attic"]);
}

/// The first network does not take its password, so the second one has its turn. The address stands before the node is in a
/// network, and the router is not asked for one.
#[test]
fn a_node_joins_the_second_network_with_its_own_name_address_and_sleep() {
    let networks = format!("shed\0{WIFI_PASSWORD}");
    let own = Identity {
        wifi_password: "another password",
        networks: &networks,
        address: Some(StaticAddress::new([[192, 168, 1, 31], [255, 255, 255, 0], [192, 168, 1, 1], [9, 9, 9, 9]])),
        power_save: Some(PowerSave::None),
        ..identity("127.0.0.1", 9, "shed-lamp", "x")
    };
    let node = Emulated::start("shed", "default", "shed-lamp", Some(&own));
    node.expect(Report::Log("no Wi-Fi, reason 15"));
    node.expect(Report::Log("Wi-Fi is there"));
    assert_eq!(node.joins(), ["attic", "shed"]);
    node.expect(Report::Log(
        "in Wi-Fi as shed-lamp at 192.168.1.31 mask 255.255.255.0 gateway 192.168.1.1 dns 9.9.9.9 sleep 0",
    ));
}

/// A node whose topics are all its own, and one that nobody gave an identity. The stand-in takes it for a fault if the radio
/// is left as it was: the chip would open an access point.
#[test]
fn a_node_without_a_network_leaves_wifi_off() {
    let mut alone = Emulated::start("room", "all-in-one", "esp-room", None);
    for input in [Input::Pin { gpio: 14, high: true }, Input::Analog(123)] {
        alone.node.send(Command::Input(input)).expect("told");
    }
    alone.node.expect_pin(5, true, PATIENCE).expect("it works");
    let blank = Emulated::start("button-led", "two-esps", "esp-led", None);
    blank.expect(Report::Log("no identity, no network"));
    blank.expect(Report::Ready);
    assert_eq!((alone.joins(), blank.joins()), (vec![], vec![]));
}
