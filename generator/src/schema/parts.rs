//! The parts of a fleet file but for the kinds of roles. Nothing reads these types: they are what the schema is made of.
#![expect(dead_code, reason = "the schema is made of them")]

use super::boards::Board;
use super::roles::Role;
use super::scalars::{BoardName, Flag, Labels, Number, Text, Texts, Whole};
use super::scenarios::Step;
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// A fleet: which topics there are, who publishes and who subscribes, and which board does what on which pin.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "A fleet of Fleetwright", extend("if" = { "required": ["include"] }, "else" = { "required": ["broker", "topics", "roles"], "anyOf": [{ "required": ["nodes"] }, { "required": ["layouts"] }] }, "not" = { "required": ["nodes", "layouts"] }, "dependentRequired" = { "shared": ["for_each"], "common": ["for_each"] }))]
pub(super) struct Fleet {
    /// The fleet's name; it names the folder below `generated/`. Small letters, digits and `-`.
    #[schemars(extend("examples" = ["room"]))]
    fleet: Text,
    /// The network that the nodes join.
    wifi: Option<Wifi>,
    /// The broker. It, topics, roles and nodes must be there, here or in a file that is included.
    broker: Option<Broker>,
    /// The topics: each by the name that rules and roles use. Small letters, digits and `_`.
    topics: Option<BTreeMap<String, Topic>>,
    /// Who publishes and who subscribes: each role by a name, with one kind.
    roles: Option<BTreeMap<String, Role>>,
    /// Distributions of the same roles over boards; the first is the default. Instead of `nodes`.
    layouts: Option<BTreeMap<String, Layout>>,
    /// The boards and what each does. Instead of `layouts`, for a fleet that has one distribution.
    nodes: Option<BTreeMap<String, Node>>,
    /// Users of the broker that are no ESPs. They get credentials and rights as a node does.
    clients: Option<BTreeMap<String, Client>>,
    /// Copies of all topics, roles and nodes: one for each combination of these variables. Their names stand in braces in
    /// paths of topics and names of nodes, `campus/{floor}/{room}/light`. Values are a range or a list.
    #[schemars(extend("examples" = [{ "floor": "1..4", "room": "01..25" }]))]
    for_each: Option<BTreeMap<String, Texts>>,
    /// Topics that exist once, for all copies together.
    #[schemars(extend("examples" = [["alarm"]]))]
    shared: Option<Texts>,
    /// Roles and nodes that exist once, beside the copies.
    common: Option<Common>,
    /// What should happen: each scenario by a sentence that describes it, with its steps.
    scenarios: Option<BTreeMap<String, Vec<Step>>>,
    /// Boards that the catalogue does not have, each by a name.
    #[schemars(extend("examples" = [{ "my_relay": { "like": "d1_mini", "aliases": { "RELAY": 5 } } }]))]
    boards: Option<BTreeMap<String, Board>>,
    /// Files whose maps are added to those of this one, from this file's folder: topics, roles, nodes, layouts, clients, boards
    /// and scenarios come together, anything else stands in one of the files. What is defined twice is a mistake.
    #[schemars(extend("examples" = [["boards.yaml", "../common/kitchen.yaml"]]))]
    include: Option<Texts>,
    // A new key at the top of a fleet belongs here.
}

/// What exists once, beside the copies of `for_each`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "A common part")]
pub(super) struct Common {
    /// Roles that exist once.
    roles: Option<BTreeMap<String, Role>>,
    /// Nodes that exist once.
    nodes: BTreeMap<String, Node>,
}

