//! One device: its board, its network, and each of its parts.

use super::super::yaml::{Kind, Place, Tree};
use super::actions::{self, Actor, Rule, Step, What};
use super::draft::{Draft, Node, Payload, Role, Topic, name, quoted};
use anyhow::{Result, bail};
use fleetwright_generator::fleet::board;

/// Words of parts that only people and Home Assistant see.
const LOOKS: [&str; 14] = [
    "platform",
    "name",
    "id",
    "icon",
    "device_class",
    "entity_category",
    "internal",
    "disabled_by_default",
    "state_class",
    "accuracy_decimals",
    "unit_of_measurement",
    "discovery",
    "retain",
    "qos",
];

/// A device, while it is read.
struct Device<'t> {
    tree: &'t Tree,
    /// Begins the keys of its topics where there are several devices.
    start: String,
    prefix: String,
    /// Pins of outputs, by their ids.
    outputs: Vec<(String, Pin, bool)>,
    actors: Vec<Actor>,
}

/// A pin as ESPHome describes it.
#[derive(Clone)]
struct Pin {
    text: String,
    inverted: bool,
    pull: &'static str,
}

/// Takes a device over.
pub(super) fn take(tree: &Tree, several: bool, draft: &mut Draft) -> Result<()> {
    let Some(own) = tree.get("esphome") else { bail!("{}: no `esphome:`, so this is no device", tree.place) };
    for chip in ["esp32", "rp2040", "bk72xx", "rtl87xx", "nrf52", "host"] {
        if let Some(other) = tree.get(chip) {
            bail!("{}: the device is an {chip}, and Fleetwright builds for the ESP8266", other.place);
        }
    }
    if own.word("platform").is_some_and(|platform| !platform.eq_ignore_ascii_case("esp8266")) {
        bail!("{}: the device is no ESP8266, and Fleetwright builds for no other chip", own.place);
    }
    let called = name(own.word("name").unwrap_or("node"), '-');
    let taken =
        draft.nodes.iter().filter(|node| node.name == called || node.name.starts_with(&format!("{called}-"))).count();
    let called = if taken > 0 { format!("{called}-{}", taken + 1) } else { called };
    let wanted = tree.get("esp8266").and_then(|chip| chip.get("board")).or(own.get("board"));
    let board = wanted_board(wanted, tree, draft);
    let prefix =
        tree.get("mqtt").and_then(|mqtt| mqtt.word("topic_prefix")).unwrap_or(own.word("name").unwrap_or("node"));
    let mut device = Device {
        tree,
        start: if several { format!("{}_", name(&called, '_')) } else { String::new() },
        prefix: prefix.to_owned(),
        outputs: Vec::new(),
        actors: Vec::new(),
    };
    draft.nodes.push(Node { name: called, board, ..Node::default() });
    device.network(draft);
    for part in device.parts("output") {
        device.output(part, draft);
    }
    for part in device.parts("switch") {
        device.switch(part, draft);
    }
    for part in device.parts("light") {
        device.light(part, draft);
    }
    for part in device.parts("binary_sensor") {
        device.contact(part, draft);
    }
    for part in device.parts("sensor") {
        device.sensor(part, draft);
    }
    device.rest(draft);
    Ok(())
}

fn wanted_board(wanted: Option<&Tree>, device: &Tree, draft: &mut Draft) -> String {
    let (text, place) =
        (wanted.and_then(Tree::text).unwrap_or_default(), wanted.map_or(&device.place, |tree| &tree.place));
    if board(text).is_some() {
        return text.to_owned();
    }
    let like = if text.starts_with("sonoff") || text.contains("8285") {
        "esp8285"
    } else if has_labels(device) {
        "d1_mini"
    } else {
        "esp12e"
    };
    draft.note(place, format_args!("there is no board `{text}`; taken for `{like}`: choose the one you have"));
    like.to_owned()
}

/// Whether pins are named by what is printed on a board.
fn has_labels(tree: &Tree) -> bool {
    match &tree.kind {
        Kind::Scalar(text, _) => text.strip_prefix('D').is_some_and(|rest| rest.parse::<u8>().is_ok()),
        Kind::List(items) => items.iter().any(has_labels),
        Kind::Map(entries) => entries.iter().any(|(_, value)| has_labels(value)),
    }
}

