//! `for_each`, `shared` and `common`: what is repeated, and what is not.

use super::reader::{Map, Reader};
use super::tree::{Tree, ValueKind};
use super::written::{CopiesSpec, Named, NodeSpec, RoleSpec};
use crate::diag::{Diagnostic, codes};
use crate::text::Text;

/// A value becomes a part of names.
const LONGEST: usize = 16;
/// Values of one variable at most.
const MOST: usize = 10_000;

/// What exists once, beside the copies.
pub(super) struct CommonSpec {
    pub(super) roles: Vec<Named<RoleSpec>>,
    pub(super) nodes: Vec<Named<NodeSpec>>,
}

impl Reader<'_> {
    /// `for_each` and `shared`; `repeated` are the parts of the file that each copy has.
    pub(super) fn copies(&mut self, map: &mut Map<'_>, repeated: [Option<&Tree>; 2]) -> Option<CopiesSpec> {
        let each = map.maybe("for_each");
        let shared = map.maybe("shared");
        let Some(each) = each else {
            if let Some(shared) = shared {
                let message = "`shared` lists what copies have in common, and there are none";
                let help = "delete it, or write `for_each: { room: 01..25 }`";
                self.findings.push(Diagnostic::error(codes::MISSING_KEY, shared.span, message).help(help));
            }
            return None;
        };
        let shared = shared.map_or(Vec::new(), |tree| self.texts(tree, "a topic"));
        let variables =
            self.named(each, "a map of variables (`{ room: 01..25 }`)", |reader, tree, _| reader.values(tree));
        let repeated = repeated.into_iter().flatten().flat_map(Tree::spans).collect();
        Some(CopiesSpec { span: each.span, each: variables, shared, repeated })
    }

    /// `01..25`, or a list of words.
    fn values(&mut self, tree: &Tree) -> Option<Vec<String>> {
        const EXPECTED: &str = "a range like `01..25`, or a list like `[kitchen, bath]`";
        if let ValueKind::List(_) = &tree.kind {
            let texts = self.texts(tree, EXPECTED);
            texts.iter().for_each(|text| self.check_value(text));
            if texts.is_empty() {
                self.error(codes::BAD_VALUE, tree.span, "an empty list makes no copies");
            }
            return Some(texts.into_iter().map(|text| text.value).collect());
        }
        let text = self.text(tree, EXPECTED)?;
        let digits = |text: &str| !text.is_empty() && text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some((from, to)) = text.value.split_once("..").filter(|(from, to)| digits(from) && digits(to)) else {
            self.error(codes::BAD_VALUE, text.span, format!("{EXPECTED} belongs here, not `{}`", text.value));
            return None;
        };
        let (Ok(first), Ok(last)) = (from.parse::<usize>(), to.parse::<usize>()) else { return None };
        if first > last || last - first >= MOST {
            let message = format!("`{}` is no range from a smaller to a larger number, of {MOST} at most", text.value);
            self.error(codes::BAD_VALUE, text.span, message);
            return None;
        }
        // Leading zeros are kept: `01..25` is 01, 02, …
        let width = from.len();
        Some((first..=last).map(|number| format!("{number:0width$}")).collect())
    }

    fn check_value(&mut self, text: &Text) {
        let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.value.is_empty() || text.value.len() > LONGEST || !text.value.chars().all(inside) {
            let message = format!("`{}` becomes a part of names, and can't be", text.value);
            let finding = Diagnostic::error(codes::BAD_NAME, text.span, message);
            self.findings.push(finding.note(format!("such a value is [a-z0-9-]* of at most {LONGEST} characters")));
        }
    }

    /// `common`: roles and nodes that exist once.
    pub(super) fn common(&mut self, tree: &Tree, copies: bool) -> Option<CommonSpec> {
        let mut map = self.map(tree, "a map with `nodes` and `roles`")?;
        if !copies {
            let message = "`common` lists what exists once beside the copies, and there are none";
            let help = "write its roles and nodes at the top, or write `for_each: { room: 01..25 }`";
            self.findings.push(Diagnostic::error(codes::MISSING_KEY, tree.span, message).help(help));
        }
        let roles = map.maybe("roles");
        let roles =
            roles.map_or(Vec::new(), |tree| self.named(tree, "a map of roles", |reader, tree, _| reader.role(tree)));
        let nodes = map.must(self, "nodes", "write `nodes:` and below it what exists once");
        let mut nodes = nodes.map_or(Vec::new(), |tree| self.nodes(tree));
        nodes.iter_mut().for_each(|node| node.value.common = true);
        map.finish(self);
        Some(CommonSpec { roles, nodes })
    }
}