/// The Wi-Fi network that the nodes join: `ssid` and `password`, or several in `networks`. A node's name in the network (host name) is its own name.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Wi-Fi", extend("oneOf" = [{ "required": ["ssid"] }, { "required": ["networks"] }], "dependentRequired" = { "ssid": ["password"], "password": ["ssid"], "hidden": ["ssid"] }))]
pub(super) struct Wifi {
    /// Its name, of 1 to 32 bytes.
    #[schemars(extend("examples" = ["!secret wifi_ssid"]))]
    ssid: Option<Text>,
    /// Its password, of 8 to 63 bytes, or a key of 64 hexadecimal digits; `""` for an open network. `!secret` keeps it in fleets/secrets.yaml, which git ignores.
    #[schemars(extend("examples" = ["!secret wifi_password"]))]
    password: Option<Text>,
    /// Whether the network keeps its name to itself. For people: a node asks for every network by its name, and finds a hidden one too.
    #[schemars(extend("default" = false))]
    hidden: Option<Flag>,
    /// Up to 4 networks, in the order of preference. A node takes the first that is there, and looks for the first again when it has lost its network, or has reached no broker in it for 5 minutes.
    #[schemars(length(min = 1), extend("examples" = [[{ "ssid": "!secret wifi_ssid", "password": "!secret wifi_password" }, { "ssid": "!secret shed_ssid", "password": "!secret shed_password" }]]))]
    networks: Option<Vec<WifiNetwork>>,
    /// What of a node sleeps between messages: nothing, so that it answers at once (`none`); the radio (`modem`, what the SDK does by itself); the processor too (`light`).
    #[schemars(extend("default" = "modem"))]
    power_save: Option<PowerSave>,
    // A new key of `wifi` belongs here.
}

/// One of several Wi-Fi networks.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "A Wi-Fi network")]
pub(super) struct WifiNetwork {
    /// Its name, of 1 to 32 bytes.
    #[schemars(extend("examples" = ["!secret wifi_ssid"]))]
    ssid: Text,
    /// Its password, of 8 to 63 bytes, or a key of 64 hexadecimal digits; `""` for an open network.
    #[schemars(extend("examples" = ["!secret wifi_password"]))]
    password: Text,
    /// Whether the network keeps its name to itself. For people: nodes find it in any case.
    #[schemars(extend("default" = false))]
    hidden: Option<Flag>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase", inline)]
pub(super) enum PowerSave {
    None,
    Modem,
    Light,
}

/// The broker, which brings messages from publishers to subscribers.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("oneOf" = [{"required": ["host"]}, {"required": ["hosts"]}]))]
pub(super) struct Broker {
    /// Which program: Mosquitto on one machine, or ejabberd on several that stand in for each other.
    #[schemars(extend("default" = "mosquitto"))]
    engine: Option<Engine>,
    /// Where the nodes find it: an address or a name. A name that ends with `.local` is asked for in the nodes' own network, by multicast DNS.
    #[schemars(extend("examples" = ["192.168.1.10", "broker.local"]))]
    host: Option<Text>,
    /// Where the nodes find the brokers of a cluster.
    #[schemars(length(min = 1), extend("examples" = [["broker-a.local", "broker-b.local", "broker-c.local"]]))]
    hosts: Option<Vec<Text>>,
    /// Its TCP port: left out, 1883, and 8883 with TLS.
    port: Option<Whole<1, 65_535>>,
    /// Which clients are accepted: each with a password of its own; with a key of their own and encrypted (`tls`); with a password and encrypted, by a broker that the nodes know by its key (`tls-pinned`); or, with a warning, everybody (`open`).
    #[schemars(extend("default" = "password"))]
    security: Option<Security>,
    /// With `security: tls`, a second port for `clients:` that know no keys: it has a certificate, and accepts users with passwords.
    #[schemars(extend("examples" = [8884]))]
    certificate_port: Option<Whole<1, 65_535>>,
    // A new key of `broker` belongs here.
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase", inline)]
pub(super) enum Engine {
    Mosquitto,
    Ejabberd,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", inline)]
pub(super) enum Security {
    Password,
    Open,
    Tls,
    TlsPinned,
}

/// A topic. Where all of its roles share one node it never leaves it, and the broker knows nothing of it.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Topic {
    /// The MQTT topic name; left out, it is the topic's key.
    #[schemars(extend("examples" = ["room/light"]))]
    path: Option<Text>,
    /// What its messages look like.
    payload: Payload,
    /// Whether the broker keeps the last message for those who come later: a state does, an event does not.
    #[schemars(extend("default" = false))]
    retain: Option<Flag>,
    /// 0: a message may be lost with a connection; 1: it arrives, perhaps twice.
    #[schemars(extend("default" = 0))]
    qos: Option<Whole<0, 1>>,
    /// `shared` keeps the topic on the broker although all of its roles share one node.
    scope: Option<Scope>,
    /// A state with an owner: `path` carries the state, always retained, which one role `owns` and says; `path/set` carries
    /// requests, never retained, of those who set it (roles: `sets`, clients: `set`). A request with QoS 0 is lost while the
    /// owner is away.
    #[schemars(extend("default" = false))]
    settable: Option<Flag>,
    // A new key of a topic belongs here.
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase", inline)]
pub(super) enum Scope {
    Shared,
}

/// What messages look like.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub(super) enum Payload {
    /// `0` to `100`; a number in rules.
    Percent,
    /// `0` or `1`; true or false in rules.
    Bit,
    /// Decimal text; a number in rules.
    Number(Figures),
    /// One of these labels, itself; text in rules. Two or more.
    OneOf(Labels),
    /// UTF-8; text in rules.
    Text(LongText),
}

/// Numbers in a range, as decimal text.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "A range of numbers")]
pub(super) struct Figures {
    /// The smallest.
    #[schemars(extend("examples" = [-40]))]
    min: Number,
    /// The largest.
    #[schemars(extend("examples" = [85]))]
    max: Number,
    /// The distance of two values; left out, 1 in the last decimal that `min` and `max` have.
    #[schemars(extend("examples" = [0.1]))]
    step: Option<Number>,
    /// For people.
    #[schemars(extend("examples" = ["°C"]))]
    unit: Option<Text>,
}

/// Text, in UTF-8.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "A length of text")]
pub(super) struct LongText {
    /// The longest, in bytes.
    #[schemars(extend("examples" = [64]))]
    max: Whole<1, 256>,
}

/// A distribution of the roles over boards.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Layout {
    /// The boards and what each does.
    nodes: BTreeMap<String, Node>,
}

/// An ESP8266 and what it does. Its name is its user on the broker and its name in the network: small letters, digits and `-`, at most 32.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Node {
    /// Which board it is.
    #[schemars(extend("examples" = ["d1_mini"]))]
    board: BoardName,
    /// Its fixed address, instead of one that the router gives it. Below `for_each`, variables stand in it in braces: `192.168.{floor}.{room}/24`.
    #[schemars(extend("examples" = [{ "address": "192.168.1.31/24", "gateway": "192.168.1.1" }]))]
    ip: Option<Address>,
    /// Its roles, and where each is wired; `{}` for a role without a pin.
    roles: BTreeMap<String, Wiring>,
    /// Pins that something else is wired to, which no role drives, each with what that is: they are neither chosen nor
    /// proposed, and no role can be there.
    #[schemars(extend("examples" = [{ "D5": "a strip of LEDs" }], "default" = {}))]
    reserved: Option<BTreeMap<String, Text>>,
    // A new key of a node belongs here.
}

