//! The broker of a fleet: one Mosquitto, or a cluster.

use fleetwright_generator::model::Engine;
use fleetwright_generator::text::Source;

const REST: &str = "topics: { light: { path: a/light, payload: bit } }\nroles:\n  lamp: { switch_output: { subscribe: light } }\n  \
                    button: { push_button: { publish: light } }\nnodes:\n  one: { board: d1_mini, roles: { lamp: { pin: D1 } } }\n  \
                    two: { board: d1_mini, roles: { button: { pin: D2 } } }\n";

/// The sentences of the errors, with what they stand at.
fn messages(broker: &str) -> Vec<String> {
    let text = format!("fleet: attic\nbroker: {broker}\n{REST}");
    let source = Source::new("attic.yaml", &*text);
    let Err(findings) = fleetwright_generator::check(&source) else { return Vec::new() };
    findings.0.iter().map(|finding| finding.message.clone()).collect()
}

#[test]
fn a_cluster_has_several_hosts_and_passwords() {
    let text = format!("fleet: attic\nbroker: {{ engine: ejabberd, hosts: [a, b] }}\n{REST}");
    let (fleet, _) = fleetwright_generator::check(&Source::new("attic.yaml", &*text)).expect("no errors");
    assert_eq!((fleet.broker.engine, fleet.broker.hosts.len()), (Engine::Ejabberd, 2));
    assert_eq!(
        messages("{ engine: ejabberd, hosts: [a, b], security: tls }"),
        ["with `engine: ejabberd` there is no `security: tls`"]
    );
    let open = messages("{ engine: ejabberd, hosts: [a, b], security: open }");
    assert!(open.contains(&"with `engine: ejabberd` there is no `security: open`".to_owned()), "{open:?}");
}

/// The features of the chip's platform in a manifest.
fn chip_features(broker: &str) -> String {
    let text = format!("fleet: attic\nbroker: {broker}\n{REST}");
    let source = Source::new("attic.yaml", &*text);
    let output = fleetwright_generator::generate(&source, &Default::default()).expect("no errors");
    let manifest = output.artifacts.iter().find(|artifact| artifact.path.ends_with("one/Cargo.toml"));
    let text = &manifest.expect("a manifest").text;
    let line = text.lines().find(|line| line.starts_with("fleetwright-chip")).expect("the platform");
    line.split_once("features = ").map_or("", |(_, features)| features.trim_end_matches(" }")).to_owned()
}

