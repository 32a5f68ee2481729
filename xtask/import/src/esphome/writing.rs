//! Writes what a device does in time or at power-up: a function for each kind. What the fleet language does not say by a key
//! of today is told in words, with what is written instead.

use super::super::yaml::Position;
use super::device::Device;
use super::draft::{Draft, role_name};
use super::duration::written;
use super::extras::{AtBoot, Click, Extra, Gesture};
use super::report::NoteKind;

/// Writes what was kept.
pub(super) fn extras(device: &mut Device<'_>, draft: &mut Draft) {
    for extra in std::mem::take(&mut device.extras) {
        match extra {
            Extra::Pulse { at, key, ms } => write_pulse(&at, &key, ms, draft),
            Extra::Interlock { at, key, with, pause_ms } => write_interlock(&at, &key, &with, pause_ms, device, draft),
            Extra::Clicks { at, key, clicks } => write_clicks(&at, &key, &clicks, draft),
            Extra::DelayOn { at, key, ms } => write_delay_on(&at, &key, ms, draft),
            Extra::AtBoot { at, key, at_boot } => write_at_boot(&at, &key, at_boot, device, draft),
            Extra::Transition { at, ms } => write_transition(&at, ms, draft),
        }
    }
}

fn write_pulse(at: &Position, key: &str, ms: u32, draft: &mut Draft) {
    let (role, length) = (role_name(key), written(ms));
    let what = format!(
        "`{role}` went off by itself after {length}; here it stays on until somebody sends OFF: don't connect a door or a gate"
    );
    draft.say(at, NoteKind::Danger, what);
}

fn write_interlock(at: &Position, key: &str, with: &[String], pause_ms: u32, device: &Device<'_>, draft: &mut Draft) {
    let others: Vec<String> = with
        .iter()
        .map(|id| match device.targets.iter().find(|target| target.id == *id) {
            Some(target) => role_name(&target.topic),
            None => id.clone(),
        })
        .filter(|other| *other != role_name(key))
        .map(|other| format!("`{other}`"))
        .collect();
    let pause =
        if pause_ms > 0 { format!(", and changed over with a pause of {}", written(pause_ms)) } else { String::new() };
    let what = format!(
        "`{}` was never on together with {}{pause}; here nothing keeps them apart: don't connect a motor with two \
         directions",
        role_name(key),
        others.join(", ")
    );
    draft.say(at, NoteKind::Danger, what);
}

fn write_clicks(at: &Position, key: &str, clicks: &[Click], draft: &mut Draft) {
    for click in clicks {
        let Click { gesture, length: (least, most), does, taken } = click;
        let gesture = match gesture {
            Gesture::Short => "a short press",
            Gesture::Double => "a double press",
            Gesture::Long => "a long press",
            Gesture::Pattern => "a pattern of presses",
        };
        let length = match most {
            Some(most) => format!("{} to {}", written(*least), written(*most)),
            None => format!("{} or longer", written(*least)),
        };
        let role = role_name(key);
        if *taken {
            let what = format!("{gesture} of `{role}` ({length}) was {does}; here every press is, however long");
            draft.say(at, NoteKind::Changed, what);
        } else {
            draft.say(
                at,
                NoteKind::LeftOut,
                format!("{gesture} of `{role}` ({length}) was {does}; here it is nothing"),
            );
        }
    }
}

fn write_delay_on(at: &Position, key: &str, ms: u32, draft: &mut Draft) {
    let what = format!("`{}` was active only after {}; here it is at once", role_name(key), written(ms));
    draft.say(at, NoteKind::Changed, what);
}

fn write_at_boot(at: &Position, key: &str, at_boot: AtBoot, device: &Device<'_>, draft: &mut Draft) {
    let role = role_name(key);
    let what = match at_boot {
        // `at_boot` says it.
        AtBoot::Off | AtBoot::On => return,
        AtBoot::OnAsBefore => {
            if device.targets.iter().any(|target| target.topic == key && target.dims) {
                format!("`{role}` was as bright after a power cut as it was before; here it is on at 100 %")
            } else {
                return;
            }
        }
        AtBoot::Last { otherwise_on } => match (device.keeps_in_flash(), otherwise_on) {
            (true, false) => return,
            (true, true) => format!("`{role}` was on when it was started for the first time; here it is off then"),
            (false, on) => {
                let (was, first) = if on { ("on", ", and off at the very first start") } else { ("off", "") };
                format!(
                    "`{role}` was {was} after a power cut, for ESPHome remembered it over restarts only; here it is what it \
                     was before{first}. Write `at_boot: off` or `on` if that must not be"
                )
            }
        },
        AtBoot::Opposite { .. } => {
            let after = if device.keeps_in_flash() { "power cut" } else { "restart" };
            format!("`{role}` was after a {after} the opposite of what it was before; here it is what it was before")
        }
        AtBoot::Untouched => format!("`{role}` was left alone at power-up; here it is off"),
    };
    draft.say(at, NoteKind::Changed, what);
}

fn write_transition(at: &Position, ms: u32, draft: &mut Draft) {
    let what = format!("this change took {}; here it takes as long as the lamp's `fade`", written(ms));
    draft.say(at, NoteKind::Changed, what);
}
