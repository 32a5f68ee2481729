//! A fleet file generated in memory. Writes nothing: [`crate::sync`] does.

use super::find::folder;
use super::read::{Findings, Reading, read};
use crate::root;
use anyhow::{Context, Result};
use fleetwright_generator::{Options, Output};
use std::path::{Component, Path};

/// What became of a fleet file.
#[derive(Debug)]
pub struct Generated {
    /// Errors, or the warnings beside an output.
    pub findings: Findings,
    /// What was generated; `None`: the fleet has errors.
    pub output: Option<Output>,
}

/// Generates one fleet in memory, as it belongs below the folder `out`; with `layout` that layout's files alone.
///
/// # Errors
///
/// The file can't be read, or the fleet has no such layout. What is wrong with the fleet is among the findings.
pub fn generate(path: &Path, out: &Path, layout: Option<&str>) -> Result<Generated> {
    let source = match read(path)? {
        Reading::Text(source) => source,
        Reading::NoText(findings) => return Ok(Generated { findings, output: None }),
    };
    let options = Options { runtime: runtime(out)?, beside: beside(path, out)?, layout: layout.map(str::to_owned) };
    let (output, diagnostics) = match fleetwright_generator::generate(&source, &options) {
        Ok(output) => {
            output.layouts(layout)?;
            let warnings = output.warnings.clone();
            (Some(output), warnings)
        }
        Err(errors) => (None, errors.0),
    };
    Ok(Generated { findings: Findings { source, diagnostics }, output })
}

/// The path from a node's crate below `out` to the project's folder `firmware`.
fn runtime(out: &Path) -> Result<String> {
    from_crate(out, &root().join("firmware"))
}

/// The path from a node's crate below `out` to the folder of a fleet file.
fn beside(fleet: &Path, out: &Path) -> Result<String> {
    from_crate(out, folder(fleet))
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
}
