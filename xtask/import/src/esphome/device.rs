//! One device while it is read: what its components have in common, and what later ones need of earlier ones. Knows no
//! kind of component.

use super::super::yaml::Tree;
use super::actions::Target;
use super::draft::Draft;
use super::names::name;
use super::pin::Pin;

/// Keys that only people and Home Assistant see.
const DISPLAY_KEYS: [&str; 14] = [
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
pub(super) struct Device<'t> {
    pub(super) tree: &'t Tree,
    /// Begins the keys of its topics; empty for the only device of a fleet.
    pub(super) key_prefix: String,
    /// Begins the paths of its topics.
    pub(super) topic_prefix: String,
    pub(super) outputs: Vec<Output>,
    /// What its automations can switch.
    pub(super) targets: Vec<Target>,
}

/// An entry of `output:`, for the switches and lights that use it.
pub(super) struct Output {
    pub(super) id: String,
    pub(super) pin: Pin,
    pub(super) pwm: bool,
}

/// What a component is called.
pub(super) struct Names {
    /// In the paths of its topics.
    pub(super) object: String,
    /// In the fleet: the key of its topic. Its role has the same, with `-` in place of `_`.
    pub(super) key: String,
}

impl<'t> Device<'t> {
    /// The components below a key.
    pub(super) fn components(&self, key: &str) -> &'t [Tree] {
        self.tree.get(key).map(Tree::items).unwrap_or_default()
    }

    pub(super) fn names(&self, component: &Tree, draft: &Draft) -> Names {
        let own = component.text_of("name").filter(|name| !name.is_empty());
        let object = name(own.or(component.text_of("id")).unwrap_or("unnamed"), '_');
        let key = draft.free_key(&format!("{}{object}", self.key_prefix));
        Names { object, key }
    }

    /// The path of a topic: what the component has below `key`, or ESPHome's default for it.
    pub(super) fn path(&self, component: &Tree, key: &str, default: [&str; 3]) -> String {
        let own = component.text_of(key).map(str::to_owned);
        own.unwrap_or_else(|| format!("{}/{}", self.topic_prefix, default.join("/")))
    }

    /// The output that a component uses.
    pub(super) fn output(&self, component: &Tree) -> Option<&Output> {
        let id = component.text_of("output")?;
        self.outputs.iter().find(|output| output.id == id)
    }

    /// Lets automations switch a component by publishing on its topic.
    pub(super) fn add_target(&mut self, component: &Tree, names: &Names) {
        let id = component.text_of("id").unwrap_or(&names.object).to_owned();
        self.targets.push(Target { id, topic: names.key.clone() });
    }
}

/// Notes the keys of a component that are neither `read` nor for display.
pub(super) fn note_unread(component: &Tree, read: &[&str], draft: &mut Draft) {
    for (key, value) in component.entries() {
        if !read.contains(&key.as_str()) && !DISPLAY_KEYS.contains(&key.as_str()) {
            draft.note(&value.position, format_args!("`{key}` has no counterpart"));
        }
    }
}
