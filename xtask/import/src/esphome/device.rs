//! One device while it is read: what its components have in common, and what later ones need of earlier ones. Knows no
//! kind of component.

use super::super::yaml::Tree;
use super::draft::Draft;
use super::extras::Extra;
use super::names::{name, object_id};
use super::pin::Pin;
use super::report::NoteKind;
use fleetwright_generator::model::board;

/// A device, while it is read.
pub(super) struct Device<'t> {
    pub(super) tree: &'t Tree,
    own_name: String,
    /// The board that it is taken for.
    pub(super) board: String,
    /// Begins the keys of its topics; empty for the only device of a fleet.
    pub(super) key_prefix: String,
    /// Begins the paths of its topics.
    pub(super) topic_prefix: String,
    pub(super) outputs: Vec<Output>,
    /// What its automations can switch.
    pub(super) targets: Vec<Target>,
    /// What is written when all components are known.
    pub(super) extras: Vec<Extra>,
    /// Whether a note tells where commands go that went to ESPHome's default topics.
    pub(super) told_commands: bool,
    placed: Vec<Placed>,
}

/// An entry of `output:`, for the switches and lights that use it.
pub(super) struct Output {
    pub(super) id: String,
    pub(super) pin: Pin,
    pub(super) pwm: bool,
}

/// A pin that a role has.
struct Placed {
    /// The number of the pin.
    number: String,
    /// The key of the role.
    key: String,
    /// Whether another part may use it too.
    shared: bool,
}

/// A component that automations can switch: its `id`, and the settable topic that it owns.
pub(super) struct Target {
    pub(super) id: String,
    pub(super) topic: String,
    /// Whether the topic is a percentage.
    pub(super) dims: bool,
}

/// What a component is called.
pub(super) struct Names {
    /// In the paths of its topics.
    pub(super) object: String,
    /// In the fleet: the key of its topic. Its role has the same, with `-` in place of `_`.
    pub(super) key: String,
}

impl<'t> Device<'t> {
    /// A device of which nothing is read yet. `key_prefix` begins the keys of its topics.
    pub(super) fn new(tree: &'t Tree, own_name: &str, board: String, key_prefix: String) -> Self {
        let prefix = tree.get("mqtt").and_then(|mqtt| mqtt.text_of("topic_prefix"));
        Self {
            tree,
            own_name: own_name.to_owned(),
            board,
            key_prefix,
            topic_prefix: prefix.filter(|prefix| !prefix.is_empty()).unwrap_or(own_name).to_owned(),
            outputs: Vec::new(),
            targets: Vec::new(),
            extras: Vec::new(),
            told_commands: false,
            placed: Vec::new(),
        }
    }

