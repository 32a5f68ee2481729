//! The program that emulated nodes need.

use project::tools::Tool;

/// QEMU.
pub const TOOLS: &[Tool] = &[Tool::packaged("qemu-system-xtensa", "--on emulator: the ESP8266's CPU").optional()];