fn pin(tree: Option<&Tree>) -> Option<Pin> {
    let tree = tree?;
    if let Some(text) = tree.text() {
        return Some(Pin { text: text.to_owned(), inverted: false, pull: "none" });
    }
    let known = ["number", "inverted", "mode", "allow_other_uses", "ignore_strapping_warning"];
    if tree.entries().iter().any(|(key, _)| !known.contains(&key.as_str())) {
        return None;
    }
    let mode = tree.get("mode");
    let word = mode.and_then(Tree::text).unwrap_or_default().to_uppercase();
    let has = |key: &str| mode.is_some_and(|mode| mode.flag(key));
    let pull = if word.contains("PULLUP") || has("pullup") {
        "up"
    } else if word.contains("PULLDOWN") || has("pulldown") {
        "down"
    } else {
        "none"
    };
    Some(Pin { text: tree.word("number")?.to_owned(), inverted: tree.flag("inverted"), pull })
}

/// `60s`, `1min`, `500 ms`, `10sec` in the fleet language.
fn duration(text: &str) -> Option<String> {
    let text = text.trim();
    let start = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (figure, unit) = text.split_at(start);
    let figure: f64 = figure.trim().parse().ok().filter(|figure| *figure >= 0.0)?;
    let ms = figure
        * match unit.trim() {
            "ms" | "milliseconds" => 1.0,
            "s" | "sec" | "second" | "seconds" => 1_000.0,
            "min" | "mins" | "minute" | "minutes" => 60_000.0,
            "h" | "hour" | "hours" => 3_600_000.0,
            _ => return None,
        };
    let ms = (ms < 1e9).then(|| ms.round() as u64)?;
    Some(if ms % 1_000 == 0 { format!("{}s", ms / 1_000) } else { format!("{ms}ms") })
}

