//! Espressif's ESP8266_NONOS_SDK 3.0.6 in a folder of the user's. Knows which of its files a node needs and what
//! is in them by hash, and from where it can be downloaded. Nothing of it is part of this project: its licence binds it to
//! Espressif's chips.

use anyhow::{Context, Result, bail};
use fleetwright_chip::partitions::Images;
use project::root;
use sha2::{Digest, Sha256};
use std::fmt::{Display, Formatter};
use std::path::{Path, PathBuf};

/// The version that the project was measured with.
pub const VERSION: &str = "3.0.6";
/// Where its owner gives it away.
pub const HOME: &str = "https://github.com/espressif/ESP8266_NONOS_SDK, tag v3.0.6";
/// The variable that names the folder.
pub const VARIABLE: &str = "ESP8266_SDK";
/// Its licence, in the words of its file `License`.
pub const LICENCE: &str = "ESPRESSIF MIT License: free of charge, for use on Espressif's ESP8266 only";

/// The archive of the version, which GitHub makes of the tag.
pub const ARCHIVE: Source<'_> = Source {
    url: "https://github.com/espressif/ESP8266_NONOS_SDK/archive/v3.0.6.tar.gz",
    // As the recipe esp8266-nonos-sdk 3.0.6-2 of the Arch User Repository states it. It was not compared with a download of
    // our own: the files of FILES were measured, each by itself, and decide whatever this says.
    sha256: Some("e07ea77ee6adaf172191d599a42bd5b8d047a3c4b890c1fab76dbbadf6a12c44"),
};

/// Where an archive is, and what it is.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its address, `https:` or, of a server of one's own, `http:`.
    pub url: &'a str,
    /// The SHA-256 of the archive in hexadecimal digits, if somebody states it.
    pub sha256: Option<&'a str>,
}

/// The libraries that a node is linked with.
pub const LIBRARIES: [&str; 8] = ["phy", "pp", "net80211", "wpa", "main", "lwip", "crypto", "pwm"];
/// The linker script: the 2.048 map, one image for both halves of 2 MB and more of flash.
const SCRIPT: &str = "ld/eagle.app.v6.new.2048.ld";
/// The linker script for 512 KB: one image, its code from 0x10000 on. Asked for only where a board is so small.
const SMALL_SCRIPT: (&str, &str) =
    ("ld/eagle.app.v6.ld", "67bc23901340c9b69d69fc52281be74d6820a930014e630da4c17f8b86e9c053");

/// All files that are needed, with the SHA-256 of version 3.0.6.
const FILES: [(&str, &str); 13] = [
    ("lib/libphy.a", "ddc000df8017b659f30b32c1cf2cb1cdfa1262cc138f11e7909d87aad7155396"),
    ("lib/libpp.a", "fc4258f1a2de6f2824a426321b1f5e8304f06f982678838b74f6d9a4bf83b1ff"),
    ("lib/libnet80211.a", "7f4171a9420917f25bc0cce2a72bb34edcd3f466265a4aab014da51c6d360451"),
    ("lib/libwpa.a", "e126440a0a266695b8a7f0f65ffa4ad42dd21c89b25c3e37eaff1271dfc534fd"),
    ("lib/libmain.a", "962bf3bf936607c41de83b204089db610ac4e82138ca823ee65cb29edcb4d7af"),
    ("lib/liblwip.a", "3eb41300b161861dc9e7c30d740ebb3f14cb0b11c9debb6cb809c824bfe99474"),
    ("lib/libcrypto.a", "27a03c00d428407f45dddfc649e9ea0c98d616f1328c22921557597eb0490700"),
    ("lib/libpwm.a", "7ab67bf824673bdf9e70ba70a53fffae320214dc8c17fdaa25ba1417a99a145d"),
    (SCRIPT, "9a2763c944c0b6dd7bc01aeda55171f1faaee5f1f70159b6db304febd65aeda2"),
    ("ld/eagle.rom.addr.v6.ld", "fd74f6b3c7b84c4fa7b0db2c0496d25ed946f714fd017777834b02219d3e649b"),
    ("bin/boot_v1.7.bin", "71fca3dd7c9d12dd33dc1979a72829de5f3fe9e1d77ec205cf6517d125f7c8f8"),
    ("bin/blank.bin", "f47a8ec3e9aff2318d896942282ad4fe37d6391c82914f54a5da8a37de1300c6"),
    ("bin/esp_init_data_default_v08.bin", "b2218087cf938ce665b26ac049f7d146677c70fe2909205a4d0e6a58aef0e4b3"),
];

