//! Fleet files: finding, reading and generating them.

use anyhow::{Context, Result, bail};
use fleetwright_generator::diag::{Diagnostics, render};
use fleetwright_generator::plan::Plan;
use fleetwright_generator::source::{Position, Source};
use fleetwright_generator::spec::{self, Wanted};
use fleetwright_generator::{Options, Output};
use std::io::{ErrorKind, IsTerminal};
use std::path::{Component, Path, PathBuf};

/// The project's folder: what FLEETWRIGHT_ROOT says, for who keeps fleets and secrets apart from this checkout.
pub fn root() -> PathBuf {
    if let Some(folder) = std::env::var_os("FLEETWRIGHT_ROOT").filter(|folder| !folder.is_empty()) {
        return folder.into();
    }
    // Tests and `cargo run` both compile here; the binary never leaves the checkout.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(Path::parent).unwrap_or(Path::new(".")).to_owned()
}

/// The files that the words on the command line mean; none: all of fleets/, ordered.
pub fn find(words: &[String]) -> Result<Vec<PathBuf>> {
    if !words.is_empty() {
        return words.iter().map(|word| find_one(word)).collect();
    }
    let folder = root().join("fleets");
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") && !path.ends_with("secrets.yaml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Whether a path leads to a file of secrets, by its name: what is in it must not stand in a message.
pub fn is_secret(path: &Path) -> bool {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    [path, &real].iter().any(|path| path.ends_with("secrets.yaml") || path.ends_with("secrets.yml"))
}

/// The file that one word means.
pub fn find_one(word: &str) -> Result<PathBuf> {
    let found = one(word)?;
    if is_secret(&found) {
        bail!("{} holds secrets, and is no fleet", found.display());
    }
    Ok(found)
}

fn one(word: &str) -> Result<PathBuf> {
    let path = Path::new(word);
    if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
        if !path.is_file() {
            bail!("there is no file {word}");
        }
        return Ok(path.to_owned());
    }
    let named = root().join("fleets").join(format!("{word}.yaml"));
    if !named.is_file() {
        let known: Vec<String> = find(&[])?.iter().map(|path| stem(path)).collect();
        bail!("there is no fleet `{word}` in fleets/; there are: {}", known.join(", "));
    }
    Ok(named)
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A file as the generator wants it; findings about the file itself are shown with what can be shown of it.
pub fn read(path: &Path) -> Result<Result<Source, (Source, Diagnostics)>> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(Source::from_bytes(&shown(path), &bytes).map(|mut source| {
        include(&mut source, folder(path));
        source.neighbours = neighbours(path);
        source
    }))
}

/// The fleets of the files beside this one. A file that can't be read is somebody else's finding.
fn neighbours(path: &Path) -> Vec<(String, Position)> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder(path)).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    let is_fleet = |file: &&PathBuf| {
        file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") && !is_secret(file)
    };
    let others = files.iter().filter(is_fleet).filter(|file| file.file_name() != path.file_name());
    others.filter_map(|file| Source::from_bytes(&shown(file), &std::fs::read(file).ok()?).ok()?.fleet()).collect()
}

/// Adds the files that a fleet file includes, and those that they include.
fn include(source: &mut Source, root: &Path) {
    // The folders of the files, in the order of the source's files.
    let mut folders = vec![root.to_owned()];
    loop {
        let wanted = spec::wanted(source);
        if wanted.is_empty() {
            return;
        }
        for Wanted { written, path, span } in wanted {
            let place = source.files().take_while(|(_, file)| file.start <= span.start).count();
            let file = folders[place - 1].join(written);
            let text = match std::fs::read(&file) {
                Ok(_) if is_secret(&file) => {
                    Err("it holds secrets; write `!secret name` where one of them belongs".to_owned())
                }
                Ok(bytes) => match Source::from_bytes(&path, &bytes) {
                    Ok(included) => Ok(included.text),
                    Err((_, findings)) => Err(findings.0.into_iter().map(|finding| finding.message).collect()),
                },
                Err(error) if error.kind() == ErrorKind::NotFound => Err("there is no such file".to_owned()),
                Err(error) => Err(error.to_string()),
            };
            source.include(&path, span, text.as_deref().map_err(Clone::clone));
            folders.push(folder(&file).to_owned());
        }
    }
}