impl<'t> Device<'t> {
    fn parts(&self, key: &str) -> &'t [Tree] {
        self.tree.get(key).map(Tree::items).unwrap_or_default()
    }

    /// What a part is called, in its topics, and in the fleet.
    fn called(&self, part: &Tree, draft: &Draft) -> (String, String) {
        let own = part.word("name").filter(|name| !name.is_empty()).or(part.word("id")).unwrap_or("unnamed");
        let object = name(own, '_');
        let key = draft.free_key(&format!("{}{object}", self.start));
        (object, key)
    }

    fn add(&self, topic: Topic, role: Role, draft: &mut Draft) {
        draft.topics.push(topic);
        self.add_role(role, draft);
    }

    fn add_role(&self, role: Role, draft: &mut Draft) {
        if let Some(node) = draft.nodes.last_mut() {
            node.roles.push(role);
        }
    }

    /// Notes for what stands in a part and was not asked for.
    fn left(part: &Tree, taken: &[&str], draft: &mut Draft) {
        for (key, value) in part.entries() {
            if !taken.contains(&key.as_str()) && !LOOKS.contains(&key.as_str()) {
                draft.note(&value.place, format_args!("`{key}` has no counterpart"));
            }
        }
    }

    fn path(&self, part: &Tree, own: &str, otherwise: &[&str]) -> String {
        part.word(own).map_or_else(|| format!("{}/{}", self.prefix, otherwise.join("/")), str::to_owned)
    }

    fn network(&mut self, draft: &mut Draft) {
        if let Some(wifi) = self.tree.get("wifi") {
            for (key, value) in wifi.entries() {
                if !matches!(key.as_str(), "ssid" | "password" | "networks" | "id" | "domain") {
                    draft.note(&value.place, format_args!("`{key}` of `wifi` has no counterpart"));
                }
            }
            let wifi = wifi.get("networks").and_then(|all| all.items().first()).unwrap_or(wifi);
            let ssid = match wifi.get("ssid").map(|ssid| &ssid.kind) {
                Some(Kind::Scalar(name, Some(tag))) if tag == "secret" => Some(format!("!secret {name}")),
                Some(Kind::Scalar(text, None)) => Some(quoted(text)),
                _ => None,
            };
            Self::same(&mut draft.ssid, ssid, &wifi.place, "another Wi-Fi network", &mut draft.notes);
            if let Some(password) = wifi.get("password") {
                draft.note(
                    &password.place,
                    "the Wi-Fi password was not copied: it goes into fleets/secrets.yaml, as `wifi_password`",
                );
            }
        }
        let Some(mqtt) = self.tree.get("mqtt") else {
            draft.note(
                &self.tree.place,
                "the device spoke ESPHome's own protocol; its topics are those that it would have with MQTT",
            );
            return;
        };
        match mqtt.get("broker").map(|host| (host.text(), &host.place)) {
            Some((Some(host), place)) => {
                Self::same(&mut draft.host, Some(host.to_owned()), place, "another broker", &mut draft.notes);
            }
            Some((None, place)) => draft.note(place, "the broker's address is no secret here: write it into the fleet"),
            None => {}
        }
        draft.port = draft.port.take().or(mqtt.word("port").map(str::to_owned));
        for (key, value) in mqtt.entries() {
            match key.as_str() {
                "broker" | "port" | "topic_prefix" | "id" | "keepalive" | "client_id" => {}
                "username" | "password" => draft.note(
                    &value.place,
                    format_args!("`{key}`: every node gets a user and a password of its own, by `cargo xtask secrets`"),
                ),
                "discovery" | "discovery_prefix" | "discovery_retain" => {
                    draft.note(&value.place, format_args!("`{key}`: Home Assistant does not find nodes by itself"));
                }
                "birth_message" | "will_message" => draft.note(
                    &value.place,
                    format_args!("`{key}`: a node says `online` and `offline` on `<fleet>/<node>/status`"),
                ),
                _ => draft.note(&value.place, format_args!("`{key}` of `mqtt` has no counterpart")),
            }
        }
    }

    /// All devices of a fleet share one network and one broker: those of the first.
    fn same(first: &mut Option<String>, own: Option<String>, place: &Place, what: &str, notes: &mut Vec<String>) {
        if let (Some(first), Some(own)) = (&first, &own)
            && first != own
        {
            notes.push(format!("{place}: {what} than the first device's: the fleet has one"));
        }
        *first = first.take().or(own);
    }

    fn output(&mut self, part: &Tree, draft: &mut Draft) {
        let platform = part.word("platform").unwrap_or_default();
        let id = part.word("id").unwrap_or_default().to_owned();
        match (platform, pin(part.get("pin"))) {
            ("gpio" | "esp8266_pwm", Some(mut pin)) => {
                pin.inverted ^= part.flag("inverted");
                self.outputs.push((id, pin, platform == "esp8266_pwm"));
                Self::left(part, &["pin", "inverted"], draft);
            }
            ("gpio" | "esp8266_pwm", None) => draft.note(&part.place, "its pin is none of the chip's own"),
            _ => draft.note(&part.place, format_args!("an output of the kind `{platform}` has no counterpart")),
        }
    }

    fn switch(&mut self, part: &Tree, draft: &mut Draft) {
        let platform = part.word("platform").unwrap_or_default();
        let pin = match platform {
            "gpio" => pin(part.get("pin")).map(|mut pin| {
                pin.inverted ^= part.flag("inverted");
                pin
            }),
            "output" => part.word("output").and_then(|id| self.output_pin(id)).map(|(pin, _)| pin),
            _ => {
                draft.note(&part.place, format_args!("a switch of the kind `{platform}` has no counterpart"));
                return;
            }
        };
        self.on_off(part, "switch", pin, &["pin", "output", "inverted", "restore_mode", "command_topic"], draft);
    }

    fn output_pin(&self, id: &str) -> Option<(Pin, bool)> {
        self.outputs.iter().find(|(known, ..)| known == id).map(|(_, pin, pwm)| (pin.clone(), *pwm))
    }

    /// A switch, or a light without shades.
    fn on_off(&mut self, part: &Tree, component: &str, pin: Option<Pin>, taken: &[&str], draft: &mut Draft) {
        let Some(pin) = pin else {
            draft.note(&part.place, "its pin is none of the chip's own");
            return;
        };
        let (object, key) = self.called(part, draft);
        let mut options = Vec::new();
        if pin.inverted {
            options.push("active: low".to_owned());
        }
        let restore = part.get("restore_mode");
        if let Some(mode) = restore.and_then(Tree::text) {
            if mode.ends_with("_ON") {
                options.push("at_boot: on".to_owned());
            }
            if mode.starts_with("RESTORE") {
                let place = restore.map_or(&part.place, |tree| &tree.place);
                draft.note(place, "nothing is kept in flash: the retained topic brings the last state back");
            }
        }
        let path = self.path(part, "command_topic", &[component, &object, "command"]);
        self.actors.push(Actor { id: part.word("id").unwrap_or(&object).to_owned(), topic: key.clone() });
        let role = Role {
            key: key.replace('_', "-"),
            kind: "switch_output",
            topic: ("subscribe", key.clone()),
            options,
            pin: pin.text,
        };
        self.add(Topic { key, path, payload: Payload::Switch { toggled: false }, command: true }, role, draft);
        Self::left(part, taken, draft);
    }

    fn light(&mut self, part: &Tree, draft: &mut Draft) {
        let platform = part.word("platform").unwrap_or_default();
        let output = part.word("output").and_then(|id| self.output_pin(id));
        let taken = ["output", "restore_mode", "default_transition_length", "gamma_correct", "command_topic"];
        if matches!(platform, "binary" | "monochromatic" | "status_led") {
            draft.note(&part.place, "commands were JSON: now they are ON and OFF, or a number from 0 to 100");
        }
        match (platform, output) {
            ("binary" | "monochromatic", Some((pin, false))) => self.on_off(part, "light", Some(pin), &taken, draft),
            ("monochromatic", Some((pin, true))) => {
                let (object, key) = self.called(part, draft);
                let fade = part.word("default_transition_length").map_or(Some("1s".into()), duration);
                let mut options = vec![format!("fade: {}", fade.unwrap_or("1s".into()))];
                if pin.inverted {
                    options.push("active: low".to_owned());
                }
                let path = self.path(part, "command_topic", &["light", &object, "command"]);
                self.actors.push(Actor { id: part.word("id").unwrap_or(&object).to_owned(), topic: key.clone() });
                let topic = ("subscribe", key.clone());
                let role = Role { key: key.replace('_', "-"), kind: "dimmer_output", topic, options, pin: pin.text };
                self.add(Topic { key, path, payload: Payload::Percent, command: true }, role, draft);
                Self::left(part, &taken, draft);
            }
            ("status_led", _) => self.on_off(part, "light", pin(part.get("pin")), &["pin"], draft),
            ("binary" | "monochromatic", _) => draft.note(&part.place, "a light on an output that was not taken over"),
            _ => draft.note(&part.place, format_args!("a light of the kind `{platform}` has no counterpart")),
        }
    }

    fn contact(&mut self, part: &Tree, draft: &mut Draft) {
        let platform = part.word("platform").unwrap_or_default();
        if platform != "gpio" {
            draft.note(&part.place, format_args!("a binary sensor of the kind `{platform}` has no counterpart"));
            return;
        }
        let Some(mut pin) = pin(part.get("pin")) else {
            draft.note(&part.place, "its pin is none of the chip's own");
            return;
        };
        let mut hold = None;
        for filter in part.get("filters").map(Tree::items).unwrap_or_default() {
            for (kind, value) in filter.entries() {
                match (kind.as_str(), value.text()) {
                    ("invert", _) => pin.inverted = !pin.inverted,
                    ("delayed_off", Some(text)) if duration(text).is_some() => hold = duration(text),
                    _ => draft.note(&value.place, format_args!("the filter `{kind}` has no counterpart")),
                }
            }
            if filter.text() == Some("invert") {
                pin.inverted = !pin.inverted;
            }
        }
        let press = part.get("on_press").or(part.get("on_click"));
        let press: Vec<Step> = press.map_or(Vec::new(), |press| actions::steps(press, &self.actors, draft));
        if let [Step { topic, what: What::Toggle, .. }] = press.as_slice()
            && part.get("on_release").is_none()
            && self.button(part, &pin, topic, draft)
        {
            return;
        }
        self.digital_input(part, pin, hold, press, draft);
    }

    /// A button that toggles; `false`: its wiring is not that of a button.
    fn button(&self, part: &Tree, pin: &Pin, topic: &str, draft: &mut Draft) -> bool {
        let down = pin.pull == "down";
        if pin.inverted == down || pin.pull == "none" && !pin.inverted {
            return false;
        }
        let (_, key) = self.called(part, draft);
        let options = if pin.pull == "up" { Vec::new() } else { vec![format!("pull: {}", pin.pull)] };
        if let Some(Topic { payload: Payload::Switch { toggled }, .. }) = draft.topic(topic) {
            *toggled = true;
        }
        let switch = draft.nodes.iter_mut().flat_map(|node| &mut node.roles);
        for role in switch.filter(|role| role.kind == "switch_output" && role.topic.1 == topic) {
            let states = "states: { \"ON\": on, \"OFF\": off }".to_owned();
            if !role.options.contains(&states) {
                role.options.push(states);
            }
        }
        let topic = ("publish", topic.to_owned());
        let role = Role { key: key.replace('_', "-"), kind: "push_button", topic, options, pin: pin.text.clone() };
        self.add_role(role, draft);
        draft.note(&part.place, "the button toggles the switch's topic; it has no state of its own any more");
        Self::left(part, &["pin", "filters", "on_press", "on_click"], draft);
        true
    }

    fn digital_input(&self, part: &Tree, pin: Pin, hold: Option<String>, press: Vec<Step>, draft: &mut Draft) {
        let (object, key) = self.called(part, draft);
        let mut options = Vec::new();
        if pin.pull != "none" {
            options.push(format!("pull: {}", pin.pull));
        }
        if pin.inverted {
            options.push("active: low".to_owned());
        }
        options.extend(hold.map(|hold| format!("hold: {hold}")));
        let path = self.path(part, "state_topic", &["binary_sensor", &object, "state"]);
        let role = Role {
            key: key.replace('_', "-"),
            kind: "digital_input",
            topic: ("publish", key.clone()),
            options,
            pin: pin.text,
        };
        let topic = Topic { key: key.clone(), path, payload: Payload::Switch { toggled: false }, command: false };
        self.add(topic, role, draft);
        let mut rules = Vec::new();
        for step in press {
            match step.what {
                What::To(value) => rules.push((format!("{key} == \"ON\""), step.topic, value)),
                What::Toggle => draft
                    .note(&step.place, "toggling is what a `push_button` does; a rule can't: decide what should be"),
            }
        }
        if let Some(release) = part.get("on_release") {
            rules.extend(actions::rules(&format!("{key} == \"OFF\""), release, &self.actors, draft));
        }
        Self::decide(rules, draft);
        Self::left(part, &["pin", "filters", "on_press", "on_click", "on_release", "state_topic"], draft);
    }

    fn sensor(&mut self, part: &Tree, draft: &mut Draft) {
        let platform = part.word("platform").unwrap_or_default();
        if platform != "adc" || part.word("pin").is_none_or(|pin| !matches!(pin, "A0" | "17" | "GPIO17")) {
            let way = "a `custom` role can use a driver crate for it";
            draft.note(&part.place, format_args!("a sensor of the kind `{platform}`: {way}"));
            return;
        }
        let (object, key) = self.called(part, draft);
        let (mut factor, mut change) = (1.0, 0.01);
        for filter in part.get("filters").map(Tree::items).unwrap_or_default() {
            for (kind, value) in filter.entries() {
                let figure = value.text().and_then(|text| text.parse::<f64>().ok());
                match (kind.as_str(), figure) {
                    ("multiply", Some(by)) if by > 0.0 && by * factor < 1e6 => factor *= by,
                    ("delta", Some(least)) if least >= 0.01 => change = least,
                    _ => draft.note(&value.place, format_args!("the filter `{kind}` has no counterpart")),
                }
            }
        }
        let every = part.get("update_interval");
        let spelled = every.and_then(Tree::text).map_or(Some("60s".to_owned()), duration);
        if let (None, Some(every)) = (&spelled, every) {
            draft.note(&every.place, "this interval; it measures every 60 s");
        }
        let unit = part.word("unit_of_measurement").unwrap_or("V").to_owned();
        let path = self.path(part, "state_topic", &["sensor", &object, "state"]);
        let options = vec![
            format!("every: {}", spelled.unwrap_or("60s".into())),
            format!("change: {change:.2}"),
            format!("map: [[0, 0], [1023, {factor:.2}]]"),
        ];
        let topic = ("publish", key.clone());
        let role = Role { key: key.replace('_', "-"), kind: "analog_input", topic, options, pin: "A0".into() };
        let payload = Payload::Volts { max: (factor * 100.0).round() / 100.0, unit };
        self.add(Topic { key: key.clone(), path, payload, command: false }, role, draft);
        if let Some(ranges) = part.get("on_value_range") {
            Self::decide(actions::ranges(&key, ranges, &self.actors, draft), draft);
        }
        if let Some(automation) = part.get("on_value") {
            Self::decide(actions::condition(&key, automation, &self.actors, draft), draft);
        }
        let taken = ["pin", "filters", "update_interval", "state_topic", "on_value_range", "on_value"];
        Self::left(part, &taken, draft);
    }

    fn decide(rules: Vec<Rule>, draft: &mut Draft) {
        // Two nodes with rules for one topic would contradict each other: the first that had some gets all of them.
        for (when, topic, value) in rules {
            let mut all = draft.nodes.iter_mut().flat_map(|node| &mut node.decisions);
            match all.find(|(known, _)| *known == topic) {
                Some((_, rules)) => rules.push((when, value)),
                None => {
                    if let Some(node) = draft.nodes.last_mut() {
                        node.decisions.push((topic, vec![(when, value)]));
                    }
                }
            }
        }
    }

    /// Notes for all that has no counterpart.
    fn rest(&self, draft: &mut Draft) {
        for (key, value) in self.tree.entries() {
            let why = match key.as_str() {
                "esphome" | "esp8266" | "wifi" | "mqtt" | "output" | "switch" | "light" | "binary_sensor"
                | "sensor" | "substitutions" => continue,
                "logger" if value.word("baud_rate") == Some("0") => "nodes always print on the serial log, on TX",
                "logger" => continue,
                "packages" => "it lies elsewhere, and was not fetched",
                "api" => "a fleet speaks MQTT alone",
                "ota" => "images are flashed over USB",
                "web_server" | "captive_portal" => "nodes serve no pages",
                "i2c" | "spi" | "uart" | "one_wire" | "dallas" => "a bus belongs to a `custom` role here",
                "status_led" => "a `switch_output` on a topic of your own can do that",
                "interval" | "script" | "globals" => {
                    "programs of ESPHome's; a `decision` or a `custom` role can do that"
                }
                _ => "there is no counterpart",
            };
            draft.note(&value.place, format_args!("`{key}`: {why}"));
        }
        let own: Option<&Tree> = self.tree.get("esphome");
        for (key, value) in own.map(Tree::entries).unwrap_or_default() {
            if matches!(key.as_str(), "on_boot" | "on_loop" | "on_shutdown" | "includes" | "libraries") {
                let place: &Place = &value.place;
                draft.note(place, format_args!("`{key}`: there is no counterpart"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [("60s", "60s"), ("1min", "60s"), ("1.5 s", "1500ms"), ("500 ms", "500ms"), ("2 hours", "7200s")];
        for (theirs, ours) in cases {
            assert_eq!(duration(theirs).as_deref(), Some(ours));
        }
        for odd in ["never", "", "5", "-1s", "1d", "1e30h"] {
            assert_eq!(duration(odd), None, "{odd}");
        }
    }
}