/// What is taken out of an archive of the SDK: a path in its folder, and the SHA-256 where one is known.
pub type Wanted<'a> = (&'a str, Option<&'a str>);

/// What is taken out of the SDK's archive: all files that any board needs, and the licence. Of the latter nobody stated a
/// hash; nothing is made of it.
pub fn wanted() -> Vec<Wanted<'static>> {
    let needed = FILES.into_iter().chain([SMALL_SCRIPT]).map(|(path, hash)| (path, Some(hash)));
    needed.chain([("License", None)]).collect()
}

/// Where a downloaded SDK is.
pub fn downloaded() -> PathBuf {
    root().join("target/sdk").join(format!("ESP8266_NONOS_SDK-{VERSION}"))
}

/// Who says where the SDK is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Named,
    /// The variable [`VARIABLE`].
    Variable,
    /// Nobody: it was downloaded.
    Downloaded,
}

impl Display for Origin {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Named => "named by --sdk",
            Self::Variable => "named by ESP8266_SDK",
            Self::Downloaded => "downloaded",
        })
    }
}

/// The SDK's folder, not looked into: the one that was named, else that of the variable, else the downloaded one. `None`:
/// there is none of them.
pub fn located(named: Option<&Path>) -> Option<(PathBuf, Origin)> {
    let variable = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let downloaded = || Some(downloaded()).filter(|folder| folder.is_dir());
    named
        .map(|folder| (folder.to_owned(), Origin::Named))
        .or_else(|| variable.map(|folder| (folder, Origin::Variable)))
        .or_else(|| downloaded().map(|folder| (folder, Origin::Downloaded)))
}

/// A folder that holds the SDK's files, every one checked.
#[derive(Clone, Debug)]
pub struct Sdk {
    folder: PathBuf,
}

impl Sdk {
    /// The SDK in the folder that was named, else in the one that `ESP8266_SDK` names, else the downloaded one.
    ///
    /// # Errors
    ///
    /// There is none of them, or a file in it is missing or another than that of the version.
    pub fn find(named: Option<&Path>) -> Result<Self> {
        let (folder, _) = located(named).with_context(|| {
            format!(
                "an image for the chip needs Espressif's ESP8266_NONOS_SDK {VERSION}\n\
                 `cargo xtask sdk --download` fetches it; or get it from {HOME}\n\
                 then name its folder: --sdk DIR, or {VARIABLE}=DIR"
            )
        })?;
        Self::open(&folder)
    }

    /// The SDK in this folder; all files that are missing or other than expected are named at once.
    pub fn open(folder: &Path) -> Result<Self> {
        let faults: Vec<String> = FILES.iter().filter_map(|(path, hash)| fault(folder, path, hash)).collect();
        if !faults.is_empty() {
            let list = faults.join("\n");
            bail!("{} is not the ESP8266_NONOS_SDK {VERSION}\n{list}\nget it from {HOME}", folder.display());
        }
        let folder = folder.canonicalize().with_context(|| format!("reading {}", folder.display()))?;
        Ok(Self { folder })
    }

    /// The linker script for boards with images so laid out.
    pub fn script(&self, images: Images) -> Result<PathBuf> {
        let (name, hash) = SMALL_SCRIPT;
        match images {
            Images::Two { .. } => Ok(self.path(SCRIPT)),
            Images::One => match fault(&self.folder, name, hash) {
                Some(fault) => bail!("a board with 512 KB of flash needs one file more of the SDK\n{fault}"),
                None => Ok(self.path(name)),
            },
        }
    }

    /// A folder that nobody looked into.
    #[cfg(test)]
    pub(super) fn unchecked(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The path of one of its files.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// What is wrong with one file, if anything.
fn fault(folder: &Path, path: &str, hash: &str) -> Option<String> {
    match std::fs::read(folder.join(path)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some(format!("  {path} is missing")),
        Err(error) => Some(format!("  {path}: {error}")),
        Ok(bytes) => (format!("{:x}", Sha256::digest(&bytes)) != hash)
            .then(|| format!("  {path} is not that of version {VERSION}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_missing_files_are_named_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let fault = Sdk::open(folder.path()).expect_err("empty").to_string();
        for (path, _) in FILES {
            assert!(fault.contains(&format!("{path} is missing")), "{fault}");
        }
        assert!(fault.contains(HOME));
    }

    #[test]
    fn a_file_of_another_version_is_told_from_the_right_one() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("x"), "abc").expect("writes");
        let right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(fault(folder.path(), "x", right), None);
        assert!(fault(folder.path(), "x", "00").expect("differs").contains("not that of version"));
    }
}