    /// The components below a key.
    pub(super) fn components(&self, key: &str) -> &'t [Tree] {
        self.tree.get(key).map(Tree::items).unwrap_or_default()
    }

    /// The names of a component: of its `name`, else its `id`. One whose name is empty is called as the device is.
    pub(super) fn names(&self, component: &Tree, draft: &mut Draft) -> Names {
        let id = component.text_of("id");
        let text = match component.text_of("name") {
            Some("") => self.friendly_name(),
            Some(name) => name,
            None => id.unwrap_or("unnamed"),
        };
        let key = draft.free_key(&format!("{}{}", self.key_prefix, name(text, '_')));
        Names { object: object_id(text), key }
    }

    /// What people call the device.
    fn friendly_name(&self) -> &str {
        let written = self.tree.get("esphome").and_then(|own| own.text_of("friendly_name"));
        written.filter(|text| !text.is_empty()).unwrap_or(&self.own_name)
    }

    /// The path of the topic for a component's state: its `state_topic`, or ESPHome's default, made of the `kind` of the
    /// component. That of a `settable` topic leaves room for the one for requests.
    pub(super) fn path(
        &self,
        component: &Tree,
        kind: &str,
        names: &Names,
        settable: bool,
        draft: &mut Draft,
    ) -> String {
        let default = self.default_path(kind, &names.object, "state");
        let own = component.get("state_topic").and_then(|tree| {
            if tree.is_null() {
                let what = format!("`state_topic` was empty, so the device used no topic; here it has `{default}`");
                draft.note(tree, NoteKind::Changed, what);
                return None;
            }
            if tree.peek().is_some_and(|text| text.contains(['+', '#'])) {
                let what = format!("`state_topic` means many topics, and a topic is one name here: it is `{default}`");
                draft.note(tree, NoteKind::Decide, what);
                return None;
            }
            tree.text().map(str::to_owned)
        });
        let numbered = |number: u32| match &own {
            Some(own) => format!("{own}_{number}"),
            None => self.default_path(kind, &format!("{}_{number}", names.object), "state"),
        };
        let wish = own.clone().unwrap_or(default);
        let Some(taken) = draft.taken_path(&wish, settable) else { return wish };
        let free = |path: &String| draft.taken_path(path, settable).is_none();
        let Some(path) = (2..).map(numbered).find(free) else { return wish };
        let what = format!("another part has the topic `{taken}` already: this one has `{path}`");
        draft.say(&component.position, NoteKind::Changed, what);
        path
    }

    /// The topic that ESPHome gives a component which has none of its own; `end` is `state` or `command`.
    pub(super) fn default_path(&self, kind: &str, object: &str, end: &str) -> String {
        format!("{}/{kind}/{object}/{end}", self.topic_prefix)
    }

    /// Whether what the device restores outlives a power cut. Without these keys ESPHome keeps it in the chip's RTC memory,
    /// which outlives a restart only: `make_preference` in its esphome/components/esp8266/preferences.cpp.
    pub(super) fn keeps_in_flash(&self) -> bool {
        let has = |part: &str, key: &str| self.tree.get(part).is_some_and(|part| part.is_true(key));
        has("esp8266", "restore_from_flash") || has("esphome", "esp8266_restore_from_flash")
    }

    /// The output that a component uses.
    pub(super) fn output(&self, component: &Tree) -> Option<&Output> {
        let id = component.text_of("output")?;
        self.outputs.iter().find(|output| output.id == id)
    }

    /// Lets automations switch a component by setting its topic.
    pub(super) fn add_target(&mut self, component: &Tree, names: &Names, dims: bool) {
        let id = component.text_of("id").unwrap_or(&names.object).to_owned();
        self.targets.push(Target { id, topic: names.key.clone(), dims });
    }

    /// The number of a pin, as a text that is the same however the pin is written.
    pub(super) fn number(&self, pin: &str) -> String {
        let number = board(&self.board).and_then(|board| board.gpio(pin));
        number.map_or_else(|| pin.to_owned(), |number| number.to_string())
    }

    /// As [`Device::place`], with the sentence that most parts say of it.
    pub(super) fn place_alone(&mut self, pin: &Pin, key: &str) -> Result<(), String> {
        self.place(pin, key)
            .map_err(|first| format!("`{first}` is on {} already, and a pin has one role here", pin.name))
    }

    /// Gives a role its pin. `Err`: both this part and one before it say that they share the pin, which roles of a node
    /// can't; the key of the other. Who shares a pin without saying so is left to the generator.
    pub(super) fn place(&mut self, pin: &Pin, key: &str) -> Result<(), String> {
        let number = self.number(&pin.name);
        let first = self.placed.iter().find(|placed| placed.number == number && placed.shared && pin.shared);
        if let Some(first) = first {
            return Err(first.key.clone());
        }
        self.placed.push(Placed { number, key: key.to_owned(), shared: pin.shared });
        Ok(())
    }

    /// Whether the board brings out the pin.
    pub(super) fn has(&self, pin: &str) -> bool {
        board(&self.board).is_some_and(|board| board.gpio(pin).is_some())
    }

    /// Whether a role has the pin.
    pub(super) fn is_placed(&self, pin: &str) -> bool {
        let number = self.number(pin);
        self.placed.iter().any(|placed| placed.number == number)
    }
}
