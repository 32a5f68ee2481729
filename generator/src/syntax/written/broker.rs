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

/// `wifi`
#[derive(Clone, Debug)]
pub struct WifiSpec {
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
