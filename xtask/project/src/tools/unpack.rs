//! Debian's packages for somebody who can't install them: downloaded with package lists of our own, unpacked below
//! target/tools, and started by launchers that know where their libraries are.
//!
//! Apt itself resolves what the packages need and is not installed, and checks what it downloads; only its lists and
//! its cache are moved to where this person may write (apt.conf(5), "Directories").

use crate::{command, root, target};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where packages keep programs.
const PROGRAMS: [&str; 4] = ["usr/bin", "usr/sbin", "bin", "sbin"];
/// Where packages keep libraries.
const LIBRARIES: [&str; 2] = ["usr/lib", "lib"];
/// The C library belongs to the system's own loader: another release of it beside that one starts no program.
const OF_THE_SYSTEM: [&str; 2] = ["libc6_", "libc-bin_"];

/// Whether this machine has what it takes.
pub(super) fn is_possible() -> bool {
    ["apt-get", "dpkg-deb"].iter().all(|program| command::which(program).is_some())
}

/// Package lists of our own, and where packages are downloaded; both go when this goes.
pub(super) struct Unpacking {
    state: PathBuf,
    /// What apt did not find when it read the lists: it goes on without, and then misses packages.
    warning: Option<String>,
    /// One command at a time.
    _lock: fs::File,
}

impl Unpacking {
    /// Reads the package lists.
    ///
    /// # Errors
    ///
    /// The folder can't be written, or apt fails: its own words are in the error.
    pub(super) fn open() -> Result<Self> {
        let folder = root::unpacked();
        let lock = target::lock(&folder)?;
        let mut unpacking = Self { state: folder.join("apt"), warning: None, _lock: lock };
        for name in ["lists", "cache/archives"] {
            let path = unpacking.state.join(name);
            fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
        }
        let words = apt(&unpacking.state, &["update", "-q"])?;
        unpacking.warning = words.lines().find_map(|line| line.strip_prefix("W: ")).map(str::to_owned);
        Ok(unpacking)
    }

    /// Downloads these packages and what they need and is not installed, and unpacks them.
    ///
    /// # Errors
    ///
    /// Apt can't find or download a package, the folder can't be written, or an archive is broken.
    pub(super) fn add(&self, packages: &[String]) -> Result<()> {
        let mut download = vec!["install", "-y", "-q", "--no-install-recommends", "--download-only"];
        download.extend(packages.iter().map(String::as_str));
        apt(&self.state, &download).map_err(|error| match &self.warning {
            Some(warning) => error.context(warning.clone()),
            None => error,
        })?;
        let files = root::unpacked_files();
        for archive in archives(&self.state.join("cache/archives"))? {
            ask(Command::new("dpkg-deb").arg("--extract").arg(&archive).arg(&files))?;
            fs::remove_file(&archive).with_context(|| format!("removing {}", archive.display()))?;
        }
        // Last: a program is found by its launcher, and one that is found is whole.
        write_launchers(&files, &command::launchers())
    }
}

impl Drop for Unpacking {
    fn drop(&mut self) {
        // What stays behind costs room and does no harm.
        let _ = fs::remove_dir_all(&self.state);
    }
}

/// Runs apt with lists and cache below a folder, and returns its warnings.
fn apt(state: &Path, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new("apt-get");
    let folder = |name: &str| state.join(name).display().to_string();
    for (option, value) in [
        // What is installed is still read where dpkg keeps it.
        ("Dir::State::lists", folder("lists")),
        ("Dir::Cache", folder("cache")),
        ("Dir::Log", folder("")),
        // Dpkg's own lock is root's; our lists and cache have a lock around all of this.
        ("Debug::NoLocking", "1".into()),
        // Neither translations nor icons are of use here.
        ("Acquire::Languages", "none".into()),
        ("Acquire::IndexTargets::deb::DEP-11::DefaultEnabled", "false".into()),
    ] {
        command.arg("-o").arg(format!("{option}={value}"));
    }
    ask(command.args(arguments))
}

/// Runs a program and returns what it wrote beside its output.
fn ask(command: &mut Command) -> Result<String> {
    let output = command::output_silently(command.env("LC_ALL", "C"))?;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        bail!("{}: {}", command.get_program().display(), first_error(&words));
    }
    Ok(words)
}

/// The first error among a program's words, as apt writes them, else the first line.
fn first_error(words: &str) -> &str {
    words.lines().find_map(|line| line.strip_prefix("E: ")).or(words.lines().next()).unwrap_or_default().trim()
}

/// The packages that were downloaded.
fn archives(folder: &Path) -> Result<Vec<PathBuf>> {
    let is_wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".deb") && !OF_THE_SYSTEM.iter().any(|start| name.starts_with(start))
    };
    Ok(entries(folder)?.into_iter().filter(is_wanted).collect())
}

