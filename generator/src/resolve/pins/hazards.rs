//! What happens on the real board if a role sits on a pin: the placement table, from the facts of the chip and the board.

use super::usage::Use;
use crate::diag::{Code, Severity, codes};
use crate::model::chip::{self, ANALOG, Boot, Gpio, Pwm, Strap, Uart};
use crate::model::{Board, Pin, Pull};

/// One thing that goes wrong.
#[derive(Clone, Debug)]
pub(super) struct Hazard {
    pub(super) code: Code,
    pub(super) severity: Severity,
    /// What a person would see.
    pub(super) message: String,
    /// Why, about the pin.
    pub(super) why: String,
    /// Another way out than another pin.
    pub(super) way: Option<String>,
}

/// A role on a pin that the board has.
pub(super) struct Case<'a> {
    pub(super) who: &'a str,
    pub(super) usage: Use,
    pub(super) pin: &'a Pin,
    pub(super) board: &'a Board,
    /// A role of this node prints the messages that it receives.
    pub(super) prints: bool,
}

/// Below this a sensor that is fed with the board's 3.3 V leaves the range of A0.
const SUPPLY: f32 = 3.0;

/// Whether a pin is of the kind that the role needs at all.
pub(super) fn suits(usage: Use, pin: &Pin) -> bool {
    (usage == Use::Analog) == (pin.gpio() == ANALOG)
}

/// Everything that goes wrong, errors first.
pub(super) fn hazards(case: &Case<'_>) -> Vec<Hazard> {
    let Some(gpio) = chip::gpio(case.pin.gpio()) else { return Vec::new() };
    let rules = [boot_level, boot_output, pull, bus, pulses, serial, board_parts, voltage];
    let mut found: Vec<Hazard> = rules.iter().flat_map(|rule| rule(case, gpio)).collect();
    found.sort_by_key(|hazard| hazard.severity);
    found
}

impl Case<'_> {
    fn error(&self, code: Code, message: String, why: String) -> Hazard {
        Hazard { code, severity: Severity::Error, message, why, way: None }
    }

    fn warning(&self, code: Code, message: String, why: String) -> Hazard {
        Hazard { severity: Severity::Warning, ..self.error(code, message, why) }
    }

    /// `D3 is GPIO0`; a pin without a label is its number.
    fn pin_is(&self) -> String {
        let (label, own) = (self.pin.label(), format!("GPIO{}", self.pin.gpio()));
        if label == own { own } else { format!("{label} is {own}") }
    }

    /// The same, with something to follow: `D3 is GPIO0, which`.
    fn pin_which(&self) -> String {
        let is = self.pin_is();
        if is.contains(' ') { format!("{is}, which") } else { is }
    }

    fn label(&self) -> &str {
        self.pin.label()
    }
}

/// The chip reads some pins at reset to decide how it starts.
fn boot_level(case: &Case<'_>, gpio: &Gpio) -> Option<Hazard> {
    let (who, pin) = (case.who, case.label());
    let (low, level) = match gpio.strap {
        Strap::High => (false, "high"),
        Strap::Low => (true, "low"),
        // What may not be low is a line of the serial log, which has a rule of its own.
        Strap::NotLow | Strap::None => return None,
    };
    let astray = format!("{} must be {level} at reset, or the chip {}", case.pin_which(), gpio.astray);
    let resistor = |what: &str| format!("with {what} on {pin} the board does not start");
    match case.usage {
        Use::Output { active_high: false, .. } if low => {
            let message = resistor(&format!("the load of `{who}`, from there to 3.3 V,"));
            Some(case.error(codes::BOOT_PULL, message, format!("{astray}; the load pulls it up")))
        }
        Use::Button { pull: Pull::Up | Pull::None } | Use::Input { pull: Pull::Up } if low => {
            let message = resistor(&format!("the pull-up of `{who}`"));
            Some(case.error(codes::BOOT_PULL, message, format!("{astray}; the board itself pulls it down")))
        }
        Use::Input { pull: Pull::None } if low => {
            let message = format!("the board does not start while `{who}` drives {pin} high");
            Some(case.error(codes::BOOT_LEVEL, message, astray))
        }
        Use::Input { pull } if !low => {
            let what = if pull == Pull::Up { "is closed" } else { "is low" };
            let message = format!("if `{who}` {what} when the power comes, the board does not start");
            Some(case.error(codes::BOOT_LEVEL, message, astray))
        }
        Use::Button { .. } if !low => {
            let message = format!("if `{who}` is pressed when the power comes, the board does not start");
            Some(case.warning(codes::STRAPPING_PIN, message, astray))
        }
        Use::Bus if low => {
            let message = format!("the bus of `{who}` does not work on {pin}, or the board does not start");
            let why = format!("{astray}; the board pulls it down, and the bus pulls it up");
            Some(case.error(codes::I2C_PIN, message, why))
        }
        Use::Bus => {
            let message =
                format!("if a device of `{who}` holds {pin} low when the power comes, the board does not start");
            Some(case.warning(codes::STRAPPING_PIN, message, astray))
        }
        Use::Custom { .. } => {
            let other = if low { "high" } else { "low" };
            let message =
                format!("if something of `{who}` holds {pin} {other} when the power comes, the board does not start");
            Some(case.warning(codes::STRAPPING_PIN, message, astray))
        }
        _ => None,
    }
}

