//! YAML as ESPHome reads it: anchors and merge keys, `!include` and its kin, `!secret`, `!lambda`, `!extend`, `!remove`,
//! substitutions and packages. Every value keeps its file and line. Knows ESPHome's preprocessing, nothing of its
//! components.

mod include;
mod load;
mod overrides;
mod packages;
mod problems;
mod substitutions;
mod tree;

pub(super) use tree::{Fate, Position, Tree, ValueKind, truth};

use super::files::Files;
use anyhow::Result;
use include::Loader;
use packages::Absent;
use problems::Problems;
use std::path::Path;

/// A device as its files describe it.
pub(super) struct Described {
    pub(super) tree: Tree,
    /// What could not be read, with its place.
    pub(super) problems: Vec<(Position, String)>,
    /// Where files and packages are named that are not there.
    pub(super) absent: Absent,
}

/// Reads a device: its file with everything that it includes, substitutions made, packages merged.
pub(super) fn device(path: &Path, files: &dyn Files) -> Result<Described> {
    let problems = Problems::default();
    let loader = Loader::new(files, &problems);
    let mut tree = loader.device(path)?;
    // The names of files may have variables, and files that are included may define more of them.
    let own = substitutions::variables(tree.peek_of("substitutions"));
    loader.include_named(&mut tree, &own)?;
    let variables = packages::variables(&tree);
    loader.include_named(&mut tree, &variables)?;
    substitutions::replace(&mut tree, &variables, Some(&problems));
    let mut absent = packages::merge(&mut tree, &problems)?;
    absent.extend(loader.missing());
    overrides::apply(&mut tree, &problems);
    tree.forget();
    Ok(Described { tree, problems: problems.into_all(), absent })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;
    use std::path::PathBuf;

    /// Files in memory.
    struct Texts(&'static [(&'static str, &'static str)]);

    impl Files for Texts {
        fn read(&self, path: &Path) -> Result<String> {
            match self.0.iter().find(|(name, _)| Path::new(name) == path) {
                Some((_, text)) => Ok((*text).to_owned()),
                None => bail!("no such file"),
            }
        }

        fn below(&self, folder: &Path) -> Result<Vec<PathBuf>> {
            let below = self.0.iter().map(|(name, _)| PathBuf::from(name)).filter(|path| path.starts_with(folder));
            let below: Vec<PathBuf> = below.collect();
            if below.is_empty() { bail!("no such folder") } else { Ok(below) }
        }
    }

    fn described(files: &'static [(&'static str, &'static str)]) -> Described {
        device(Path::new(files[0].0), &Texts(files)).expect("a device")
    }

    fn problems(described: &Described) -> Vec<String> {
        described.problems.iter().map(|(position, problem)| format!("{position}: {problem}")).collect()
    }

    /// A map or list in one line.
    fn flat(tree: &Tree) -> String {
        match &tree.kind {
            ValueKind::Scalar { text, tag: None } => text.clone(),
            ValueKind::Scalar { text, tag: Some(tag) } => format!("!{tag} {text}"),
            ValueKind::List(items) => format!("[{}]", items.iter().map(flat).collect::<Vec<_>>().join(", ")),
            ValueKind::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key}: {}", flat(value))).collect();
                format!("{{{}}}", entries.join(", "))
            }
            ValueKind::Include { file, .. } => format!("!include {file}"),
        }
    }

    #[test]
    fn packages_are_merged_and_variables_replaced() {
        let described = described(&[
            (
                "main.yaml",
                "substitutions: { who: lamp, id: \"${who}_1\" }\npackages:\n  base: !include base.yaml\n  top: !include top.yaml\n\
                 esphome:\n  name: $id\nswitch:\n  - { name: own }\n",
            ),
            (
                "base.yaml",
                "substitutions: { who: nobody, where: attic }\nesphome: { name: base, comment: \"${who} $where!\", area: low }\n\
                 switch:\n  - name: low\n    <<: &a { pin: 5, name: merged }\nlogger:\n  level: INFO\n",
            ),
            ("top.yaml", "esphome: { area: top }\nswitch: [ { name: top } ]\nlogger:\n"),
        ]);
        assert_eq!(
            flat(&described.tree),
            "{substitutions: {who: lamp, id: lamp_1, where: attic}, esphome: {name: lamp_1, area: top, comment: lamp attic!}, \
             switch: [{name: low, pin: 5}, {name: top}, {name: own}], logger: {level: INFO}}"
        );
        let switches = described.tree.get("switch").expect("a list").items();
        assert_eq!(switches[0].position.to_string(), "base.yaml:4");
        assert!(described.problems.is_empty() && described.absent.is_empty());
    }

    #[test]
    fn a_device_changes_its_packages() {
        let described = described(&[
            (
                "main.yaml",
                "packages:\n  - !include base.yaml\nswitch:\n  - { id: !extend a, pin: 6 }\n  - { id: !remove $b }\n  \
                 - { id: !extend nobody }\napi: !remove\nsubstitutions: { b: b }\n",
            ),
            ("base.yaml", "switch:\n  - { id: a, pin: 1, name: A }\n  - { id: b }\n  - { id: c }\napi: { port: 1 }\n"),
        ]);
        let tree = &described.tree;
        assert_eq!(tree.get("switch").map(flat).as_deref(), Some("[{pin: 6, id: a, name: A}, {id: c}]"));
        assert!(tree.get("api").is_none());
        assert_eq!(problems(&described), ["main.yaml:6: `!extend nobody`: nothing here has the id `nobody`"]);
    }

    #[test]
    fn secrets_pass_through_variables() {
        let described = described(&[(
            "main.yaml",
            "substitutions: { net: !secret wifi, floor: one, more: { a: 1 } }\na: $net\nb: !secret \"${floor}_key\"\n\
             c: \"${net}-guest\"\nd: ${more}\ne: $unknown\npassword: a$b\nf: ${1 + 2}\n",
        )]);
        let of = |key: &str| described.tree.get(key).map(flat).expect("a value");
        assert_eq!([of("a"), of("b"), of("d")], ["!secret wifi", "!secret one_key", "{a: 1}"]);
        assert_eq!(described.tree.get("a").and_then(Tree::secret), Some("wifi"));
        let all = problems(&described);
        assert_eq!(all.len(), 3, "{all:?}");
        assert!(all[0].starts_with("main.yaml:4: the variable `net` is a secret"), "{all:?}");
        assert!(all[1].starts_with("main.yaml:6: there is no variable `unknown`"), "{all:?}");
        assert!(all[2].starts_with("main.yaml:8: an expression"), "{all:?}");
    }

    #[test]
    fn files_and_folders_are_included() {
        let described = described(&[
            (
                "main.yaml",
                "substitutions: { kind: relay }\nx: !include { file: vars.yaml, vars: { n: 7 } }\ny: !include ${kind}.yaml\n\
                 list: !include_dir_list parts\nmerged: !include_dir_merge_list parts\nnamed: !include_dir_named parts\n\
                 all: !include_dir_merge_named maps\nempty: !include empty.yaml\n",
            ),
            ("vars.yaml", "defaults: { n: 1, m: 2 }\nn: ${n}\nm: ${m}\nkind: ${kind}"),
            ("relay.yaml", "[a, $kind]"),
            ("parts/a.yaml", "[1, 2]"),
            ("parts/b.yaml", "[3]"),
            ("parts/secrets.yaml", "[4]"),
            ("maps/a.yaml", "{ p: 1 }"),
            ("maps/b.yaml", "{ p: 2, q: 3 }"),
            ("empty.yaml", "# nothing\n"),
        ]);
        let of = |key: &str| described.tree.get(key).map(flat).expect("a value");
        assert_eq!([of("x"), of("y")], ["{n: 7, m: 2, kind: relay}", "[a, relay]"]);
        assert_eq!([of("list"), of("merged"), of("named")], ["[[1, 2], [3]]", "[1, 2, 3]", "{a: [1, 2], b: [3]}"]);
        assert_eq!([of("all"), of("empty")], ["{p: 2, q: 3}", "{}"]);
        assert!(described.problems.is_empty(), "{:?}", problems(&described));
    }

    #[test]
    fn what_is_not_there_is_told_with_its_line() {
        let described = described(&[(
            "home/main.yaml",
            "a: 1\nwifi: !include ../wifi.yaml\nx: !include_dir_list nowhere\nkeys: !include secrets.yaml\n\
             packages: { remote: github://somebody/else/x.yaml, gone: !include gone.yaml }\n",
        )]);
        let all = problems(&described);
        assert_eq!(all.len(), 5, "{all:?}");
        assert!(all[0].starts_with("home/main.yaml:2: `!include ../wifi.yaml`: there is no such file"), "{all:?}");
        assert!(all[1].starts_with("home/main.yaml:3: `!include_dir_list nowhere`"), "{all:?}");
        assert!(all[2].contains("secrets.yaml`: the file holds secrets, and was not read"), "{all:?}");
        assert!(all[3].contains("gone.yaml") && all[4].contains("lies elsewhere"), "{all:?}");
        assert!(described.absent.len() >= 3);
    }

    #[test]
    fn a_key_twice_is_refused_with_both_lines() {
        let twice = Texts(&[("main.yaml", "switch: []\nlight: []\nswitch: []\n")]);
        let error = device(Path::new("main.yaml"), &twice).map(|_| ()).expect_err("twice").to_string();
        assert!(error.starts_with("main.yaml:3: the key `switch` is there twice; it stands in line 1 too"), "{error}");
    }

    #[test]
    fn endless_includes_aliases_and_variables_end() {
        let round = Texts(&[("round.yaml", "a: !include round.yaml")]);
        assert!(device(Path::new("round.yaml"), &round).is_err());
        let lists = (1..12).map(|n| format!("l{n}: &l{n} [{}]\n", vec![format!("*l{}", n - 1); 9].join(", ")));
        let bomb: &'static str = format!("l0: &l0 [1]\n{}", lists.collect::<String>()).leak();
        let bomb = Texts(Box::leak(Box::new([("bomb.yaml", bomb)])));
        assert!(device(Path::new("bomb.yaml"), &bomb).is_err());
        let described = described(&[("own.yaml", "substitutions: { a: x$a$a }\nb: $a")]);
        assert!(problems(&described).iter().any(|problem| problem.contains("names itself")));
    }

    #[test]
    fn each_value_counts_once() {
        let deep = format!("a: {}1{}\n", "[".repeat(50), "]".repeat(50));
        let many: &'static str = (0..1_500).map(|n| deep.replace("a:", &format!("a{n}:"))).collect::<String>().leak();
        // 1,500 keys, their 1,500 times 51 values, and the map: 78,001.
        let many = Texts(Box::leak(Box::new([("many.yaml", many)])));
        assert!(device(Path::new("many.yaml"), &many).is_ok());
    }
}
