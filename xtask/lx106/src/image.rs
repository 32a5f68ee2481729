//! From a linked node to what is written into flash. Knows esptool and which part goes where.

use super::build::Built;
use super::identity_patch;
use super::program;
use super::sdk::Sdk;
use super::toolchain::Toolchain;
use anyhow::{Context, Result, bail};
use fleetwright_chip::identity::{self, Identity};
use fleetwright_chip::partitions::{Images, Map, SECTOR};
use std::borrow::Cow;
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of Espressif's esptool that the project was measured with.
pub const ESPTOOL: &str = "5.6.0";

/// One part of flash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlashRegion {
    /// Where it begins.
    pub address: u32,
    /// What is written there.
    pub file: PathBuf,
}

/// The options of esptool for the flash: size and map by one value, then mode and speed, which every board's flash can
/// do.
pub fn flash_arguments(map: &Map) -> [&str; 6] {
    ["--flash-size", map.esptool, "--flash-mode", "dio", "--flash-freq", "40m"]
}

/// Where the image begins: behind the boot loader, if there is one.
pub fn start(map: &Map) -> u32 {
    if matches!(map.images, Images::Two { .. }) { SECTOR } else { 0 }
}

/// The image of a program, in which nodes differ by their identity alone.
pub struct Image {
    /// One file, or two where the flash has no room for a boot loader: address, what its name ends with, content.
    files: Vec<(u32, &'static str, Vec<u8>)>,
    /// Which of them has the identity, and where.
    block: (usize, Range<usize>),
    /// Whether it ends with a checksum of all of it.
    sealed: bool,
}

impl Image {
    /// Lets esptool make the image of a linked program, below `scratch`.
    pub fn make(toolchain: &Toolchain, built: &Built, scratch: &Path) -> Result<Self> {
        let (version, outputs): (_, &[(u32, &str, &str)]) = match built.map.images {
            Images::Two { .. } => ("2", &[(SECTOR, "image.bin", ".bin")]),
            // esptool puts the address behind the name where there are two.
            Images::One => (
                "1",
                &[(0, "image.bin0x00000.bin", ".0x00000.bin"), (0x1_0000, "image.bin0x10000.bin", ".0x10000.bin")],
            ),
        };
        let mut command = esptool(&toolchain.tools())?;
        command.args(["--chip", "esp8266", "elf2image", "--version", version]).args(flash_arguments(built.map));
        command.arg("--output").arg(scratch.join("image.bin")).arg(&built.elf);
        program::run(&mut command, "esptool makes no image of it")?;
        let read = |&(address, name, suffix): &(u32, &str, &'static str)| {
            let path = scratch.join(name);
            let bytes = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            Ok((address, suffix, bytes))
        };
        let files = outputs.iter().map(read).collect::<Result<Vec<_>>>()?;
        let (address, size) = identity_patch::find(&built.elf)?;
        let (file, start, sealed) = match built.map.images {
            // Headers of the image and of its first part stand before the code, in flash as in the file.
            Images::Two { .. } => (0, address.checked_sub(0x4020_1000), true),
            Images::One => (1, address.checked_sub(0x4021_0000), false),
        };
        let start = usize::try_from(start.context("the identity is before the code")?)?;
        let image = Self { files, block: (file, start..start + usize::try_from(size)?), sealed };
        image.check(built.map)?;
        Ok(image)
    }

    /// Checks what the rest relies on.
    fn check(&self, map: &Map) -> Result<()> {
        let (file, block) = &self.block;
        let bytes = &self.files[*file].2;
        let magic = bytes.get(block.clone()).and_then(|block| block.get(..identity::MAGIC.len()));
        if magic != Some(&identity::MAGIC) {
            bail!("the identity is not where it should be in the image");
        }
        if self.sealed && bytes.last_chunk() != Some(&seal(bytes)) {
            bail!("the image ends otherwise than those of esptool {ESPTOOL}");
        }
        if let Images::Two { size: room, .. } = map.images
            && bytes.len() > room as usize
        {
            bail!("the image has {} bytes, its half of the flash {room}", bytes.len());
        }
        Ok(())
    }

