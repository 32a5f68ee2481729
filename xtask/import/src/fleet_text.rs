//! Parts of a fleet file as text, from the generator's own description of them. Knows how the fleet language is written
//! and its default values, nothing of the files that are imported.

use fleetwright_generator::syntax::{
    AtBootSpec, CrateSpec, CustomSpec, FollowsSpec, Named, PayloadSpec, Points, PullSpec, RoleKindSpec, RuleSpec,
    SaysSpec,
};
use fleetwright_generator::text::{At, Span, Text};

/// `debounce` of a `push_button` that has none, in milliseconds.
pub(crate) const DEBOUNCE_MS: u32 = 30;
/// `tick` of a `decision` that has none, in milliseconds.
pub(crate) const TICK_MS: u32 = 1_000;

/// A value that is in no file yet, and so has no place in one.
pub(crate) fn unplaced<T>(value: T) -> At<T> {
    At { value, span: Span::default() }
}

/// A text that is in no file yet.
pub(crate) fn text(value: impl Into<String>) -> Text {
    unplaced(value.into())
}

/// The value of `payload`: `{ one_of: ["OFF", "ON"] }`.
pub(crate) fn payload(payload: &PayloadSpec) -> String {
    match payload {
        PayloadSpec::Percent => "percent".to_owned(),
        PayloadSpec::Bit => "bit".to_owned(),
        PayloadSpec::Number { min, max, step, unit } => {
            let step = step.as_ref().map(|step| format!(", step: {}", step.value)).unwrap_or_default();
            let unit = unit.as_ref().map(|unit| format!(", unit: {}", quoted(&unit.value))).unwrap_or_default();
            format!("{{ number: {{ min: {}, max: {}{step}{unit} }} }}", min.value, max.value)
        }
        PayloadSpec::OneOf(labels) => format!("{{ one_of: {} }}", list(labels)),
        PayloadSpec::Text { max } => format!("{{ text: {{ max: {} }} }}", max.value),
    }
}

/// An entry of `roles`, with its line ends; a decision takes a line for each rule.
pub(crate) fn role(name: &str, kind: &RoleKindSpec) -> String {
    let (kind, options) = match kind {
        RoleKindSpec::SwitchOutput { topic, active_high, at_boot, states: labels } => {
            let labels = states(labels.as_ref(), ["off", "on"]);
            ("switch_output", vec![followed(topic), active(*active_high), boot(at_boot.as_ref()), labels])
        }
        RoleKindSpec::DimmerOutput { topic, active_high, at_boot, fade } => (
            "dimmer_output",
            vec![followed(topic), time("fade", fade.value), active(*active_high), boot(at_boot.as_ref())],
        ),
        RoleKindSpec::PushButton { topic, level, pull, debounce, states: labels } => {
            let sends = level.then(|| "sends: level".to_owned());
            let labels = states(labels.as_ref(), ["released", "pressed"]);
            let debounce = time("debounce", *debounce).filter(|_| *debounce != DEBOUNCE_MS);
            ("push_button", vec![said(topic), sends, pulled(pull, PullSpec::Up), debounce, labels])
        }
        RoleKindSpec::DigitalInput { topic, pull, active_high, hold, states: labels } => {
            let hold = time("hold", *hold).filter(|_| *hold > 0);
            let labels = states(labels.as_ref(), ["inactive", "active"]);
            let pull = pulled(pull, PullSpec::None);
            ("digital_input", vec![said(topic), pull, active(*active_high), hold, labels])
        }
        RoleKindSpec::AnalogInput { publish, every, change, map } => {
            let change = change.as_ref().map(|change| format!("change: {}", change.value));
            let map = map.as_ref().map(points);
            ("analog_input", vec![key("publish", publish), time("every", *every), change, map])
        }
        RoleKindSpec::Decision { topic, rules, tick } => {
            return decision(name, topic, rules, *tick);
        }
        RoleKindSpec::SerialLog { subscribe } => ("serial_log", vec![Some(format!("subscribe: {}", list(subscribe)))]),
        RoleKindSpec::Custom(role) => ("custom", custom(role)),
    };
    let options: Vec<String> = options.into_iter().flatten().collect();
    format!("  {name}: {{ {kind}: {{ {} }} }}\n", options.join(", "))
}

fn key(word: &str, topic: &Text) -> Option<String> {
    Some(format!("{word}: {}", topic.value))
}

fn followed(topic: &FollowsSpec) -> Option<String> {
    match topic {
        FollowsSpec::Subscribe(topic) => key("subscribe", topic),
        FollowsSpec::Owns(topic) => key("owns", topic),
    }
}

fn said(topic: &SaysSpec) -> Option<String> {
    match topic {
        SaysSpec::Publish(topic) => key("publish", topic),
        SaysSpec::Sets(topic) => key("sets", topic),
    }
}

/// `at_boot: last`; what is off need not be written.
fn boot(at_boot: Option<&At<AtBootSpec>>) -> Option<String> {
    match at_boot?.value {
        AtBootSpec::Off => None,
        AtBootSpec::On => Some("at_boot: on".to_owned()),
        AtBootSpec::Last => Some("at_boot: last".to_owned()),
    }
}

fn time(key: &str, ms: u32) -> Option<String> {
    Some(format!("{key}: {}", duration(ms)))
}

fn active(high: bool) -> Option<String> {
    (!high).then(|| "active: low".to_owned())
}

fn pulled(pull: &At<PullSpec>, default: PullSpec) -> Option<String> {
    let direction = match pull.value {
        PullSpec::None => "none",
        PullSpec::Up => "up",
        PullSpec::Down => "down",
    };
    (pull.value != default).then(|| format!("pull: {direction}"))
}

