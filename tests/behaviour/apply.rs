//! `apply` on a live broker: good changes without a lost link, broken files refused, a broker that failed open stopped.

use super::installation::{FIRST, InstalledBroker, SECOND, STATUS, received};
use broker::installed::{self, Release};
use broker::probe::Version;
use broker::tls::{Endpoint, Tls};
use credentials::secrets::BROKER;
use deploy::{Access, Files, Login, Report, ask};
use xtask::outcome::Outcome;

fn changed_rights_keep_every_link(security: &'static str) {
    let installation = InstalledBroker::open(security);
    let [mut button, mut viewer, mut desk] =
        ["esp-button", "viewer", "desk"].map(|user| installation.enter(user).expect("in"));
    assert!(installation.may_publish(&mut button, STATUS, "one"));
    assert_eq!((received(&mut viewer, STATUS).len(), received(&mut desk, STATUS)), (0, vec!["one".to_owned()]));
    let report = installation.apply(SECOND, true).expect("applied");
    assert_eq!(report, Report { changed: true, in_force: true, restart: vec![] });
    assert!(installation.may_publish(&mut button, STATUS, "two"), "the link is the same");
    assert_eq!((received(&mut viewer, STATUS), received(&mut desk, STATUS).len()), (vec!["two".to_owned()], 0));
    let before = installation.installed();
    let report = installation.apply(SECOND, true).expect("applied");
    assert_eq!(report, Report { changed: false, in_force: true, restart: vec![] }, "nothing to do");
    assert_eq!(installation.installed(), before, "the same bytes");
    assert_eq!(installation.log().matches("Reloading config").count(), 1, "and no reload");
    assert!(!before.is_empty() && before.iter().all(|(path, _)| mode(path) == 0o600), "{before:?}");
    let certificate = if security == "tls-pinned" { 2 } else { 0 };
    assert_eq!(before.len(), 3 + certificate, "nothing is left behind");
}

fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).expect("there").permissions().mode() & 0o777
}

#[test]
fn changed_rights_are_in_force_at_once_and_no_link_is_lost() {
    changed_rights_keep_every_link("password");
}

#[test]
fn so_it_is_with_keys() {
    changed_rights_keep_every_link("tls");
}

#[test]
fn so_it_is_with_a_certificate() {
    changed_rights_keep_every_link("tls-pinned");
}

#[test]
fn a_broker_gets_another_key_and_no_link_is_lost() {
    let mut installation = InstalledBroker::open("tls-pinned");
    let mut button = installation.enter("esp-button").expect("in");
    let old = installation.endpoint;
    installation.secrets_file.secrets.credentials.get_mut(installation.name).expect("a fleet").remove(BROKER);
    installation.endpoint.tls = installation.take_key();
    let report = installation.apply(FIRST, true).expect("applied");
    assert_eq!(report, Report { changed: true, in_force: true, restart: vec![] });
    assert!(installation.may_publish(&mut button, STATUS, "still here"));
    assert!(installation.enter("viewer").is_some(), "who knows the new key gets in");
    let login = Login {
        user: "viewer".into(),
        password: installation.secrets_file.secrets.password(installation.name, "viewer").expect("known").into(),
    };
    assert_eq!(ask(old, &login).expect("an answer"), Access::Out, "the old one is refused");
}

#[test]
fn a_port_with_a_certificate_is_for_people_alone() {
    let installation = InstalledBroker::open("tls-and-certificate");
    let second = installation.certificate_endpoint.expect("a second port");
    let enter = |user: &str| installation.enter_at(second, user, Version::V5);
    assert!(enter("esp-button").is_none(), "a node's key is no password");
    let keyed = Endpoint { tls: Tls::Keyed, ..second };
    assert!(installation.enter_at(keyed, "viewer", Version::V5).is_none(), "and keys are of no use here");
    let mut viewer = enter("viewer").expect("in");
    let mut button = installation.enter("esp-button").expect("in by its key");
    assert!(installation.may_publish(&mut button, STATUS, "one"));
    assert!(received(&mut viewer, STATUS).is_empty(), "the rights are the same");
    let report = installation.apply(SECOND, true).expect("applied");
    assert_eq!(report, Report { changed: true, in_force: true, restart: vec![] });
    assert!(installation.may_publish(&mut button, STATUS, "two"), "the link is the same");
    assert_eq!(received(&mut viewer, STATUS), ["two"]);
    assert!(!installation.apply(SECOND, true).expect("applied").changed);
}

#[test]
fn broken_files_are_refused_and_the_running_broker_is_left_alone() {
    let installation = InstalledBroker::open("password");
    let mut links = ["esp-button", "viewer", "desk"].map(|user| installation.enter(user).expect("in"));
    let before = installation.installed();
    type Fault<'f> = (&'f str, fn(&mut Files), &'f str);
    let anonymous = |files: &mut Files| {
        // A client without a name has no identifier either, where names are identifiers.
        files.configuration = without(&files.configuration, "use_username_as_clientid");
        files.configuration = files.configuration.replace("allow_anonymous false", "allow_anonymous true");
    };
    let faults: [Fault<'_>; 8] = [
        ("nameless clients", anonymous, "gets in without a name"),
        ("no passwords", |files| files.configuration = without(&files.configuration, "password_file"), "REFUSED"),
        ("a garbage line", |files| files.acl += "garbage\n", "Invalid line in acl_file"),
        ("a bad wildcard", |files| files.acl += "user desk\ntopic read a/#/b\n", "Invalid ACL topic"),
        ("a user without a name", |files| files.acl += "user\n", "does not start"),
        ("half of the passwords", |files| files.credentials.1 = first_lines(&files.credentials.1, 2), "not whole"),
        ("no rules at all", |files| files.configuration = without(&files.configuration, "acl_file"), "everybody may"),
        ("an option of nowhere", |files| files.configuration += "max_conections 3\n", "does not start"),
    ];
    for (what, break_it, why) in faults {
        let mut files = installation.files(SECOND);
        break_it(&mut files);
        let error = format!("{:#}", installation.deployment(SECOND, true).install(&files).expect_err(what));
        assert!(error.starts_with("REFUSED, nothing was touched") && error.contains(why), "{what}: {error}");
        assert_eq!(installation.installed(), before, "{what}");
    }
    assert!(!installation.log().contains("Reloading config"), "{}", installation.log());
    let [button, viewer, desk] = &mut links;
    assert!(installation.may_publish(button, STATUS, "one"));
    assert_eq!((received(viewer, STATUS).len(), received(desk, STATUS).len()), (0, 1));
}

