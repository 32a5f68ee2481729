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
    for broker in ["{ host: broker.local }", "{ host: Broker.LOCAL }", "{ host: broker.local. }"] {
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
