//! What a running Mosquitto does not take over when it gets SIGHUP.

/// Options of ours that it does take over: those that `config__copy` in its `src/conf.c` copies (2.0.11, 2.0.21 and 2.1.2 are
/// alike), and `memory_limit`, which is set where it is read. The manual promises it for more of them.
const TAKEN_OVER: [&str; 6] =
    ["acl_file", "password_file", "psk_file", "allow_anonymous", "persistent_client_expiration", "memory_limit"];

/// The lines that are new or gone and need a restart.
pub(super) fn needed(old: &str, new: &str) -> Vec<String> {
    let lines = |text: &str| -> Vec<String> {
        let own = |line: &&str| !line.is_empty() && !line.starts_with('#');
        let waits = |line: &&str| !TAKEN_OVER.contains(&line.split(' ').next().unwrap_or_default());
        text.lines().filter(own).filter(waits).map(str::to_owned).collect()
    };
    let (old, new) = (lines(old), lines(new));
    let added = new.iter().filter(|line| !old.contains(line)).map(|line| format!("`{line}`"));
    let option = |line: &String| line.split(' ').next().unwrap_or_default().to_owned();
    let gone = old.iter().filter(|line| !new.iter().any(|other| option(other) == option(line)));
    added.chain(gone.map(|line| format!("no `{line}` any more"))).collect()
}

#[cfg(test)]
mod tests {
    use super::needed;

    #[test]
    fn what_waits_for_a_restart_is_named() {
        let old = "# one\nlistener 1883\nacl_file /a\nmemory_limit 5\nmax_connections 10\nmax_keepalive 9\n";
        let new = "# two\nlistener 1884\nacl_file /b\nmemory_limit 6\nmax_connections 10\n";
        assert_eq!(needed(old, new), ["`listener 1884`", "no `max_keepalive 9` any more"]);
        assert_eq!(needed(new, new), [""; 0]);
    }
}
