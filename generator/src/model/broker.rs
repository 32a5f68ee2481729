//! The broker, who gets into it, and the network in which nodes find it.

/// A text of the fleet file that may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Written in the fleet file.
    Plain(String),
    /// `!secret name`: stands in `fleets/secrets.yaml` under this name.
    Secret(String),
}

/// The Wi-Fi networks that the nodes join.
#[derive(Clone, Debug)]
pub struct Wifi {
    /// In the order of preference; at least one.
    pub networks: Vec<WifiNetwork>,
    /// How a node saves power; `None`: as the SDK does by itself.
    pub power_save: Option<PowerSave>,
}

/// A Wi-Fi network.
#[derive(Clone, Debug)]
pub struct WifiNetwork {
    /// The network's name.
    pub ssid: Setting,
    /// The password of the network.
    pub password: Setting,
}

/// What of a node sleeps between messages, numbered as in `enum sleep_type` of Espressif's SDK (`include/user_interface.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerSave {
    /// Nothing.
    None = 0,
    /// The radio.
    Modem = 2,
    /// The radio and the processor.
    Light = 1,
}

impl PowerSave {
    /// All that there are.
    pub const ALL: [Self; 3] = [Self::None, Self::Modem, Self::Light];

    /// As the fleet file says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Modem => "modem",
            Self::Light => "light",
        }
    }
}

/// The broker as the fleet file describes it.
#[derive(Clone, Debug)]
pub struct Broker {
    /// The program that serves as broker.
    pub engine: Engine,
    /// Addresses or names under which the nodes find it: one, or all of a cluster.
    pub hosts: Vec<String>,
    /// TCP port; by default 1883, with TLS 8883.
    pub port: u16,
    /// Who gets in.
    pub security: Security,
    /// With [`Security::Tls`] a second port, for clients that know certificates and passwords, no keys.
    pub certificate_port: Option<u16>,
}

/// The program that is the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Eclipse Mosquitto: one process on one machine.
    Mosquitto,
    /// ejabberd with `mod_mqtt`: several, which stand in for each other.
    Ejabberd,
}

/// Who gets into the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Anybody; must be written out and is warned about.
    Open,
    /// Every node and client with a user and a password of its own.
    Password,
    /// Every node and client with a key of its own, and everything encrypted: TLS 1.3 with a pre-shared key.
    Tls,
    /// Every node and client with a user and a password of its own, and everything encrypted: TLS 1.3 with a broker whose
    /// public key the nodes know.
    TlsPinned,
}

impl Security {
    /// Whether the broker accepts TLS alone.
    pub fn is_encrypted(self) -> bool {
        matches!(self, Self::Tls | Self::TlsPinned)
    }
}
