//! `gardener` of the fleet `valve`: closes an open valve when the soil gets wetter than 80 %.

use super::topics;
use crate::Valve;
use fleetwright_node::custom::{Context, Custom};

/// The moisture that it saw last, in percent.
pub struct Role {
    moist: Option<i32>,
}

impl Role {
    /// Before the node starts.
    pub const fn new() -> Self {
        Self { moist: None }
    }
}

impl Custom for Role {
    fn received(&mut self, context: &mut Context<'_>) {
        let moist = context.latest(topics::MOIST).get();
        let changed = core::mem::replace(&mut self.moist, moist) != moist;
        if changed && moist > Some(80) && context.latest(topics::VALVE).is(Valve::Open) {
            context.publish(topics::VALVE_SET, Valve::Closed);
        }
    }
}
