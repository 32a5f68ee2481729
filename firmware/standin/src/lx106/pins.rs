//! Pins and the analog input. The world's levels come in frames; what the node drives goes out in frames. Devices on a
//! bus answer here, edge by edge: nobody could make use of a frame for each.
//!
//! GPIO16 and the pull resistors have no function in ROM or SDK: the node writes registers. Their addresses are plain
//! memory here, so what was written is looked up (ESP8266_NONOS_SDK 3.0.6, `include/eagle_soc.h`).

use super::channel::{fault, send};
use super::single::Single;
use core::cell::Cell;
use fleetwright_devices::{Device, DeviceKind};
use fleetwright_protocol::FromNode;

/// The registers of pads by GPIO, in bytes from the first.
const PADS: [u32; 16] =
    [0x34, 0x18, 0x38, 0x14, 0x3C, 0x40, 0x1C, 0x20, 0x24, 0x28, 0x2C, 0x30, 0x04, 0x08, 0x0C, 0x10];
const MULTIPLEXER: u32 = 0x6000_0800;
const PULL_UP: u32 = 1 << 7;
const RTC_OUT: u32 = 0x6000_0768;
const RTC_ENABLE: u32 = 0x6000_0774;
const RTC_IN: u32 = 0x6000_078C;
/// GPIO6 to GPIO11: the flash memory that the program runs from, but for 9 and 10 where it is read by two wires.
const FLASH: u32 = 1 << 6 | 1 << 7 | 1 << 8 | 1 << 11;

/// Buses that have a device.
const BUSES: usize = 2;

struct PinState {
    /// Pins that the node drives, and how.
    outputs: Cell<u32>,
    levels: Cell<u32>,
    /// Pins that the world drives, and how.
    driven: Cell<u32>,
    world: Cell<u32>,
    analog: Cell<u16>,
    /// The level of GPIO16 that was reported last; 2: it is no output.
    sixteen: Cell<u8>,
    devices: Cell<[Option<Device>; BUSES]>,
}

impl PinState {
    const fn new() -> Self {
        Self {
            outputs: Cell::new(0),
            levels: Cell::new(0),
            driven: Cell::new(0),
            world: Cell::new(0),
            analog: Cell::new(0),
            sixteen: Cell::new(2),
            devices: Cell::new([None; BUSES]),
        }
    }
}

static PINS: Single<PinState> = Single(PinState::new());

fn register(address: u32) -> u32 {
    // SAFETY: memory of the emulated chip, where a register is on the real one.
    unsafe { (address as *const u32).read_volatile() }
}

/// The world puts a level on a pin.
pub(super) fn set(pin: u8, high: bool) {
    let state = &PINS;
    if pin == 16 {
        // SAFETY: as in `register`.
        unsafe { (RTC_IN as *mut u32).write_volatile(u32::from(high)) };
    } else if pin < 16 {
        let bit = 1 << pin;
        state.driven.set(state.driven.get() | bit);
        state.world.set(if high { state.world.get() | bit } else { state.world.get() & !bit });
    }
}

/// A0 reads this.
pub(super) fn set_analog(reading: u16) {
    PINS.analog.set(reading);
}

/// A device is on the bus of these pins, or measures something else now.
pub(super) fn set_device(sda: u8, scl: u8, kind: DeviceKind) {
    let mut devices = PINS.devices.get();
    let known = devices.iter().position(|device| device.is_some_and(|device| device.is_on(sda, scl)));
    match known.or_else(|| devices.iter().position(Option::is_none)).and_then(|slot| devices.get_mut(slot)) {
        Some(Some(device)) => device.set(kind),
        Some(slot) => *slot = Some(Device::new(sda, scl, kind)),
        None => fault("more buses with devices than there is room for"),
    }
    PINS.devices.set(devices);
}

/// Looks whether the node changed GPIO16.
pub(super) fn look() {
    let level = if register(RTC_ENABLE) & 1 == 1 { (register(RTC_OUT) & 1) as u8 } else { 2 };
    if PINS.sixteen.replace(level) != level && level < 2 {
        send(&FromNode::Pin { gpio: 16, high: level == 1 });
    }
}

/// What all pins carry: what a device holds low; else what the world says, what the node drives, or the pull.
#[unsafe(no_mangle)]
extern "C" fn gpio_input_get() -> u32 {
    let devices = PINS.devices.get();
    let held = |pin: &u8| devices.iter().flatten().any(|device| device.holds(*pin));
    (0..16).filter(held).fold(carried(), |levels, pin| levels & !(1 << pin))
}

/// Whether a pin belongs to a bus that has a device.
fn on_bus(devices: &[Option<Device>], pin: u8) -> bool {
    devices.iter().flatten().any(|device| device.lines().contains(&pin))
}

/// What all pins carry without devices.
fn carried() -> u32 {
    let state = &PINS;
    let devices = state.devices.get();
    let mut levels = 0;
    for (pin, offset) in PADS.iter().enumerate() {
        let bit = 1 << pin;
        let of = if state.driven.get() & bit != 0 {
            state.world.get()
        } else if state.outputs.get() & bit != 0 {
            state.levels.get()
        } else if register(MULTIPLEXER + offset) & PULL_UP != 0 || on_bus(&devices, pin as u8) {
            // A device's board has resistors of its own.
            bit
        } else {
            0
        };
        levels |= of & bit;
    }
    levels
}

/// Sets, clears, enables and disables outputs, a bit for each GPIO below 16.
#[unsafe(no_mangle)]
extern "C" fn gpio_output_set(set: u32, clear: u32, enable: u32, disable: u32) {
    if (set | clear | enable | disable) & FLASH != 0 {
        fault("a pin of the flash memory is touched: the chip would stop");
    }
    let state = &PINS;
    let (levels, outputs) = (state.levels.get(), state.outputs.get());
    state.levels.set(levels & !clear | set);
    state.outputs.set(outputs & !disable | enable);
    let changed = (state.levels.get() ^ levels | enable & !outputs) & state.outputs.get();
    let mut devices = state.devices.get();
    for pin in (0..16_u8).filter(|pin| changed >> pin & 1 == 1 && !on_bus(&devices, *pin)) {
        send(&FromNode::Pin { gpio: pin, high: state.levels.get() >> pin & 1 == 1 });
    }
    for device in devices.iter_mut().flatten() {
        let [data, clock] = device.lines().map(|pin| gpio_input_get() >> pin & 1 == 1);
        device.see(data, clock);
    }
    state.devices.set(devices);
}

/// What A0 measures: 0 to 1024.
#[unsafe(no_mangle)]
extern "C" fn system_adc_read() -> u16 {
    PINS.analog.get()
}
