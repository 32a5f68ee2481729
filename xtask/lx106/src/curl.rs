//! What is fetched from a server, by curl. It knows proxies and authorities of the machine as its owner has set them up, and
//! goes on where it stopped; a client of our own, with TLS, would be a hundred crates that every build has to wait for.

use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::process::{Command, Stdio};

/// What became of a transfer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Everything is there.
    Whole,
    /// The server does not go on where a transfer broke.
    NoResumption,
    /// It broke; what came is good.
    Broken(String),
}

/// curl's exit codes for a transfer that began and did not end: fewer bytes than announced, a timeout, an end without an
/// answer, and errors in sending, in receiving, and of HTTP/2.
const BROKEN: [i32; 6] = [18, 28, 52, 55, 56, 92];
/// The same for an answer that is an error, and for a server that does not know ranges.
const HTTP_ERROR: i32 = 22;
const NO_RANGE: i32 = 33;
/// The answer of a server whose file ends before the byte that was asked for.
const NOT_SO_LONG: &str = "416";

/// Fetches a file from its byte `start` on and hands over what comes.
///
/// # Errors
///
/// curl is missing, the server can't be reached or answers with an error, or `to` fails.
pub(super) fn fetch(url: &str, start: u64, to: &mut dyn Write) -> Result<End> {
    let mut command = curl(url)?;
    command.args(["--speed-limit", "100", "--speed-time", "60", "--continue-at", &start.to_string()]);
    command.args(["--write-out", "%{stderr}\nHTTP %{http_code}"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context("starting curl")?;
    let mut output = child.stdout.take().context("curl has no output")?;
    let copied = std::io::copy(&mut output, to);
    if copied.is_err() {
        // It would go on for nobody. It may have ended by itself.
        let _ = child.kill();
    }
    drop(output);
    let mut words = String::new();
    child.stderr.take().context("curl has no errors")?.read_to_string(&mut words).context("reading curl's words")?;
    let status = child.wait().context("waiting for curl")?;
    copied.with_context(|| format!("receiving {url}"))?;
    let (words, answer) = words.rsplit_once("\nHTTP ").unwrap_or((&words, ""));
    let words = words.trim();
    match status.code() {
        // Some versions of curl take this answer for the end of a file that was there already.
        Some(0 | HTTP_ERROR) if answer.trim() == NOT_SO_LONG => Ok(End::NoResumption),
        Some(NO_RANGE) => Ok(End::NoResumption),
        Some(0) => Ok(End::Whole),
        Some(code) if BROKEN.contains(&code) => Ok(End::Broken(words.to_owned())),
        _ => bail!("{url} can't be fetched: {words}"),
    }
}

/// How many bytes a file has, if the server tells.
///
/// # Errors
///
/// curl is missing, or the server can't be reached or answers with an error.
pub(super) fn size(url: &str) -> Result<Option<u64>> {
    let mut command = curl(url)?;
    let output = command.args(["--head", "--max-time", "60"]).output().context("starting curl")?;
    if !output.status.success() {
        bail!("{url} can't be fetched: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    // Each server on the way has a head of its own; the last one counts.
    let text = String::from_utf8_lossy(&output.stdout).to_lowercase();
    let last = text.trim_end().rsplit("\r\n\r\n").next().unwrap_or_default();
    Ok(last.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok()))
}

/// A server that was reached by https may not send anybody on to where nothing is encrypted.
fn curl(url: &str) -> Result<Command> {
    let program = project::command::which("curl").context("`curl` is missing: run `cargo xtask setup`")?;
    let protocols = if url.starts_with("http:") { "=http,https" } else { "=https" };
    let mut command = Command::new(program);
    command.args(["--fail", "--silent", "--show-error", "--location", "--globoff", "--connect-timeout", "30"]);
    command.args(["--proto", protocols, "--proto-redir", protocols, "--url", url]);
    command.stdin(Stdio::null());
    Ok(command)
}
