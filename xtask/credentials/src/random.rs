//! Random bytes from the operating system.

use anyhow::{Result, anyhow};

/// Fills an array with random bytes.
///
/// # Errors
///
/// The operating system has no random numbers.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system gives no random numbers: {error}"))?;
    Ok(bytes)
}
