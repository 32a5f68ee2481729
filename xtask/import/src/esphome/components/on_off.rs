//! A component that is on or off, a switch or a light: it becomes a `switch_output`.

use super::super::super::yaml::Tree;
use super::super::device::Device;
use super::super::draft::{Draft, Topic};
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
    let path = device.path(component, "command_topic", kind, "command", &names, draft);
    device.add_target(component, &names, false);
    draft.topics.push(Topic { key: names.key.clone(), path, payload: roles::on_off(), command: true });
    draft.add_role(&names.key, roles::switch(&names.key, pin, at_boot.is_some_and(AtBoot::on)), pin.name.clone());
    Ok(names.key)
}

/// Gives an output its pin, and looks at how it was driven.
pub(super) fn place(
    device: &mut Device<'_>,
    component: &Tree,
    pin: &Pin,
    key: &str,
    draft: &mut Draft,
) -> Result<(), String> {
    let taken = |first: String| format!("`{first}` is on {} already, and a pin has one role here", pin.name);
    device.place(pin, key).map_err(taken)?;
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