/// The path as messages and generated files show it: from the project's folder, if it lies there.
fn shown(path: &Path) -> String {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let root = root().canonicalize().unwrap_or_else(|_| root());
    match full.strip_prefix(&root) {
        Ok(inside) => inside.to_string_lossy().into_owned(),
        // Generated files name no machine's folders.
        Err(_) => path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
    }
}

/// Generates one fleet in memory, printing its findings; `None`: it has errors.
pub fn generate(path: &Path, out: &Path, layout: Option<&str>) -> Result<Option<Output>> {
    let source = match read(path)? {
        Ok(source) => source,
        Err((source, findings)) => {
            print_findings(&source, &findings.0);
            return Ok(None);
        }
    };
    let options = Options { runtime: runtime(out)?, beside: beside(path, out)?, layout: layout.map(str::to_owned) };
    match fleetwright_generator::generate(&source, &options) {
        Ok(output) => {
            print_findings(&source, &output.warnings);
            layouts(&output, layout)?;
            Ok(Some(output))
        }
        Err(findings) => {
            print_findings(&source, &findings.0);
            Ok(None)
        }
    }
}

/// The layouts of a fleet, or the one of this name.
///
/// # Errors
///
/// It has none of that name.
pub fn layouts<'a>(output: &'a Output, name: Option<&str>) -> Result<Vec<&'a Plan>> {
    let plans: Vec<&Plan> = output.plans.iter().filter(|plan| name.is_none_or(|name| plan.layout == name)).collect();
    if let (Some(name), true, Some(first)) = (name, plans.is_empty(), output.plans.first()) {
        let known: Vec<&str> = output.plans.iter().map(|plan| plan.layout.as_str()).collect();
        bail!("{} has no layout `{name}`; it has: {}", first.source_path, known.join(", "));
    }
    Ok(plans)
}

fn print_findings(source: &Source, findings: &[fleetwright_generator::diag::Diagnostic]) {
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    eprint!("{}", render::text(source, findings, color));
}

/// The path from a node's crate below `out` to the project's folder `firmware`.
fn runtime(out: &Path) -> Result<String> {
    from_crate(out, &root().join("firmware"))
}

/// The path from a node's crate below `out` to the folder of a fleet file.
fn beside(fleet: &Path, out: &Path) -> Result<String> {
    from_crate(out, folder(fleet))
}

/// The folder of a fleet file.
pub fn folder(fleet: &Path) -> &Path {
    fleet.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn from_crate(out: &Path, to: &Path) -> Result<String> {
    let absolute = |path: &Path| std::path::absolute(path).with_context(|| format!("finding {}", path.display()));
    // `<out>/<fleet>/<layout>/firmware/<node>`
    Ok(format!("../../../../{}", relative(&absolute(out)?, &absolute(to)?)))
}

/// The way from one folder to another, with `/` between the parts.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) = (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| "..".to_owned());
    let down = to[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_between_folders() {
        assert_eq!(relative(Path::new("/a/generated"), Path::new("/a/firmware")), "../firmware");
        assert_eq!(relative(Path::new("/tmp/out"), Path::new("/a/firmware")), "../../a/firmware");
    }

    #[test]
    fn two_files_with_one_fleet_are_told_of_each_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        let listener = std::fs::read_to_string(root().join("fleets/listener.yaml")).expect("an example");
        write("listener.yaml", &listener);
        write("copy.yaml", &format!("# mine\n{}", listener.replace("fleet: listener", "fleet: \"listener\" # a copy")));
        write("other.yaml", &listener.replace("fleet: listener", "fleet: other"));
        write("boards.yaml", "boards: {}\n");
        let source = read(&folder.path().join("listener.yaml")).expect("readable").expect("text");
        let findings = fleetwright_generator::check(&source).expect_err("a name twice").0;
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].message.starts_with("`listener` is the fleet of copy.yaml:"), "{}", findings[0].message);
        let source = read(&folder.path().join("other.yaml")).expect("readable").expect("text");
        assert!(fleetwright_generator::check(&source).is_ok());
    }

    #[test]
    fn unknown_fleets_are_answered_with_the_known_ones() {
        let message = find_one("rom").unwrap_err().to_string();
        assert!(message.contains("room"), "{message}");
    }
}
