//! `valve` of the fleet `valve`: opens and closes as it is asked to, and says what it did.

use super::{pins, topics};
use crate::Valve;
use fleetwright_node::Level;
use fleetwright_node::custom::{Context, Custom, Output};
use fleetwright_node::embedded_hal::digital::OutputPin;

/// The coil that holds it open.
pub struct Role {
    coil: Option<Output>,
}

impl Role {
    /// Before the node starts.
    pub const fn new() -> Self {
        Self { coil: None }
    }
}

impl Custom for Role {
    fn start(&mut self, context: &mut Context<'_>) {
        self.coil = Some(context.output(pins::COIL, Level::Low));
        context.publish(topics::VALVE, Valve::Closed);
    }

    fn received(&mut self, context: &mut Context<'_>) {
        let (Some(wanted), Some(coil)) = (context.latest(topics::VALVE_SET).get(), &mut self.coil) else { return };
        // This pin never fails; its error has no values.
        let Ok(()) = coil.set_state((wanted == Valve::Open).into());
        context.publish(topics::VALVE, wanted);
    }
}