/// From reset until the program runs a pin does what the chip wants.
fn boot_output(case: &Case<'_>, gpio: &Gpio) -> Option<Hazard> {
    let Use::Output { active_high, on_at_boot, .. } = case.usage else { return None };
    let who = case.who;
    let strapped = gpio.strap == Strap::High;
    let rest = "from reset until the program runs";
    match (gpio.boot?, active_high) {
        _ if on_at_boot => None,
        (boot @ (Boot::High | Boot::HighChatter | Boot::PulledUp), true) if strapped || boot != Boot::PulledUp => {
            let message = format!("`{who}` goes on at every power-up, before the program can stop it");
            let does = if boot == Boot::HighChatter { "high, and flickers," } else { "high" };
            Some(case.warning(codes::BOOT_HIGH, message, format!("{}: it is {does} {rest}", case.pin_is())))
        }
        (Boot::PulledUp, true) => {
            let message = format!("`{who}` may go on for a moment at every power-up");
            let why = format!("{}: a weak pull-up makes it high {rest}", case.pin_is());
            let way = "a resistor of 4.7 kΩ from the pin to GND keeps it low meanwhile".to_owned();
            Some(Hazard { way: Some(way), ..case.warning(codes::BOOT_GLITCH, message, why) })
        }
        (Boot::HighChatter, false) => {
            let message = format!("`{who}` flickers at every power-up");
            Some(case.warning(
                codes::BOOT_GLITCH,
                message,
                format!("{}: the chip writes its log on it {rest}", case.pin_is()),
            ))
        }
        (Boot::PulledUp, false) if strapped => {
            let message = format!("`{who}` may go on for a moment at every power-up");
            let why = format!("{}: short pulses were seen on it {rest}", case.pin_is());
            Some(case.warning(codes::BOOT_GLITCH, message, why))
        }
        _ => None,
    }
}

/// The chip's own resistors, and what reports a change to the program.
fn pull(case: &Case<'_>, gpio: &Gpio) -> Option<Hazard> {
    let (who, is) = (case.who, case.pin_is());
    match case.usage {
        Use::Button { pull } | Use::Input { pull } => {
            let word = match pull {
                Pull::Up if !gpio.pull_up => "pull-up",
                Pull::Down if !gpio.pull_down => "pull-down",
                Pull::None if !gpio.irq && matches!(case.usage, Use::Button { .. }) => {
                    let message = format!("a short press of `{who}` may be missed");
                    let why = format!("{is}: nothing wakes the program when it changes, it has to look");
                    return Some(case.warning(codes::NO_INTERRUPT, message, why));
                }
                _ => return None,
            };
            let message = format!("nothing holds the line of `{who}`: {} has no {word} inside the chip", case.label());
            let why = format!("{is}: it would read whatever is in the air");
            let way = "or write `pull: none` in the role and add a resistor of 10 kΩ yourself".to_owned();
            Some(Hazard { way: Some(way), ..case.error(codes::PULL_UNAVAILABLE, message, why) })
        }
        Use::Custom { interrupt: true, .. } if !gpio.irq => {
            let message = format!("`{who}` would never notice a change on {}", case.label());
            Some(case.warning(codes::NO_INTERRUPT, message, format!("{is}: the one pin without an interrupt")))
        }
        _ => None,
    }
}

