//! What a module names of others: every `use` and every path, led to the module that defines what it names, also where
//! another module re-exports it.

use crate::source::{Crate, Module, is_for_tests, paths_in};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};

/// A path as a module writes it, and the name that it has there.
struct Import {
    path: Vec<String>,
    name: String,
    public: bool,
}

/// More re-exports of one name than a crate has.
const MOST: usize = 20;

/// Follows paths through a crate.
pub(crate) struct Paths<'c> {
    krate: &'c Crate,
    /// Of each module what it imports.
    imports: BTreeMap<&'c [String], Vec<Import>>,
}

/// Names that a module takes from others: the other module, and the names.
pub(crate) type Ties = BTreeMap<Vec<String>, BTreeSet<String>>;

impl<'c> Paths<'c> {
    /// Reads the imports of all modules.
    pub(crate) fn new(krate: &'c Crate) -> Self {
        let imports = krate.modules.iter().map(|(path, module)| (path.as_slice(), imports(module))).collect();
        Self { krate, imports }
    }

    /// What a module takes from others.
    pub(crate) fn ties(&self, module: &Module) -> Ties {
        let mut written = Written::default();
        module.items.iter().for_each(|item| written.visit_item(item));
        let mut ties = Ties::new();
        for path in written.paths {
            let Some(start) = self.start(&module.path, &path, 0) else { continue };
            let Some((owner, item)) = self.owner(start.0, &path[start.1..], 0) else { continue };
            // A module is named on the way to what is in it.
            if let (true, Some(item)) = (owner != module.path, item) {
                ties.entry(owner).or_default().insert(item);
            }
        }
        ties
    }

    /// The module where a path begins, and how many of its names lead there; `None`: it leads to another crate.
    fn start(&self, at: &[String], path: &[String], depth: usize) -> Option<(Vec<String>, usize)> {
        let first = path.first()?;
        match first.as_str() {
            "crate" | "$crate" => return Some((Vec::new(), 1)),
            "self" => return Some((at.to_vec(), 1)),
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                return Some((at.get(..at.len().checked_sub(ups)?)?.to_vec(), ups));
            }
            _ => {}
        }
        let child = [at, std::slice::from_ref(first)].concat();
        if self.krate.modules.contains_key(&child) {
            return Some((child, 1));
        }
        let import = self.imports.get(at)?.iter().find(|import| import.name == *first)?;
        // `use serde;` and names that lead to themselves lead out of the crate.
        if depth > MOST {
            return None;
        }
        let (start, used) = self.start(at, &import.path, depth + 1)?;
        let (owner, item) = self.owner(start, &import.path[used..], depth + 1)?;
        // Only a module leads on; an imported item is its own tie, of the `use`.
        item.is_none().then_some((owner, 1))
    }

    /// The module that defines what a path names from here on, and its name; no name: the path leads to the module itself.
    fn owner(&self, mut at: Vec<String>, path: &[String], depth: usize) -> Option<(Vec<String>, Option<String>)> {
        let Some((first, rest)) = path.split_first() else { return Some((at, None)) };
        let child = [at.as_slice(), std::slice::from_ref(first)].concat();
        if self.krate.modules.contains_key(&child) {
            at = child;
            return self.owner(at, rest, depth);
        }
        if depth > MOST {
            return Some((at, Some(first.clone())));
        }
        let imports = self.imports.get(at.as_slice())?;
        let named = imports.iter().find(|import| import.name == *first);
        let globs = imports.iter().filter(|import| import.name == "*" && import.public);
        for import in named.into_iter().chain(globs) {
            let Some((start, used)) = self.start(&at, &import.path, depth + 1) else { continue };
            let mut whole = import.path[used..].to_vec();
            if import.name == "*" {
                whole.push(first.clone());
            }
            whole.extend_from_slice(rest);
            let found = self.owner(start, &whole, depth + 1);
            if import.name != "*" || found.as_ref().is_some_and(|(owner, name)| self.defines(owner, name.as_deref())) {
                return found;
            }
        }
        Some((at, Some(first.clone())))
    }

    fn defines(&self, module: &[String], name: Option<&str>) -> bool {
        let Some(name) = name else { return true };
        self.krate.modules.get(module).is_some_and(|module| module.items.iter().any(|item| is_named(item, name)))
    }
}

fn is_named(item: &syn::Item, name: &str) -> bool {
    let ident = match item {
        syn::Item::Const(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Fn(item) => &item.sig.ident,
        syn::Item::Static(item) => &item.ident,
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Trait(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        syn::Item::Union(item) => &item.ident,
        syn::Item::Mod(item) => &item.ident,
        syn::Item::Macro(item) => return item.ident.as_ref().is_some_and(|ident| ident == name),
        _ => return false,
    };
    ident == name
}

fn imports(module: &Module) -> Vec<Import> {
    let mut imports = Vec::new();
    for item in &module.items {
        if let syn::Item::Use(item) = item {
            let public = !matches!(item.vis, syn::Visibility::Inherited);
            tree(&item.tree, &mut Vec::new(), &mut |path, name| imports.push(Import { path, name, public }));
        }
    }
    imports
}

/// Calls `each` with every path of a `use` and the name that it gets here.
fn tree(tree_: &syn::UseTree, before: &mut Vec<String>, each: &mut impl FnMut(Vec<String>, String)) {
    match tree_ {
        syn::UseTree::Path(path) => {
            before.push(path.ident.to_string());
            tree(&path.tree, before, each);
            before.pop();
        }
        syn::UseTree::Name(name) if name.ident == "self" => {
            each(before.clone(), before.last().cloned().unwrap_or_default());
        }
        syn::UseTree::Name(name) => {
            each([before.as_slice(), &[name.ident.to_string()]].concat(), name.ident.to_string());
        }
        syn::UseTree::Rename(name) => {
            each([before.as_slice(), &[name.ident.to_string()]].concat(), name.rename.to_string());
        }
        syn::UseTree::Glob(_) => each(before.clone(), "*".into()),
        syn::UseTree::Group(group) => group.items.iter().for_each(|item| tree(item, before, each)),
    }
}

/// All paths that a module writes.
#[derive(Default)]
struct Written {
    paths: Vec<Vec<String>>,
}

impl<'ast> Visit<'ast> for Written {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        // What is only handed on is no need of the module.
        if matches!(item.vis, syn::Visibility::Inherited) {
            tree(&item.tree, &mut Vec::new(), &mut |path, _| self.paths.push(path));
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        paths_in(called.tokens.clone(), &mut self.paths);
        visit::visit_macro(self, called);
    }
}
