//! `switch:` on a pin or on an output.

use super::super::super::yaml::Tree;
use super::super::automation::{Change, Step, read as automations};
use super::super::device::Device;
use super::super::draft::Draft;
use super::super::duration;
use super::super::extras::Extra;
use super::super::pin::Pin;
use super::on_off;

pub(super) fn read(device: &mut Device<'_>, component: &Tree, draft: &mut Draft) -> Result<(), String> {
    let mut pin = match component.text_of("platform").unwrap_or_default() {
        "gpio" => Pin::read(component)?,
        "output" => device.output(component).map(|output| output.pin.clone()).ok_or("its output was not taken over")?,
        _ => return Err("it has no counterpart".to_owned()),
    };
    pin.inverted ^= component.is_true("inverted");
    let key = on_off::add(device, component, "switch", &pin, draft)?;
    if let Some(ms) = pulse(component) {
        let at = component.position.clone();
        device.extras.push(Extra::Pulse { at, key: key.clone(), ms });
    }
    if let Some(locked) = component.get("interlock") {
        let with: Vec<String> = locked.items().iter().filter_map(Tree::text).map(str::to_owned).collect();
        let pause_ms = component.get("interlock_wait_time").and_then(duration::of).unwrap_or(0);
        device.extras.push(Extra::Interlock { at: locked.position.clone(), key, with, pause_ms });
    }
    Ok(())
}

/// How long a switch is on that switches itself off again: `on_turn_on` with a delay and `switch.turn_off`.
fn pulse(component: &Tree) -> Option<u32> {
    let id = component.peek_of("id")?.peek()?;
    let written = component.peek_of("on_turn_on")?;
    let [automation] = automations(written).try_into().ok()?;
    match automation.steps.as_slice() {
        [Step::Wait { ms, .. }, Step::Set(set)] if set.id == id && set.change == Change::Off => {
            component.get("on_turn_on");
            Some(*ms)
        }
        _ => {
            written.forget();
            None
        }
    }
}