/// An address that the node has by itself, instead of one that the router gives it.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "A fixed address")]
pub(super) struct Address {
    /// The address, with the length of its net behind it: `/24` for the mask 255.255.255.0.
    #[schemars(extend("examples" = ["192.168.1.31/24"]))]
    address: Text,
    /// The router.
    #[schemars(extend("examples" = ["192.168.1.1"]))]
    gateway: Text,
    /// The server that is asked for names; left out, the gateway.
    #[schemars(extend("examples" = ["192.168.1.1"]))]
    dns: Option<Text>,
}

/// Where a role is wired.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Wiring {
    /// The pin: what is printed on the board, or the number in the data sheet; `auto`: the safest that is free.
    #[schemars(extend("examples" = ["D1", "GPIO5", 5, "A0", "auto"]))]
    pin: Option<Text>,
    /// The pins of a role that has several, each by its name.
    #[schemars(extend("examples" = [{ "sda": "D2", "scl": "D1" }]))]
    pins: Option<BTreeMap<String, Text>>,
    /// Warnings about these pins that somebody has thought about, each by its code and with the reason.
    #[schemars(extend("examples" = [{ "boot-glitch": "the lamp may flash at power-up" }]))]
    allow: Option<BTreeMap<String, Text>>,
    // A new key of a wiring belongs here.
}

/// A user of the broker that is no ESP.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Client {
    /// The topics that it may publish.
    #[schemars(extend("examples" = [["button"]], "default" = []))]
    publish: Option<Texts>,
    /// The settable topics that it may set: it publishes requests on `path/set`. The states stay on the broker for it.
    #[schemars(extend("examples" = [["relay"]], "default" = []))]
    set: Option<Texts>,
    /// The topics that it may subscribe to; `"*"`: all that are on the broker but requests, and whether nodes are online.
    #[schemars(extend("examples" = [["light", "brightness"], ["*"]], "default" = []))]
    subscribe: Option<Texts>,
}
