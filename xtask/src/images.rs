//! Images for boards: a linked node with its identity, and esptool's work on it. The only way of a secret into an image,
//! and the images lie where nobody but their owner can look.

use crate::chip::image::{self, Part};
use crate::chip::{Built, Kit, Sdk, patch};
use crate::fleets::root;
use crate::secrets::Secrets;
use anyhow::{Context, Result};
use fleetwright_chip::identity::Identity;
use fleetwright_generator::fleet::{Security, Setting};
use fleetwright_generator::plan::{NodePlan, Plan};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// What is to be written into a board.
pub struct Image {
    /// The image and what belongs around it, in the order of their addresses.
    pub parts: Vec<Part>,
    /// What of the identity nobody has filled in; the image has none then.
    pub missing: Vec<String>,
}

/// Makes the image of a node.
pub fn make(kit: &Kit, sdk: &Sdk, plan: &Plan, node: &NodePlan, built: &Built) -> Result<Image> {
    let folder = root().join("target/images").join(&plan.fleet).join(&plan.layout);
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700))?;
    let secrets = Secrets::load()?;
    let (elf, missing) = with_identity(plan, node, built, &secrets, &folder)?;
    let mut parts = image::make(kit, &elf, built.map, &folder)?;
    // What the linked copy held is in the image now, once.
    std::fs::remove_file(&elf).with_context(|| format!("removing {}", elf.display()))?;
    parts.extend(image::around(sdk, built.map));
    parts.sort_by_key(|part| part.address);
    Ok(Image { parts, missing })
}

/// A copy of the linked node, with its identity if all of it is known.
fn with_identity(
    plan: &Plan,
    node: &NodePlan,
    built: &Built,
    secrets: &Secrets,
    folder: &std::path::Path,
) -> Result<(PathBuf, Vec<String>)> {
    let copy = folder.join(format!("{}.elf", node.name));
    if copy.exists() {
        std::fs::remove_file(&copy).with_context(|| format!("replacing {}", copy.display()))?;
    }
    let mut missing = Vec::new();
    if node.status.is_none() {
        std::fs::copy(&built.elf, &copy).with_context(|| format!("writing {}", copy.display()))?;
        return Ok((copy, missing));
    }
    let mut setting = |setting: Option<&Setting>, what: &str| match setting {
        Some(Setting::Plain(text)) => text.clone(),
        Some(Setting::Secret(name)) => secrets.named(name).map(str::to_owned).unwrap_or_else(|| {
            missing.push(format!("`{name}` in fleets/secrets.yaml"));
            String::new()
        }),
        None => {
            missing.push(format!("`wifi: {{ {what}: … }}` in {}", plan.source_path));
            String::new()
        }
    };
    let ssid = setting(plan.wifi.as_ref().map(|wifi| &wifi.ssid), "ssid");
    let wifi_password = setting(plan.wifi.as_ref().map(|wifi| &wifi.password), "password");
    let password = secrets.password(&plan.fleet, &node.name);
    if plan.security == Security::Password && password.is_none() {
        missing.push(format!("the passwords of `{0}`: run `cargo xtask secrets {0}`", plan.fleet));
    }
    if missing.is_empty() {
        let identity = Identity {
            ssid: &ssid,
            wifi_password: &wifi_password,
            broker: &plan.broker_host,
            port: plan.broker_port,
            client_id: &node.name,
            credentials: password.filter(|_| plan.security == Security::Password).map(|own| (node.name.as_str(), own)),
            names: &[],
        };
        patch(&built.elf, &identity, &copy).with_context(|| format!("`{}`", node.name))?;
    } else {
        std::fs::copy(&built.elf, &copy).with_context(|| format!("writing {}", copy.display()))?;
    }
    Ok((copy, missing))
}
