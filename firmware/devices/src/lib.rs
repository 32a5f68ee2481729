//! Devices on an I2C bus, as their pins see it: edges in, a line that is held low out. Knows nothing of the master, and
//! whether a program of this machine or one on the emulated chip drives the bus.
//!
//! Architecture invariant: this crate knows no master and no program, only the levels of two pins.
#![no_std]

/// A device on a bus of two pins.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    sda: u8,
    scl: u8,
    kind: DeviceKind,
    /// What the lines carried last: data, clock.
    before: [bool; 2],
    state: BusState,
    /// Bits of the byte that is on its way, and how many.
    byte: u8,
    bits: u8,
    /// The register that is written or read next; none was named yet.
    register: Option<u8>,
    holds_data: bool,
}

/// What the bus carries, as far as this device is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BusState {
    /// Nothing, or nothing for this device.
    Idle,
    /// The master sends an address.
    Address,
    /// The master writes to this device.
    Writing,
    /// The master reads from this device.
    Reading,
}

/// What a device is, and what it measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// Bosch's sensor of temperature, humidity and air pressure, at 0x76: its raw figures.
    Bme280 {
        /// 20 bits.
        warmth: u32,
        /// 16 bits.
        humidity: u16,
        /// 20 bits.
        pressure: u32,
    },
}

impl DeviceKind {
    /// A BME280 that measures this. Its calibration (see [`DeviceKind::register`]) makes the data sheet's formulas simple.
    pub fn bme280(celsius: f32, percent: f32, hectopascal: f32) -> Result<Self, &'static str> {
        let inside = (-40.0..=85.0).contains(&celsius) && (0.0..=100.0).contains(&percent);
        if !inside || !(300.0..=1100.0).contains(&hectopascal) {
            return Err("a BME280 sees -40 to 85 °C, 0 to 100 % and 300 to 1100 hPa");
        }
        // 0x80000 and 0x8000 mean "not measured": the lowest bits keep clear of them, too small to matter.
        let warmth = (celsius * 5_120.0) as i32 + 393_216;
        let humidity = (percent * 655.36).min(65_535.0) as u16;
        let pressure = 1_048_576.0 - hectopascal * 800.0;
        Ok(Self::Bme280 { warmth: warmth as u32 & !7 | 4, humidity: humidity | 1, pressure: pressure as u32 & !7 | 4 })
    }

    /// The kind as bytes, for a channel that carries nothing else; [`DeviceKind::from_bytes`] reads them.
    pub fn to_bytes(self) -> [u8; 10] {
        let Self::Bme280 { warmth, humidity, pressure } = self;
        let ([a, b, c, d], [e, f], [g, h, i, j]) =
            (warmth.to_be_bytes(), humidity.to_be_bytes(), pressure.to_be_bytes());
        [a, b, c, d, e, f, g, h, i, j]
    }

    /// The kind that [`DeviceKind::to_bytes`] made these bytes of.
    pub fn from_bytes([a, b, c, d, e, f, g, h, i, j]: [u8; 10]) -> Self {
        Self::Bme280 {
            warmth: u32::from_be_bytes([a, b, c, d]),
            humidity: u16::from_be_bytes([e, f]),
            pressure: u32::from_be_bytes([g, h, i, j]),
        }
    }

    fn address(self) -> u8 {
        match self {
            Self::Bme280 { .. } => 0x76,
        }
    }

    fn register(self, register: u8) -> u8 {
        let Self::Bme280 { warmth, humidity, pressure } = self;
        let high = |figure: u32, part: u8| (figure << 4).to_be_bytes()[usize::from(part) + 1];
        match register {
            0xD0 => 0x60,
            // T1 = 24576, T2 = 16384, P1 = 50000, H2 = 100; all others are 0.
            0x89 => 0x60,
            0x8B => 0x40,
            0x8E => 0x50,
            0x8F => 0xC3,
            0xE1 => 100,
            0xF7..=0xF9 => high(pressure, register - 0xF7),
            0xFA..=0xFC => high(warmth, register - 0xFA),
            0xFD..=0xFE => humidity.to_be_bytes()[usize::from(register - 0xFD)],
            _ => 0,
        }
    }
}

impl Device {
    /// A device that was not addressed yet.
    pub fn new(sda: u8, scl: u8, kind: DeviceKind) -> Self {
        let before = [true, true];
        Self { sda, scl, kind, before, state: BusState::Idle, byte: 0, bits: 0, register: None, holds_data: false }
    }

