//! From a linked node to what is written into flash. Knows esptool and which part goes where.

use super::Kit;
use super::sdk::Sdk;
use anyhow::{Context, Result, bail};
use fleetwright_chip::partitions::{Images, Map, SECTOR};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of Espressif's esptool that the project was measured with.
pub const ESPTOOL: &str = "5.6.0";

/// One part of flash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it begins.
    pub address: u32,
    /// What is written there.
    pub file: PathBuf,
}

/// How esptool is told of the flash: size and map by one word, then mode and speed, which every board's flash can do.
pub fn flash_words(map: &Map) -> [&str; 6] {
    ["--flash-size", map.esptool, "--flash-mode", "dio", "--flash-freq", "40m"]
}

/// Where the image begins: behind the boot loader, if there is one.
pub fn start(map: &Map) -> u32 {
    if matches!(map.images, Images::Two { .. }) { SECTOR } else { 0 }
}

/// Makes the image of a linked node, checksum and all, below `folder`: one file, or two where the flash has no room for
/// a boot loader. Where the node has its identity, so has the image: it is for its owner's eyes, like the node.
pub fn make(kit: &Kit, elf: &Path, map: &Map, folder: &Path) -> Result<Vec<Part>> {
    let name = elf.file_stem().and_then(|stem| stem.to_str()).context("a node without a name")?;
    let file = |address, suffix: &str| Part { address, file: folder.join(format!("{name}{suffix}")) };
    // esptool puts the address behind the name where there are two.
    let (version, output, parts) = match map.images {
        Images::Two { .. } => {
            let part = file(SECTOR, ".bin");
            ("2", part.file.clone(), vec![part])
        }
        Images::One => {
            let parts = vec![file(0, ".0x00000.bin"), file(0x1_0000, ".0x10000.bin")];
            ("1", folder.join(format!("{name}.")), parts)
        }
    };
    for part in &parts {
        // The file is there before esptool writes into it, so at no time can others read what it holds.
        if part.file.exists() {
            std::fs::remove_file(&part.file).with_context(|| format!("replacing {}", part.file.display()))?;
        }
        drop(super::identity_patch::private(&part.file)?);
    }
    let mut command = Command::new(esptool(kit)?);
    command.args(["--chip", "esp8266", "elf2image", "--version", version]).args(flash_words(map));
    command.arg("--output").arg(&output).arg(elf);
    super::run(&mut command, "esptool makes no image of it")?;
    for part in &parts {
        let size = std::fs::metadata(&part.file).with_context(|| format!("reading {}", part.file.display()))?.len();
        if size == 0 {
            bail!("esptool left {} empty", part.file.display());
        }
        if let Images::Two { size: room, .. } = map.images
            && size > u64::from(room)
        {
            bail!("the image has {size} bytes, its half of the flash {room}");
        }
    }
    Ok(parts)
}

/// All that a board needs in its flash beside its image.
pub fn around(sdk: &Sdk, map: &Map) -> Vec<Part> {
    let part = |address, name| Part { address, file: sdk.path(name) };
    let loader = matches!(map.images, Images::Two { .. }).then(|| part(0, "bin/boot_v1.7.bin"));
    let mut parts: Vec<Part> = loader.into_iter().collect();
    parts.extend([
        part(map.radio_calibration(), "bin/blank.bin"),
        part(map.radio_data(), "bin/esp_init_data_default_v08.bin"),
        // The last of its three sectors says which of the other two counts; blank: neither.
        part(map.system_parameters() + SECTOR, "bin/blank.bin"),
    ]);
    parts
}

/// Installs the project's own copy of esptool below `folder`.
pub fn install(folder: &Path) -> Result<()> {
    let mut command = Command::new("python3");
    command.args(["-m", "venv"]).arg(folder);
    super::run(&mut command, "python3 makes no environment: apt-get install python3-venv")?;
    let mut command = Command::new(folder.join("bin/pip"));
    command.args(["install", "--quiet", "--disable-pip-version-check"]).arg(format!("esptool=={ESPTOOL}"));
    super::run(&mut command, "pip does not install esptool")
}

/// esptool: the project's own copy, else the one on PATH.
pub fn esptool(kit: &Kit) -> Result<PathBuf> {
    found(&kit.tools()).context("`esptool` is missing: run `cargo xtask setup`")
}

/// esptool in the project's own folder, else on PATH.
pub fn found(folder: &Path) -> Option<PathBuf> {
    let own = folder.join("bin/esptool");
    Some(own).filter(|tool| tool.is_file()).or_else(|| crate::sh::which("esptool"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around_of(flash_kb: u32) -> Vec<(u32, PathBuf)> {
        let map = Map::for_flash(flash_kb).expect("a map");
        let parts = around(&Sdk::unchecked(Path::new("/sdk")), map);
        parts.into_iter().map(|part| (part.address, part.file)).collect()
    }

    #[test]
    fn four_megabytes_are_laid_out_as_measured() {
        let files = ["boot_v1.7.bin", "blank.bin", "esp_init_data_default_v08.bin", "blank.bin"];
        let addresses = [0, 0x3F_B000, 0x3F_C000, 0x3F_E000];
        let expected: Vec<_> = addresses.into_iter().zip(files.map(|file| Path::new("/sdk/bin").join(file))).collect();
        assert_eq!(around_of(4096), expected);
    }

    #[test]
    fn half_a_megabyte_has_no_boot_loader() {
        let addresses: Vec<u32> = around_of(512).into_iter().map(|(address, _)| address).collect();
        assert_eq!(addresses, [0x7_B000, 0x7_C000, 0x7_E000]);
    }
}