#[test]
fn nodes_that_look_for_local_names_can_do_so_and_no_others() {
    for broker in ["{ host: broker.local }", "{ host: Broker.LOCAL }"] {
        assert_eq!(chip_features(broker), r#"["mdns"]"#, "{broker}");
    }
    for broker in ["{ host: 192.168.1.10 }", "{ host: broker }", "{ host: broker.local.example.org }"] {
        assert_eq!(chip_features(broker), "", "{broker}");
    }
    assert_eq!(chip_features("{ engine: ejabberd, hosts: [a, b] }"), r#"["cluster"]"#);
    let mixed = "{ engine: ejabberd, hosts: [192.168.1.10, b.local] }";
    assert_eq!(chip_features(mixed), r#"["cluster", "mdns"]"#);
    assert_eq!(chip_features("{ host: b.local, security: tls-pinned }"), r#"["mdns", "pinned"]"#);
}

#[test]
fn a_port_with_a_certificate_goes_with_keys() {
    assert_eq!(messages("{ host: a, security: tls, certificate_port: 8884 }"), [""; 0]);
    assert_eq!(messages("{ host: a, security: tls, certificate_port: 8883 }"), ["that port is the one with keys"]);
    assert_eq!(
        messages("{ host: a, security: tls-pinned, certificate_port: 8884 }"),
        ["with `tls-pinned` there is one port, and it shows a certificate to everybody"]
    );
    assert_eq!(
        messages("{ host: a, certificate_port: 8884 }"),
        ["a port with a certificate goes with `security: tls`"]
    );
    assert_eq!(messages("{ host: a, security: tls, certificate_port: 0 }").len(), 1);
}

#[test]
fn what_makes_no_sense_is_told() {
    assert_eq!(messages("{ hosts: [a, b] }"), ["Mosquitto is one broker on one machine"]);
    assert_eq!(messages("{ engine: ejabberd, host: a, hosts: [b, c] }"), ["the broker has both `host` and `hosts`"]);
    assert_eq!(messages("{ engine: ejabberd, hosts: [a, b, a] }"), ["`a` is one broker, not two"]);
    assert_eq!(
        messages("{ engine: ejabberd, hosts: [a, b, c, d, e, f, g, h, i] }"),
        ["a node knows 8 brokers at most"]
    );
    assert_eq!(messages("{ engine: ejabberd, hosts: ['a b'] }"), ["`a b` is neither an address nor a host name"]);
    assert_eq!(messages("{ engine: ejabberd, hosts: [] }").len(), 1);
    assert_eq!(messages("{ engine: ejabberd, hosts: a }").len(), 1);
}

/// The sentences of the errors about a host.
fn host(host: &str) -> Vec<String> {
    messages(&format!("{{ host: {host:?} }}"))
}

#[test]
fn hosts_are_addresses_of_other_machines_or_names() {
    let label = "n".repeat(63);
    let longest = [label.as_str(), &label, &label, &"n".repeat(61)].join(".");
    for right in
        ["192.168.1.10", "10.0.0.255", "broker.local", "b", "my_broker", "7up.local", "a-1.b", &label, &longest]
    {
        assert_eq!(host(right), [""; 0], "{right}");
    }
    for (wrong, part) in [
        ("", "is empty"),
        ("127.0.0.1", "means the machine itself"),
        ("127.1.2.3", "means the machine itself"),
        ("localhost", "means the machine itself"),
        ("LocalHost", "means the machine itself"),
        ("broker.localhost", "means the machine itself"),
        ("::1", "IPv6"),
        ("[::1]:1883", "IPv6"),
        ("fe80::1%eth0", "IPv6"),
        ("0.0.0.0", "all addresses of a server"),
        ("224.0.0.251", "multicast"),
        ("239.255.255.255", "multicast"),
        ("255.255.255.255", "broadcast"),
        ("250.1.1.1", "reserved"),
        ("192.168.1.300", "no IPv4 address"),
        ("192.168.1", "no IPv4 address"),
        ("192.168.1.10.5", "no IPv4 address"),
        ("192.168.01.10", "no IPv4 address"),
        ("192.168.1.-1", "begins or ends with `-`"),
        ("1883", "no IPv4 address"),
        ("0x7f000001", "no IPv4 address"),
        ("broker.5", "no IPv4 address"),
        ("192.168.1.10:1883", "in one text"),
        ("broker.local:", "in one text"),
        ("mqtt://192.168.1.10", "is a URL"),
        ("my broker", "neither an address"),
        ("br\u{f6}ker", "neither an address"),
        ("192.168.1.10/24", "neither an address"),
        ("192.168.1.*", "neither an address"),
        ("a..b", "a dot too many"),
        ("broker.local.", "ends with a dot"),
        ("-broker", "begins or ends with `-`"),
        (&"n".repeat(64), "has 64 bytes, and 63"),
        (&format!("{longest}n"), "has 254 bytes, and 253"),
    ] {
        let found = host(wrong);
        assert!(found.len() == 1 && found[0].contains(part), "{wrong}: {found:?}");
    }
}

#[test]
fn a_url_is_answered_without_its_password() {
    let text = format!("fleet: attic\nbroker: {{ host: 'mqtts://me:hunter2@broker.local:8884/x' }}\n{REST}");
    let findings = fleetwright_generator::check(&Source::new("attic.yaml", &*text)).expect_err("a URL").0;
    let finding = &findings[0];
    let said = format!("{} {:?} {:?}", finding.message, finding.help, finding.notes);
    assert!(!said.contains("hunter2"), "{said}");
    assert!(finding.help[0].starts_with("write `host: broker.local` and `port: 8884`; encryption"), "{said}");
}
