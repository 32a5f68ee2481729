//! Where the project is on disk. Knows no file in it.

use std::path::{Path, PathBuf};

/// The project's folder: what FLEETWRIGHT_ROOT names, for who keeps fleets and secrets apart from this checkout.
pub fn root() -> PathBuf {
    if let Some(folder) = std::env::var_os("FLEETWRIGHT_ROOT").filter(|folder| !folder.is_empty()) {
        return folder.into();
    }
    // Tests and `cargo run` both compile here; the binary never leaves the checkout.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(Path::parent).unwrap_or(Path::new(".")).to_owned()
}

/// The folder of the generated files that belong to the project.
pub fn generated() -> PathBuf {
    root().join("generated")
}

/// The folder of what an ordinary user's `setup` unpacks because it can't be installed.
pub(crate) fn unpacked() -> PathBuf {
    root().join("target/tools")
}

/// The files of packages that were unpacked: what an installed package has below `/`.
pub fn unpacked_files() -> PathBuf {
    unpacked().join("files")
}
