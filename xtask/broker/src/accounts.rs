//! Accounts of an ejabberd, made through its own HTTP interface on a Unix socket (`mod_http_api`): passwords are in no
//! command line, and nobody gets there who may not write to the socket.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long ejabberd may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The accounts of one fleet.
pub struct Accounts {
    socket: PathBuf,
    fleet: String,
}

impl Accounts {
    /// Behind this socket.
    pub fn new(socket: &Path, fleet: &str) -> Self {
        Self { socket: socket.to_owned(), fleet: fleet.to_owned() }
    }

    /// Makes an account, or gives it this password.
    pub fn set(&self, user: &str, password: &str) -> Result<()> {
        let known = self.users()?.contains(user);
        let body = match known {
            true => json!({ "user": user, "host": self.fleet, "newpass": password }),
            false => json!({ "user": user, "host": self.fleet, "password": password }),
        };
        self.call(if known { "change_password" } else { "register" }, &body).map(drop)
    }

    /// Ends an account.
    pub fn remove(&self, user: &str) -> Result<()> {
        self.call("unregister", &json!({ "user": user, "host": self.fleet })).map(drop)
    }

    /// Who has an account.
    pub fn users(&self) -> Result<BTreeSet<String>> {
        let answer = self.call("registered_users", &json!({ "host": self.fleet }))?;
        serde_json::from_value(answer).context("ejabberd names its users in an unknown way")
    }

    /// The brokers that know each other.
    pub fn cluster(&self) -> Result<BTreeSet<String>> {
        let answer = self.call("list_cluster", &json!({}))?;
        serde_json::from_value(answer).context("ejabberd names its brokers in an unknown way")
    }

    /// Calls one of ejabberd's commands. What was sent stays out of the error: there may be a password in it.
    fn call(&self, command: &str, body: &Value) -> Result<Value> {
        let context = || format!("asking ejabberd behind {}", self.socket.display());
        let mut stream = UnixStream::connect(&self.socket).with_context(context)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let body = body.to_string();
        let head = format!(
            "POST /api/{command} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).with_context(context)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).with_context(context)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("ejabberd does not answer in HTTP")?;
        if head.split(' ').nth(1) != Some("200") {
            bail!("ejabberd refuses `{command}`: {}", head.lines().next().unwrap_or_default());
        }
        serde_json::from_str(body).with_context(|| format!("ejabberd's answer to `{command}` is no JSON"))
    }
}
