//! A board as JSON Schema. Nothing reads these types: they are what the schema is made of.
#![expect(dead_code, reason = "the schema is made of them")]

use super::scalars::{BoardName, Number, Whole};
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// A board that the catalogue does not have. Without `like` it needs `flash_kb` and `exposed`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "A board")]
pub(super) struct Board {
    /// A board of the catalogue; what is left out is as on that one.
    #[schemars(extend("examples" = ["d1_mini"]))]
    like: Option<BoardName>,
    /// Its chip. The ESP8285 has its flash memory inside and leaves GPIO9 and GPIO10 to you.
    #[schemars(extend("default" = "esp8266"))]
    chip: Option<Chip>,
    /// Its flash memory in KiB: 512, 1024, 2048, 4096, 8192 or 16384.
    #[schemars(extend("examples" = [4096]))]
    flash_kb: Option<Whole<1, 65_536>>,
    /// The GPIOs that it brings out; 17 stands for A0.
    #[schemars(extend("examples" = [[4, 5, 12, 13, 14, 17]]))]
    exposed: Option<Vec<Whole<0, 17>>>,
    /// GPIOs at which LEDs of the board hang.
    #[schemars(extend("examples" = [[2]]))]
    led: Option<Vec<Whole<0, 17>>>,
    /// GPIOs that a button of the board connects with GND.
    #[schemars(extend("examples" = [[0]]))]
    button: Option<Vec<Whole<0, 17>>>,
    /// The voltage at A0 that gives the highest reading: 1.0 for the bare pin, more with a divider.
    #[schemars(extend("examples" = [3.2]))]
    a0_volts: Option<Number>,
    /// What is printed on the board at which GPIO.
    #[schemars(extend("examples" = [{ "RELAY": 5, "A0": 17 }]))]
    aliases: Option<BTreeMap<String, Whole<0, 17>>>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase", inline)]
pub(super) enum Chip {
    Esp8266,
    Esp8285,
}
