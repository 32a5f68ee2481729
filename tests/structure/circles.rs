//! Circles: modules each of which needs the next, and the last the first.

use crate::paths::{Paths, Ties};
use crate::source::Crate;
use std::collections::{BTreeMap, BTreeSet};

type Path = Vec<String>;

/// The circles of a crate, each as text: its files, and what ties one to the next.
pub(crate) fn circles(krate: &Crate) -> Vec<String> {
    let paths = Paths::new(krate);
    let ties: BTreeMap<&Path, Ties> = krate.modules.iter().map(|(path, module)| (path, paths.ties(module))).collect();
    let mut circles = Vec::new();
    let mut reported: BTreeSet<&Path> = BTreeSet::new();
    for start in ties.keys() {
        let members: Vec<&Path> =
            reach(&ties, start).into_iter().filter(|other| reach(&ties, other).contains(start)).collect();
        if members.len() > 1 && !reported.contains(start) {
            reported.extend(&members);
            circles.push(spelled(krate, &ties, &members));
        }
    }
    circles
}

/// Every module that one needs, directly or by way of others.
fn reach<'t>(ties: &'t BTreeMap<&'t Path, Ties>, start: &Path) -> BTreeSet<&'t Path> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&Path> = ties.get(start).into_iter().flat_map(|ties| ties.keys()).collect();
    while let Some(path) = next.pop() {
        let Some((path, ties)) = ties.get_key_value(path) else { continue };
        if reached.insert(*path) {
            next.extend(ties.keys());
        }
    }
    reached
}

fn spelled(krate: &Crate, ties: &BTreeMap<&Path, Ties>, members: &[&Path]) -> String {
    let mut lines = Vec::new();
    let file = |path: &Path| krate.modules[path].file.clone();
    for from in members {
        for (to, names) in ties[from].iter().filter(|(to, _)| members.contains(to)) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            lines.push(format!("  {} -> {}: {}", file(from), file(to), names.join(", ")));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Module;

    fn krate(files: &[(&str, &str)]) -> Crate {
        let module = |(path, text): &(&str, &str)| {
            let path: Path = path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect();
            let items = syn::parse_file(text).expect("Rust").items;
            (path.clone(), Module { path, file: "file".into(), items })
        };
        Crate { modules: files.iter().map(module).collect() }
    }

    #[test]
    fn two_that_need_each_other_are_found() {
        let found = circles(&krate(&[
            ("", ""),
            ("a", "use crate::b::B; struct A;"),
            ("b", "fn b() -> crate::a::A {} struct B;"),
        ]));
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("B") && found[0].contains("A"), "{found:?}");
    }

    #[test]
    fn a_child_that_needs_its_parent_is_found() {
        let parent = ("a", "mod b; struct A; fn f() { b::g(&[b::h()]) }");
        assert_eq!(circles(&krate(&[("", ""), parent, ("a::b", "use super::A;")])).len(), 1);
        assert_eq!(circles(&krate(&[("", ""), parent, ("a::b", "fn g() {}")])).len(), 0);
    }

    #[test]
    fn what_a_parent_only_hands_on_is_no_tie() {
        let files =
            [("", ""), ("a", "mod b; mod c; pub use b::B; pub use c::*;"), ("a::b", "use super::C; pub struct B;")];
        assert_eq!(circles(&krate(&[files[0], files[1], files[2], ("a::c", "pub struct C;")])).len(), 0);
        let needs = ("a::c", "use super::B; pub struct C;");
        assert_eq!(circles(&krate(&[files[0], files[1], files[2], needs])).len(), 1);
    }

    #[test]
    fn macros_and_names_of_modules_are_followed() {
        let files = [
            ("", ""),
            ("a", "use crate::b; fn f() { println!(\"{}\", b::X) }"),
            ("b", "fn g() { crate::a::f() } const X: u8 = 1;"),
        ];
        assert_eq!(circles(&krate(&files)).len(), 1);
    }

    #[test]
    fn tests_may_need_what_they_test() {
        let files =
            [("", ""), ("a", "struct A; #[cfg(test)] mod tests { use crate::b::B; }"), ("b", "use crate::a::A;")];
        assert_eq!(circles(&krate(&files)).len(), 0);
    }
}
