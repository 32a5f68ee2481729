//! A component that is on or off, a switch or a light: it becomes a `switch_output`. Has what it shares with a
//! dimmer, which owns a settable topic as well.

use super::super::super::yaml::Tree;
use super::super::device::{Device, Names};
use super::super::draft::{Draft, Topic, request_path};
use super::super::extras::{AtBoot, Extra};
use super::super::pin::Pin;
use super::super::report::NoteKind;
use super::super::roles;

/// Adds the topic and the role, and gives their key. `kind` is the component's, for the path of the topic.
pub(super) fn add(
    device: &mut Device<'_>,
    component: &Tree,
    kind: &str,
    pin: &Pin,
    draft: &mut Draft,
) -> Result<String, String> {
    let names = device.names(component, draft);
    place(device, component, pin, &names.key, draft)?;
    let at_boot = read_at_boot(device, component, &names.key);
    let path = path(device, component, kind, &names, draft);
    device.add_target(component, &names, false);
    draft.topics.push(Topic { key: names.key.clone(), path, payload: roles::on_off(), settable: true });
    draft.add_role(&names.key, roles::switch(&names.key, pin, at_boot), pin.name.clone());
    Ok(names.key)
}

/// The path of the settable topic of a component: that of its state, so that whoever listens goes on doing so. Tells where
/// commands go.
pub(super) fn path(device: &mut Device<'_>, component: &Tree, kind: &str, names: &Names, draft: &mut Draft) -> String {
    let path = device.path(component, kind, names, true, draft);
    let requests = request_path(&path);
    match component.get("command_topic") {
        Some(tree) if tree.is_null() => {
            let what =
                format!("`command_topic` was empty, so nobody could send commands; here they go to `{requests}`");
            draft.note(tree, NoteKind::Changed, what);
        }
        Some(tree) => {
            if let Some(own) = tree.text().filter(|own| *own != requests) {
                draft.note(
                    tree,
                    NoteKind::Changed,
                    format_args!("commands went to `{own}`; here they go to `{requests}`"),
                );
            }
        }
        None => {
            tell_commands(device, component, &device.default_path(kind, &names.object, "command"), &requests, draft)
        }
    }
    path
}

/// Tells once for a file where commands go that went to ESPHome's default topics, as `default`. A device without MQTT had
/// none.
fn tell_commands(device: &mut Device<'_>, component: &Tree, default: &str, requests: &str, draft: &mut Draft) {
    if device.told_commands || device.tree.peek_of("mqtt").is_none() {
        return;
    }
    device.told_commands = true;
    let what = format!(
        "commands went to `{default}`; here they go to `{requests}`, the path of the state with `/set`, as for every switch \
         and light of this file"
    );
    draft.say(&component.position, NoteKind::Changed, what);
}

/// Gives an output its pin, and looks at how it was driven.
pub(super) fn place(
    device: &mut Device<'_>,
    component: &Tree,
    pin: &Pin,
    key: &str,
    draft: &mut Draft,
) -> Result<(), String> {
    device.place_alone(pin, key)?;
    if pin.open_drain {
        let what = format!(
            "{} was only ever pulled low (open drain); here it is driven high as well: whatever pulls it up to more than \
             3.3 V would harm the chip",
            pin.name
        );
        draft.say(&component.position, NoteKind::Wiring, what);
    }
    Ok(())
}

/// `restore_mode`; `None`: nothing is written, which means off.
pub(super) fn read_at_boot(device: &mut Device<'_>, component: &Tree, key: &str) -> Option<AtBoot> {
    let tree = component.get("restore_mode")?;
    let at_boot = tree.parsed(AtBoot::read)?;
    device.extras.push(Extra::AtBoot { at: tree.position.clone(), key: key.to_owned(), at_boot });
    Some(at_boot)
}
