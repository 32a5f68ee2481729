//! The programs that brokers need.

use anyhow::Result;
use project::tools::Tool;
use std::path::Path;

/// Mosquitto, its clients and ejabberd.
pub const TOOLS: &[Tool] = &[
    Tool::packaged("mosquitto", "verify, sim, test: the broker"),
    Tool::packaged("mosquitto_sub", "test: the attack of tests/attack; and to look at a broker").optional(),
    Tool::packaged("ejabberd", "verify, sim, test of a fleet with `engine: ejabberd`: a cluster of brokers")
        .optional()
        .found_by(|_| crate::libraries().map(|folder| folder.display().to_string()))
        .afterwards(about_its_service),
];

fn about_its_service(progress: &mut dyn FnMut(&str)) -> Result<()> {
    if Path::new("/run/systemd/system").is_dir() {
        progress("Debian runs ejabberd as a service now, on Mosquitto's port; nothing here needs that:");
        progress("  systemctl disable --now ejabberd");
    }
    Ok(())
}