    /// Whether the device is on this bus.
    pub fn is_on(&self, sda: u8, scl: u8) -> bool {
        (self.sda, self.scl) == (sda, scl)
    }

    /// Sets what the device measures.
    pub fn set(&mut self, kind: DeviceKind) {
        self.kind = kind;
    }

    /// The pins of the device: data, clock.
    pub fn lines(&self) -> [u8; 2] {
        [self.sda, self.scl]
    }

    /// Whether the device holds this pin low.
    pub fn holds(&self, pin: u8) -> bool {
        self.holds_data && pin == self.sda
    }

    /// The lines carry this now; true is high.
    pub fn see(&mut self, data: bool, clock: bool) {
        let now = [data, clock];
        let before = core::mem::replace(&mut self.before, now);
        match (before, now) {
            ([true, true], [false, true]) => self.begin(BusState::Address),
            ([false, true], [true, true]) => self.begin(BusState::Idle),
            ([_, false], [data, true]) => self.rise(data),
            ([_, true], [_, false]) => self.fall(),
            _ => {}
        }
    }

    fn begin(&mut self, state: BusState) {
        self.state = state;
        (self.byte, self.bits, self.holds_data) = (0, 0, false);
    }

    /// The clock rises: a bit counts.
    fn rise(&mut self, data: bool) {
        match self.state {
            BusState::Address | BusState::Writing if self.bits < 8 => self.byte = self.byte << 1 | u8::from(data),
            // The master does not acknowledge what was the last byte that it wants.
            BusState::Reading if self.bits == 8 && data => self.state = BusState::Idle,
            _ => {}
        }
        if self.state != BusState::Idle {
            self.bits += 1;
        }
    }

    /// The clock falls: the data line may change.
    fn fall(&mut self) {
        match (self.state, self.bits) {
            (BusState::Address, 8) if self.byte >> 1 != self.kind.address() => self.begin(BusState::Idle),
            (BusState::Address | BusState::Writing, 8) => self.holds_data = true,
            (BusState::Address, 9) => {
                let reading = self.byte & 1 == 1;
                self.begin(if reading { BusState::Reading } else { BusState::Writing });
                if reading {
                    self.next_byte();
                } else {
                    self.register = None;
                }
            }
            (BusState::Writing, 9) => {
                // The first byte names a register. What is written there would only change how it measures.
                let byte = self.byte;
                self.register.get_or_insert(byte);
                self.begin(BusState::Writing);
            }
            (BusState::Reading, 9) => {
                self.begin(BusState::Reading);
                self.next_byte();
            }
            (BusState::Reading, 8) => self.holds_data = false,
            (BusState::Reading, bits) => self.holds_data = self.byte >> (7 - bits) & 1 == 0,
            _ => {}
        }
    }

    fn next_byte(&mut self) {
        let register = self.register.unwrap_or(0);
        self.byte = self.kind.register(register);
        self.register = Some(register.wrapping_add(1));
        self.holds_data = self.byte >> 7 == 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_sensor_sees_is_refused() {
        let kind = DeviceKind::bme280(21.5, 45.0, 1013.0).expect("valid");
        assert_eq!(DeviceKind::from_bytes(kind.to_bytes()), kind);
        for (celsius, percent, hectopascal) in
            [(-41.0, 45.0, 1013.0), (21.5, 101.0, 1013.0), (21.5, 45.0, 100.0), (f32::NAN, 45.0, 1013.0)]
        {
            assert!(DeviceKind::bme280(celsius, percent, hectopascal).is_err());
        }
    }

    #[test]
    fn a_device_is_silent_until_its_address_is_called() {
        const HIGH: bool = true;
        const LOW: bool = false;
        let mut device = Device::new(4, 5, DeviceKind::bme280(21.5, 45.0, 1013.0).expect("valid"));
        let mut call = |address: u8| {
            device.see(HIGH, HIGH);
            device.see(LOW, HIGH);
            device.see(LOW, LOW);
            for bit in (0..8).rev() {
                let level = if address << 1 >> bit & 1 == 1 { HIGH } else { LOW };
                device.see(level, LOW);
                device.see(level, HIGH);
                device.see(level, LOW);
            }
            let acknowledged = device.holds(4);
            // The end: data rises while the clock is high.
            device.see(LOW, LOW);
            device.see(LOW, HIGH);
            device.see(HIGH, HIGH);
            acknowledged
        };
        assert!(!call(0x77));
        assert!(call(0x76));
        assert!(!call(0x75));
    }
}