    /// Writes the image of one node below `folder`, for its owner's eyes only; `None`: it has no identity.
    pub fn write(&self, identity: Option<&Identity<'_>>, name: &str, folder: &Path) -> Result<Vec<FlashRegion>> {
        let (with_identity, block) = &self.block;
        let mut parts = Vec::new();
        for (index, (address, suffix, bytes)) in self.files.iter().enumerate() {
            let path = folder.join(format!("{name}{suffix}"));
            if path.exists() {
                std::fs::remove_file(&path).with_context(|| format!("replacing {}", path.display()))?;
            }
            let mut bytes = Cow::Borrowed(bytes);
            if let Some(identity) = identity.filter(|_| index == *with_identity) {
                let bytes = bytes.to_mut();
                identity.write(&mut bytes[block.clone()])?;
                if self.sealed {
                    let seal = seal(bytes);
                    let end = bytes.len() - seal.len();
                    bytes[end..].copy_from_slice(&seal);
                }
            }
            let mut file = project::private::create(&path)?;
            file.write_all(&bytes).with_context(|| format!("writing {}", path.display()))?;
            parts.push(FlashRegion { address: *address, file: path });
        }
        Ok(parts)
    }
}

/// The checksum of all bytes but the last four, as the boot loader of SDK 1.6 and later computes it.
fn seal(image: &[u8]) -> [u8; 4] {
    let crc = crc32fast::hash(&image[..image.len().saturating_sub(4)]);
    let crc = if crc >> 31 == 1 { !crc } else { crc + 1 };
    crc.to_le_bytes()
}

/// All that a board needs in its flash beside its image: the boot loader at 0, where there are two images; what the radio
/// is set up with; and blank sectors where the SDK and the boot loader keep what they find out at the first start.
///
/// The calibration of the radio (end of flash - 0x5000) is blank, so that the SDK makes a new one.
///
/// All three sectors of the system parameters are blank. The first two (end - 0x3000 and end - 0x2000) take turns in
/// holding the parameters, and the third (end - 0x1000) says which of them counts: the one at end - 0x3000 if its first byte
/// is 0, else the other. boot_v1.7 keeps in them which of the two images it starts. With a choice from an earlier life of the
/// board in any of them, it could start the second image, where nothing was written.
pub fn around(sdk: &Sdk, map: &Map) -> Vec<FlashRegion> {
    let part = |address, name| FlashRegion { address, file: sdk.path(name) };
    let loader = matches!(map.images, Images::Two { .. }).then(|| part(0, "bin/boot_v1.7.bin"));
    let mut parts: Vec<FlashRegion> = loader.into_iter().collect();
    parts.push(part(map.radio_calibration(), "bin/blank.bin"));
    parts.push(part(map.radio_data(), "bin/esp_init_data_default_v08.bin"));
    parts.extend(map.parameter_sectors().map(|address| part(address, "bin/blank.bin")));
    parts
}

/// Installs the project's own copy of esptool below `folder`.
///
/// # Errors
///
/// There is no Python 3, it can't make an environment, or pip can't install esptool.
pub fn install(folder: &Path) -> Result<()> {
    let mut make = Command::new("python3");
    make.args(["-m", "venv"]);
    // Debian has the module that brings pip into an environment in a package of its own. Without it pip runs from its
    // wheel, which `setup` may have unpacked.
    let mut has_pip = Command::new("python3");
    has_pip.args(["-c", "import ensurepip; ensurepip.version()"]);
    let has_pip = project::command::output_silently(&mut has_pip).context("Python 3 is missing")?;
    let wheel = if has_pip.status.success() { None } else { unpacked_pip() };
    if wheel.is_some() {
        make.arg("--without-pip");
    }
    program::run(make.arg(folder), "python3 makes no environment (Debian's package for that is python3-venv)")?;
    let mut pip = Command::new(folder.join("bin/python"));
    match wheel {
        // Python runs what is in an archive.
        Some(wheel) => pip.arg(wheel.join("pip")),
        None => pip.args(["-m", "pip"]),
    };
    pip.args(["install", "--quiet", "--disable-pip-version-check"]).arg(format!("esptool=={ESPTOOL}"));
    program::run(&mut pip, "pip does not install esptool")
}

/// The wheel of pip among the packages that were unpacked.
fn unpacked_pip() -> Option<PathBuf> {
    let folder = std::fs::read_dir(project::unpacked_files().join("usr/share/python-wheels")).ok()?;
    let is_pip = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("pip-"));
    folder.filter_map(|entry| Some(entry.ok()?.path())).find(is_pip)
}

/// esptool: the project's own copy in this folder ([`super::tools`]), else the one on PATH.
///
/// # Errors
///
/// There is none.
pub fn esptool(folder: &Path) -> Result<Command> {
    let script = found(folder).context("`esptool` is missing: run `cargo xtask setup`")?;
    if !script.starts_with(folder) {
        return Ok(Command::new(script));
    }
    // The script names its interpreter by where the project lay when it was installed. It may have been moved since.
    let mut command = Command::new(script.with_file_name("python"));
    command.args(["-m", "esptool"]);
    Ok(command)
}

/// esptool in the project's own folder, else on PATH.
pub fn found(folder: &Path) -> Option<PathBuf> {
    let own = folder.join("bin/esptool");
    Some(own).filter(|tool| tool.is_file()).or_else(|| project::command::which("esptool"))
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
        let blank = "blank.bin";
        let files = ["boot_v1.7.bin", blank, "esp_init_data_default_v08.bin", blank, blank, blank];
        let addresses = [0, 0x3F_B000, 0x3F_C000, 0x3F_D000, 0x3F_E000, 0x3F_F000];
        let expected: Vec<_> = addresses.into_iter().zip(files.map(|file| Path::new("/sdk/bin").join(file))).collect();
        assert_eq!(around_of(4096), expected);
    }

    #[test]
    fn half_a_megabyte_has_no_boot_loader() {
        let addresses: Vec<u32> = around_of(512).into_iter().map(|(address, _)| address).collect();
        assert_eq!(addresses, [0x7_B000, 0x7_C000, 0x7_D000, 0x7_E000, 0x7_F000]);
    }
}
