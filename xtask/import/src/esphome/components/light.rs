//! `light:`: with a PWM output it becomes a `dimmer_output`, otherwise it is on or off.

use super::super::super::yaml::Tree;
use super::super::device::Device;
use super::super::draft::{Draft, Topic};
use super::super::duration::milliseconds;
use super::super::pin::Pin;
use super::super::report::NoteKind;
use super::super::roles;
use super::on_off;
use fleetwright_generator::syntax::PayloadSpec;

/// ESPHome's `default_transition_length`.
const DEFAULT_FADE_MS: u32 = 1_000;
/// The longest `fade` of the fleet language.
const LONGEST_FADE_MS: u32 = 600_000;

pub(super) fn read(device: &mut Device<'_>, component: &Tree, draft: &mut Draft) -> Result<(), String> {
    let platform = component.text_of("platform").unwrap_or_default();
    let output = device.output(component).map(|output| (output.pin.clone(), output.pwm));
    match (platform, output) {
        ("monochromatic", Some((pin, true))) => dimmer(device, component, &pin, draft)?,
        ("binary" | "monochromatic" | "status_led", Some((pin, _))) => {
            on_off::add(device, component, "light", &pin, draft)?;
        }
        ("status_led", None) => {
            let pin = Pin::read(component)?;
            on_off::add(device, component, "light", &pin, draft)?;
        }
        ("binary" | "monochromatic", None) => return Err("its output was not taken over".to_owned()),
        _ => return Err("it has no counterpart; its pins stay as they are wired".to_owned()),
    }
    let what = "commands and states were JSON: now they are ON and OFF, or a number from 0 to 100";
    draft.say(&component.position, NoteKind::Changed, what);
    Ok(())
}

fn dimmer(device: &mut Device<'_>, component: &Tree, pin: &Pin, draft: &mut Draft) -> Result<(), String> {
    let names = device.names(component, draft);
    on_off::place(device, component, pin, &names.key, draft)?;
    let at_boot = on_off::read_at_boot(device, component, &names.key);
    let fade = |text| milliseconds(text).filter(|ms| *ms <= LONGEST_FADE_MS);
    let fade = component.parsed_of("default_transition_length", fade).unwrap_or(DEFAULT_FADE_MS);
    let path = on_off::path(device, component, "light", &names, draft);
    device.add_target(component, &names, true);
    draft.topics.push(Topic { key: names.key.clone(), path, payload: PayloadSpec::Percent, settable: true });
    draft.add_role(&names.key, roles::dimmer(&names.key, pin, at_boot, fade), pin.name.clone());
    Ok(())
}