/// Writes a launcher for each program that was unpacked.
fn write_launchers(files: &Path, bin: &Path) -> Result<()> {
    fs::create_dir_all(bin).with_context(|| format!("making {}", bin.display()))?;
    let mut folders = BTreeSet::new();
    for name in LIBRARIES {
        library_folders(&files.join(name), 2, &mut folders)?;
    }
    let mut written = BTreeSet::new();
    for program in PROGRAMS.iter().map(|name| entries(&files.join(name))).collect::<Result<Vec<_>>>()?.concat() {
        // A link may lead to what only an installed package has.
        let is_program =
            fs::metadata(&program).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0);
        let name = program.file_name().unwrap_or_default().to_owned();
        if is_program && written.insert(name.clone()) {
            let draft = tempfile::NamedTempFile::new_in(bin).context("writing a launcher")?;
            fs::write(draft.path(), launcher(&program, files, &folders)?)?;
            fs::set_permissions(draft.path(), PermissionsExt::from_mode(0o755))?;
            draft.persist(bin.join(name)).context("writing a launcher")?;
        }
    }
    Ok(())
}

/// A script that starts a program. It names folders from its own place, so that the project may be moved.
fn launcher(program: &Path, files: &Path, libraries: &BTreeSet<PathBuf>) -> Result<String> {
    let from_here = |path: &Path| Ok::<_, anyhow::Error>(format!("$files/{}", path.strip_prefix(files)?.display()));
    let libraries = libraries.iter().map(|path| from_here(path)).collect::<Result<Vec<_>>>()?.join(":");
    Ok(format!(
        "#!/bin/sh\n\
         # Written by `cargo xtask setup`: starts a program that was unpacked, with the libraries that it came with.\n\
         files=$(cd \"${{0%/*}}/../files\" && pwd) || exit 127\n\
         export LD_LIBRARY_PATH=\"{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\"\n\
         exec \"{}\" \"$@\"\n",
        from_here(program)?
    ))
}

/// The folders with shared libraries, down to so many levels below this one.
fn library_folders(folder: &Path, levels: u32, found: &mut BTreeSet<PathBuf>) -> Result<()> {
    for path in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("lib") && name.contains(".so") {
            found.insert(folder.to_owned());
        } else if levels > 0 && path.is_dir() && !path.is_symlink() {
            library_folders(&path, levels - 1, found)?;
        }
    }
    Ok(())
}

/// What is in a folder, by name; nothing where there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &Path, text: &str, mode: u32) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
        fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("changed");
    }

    #[test]
    fn a_launcher_starts_its_program_with_its_libraries_wherever_the_folder_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let (made, moved) = (folder.path().join("made here"), folder.path().join("moved there"));
        let files = made.join("files");
        file(&files.join("usr/sbin/broker"), "#!/bin/sh\necho \"$LD_LIBRARY_PATH $*\"; exit 3\n", 0o755);
        file(&files.join("usr/sbin/notes"), "no program", 0o644);
        file(&files.join("usr/lib/x86_64-linux-gnu/libmade.so.1"), "", 0o644);
        file(&files.join("usr/lib/x86_64-linux-gnu/private/libown.so"), "", 0o644);
        file(&files.join("lib/firmware/blob.bin"), "", 0o644);
        std::os::unix::fs::symlink("/no/such/program", files.join("usr/sbin/elsewhere")).expect("linked");
        write_launchers(&files, &made.join("bin")).expect("written");
        fs::rename(&made, &moved).expect("moved");
        assert_eq!(entries(&moved.join("bin")).expect("read"), [moved.join("bin/broker")]);
        let mut command = Command::new(moved.join("bin/broker"));
        let output = command.args(["one", "two three"]).env_remove("LD_LIBRARY_PATH").output().expect("started");
        let usr = moved.join("files/usr/lib/x86_64-linux-gnu").display().to_string();
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{usr}:{usr}/private one two three\n"));
        assert_eq!(output.status.code(), Some(3));
    }

    #[test]
    fn apts_first_error_is_told() {
        let words = "W: Failed to fetch http://mirror/dists\nE: Unable to locate package mosquitto\nE: more\n";
        assert_eq!(first_error(words), "Unable to locate package mosquitto");
        assert_eq!(first_error("dpkg-deb: error: no archive\n"), "dpkg-deb: error: no archive");
        assert_eq!(first_error(""), "");
    }

    #[test]
    fn the_systems_own_c_library_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["libc6_2.36-9_amd64.deb", "libcjson1_1.7.15-1_amd64.deb", "lock", "partial"] {
            file(&folder.path().join(name), "", 0o644);
        }
        let found = archives(folder.path()).expect("read");
        assert_eq!(found, [folder.path().join("libcjson1_1.7.15-1_amd64.deb")]);
    }
}