fn first_lines(text: &str, count: usize) -> String {
    text.split_inclusive('\n').take(count).collect()
}

/// Without the lines of an option, or of a plugin that stands for it.
fn without(text: &str, option: &str) -> String {
    text.lines().filter(|line| !line.contains(option)).map(|line| format!("{line}\n")).collect()
}

/// A broker whose own configuration names rules elsewhere: what was tried is not what it reads.
fn with_rules_elsewhere() -> (InstalledBroker, std::path::PathBuf) {
    let elsewhere = |installation: &InstalledBroker| installation.folder.path().join("elsewhere");
    let installation = InstalledBroker::open_with("yard", "password", |installation| {
        std::fs::copy(installation.site().join("acl"), elsewhere(installation)).expect("copied");
        let text = std::fs::read_to_string(installation.site().join("mosquitto.conf")).expect("there");
        without(&text, "acl_file") + &format!("acl_file {}\n", elsewhere(installation).display())
    });
    let path = elsewhere(&installation);
    (installation, path)
}

#[test]
fn a_broker_that_failed_open_is_stopped_at_once() {
    let (mut installation, rules) = with_rules_elsewhere();
    std::fs::write(rules, "garbage\n").expect("written");
    let error = format!("{:#}", installation.apply(SECOND, true).expect_err("it can't read its rules"));
    let status = installation.service.as_mut().expect("started").child.wait().expect("a child");
    match installed::found().expect("installed").1 {
        Release::V20 => {
            assert!(error.contains("THE BROKER FAILED OPEN") && error.contains("SIGTERM"), "{error}");
            assert!(status.success(), "it ended in order: {status}");
        }
        // It ends by itself instead.
        Release::V21 => assert!(error.contains("the broker has ended"), "{error}"),
    }
    assert!(std::net::TcpStream::connect((installation.endpoint.host, installation.endpoint.port)).is_err());
}

#[test]
fn a_signal_goes_to_nobody_but_the_broker() {
    let mut installation = InstalledBroker::open("password");
    let refused = |installation: &InstalledBroker, text: &str, why: &str| {
        std::fs::write(installation.pid_file(), text).expect("written");
        let error = format!("{:#}", installation.apply(SECOND, true).expect_err(why));
        assert!(error.contains(why), "{error}");
    };
    let before = installation.installed();
    refused(&installation, &std::process::id().to_string(), "does not listen on port");
    refused(&installation, "", "does not hold the number of a process");
    refused(&installation, "-1", "does not hold the number of a process");
    refused(&installation, "mosquitto", "does not hold the number of a process");
    let child = &mut installation.service.as_mut().expect("started").child;
    child.kill().expect("stopped");
    child.wait().expect("a child");
    let number = child.id().to_string();
    refused(&installation, &number, "is the broker running?");
    assert_eq!(installation.installed(), before);
}

#[test]
fn a_change_that_waits_for_a_restart_is_said() {
    let installation = InstalledBroker::open("password");
    let deployment = installation.deployment_at(SECOND, true, None);
    let report =
        deployment.install(&deployment.files(&installation.secrets_file.secrets).expect("made")).expect("applied");
    assert_eq!(report.restart, [format!("`listener {}`", installation.endpoint.port)]);
    assert_eq!(xtask::commands::apply::close(&deployment, &report), Outcome::Findings);
    let mut viewer = installation.enter("viewer").expect("in");
    assert!(installation.may_publish(&mut installation.enter("esp-button").expect("in"), STATUS, "two"));
    assert_eq!(received(&mut viewer, STATUS), ["two"], "the rights are in force all the same");
}

#[test]
fn files_that_were_brought_before_are_taken_over_by_a_reload() {
    let installation = InstalledBroker::open("password");
    assert!(installation.apply(SECOND, false).expect("installed").changed);
    assert!(!installation.log().contains("Reloading config"));
    let report = installation.apply(SECOND, true).expect("applied");
    assert_eq!(report, Report { changed: false, in_force: true, restart: vec![] });
    let mut viewer = installation.enter("viewer").expect("in");
    assert!(installation.may_publish(&mut installation.enter("esp-button").expect("in"), STATUS, "two"));
    assert_eq!(received(&mut viewer, STATUS), ["two"]);
}

#[test]
fn a_folder_that_others_may_write_is_no_place() {
    use std::os::unix::fs::PermissionsExt;
    let installation = InstalledBroker::open("password");
    std::fs::set_permissions(installation.site(), PermissionsExt::from_mode(0o777)).expect("changed");
    let refused = |path: &std::path::Path| format!("{:#}", deploy::folder(path).expect_err("refused"));
    assert!(refused(&installation.site()).contains("others may write into"));
    assert!(refused(&installation.folder.path().join("nowhere")).contains("install -d -o mosquitto"));
}
