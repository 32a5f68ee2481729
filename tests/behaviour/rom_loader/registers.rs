//! The registers that esptool looks at: who the chip is, and the SPI controller through which it asks the flash for its size.

use std::collections::BTreeMap;

/// What differs between chips, in the ROM.
const CHIP: u32 = 0x4000_1000;
const CHIP_IS_ESP8266: u32 = 0xFFF0_C101;
/// The divider of the serial port: 52 MHz, twice the crystal, by 115200.
const UART_DIVIDER: u32 = 0x6000_0014;
/// Fuses, in which the MAC is.
const FUSES: [(u32, u32); 4] =
    [(0x3FF0_0050, 0x5600_0000), (0x3FF0_0054, 0x0000_1234), (0x3FF0_0058, 0), (0x3FF0_005C, 0x0018_FE34)];
const SPI_COMMAND: u32 = 0x6000_0200;
const SPI_USER_2: u32 = 0x6000_0224;
const SPI_DATA: u32 = 0x6000_0240;
/// Written to the first: do what the others say. It is gone when it is done.
const SPI_DO: u32 = 1 << 18;
/// The flash's command for its identity.
const READ_ID: u32 = 0x9F;

pub(super) struct Registers {
    values: BTreeMap<u32, u32>,
    flash_id: u32,
}

impl Registers {
    pub(super) fn new(flash_id: u32) -> Self {
        let fixed = [(CHIP, CHIP_IS_ESP8266), (UART_DIVIDER, 52_000_000 / 115_200)];
        Self { values: fixed.into_iter().chain(FUSES).collect(), flash_id }
    }

    pub(super) fn read(&self, address: u32) -> u32 {
        self.values.get(&address).copied().unwrap_or(0)
    }

    pub(super) fn write(&mut self, address: u32, value: u32) {
        if address == SPI_COMMAND && value & SPI_DO != 0 {
            // The flash has no table of parameters (SFDP) and answers all else with zeros.
            let answer = if self.read(SPI_USER_2) & 0xFF == READ_ID { self.flash_id } else { 0 };
            self.values.insert(SPI_DATA, answer);
            self.values.insert(SPI_COMMAND, value & !SPI_DO);
        } else {
            self.values.insert(address, value);
        }
    }
}
