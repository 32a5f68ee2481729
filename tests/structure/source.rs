//! A crate as its files: which module each is, and what it holds. Read as text by `syn`; nothing is compiled.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// One module of a crate that has a file of its own.
pub(crate) struct Module {
    /// Its path inside the crate; of the crate's root it is empty.
    pub(crate) path: Vec<String>,
    /// Its file, from the project's root.
    pub(crate) file: String,
    /// What is in it, without what is compiled for tests alone.
    pub(crate) items: Vec<syn::Item>,
}

/// A crate: its modules by their paths.
pub(crate) struct Crate {
    /// Ordered by path, so that a parent comes before its children.
    pub(crate) modules: BTreeMap<Vec<String>, Module>,
}

/// The project's root.
pub(crate) fn root() -> PathBuf {
    project::root()
}

impl Crate {
    /// Reads a crate and all modules that its root reaches by `mod name;`.
    pub(crate) fn read(folder: &str) -> Self {
        let mut krate = Self { modules: BTreeMap::new() };
        let source = Path::new(folder).join("src");
        let library = source.join("lib.rs");
        krate.add(Vec::new(), &library, &source);
        krate
    }

    /// `folder` is where the children of the module have their files.
    fn add(&mut self, path: Vec<String>, file: &Path, folder: &Path) {
        let text =
            std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let items: Vec<syn::Item> = parsed.items.into_iter().filter(|item| !is_for_tests(attributes(item))).collect();
        for item in &items {
            let syn::Item::Mod(child) = item else { continue };
            if child.content.is_some() {
                continue;
            }
            let name = child.ident.to_string();
            let name = name.trim_start_matches("r#");
            for (file, below) in child_files(child, name, file, folder) {
                self.add([path.as_slice(), &[name.to_owned()]].concat(), &file, &below);
            }
        }
        let file = file.to_string_lossy().into_owned();
        // Two files for one module are two platforms: the first is looked at under its name, the other under its own.
        let mut key = path;
        while self.modules.contains_key(&key) {
            if let Some(last) = key.last_mut() {
                last.push('\'');
            }
        }
        self.modules.insert(key.clone(), Module { path: key, file, items });
    }

    /// The places where a module prints, as `file: macro`.
    pub(crate) fn printing(&self) -> Vec<String> {
        let mut found = Vec::new();
        for module in self.modules.values() {
            let mut printing = Printing { file: &module.file, found: &mut found };
            module.items.iter().for_each(|item| printing.visit_item(item));
        }
        found
    }
}

/// The files of `mod name;` (several where each platform has its own), each with the folder of that module's children.
fn child_files(child: &syn::ItemMod, name: &str, parent: &Path, folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let named: Vec<String> = child.attrs.iter().filter_map(path_attribute).collect();
    if named.is_empty() {
        let below = folder.join(name);
        let flat = folder.join(format!("{name}.rs"));
        let file = if root().join(&flat).is_file() { flat } else { below.join("mod.rs") };
        return vec![(file, below)];
    }
    // `#[path]` counts from the folder of the file that it stands in.
    let files = named.iter().map(|named| parent.parent().unwrap_or(Path::new("")).join(named));
    files.map(|file| (file.clone(), file.with_extension(""))).collect()
}

/// The file that `#[path = "…"]` names, also inside of `#[cfg_attr(…)]`.
fn path_attribute(attribute: &syn::Attribute) -> Option<String> {
    let tokens = match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("path") => pair.to_token_stream().to_string(),
        syn::Meta::List(list) if list.path.is_ident("cfg_attr") => list.tokens.to_string(),
        _ => return None,
    };
    let (_, named) = tokens.split_once("path = \"")?;
    named.split('"').next().map(str::to_owned)
}

/// The attributes of an item, as far as they matter here.
pub(crate) fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether `#[cfg(test)]` stands before an item.
pub(crate) fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

struct Printing<'f> {
    file: &'f str,
    found: &'f mut Vec<String>,
}

impl<'ast> Visit<'ast> for Printing<'_> {
    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        let prints = ["print", "println", "eprint", "eprintln"];
        if prints.iter().any(|name| called.path.is_ident(name)) {
            let name = called.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            self.found.push(format!("{}: {name}!", self.file));
        }
        visit::visit_macro(self, called);
    }
}

/// The paths of two or more names in tokens that `syn` does not parse, as those of macros.
pub(crate) fn paths_in(tokens: TokenStream, found: &mut Vec<Vec<String>>) {
    let mut path: Vec<String> = Vec::new();
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(name) if path.is_empty() || colons == 2 => {
                path.push(name.to_string());
                colons = 0;
                continue;
            }
            TokenTree::Punct(point) if point.as_char() == ':' && !path.is_empty() && colons < 2 => {
                colons += 1;
                continue;
            }
            TokenTree::Group(ref group) => paths_in(group.stream(), found),
            _ => {}
        }
        end(&mut path, found);
        colons = 0;
        if let TokenTree::Ident(name) = token {
            path.push(name.to_string());
        }
    }
    end(&mut path, found);
}

fn end(path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let path = std::mem::take(path);
    if path.len() > 1 {
        found.push(path);
    }
}
