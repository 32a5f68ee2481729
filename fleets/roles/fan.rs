//! `fan` of the fleet `fan`: stands still below 25 °C, is at full speed from 40 °C on, and never turns so slowly that it
//! would stall. `quiet` halves it, `full` does not ask for the warmth.

use crate::Mode;
use crate::given::fan::{hears, pins, says};
use fleetwright_node::Level;
use fleetwright_node::custom::{Custom, Pwm, Turn};
use fleetwright_node::embedded_hal::pwm::SetDutyCycle;

/// Where it begins to turn and where it can't turn faster, in °C.
const COOL: f32 = 25.0;
const HOT: f32 = 40.0;
/// The slowest that it turns without stalling, in percent.
const SLOWEST: i32 = 20;

/// The pin, and the speed that it has, in percent.
pub struct Role {
    pin: Option<Pwm>,
    speed: i32,
}

impl Role {
    /// Before the node starts.
    pub const fn new() -> Self {
        Self { pin: None, speed: -1 }
    }
}

fn speed(warmth: f32, mode: Mode) -> i32 {
    let wanted = ((warmth - COOL) / (HOT - COOL) * 100.0) as i32;
    let wanted = match mode {
        Mode::Auto => wanted,
        Mode::Quiet => wanted.min(100) / 2,
        Mode::Full => 100,
    };
    if wanted <= 0 { 0 } else { wanted.clamp(SLOWEST, 100) }
}

impl Custom for Role {
    fn start(&mut self, turn: &mut Turn<'_>) {
        self.pin = Some(turn.pwm(pins::PWM, Level::Low));
    }

    fn heard(&mut self, turn: &mut Turn<'_>) {
        let Some(warmth) = turn.heard(hears::WARMTH).get() else { return };
        let mode = turn.heard(hears::MODE).get().unwrap_or(Mode::Auto);
        let speed = speed(warmth, mode);
        if speed != self.speed {
            self.speed = speed;
            turn.say(says::SPEED, speed);
            if let Some(pin) = &mut self.pin {
                // This pin never fails; its error has no values.
                let Ok(()) = pin.set_duty_cycle_percent(speed as u8);
            }
        }
    }
}
