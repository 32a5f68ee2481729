//! YAML as ESPHome reads it: anchors and merge keys, `!include`, `!secret`, `!lambda`, substitutions and packages. Every
//! value keeps its file and line. Knows ESPHome's preprocessing, nothing of its components.

mod load;
mod packages;
mod substitutions;
mod tree;

pub(super) use load::Read;
pub(super) use tree::{Position, Tree, ValueKind};

use anyhow::Result;
use std::path::Path;

/// Reads a device: its file with everything that it includes, packages merged, substitutions made.
pub(super) fn device(path: &Path, read: Read<'_>) -> Result<Tree> {
    let mut tree = load::load(path, read)?;
    packages::merge(&mut tree)?;
    let variables = substitutions::variables(tree.get("substitutions"));
    substitutions::replace(&mut tree, &variables);
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    fn read(path: &Path) -> Result<String> {
        Ok(match path.to_str() {
            Some("main.yaml") => {
                "substitutions: { who: lamp, id: \"${who}_1\" }\npackages:\n  base: !include base.yaml\n\
                 esphome:\n  name: $id\nswitch:\n  - { name: own }\n"
            }
            Some("base.yaml") => "esphome: { name: base, comment: \"${who}!\" }\nswitch:\n  - name: low\n    <<: &a { pin: 5 }\nx: !include { file: vars.yaml, vars: { n: 7 } }\ny: !secret word",
            Some("vars.yaml") => "n: ${n}",
            Some("round.yaml") => "a: !include round.yaml",
            _ => bail!("no such file"),
        }
        .to_owned())
    }

    #[test]
    fn packages_are_merged_and_variables_replaced() {
        let tree = device(Path::new("main.yaml"), &read).expect("a device");
        let own = tree.get("esphome").expect("a map");
        assert_eq!((own.text_of("name"), own.text_of("comment")), (Some("lamp_1"), Some("lamp!")));
        let switches = tree.get("switch").expect("a list").items();
        let names: Vec<Option<&str>> = switches.iter().map(|switch| switch.text_of("name")).collect();
        assert_eq!(names, [Some("low"), Some("own")]);
        assert_eq!(switches[0].text_of("pin"), Some("5"));
        assert_eq!(switches[0].position.to_string(), "base.yaml:3");
        assert_eq!(tree.get("x").and_then(|x| x.text_of("n")), Some("7"));
        assert!(tree.text_of("y").is_none(), "a secret is no text");
    }

    #[test]
    fn endless_includes_aliases_and_variables_end() {
        assert!(device(Path::new("round.yaml"), &read).is_err());
        let bomb = |_: &Path| {
            let lists = (1..12).map(|n| format!("l{n}: &l{n} [{}]\n", vec![format!("*l{}", n - 1); 9].join(", ")));
            Ok(format!("l0: &l0 [1]\n{}", lists.collect::<String>()))
        };
        assert!(device(Path::new("bomb.yaml"), &bomb).is_err());
        let own = |_: &Path| Ok("substitutions: { a: x$a$a }\nb: $a".to_owned());
        assert!(device(Path::new("own.yaml"), &own).is_ok());
    }
}
