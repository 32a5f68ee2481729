//! `broker` and `wifi`, as written.

use crate::text::{At, Text};

/// A text that may be a secret.
#[derive(Clone, Debug)]
pub enum SettingSpec {
    /// The text itself.
    Plain(Text),
    /// `!secret name`
    Secret(Text),
}

impl SettingSpec {
    /// The text, or the name of the secret.
    pub fn written(&self) -> &Text {
        match self {
            Self::Plain(text) | Self::Secret(text) => text,
        }
    }
}

/// `wifi`
#[derive(Clone, Debug)]
pub struct WifiSpec {
    /// `networks`, or the one that `ssid` and `password` describe
    pub networks: Vec<NetworkSpec>,
    /// `power_save`
    pub power_save: Option<Text>,
}

/// An entry of `networks`. Whether the network is hidden makes no difference to a node, so it is not kept.
#[derive(Clone, Debug)]
pub struct NetworkSpec {
    /// `ssid`
    pub ssid: SettingSpec,
    /// `password`
    pub password: SettingSpec,
}

/// `broker`
#[derive(Clone, Debug)]
pub struct BrokerSpec {
    /// `engine`
    pub engine: Option<Text>,
    /// `host`
    pub host: Option<Text>,
    /// `hosts`
    pub hosts: Vec<Text>,
    /// `port`
    pub port: Option<At<u16>>,
    /// `security`
    pub security: Option<Text>,
    /// `certificate_port`
    pub certificate_port: Option<At<u16>>,
}
