//! `fan` of the fleet `fan`: stands still below 25 °C, is at full speed from 40 °C on, and never turns so slowly that it
//! would stall. `quiet` halves it, `full` does not ask for the warmth.

use super::{pins, topics};
use crate::Mode;
use fleetwright_node::Level;
use fleetwright_node::custom::{Context, Custom, Pwm};
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
    fn start(&mut self, context: &mut Context<'_>) {
        self.pin = Some(context.pwm(pins::PWM, Level::Low));
    }

    fn received(&mut self, context: &mut Context<'_>) {
        let Some(warmth) = context.latest(topics::WARMTH).get() else { return };
        let mode = context.latest(topics::MODE).get().unwrap_or(Mode::Auto);
        let speed = speed(warmth, mode);
        if speed != self.speed {
            self.speed = speed;
            context.publish(topics::SPEED, speed);
            if let Some(pin) = &mut self.pin {
                // This pin never fails; its error has no values.
                let Ok(()) = pin.set_duty_cycle_percent(speed as u8);
            }
        }
    }
}