/// `states: { "ON": on, "OFF": off }`
fn states(states: Option<&At<Vec<Named<bool>>>>, [off, on]: [&str; 2]) -> Option<String> {
    let state = |label: &Named<bool>| format!("{}: {}", quoted(&label.name.value), if label.value { on } else { off });
    let labels: Vec<String> = states?.value.iter().map(state).collect();
    Some(format!("states: {{ {} }}", labels.join(", ")))
}

/// `map: [[0, 0], [1023, 3.30]]`
fn points(points: &Points) -> String {
    let points = points.value.iter().map(|(reading, figure)| format!("[{}, {}]", reading.value, figure.value));
    format!("map: [{}]", points.collect::<Vec<_>>().join(", "))
}

fn decision(name: &str, topic: &SaysSpec, rules: &[RuleSpec], tick: u32) -> String {
    let mut text = format!("  {name}:\n    decision:\n      {}\n", said(topic).unwrap_or_default());
    if tick != TICK_MS {
        text += &format!("      tick: {}\n", duration(tick));
    }
    text += "      rules:\n";
    for RuleSpec { when, then } in rules {
        let when = when.value.replace('\'', "''");
        text += &format!("        - {{ when: '{when}', then: {} }}\n", quoted(&then.value));
    }
    text
}

fn custom(role: &CustomSpec) -> Vec<Option<String>> {
    let texts = |key: &str, texts: &[Text]| (!texts.is_empty()).then(|| format!("{key}: {}", list(texts)));
    let crates: Vec<String> = role.crates.iter().map(package).collect();
    vec![
        Some(format!("source: {}", quoted(&role.source.value))),
        texts("subscribe", &role.subscribe),
        texts("publish", &role.publish),
        texts("owns", &role.owns),
        texts("sets", &role.sets),
        texts("pins", &role.pins),
        (!crates.is_empty()).then(|| format!("crates: {{ {} }}", crates.join(", "))),
    ]
}

/// `bme280: { version: 0.5.0, default-features: false }`
fn package(package: &Named<CrateSpec>) -> String {
    let CrateSpec { version, features, default_features } = &package.value;
    let features = if features.is_empty() { String::new() } else { format!(", features: {}", list(features)) };
    let defaults = if *default_features { "" } else { ", default-features: false" };
    format!("{}: {{ version: \"{}\"{features}{defaults} }}", package.name.value, version.value)
}

/// `["OFF", "ON"]`
fn list(texts: &[Text]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(&text.value)).collect::<Vec<_>>().join(", "))
}

/// `60s`, `1500ms`
fn duration(ms: u32) -> String {
    if ms.is_multiple_of(1_000) { format!("{}s", ms / 1_000) } else { format!("{ms}ms") }
}

/// A text as YAML, with quotes where it needs some.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.');
    let number = text.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok();
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_keyword = matches!(text.to_lowercase().as_str(), "on" | "off" | "yes" | "no" | "true" | "false" | "null");
    if number || starts && !is_keyword && text.chars().all(plain) {
        return text.to_owned();
    }
    let inside: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", inside.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fleetwright_generator::syntax::parse;
    use fleetwright_generator::text::Source;

    #[test]
    fn texts_that_yaml_would_misread_get_quotes() {
        assert_eq!(
            ["ON", "D1", "5", "a b", "a\"b", "", "#x", "room/light"].map(quoted),
            ["\"ON\"", "D1", "5", "\"a b\"", "\"a\\\"b\"", "\"\"", "\"#x\"", "room/light"]
        );
    }

    #[test]
    fn every_kind_of_role_and_payload_is_written_as_it_is_read() {
        let topics = "  a: { payload: percent }\n  b: { payload: bit }\n  c: { payload: { one_of: [\"OFF\", \"ON\"] } }\n  \
                      d: { payload: { number: { min: 0, max: 3.30, step: 0.01, unit: V } } }\n  \
                      e: { payload: { text: { max: 20 } } }\n";
        let roles = "  lamp: { switch_output: { subscribe: c, active: low, at_boot: on, states: { \"ON\": on, \"OFF\": off } } }\n  \
                     strip: { dimmer_output: { subscribe: a, fade: 1500ms, active: low } }\n  \
                     key: { push_button: { publish: c, sends: level, pull: down, debounce: 40ms } }\n  \
                     plain-key: { push_button: { publish: c } }\n  \
                     door: { digital_input: { publish: c, pull: up, active: low, hold: 120s } }\n  \
                     plain-door: { digital_input: { publish: c } }\n  \
                     level: { analog_input: { publish: d, every: 30s, change: 0.05, map: [[0, 0], [1023, 3.30]] } }\n  \
                     choice:\n    decision:\n      publish: c\n      tick: 5s\n      rules:\n        - { when: 'd > 2 && c == ''ON''', then: \"OFF\" }\n  \
                     log: { serial_log: { subscribe: [a, b] } }\n  \
                     air: { custom: { source: roles/air.rs, subscribe: [a], publish: [d], pins: [sda, scl], crates: { bme280: { version: \"0.5\", features: [sync], default-features: false } } } }\n";
        let fleet =
            format!("fleet: x\nbroker: {{ host: h, security: none }}\ntopics:\n{topics}roles:\n{roles}nodes: {{}}\n");
        let spec = parse(&Source::new("x.yaml", fleet)).unwrap_or_else(|findings| panic!("{findings:?}"));
        let written: String = spec.roles.iter().map(|entry| role(&entry.name.value, &entry.value.kind)).collect();
        assert_eq!(written, roles);
        let written = spec
            .topics
            .iter()
            .map(|entry| format!("  {}: {{ payload: {} }}\n", entry.name.value, payload(&entry.value.payload.value)));
        assert_eq!(written.collect::<String>(), topics);
    }
}