/// An I2C bus lets go of its lines and reads them back.
fn bus(case: &Case<'_>, gpio: &Gpio) -> Option<Hazard> {
    if case.usage != Use::Bus || gpio.i2c {
        return None;
    }
    let message = format!("the bus of `{}` does not work: {} can't be a line of I2C", case.who, case.label());
    let why = format!("{}: it has no pull-up and can't let go of the line", case.pin_is());
    Some(case.error(codes::I2C_PIN, message, why))
}

/// Brightness is made of pulses.
fn pulses(case: &Case<'_>, gpio: &Gpio) -> Option<Hazard> {
    let (Use::Output { pwm: true, .. } | Use::Custom { pwm: true, .. }) = case.usage else { return None };
    if gpio.pwm == Some(Pwm::Full) {
        return None;
    }
    let message = format!("`{}` may only go on and off, or flicker", case.who);
    let why = format!("{}: it belongs to the clock and is too slow for pulses", case.pin_is());
    Some(case.warning(codes::NO_PWM, message, why))
}

/// UART0 carries the log, and firmware on its way in.
fn serial(case: &Case<'_>, gpio: &Gpio) -> Option<Hazard> {
    let (who, is, is_uart_tx) = (case.who, case.pin_is(), gpio.uart? == Uart::Uart0Tx);
    let output = matches!(case.usage, Use::Output { .. });
    if case.prints && (is_uart_tx || output) {
        let message = if output {
            format!("`{who}` and the serial log of this node would switch the same pin")
        } else {
            format!("`{who}` would short the serial log of this node, and the log would read as presses")
        };
        return Some(case.error(codes::SERIAL_LOG, message, format!("{is}, and belongs to the serial log")));
    }
    let (message, why) = match (output, is_uart_tx) {
        (true, true) => {
            (format!("`{who}` flickers while the chip starts and whenever it is flashed"), "writes its log")
        }
        (true, false) => (format!("`{who}` moves whenever the board is flashed"), "receives new firmware"),
        (false, true) => (format!("`{who}` shorts the log that the chip writes when it starts"), "writes its log"),
        (false, false) => {
            (format!("`{who}` keeps the board from being flashed while it is active"), "receives new firmware")
        }
    };
    Some(case.warning(codes::SERIAL_PIN, message, format!("{is}, where the chip {why}")))
}

/// What the board itself has at the pin.
fn board_parts(case: &Case<'_>, _: &Gpio) -> Option<Hazard> {
    let (who, pin, number) = (case.who, case.label(), case.pin.gpio());
    let (led, button) = (case.board.has_led(number), case.board.has_button(number));
    match case.usage {
        Use::Output { .. } | Use::Custom { pwm: true, .. } if button => {
            let message = format!("a button of the board connects `{who}` with GND when it is pressed");
            Some(case.warning(codes::BOARD_PART, message, format!("{pin} has it; it may harm the chip")))
        }
        Use::Output { active_high: true, .. } if led => {
            let message = format!("the board's own LED lights while `{who}` is off");
            let why = format!("it hangs between 3.3 V and {pin}");
            let way = "if you mean that LED, write `active: low` in the role".to_owned();
            Some(Hazard { way: Some(way), ..case.warning(codes::BOARD_PART, message, why) })
        }
        Use::Input { pull: Pull::None | Pull::Down } if led => {
            let message = format!("the board's own LED pulls the line of `{who}` up");
            let why = format!("it hangs between 3.3 V and {pin}; a weak sensor can't pull it low");
            Some(case.warning(codes::BOARD_PART, message, why))
        }
        _ => None,
    }
}

/// The range of A0.
fn voltage(case: &Case<'_>, _: &Gpio) -> Option<Hazard> {
    let volts = case.board.a0_volts();
    if case.usage != Use::Analog || volts >= SUPPLY {
        return None;
    }
    let message = format!("`{}` reads its highest at {volts:.1} V, and 3.3 V there can harm the chip", case.who);
    let why = format!("{} of this board has no divider", case.label());
    let way = "put 220 kΩ before it and 100 kΩ from it to GND, then 3.2 V read as 1.0 V; \
               then write: `allow: { analog-range: \"divider on the sensor\" }`"
        .to_owned();
    Some(Hazard { way: Some(way), ..case.warning(codes::ANALOG_RANGE, message, why) })
}
