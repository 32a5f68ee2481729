//! `output:`: pins that switches and lights use. An output becomes no role itself.

use super::super::super::yaml::Tree;
use super::super::device::{Device, Output};
use super::super::draft::Draft;
use super::super::pin::Pin;

pub(super) fn read(device: &mut Device<'_>, component: &Tree, _: &mut Draft) -> Result<(), String> {
    let platform = component.text_of("platform").unwrap_or_default();
    if !matches!(platform, "gpio" | "esp8266_pwm") {
        return Err("it has no counterpart".to_owned());
    }
    let mut pin = Pin::read(component)?;
    pin.inverted ^= component.is_true("inverted");
    // Several lights can share an output.
    pin.shared = true;
    let id = component.text_of("id").unwrap_or_default();
    let used = ["switch", "light"].iter().flat_map(|kind| device.components(kind));
    if !used.into_iter().any(|user| user.peek_of("output").and_then(Tree::peek) == Some(id)) {
        return Err(format!(
            "no part of the fleet uses `{id}`; if an automation switched it, make a `switch_output` of it"
        ));
    }
    device.outputs.push(Output { id: id.to_owned(), pin, pwm: platform == "esp8266_pwm" });
    Ok(())
}
