//! Reading the tree: small questions to maps and scalars that collect findings instead of stopping.

use super::foreign::{self, Room};
use super::tree::{Key, Tree, ValueKind};
use super::written::Named;
use crate::diag::{Code, Diagnostic, Findings, codes, near};
use crate::text::{At, Span, Text, milliseconds};
use std::collections::BTreeMap;

/// A map whose keys are asked for one by one; what nobody asked for is a finding in the end.
pub(crate) struct Map<'t> {
    pub(crate) span: Span,
    entries: Vec<(&'t Key, &'t Tree)>,
    asked: Vec<&'static str>,
    later: Vec<&'static str>,
    room: Option<Room>,
}

/// Reads trees and collects findings.
pub(crate) struct Reader<'f> {
    pub(crate) findings: &'f mut Findings,
}

impl Reader<'_> {
    pub(crate) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.findings.push(Diagnostic::error(code, span, message));
    }

    /// Reports that a value has the wrong shape.
    pub(crate) fn wrong(&mut self, tree: &Tree, expected: &str) {
        self.wrong_but(tree, expected, None);
    }

    /// Reports that a value has the wrong shape, with what to write instead.
    pub(crate) fn wrong_but(&mut self, tree: &Tree, expected: &str, help: Option<String>) {
        let found = match &tree.kind {
            ValueKind::Scalar { text, plain: true } if text.is_empty() || text == "~" || text == "null" => {
                "nothing".into()
            }
            ValueKind::Scalar { text, .. } if text.chars().count() < 40 => format!("`{text}`"),
            ValueKind::Scalar { .. } => "a text".into(),
            ValueKind::Secret(_) => "a secret".into(),
            ValueKind::List(_) => "a list".into(),
            ValueKind::Map(_) => "a map".into(),
        };
        let message = format!("{expected} belongs here, not {found}");
        self.findings.push(Diagnostic::error(codes::WRONG_TYPE, tree.span, message).maybe_help(help));
    }

    /// A map; keys that stand twice are findings.
    pub(crate) fn map<'t>(&mut self, tree: &'t Tree, expected: &str) -> Option<Map<'t>> {
        let ValueKind::Map(entries) = &tree.kind else {
            self.wrong(tree, expected);
            return None;
        };
        let mut first: BTreeMap<&str, &Key> = BTreeMap::new();
        let mut unique = Vec::new();
        for (key, value) in entries {
            match first.get(key.text.as_str()) {
                None => {
                    first.insert(&key.text, key);
                    unique.push((key, value));
                }
                Some(before) => self.findings.push(
                    Diagnostic::error(codes::DUPLICATE_KEY, key.span, format!("`{}` stands twice", key.text))
                        .label("again here")
                        .related(before.span, "first here")
                        .help("delete one, or rename it"),
                ),
            }
        }
        Some(Map { span: tree.span, entries: unique, asked: Vec::new(), later: Vec::new(), room: None })
    }

    /// A map from names that the user chose to values.
    pub(crate) fn named<T>(
        &mut self,
        tree: &Tree,
        expected: &str,
        mut read: impl FnMut(&mut Self, &Tree, &Text) -> Option<T>,
    ) -> Vec<Named<T>> {
        let Some(map) = self.map(tree, expected) else { return Vec::new() };
        map.entries
            .into_iter()
            .filter_map(|(key, value)| {
                let name = At { value: key.text.clone(), span: key.span };
                let value = read(self, value, &name)?;
                Some(Named { name, value })
            })
            .collect()
    }

    pub(crate) fn text(&mut self, tree: &Tree, expected: &str) -> Option<Text> {
        match &tree.kind {
            ValueKind::Scalar { text, plain } if !(*plain && matches!(text.as_str(), "" | "~" | "null")) => {
                Some(At { value: text.clone(), span: tree.span })
            }
            _ => {
                self.wrong(tree, expected);
                None
            }
        }
    }

    pub(crate) fn texts(&mut self, tree: &Tree, expected: &str) -> Vec<Text> {
        match &tree.kind {
            ValueKind::List(items) => items.iter().filter_map(|item| self.text(item, expected)).collect(),
            _ => self.text(tree, expected).into_iter().collect(),
        }
    }

    /// One of a few words.
    pub(crate) fn keyword<T: Copy>(&mut self, tree: &Tree, keywords: &[(&str, T)]) -> Option<At<T>> {
        let list = keywords.iter().map(|(keyword, _)| format!("`{keyword}`")).collect::<Vec<_>>().join(" or ");
        let text = self.text(tree, &list)?;
        match keywords.iter().find(|(keyword, _)| *keyword == text.value) {
            Some((_, value)) => Some(At { value: *value, span: text.span }),
            None => {
                let help = near(&text.value, keywords.iter().map(|(keyword, _)| *keyword));
                let message = format!("{list} belongs here, not `{}`", text.value);
                self.findings.push(Diagnostic::error(codes::WRONG_TYPE, text.span, message).maybe_help(help));
                None
            }
        }
    }

    pub(crate) fn flag(&mut self, tree: &Tree) -> Option<bool> {
        self.keyword(tree, &[("true", true), ("false", false)]).map(|flag| flag.value)
    }

    /// A whole number in a range.
    pub(crate) fn whole<N: TryFrom<i64>>(&mut self, tree: &Tree, low: i64, high: i64) -> Option<At<N>> {
        let expected = format!("a whole number from {low} to {high}");
        let text = self.text(tree, &expected)?;
        let number =
            text.value.parse::<i64>().ok().filter(|n| (low..=high).contains(n)).and_then(|n| N::try_from(n).ok());
        if number.is_none() {
            self.error(codes::BAD_VALUE, text.span, format!("{expected} belongs here, not `{}`", text.value));
        }
        Some(At { value: number?, span: text.span })
    }

    /// A duration in milliseconds.
    pub(crate) fn duration(&mut self, tree: &Tree) -> Option<u32> {
        const EXPECTED: &str = "a duration like `500ms`, `2s`, `30min` or `1h`";
        let text = self.text(tree, EXPECTED)?;
        let ms = milliseconds(&text.value).and_then(|ms| u32::try_from(ms).ok());
        if ms.is_none() {
            self.error(codes::BAD_VALUE, text.span, format!("{EXPECTED} belongs here, not `{}`", text.value));
        }
        ms
    }
}

impl<'t> Map<'t> {
    /// The map is one in which other tools use other words.
    pub(super) fn of(self, room: Room) -> Self {
        Self { room: Some(room), ..self }
    }

    /// The value of a key, if it is there.
    pub(crate) fn maybe(&mut self, key: &'static str) -> Option<&'t Tree> {
        self.asked.push(key);
        self.entries.iter().find(|(known, _)| known.text == key).map(|(_, value)| *value)
    }

    /// The value of a key that must be there.
    pub(crate) fn must(&mut self, reader: &mut Reader<'_>, key: &'static str, help: &str) -> Option<&'t Tree> {
        let value = self.maybe(key);
        if value.is_none() {
            reader.findings.push(
                Diagnostic::error(codes::MISSING_KEY, self.start(), format!("`{key}` is missing here")).help(help),
            );
        }
        value
    }

    /// Where a key that is missing could stand: at the first one.
    fn start(&self) -> Span {
        self.entries.first().map_or(self.span, |(key, _)| key.span)
    }

    /// All entries, for a map that has names of the user beside its own words.
    pub(crate) fn others(&self) -> Vec<(&'t Key, &'t Tree)> {
        self.entries.clone()
    }

    /// Keys of the language that this version does not understand yet.
    pub(crate) fn later(&mut self, keys: &[&'static str]) {
        self.later.extend(keys);
    }

    /// What nobody asked for is a finding.
    pub(crate) fn finish(self, reader: &mut Reader<'_>) {
        for (key, _) in &self.entries {
            let keyword = key.text.as_str();
            if self.asked.contains(&keyword) {
                continue;
            }
            if self.later.contains(&keyword) {
                let message = format!("this version does not understand `{keyword}` yet");
                reader.findings.push(Diagnostic::error(codes::NOT_YET, key.span, message).help("leave it out"));
                continue;
            }
            if let Some((before, after)) = keyword.split_once(':').filter(|(before, _)| self.asked.contains(before)) {
                let message = format!("a blank is missing after the colon of `{before}`");
                reader.findings.push(
                    Diagnostic::error(codes::UNKNOWN_KEY, key.span, message).help(format!("write `{before}: {after}`")),
                );
                continue;
            }
            if let Some(answer) = self.room.and_then(|room| foreign::answer(room, keyword)) {
                let message = format!("there is no key `{keyword}` here");
                reader.findings.push(Diagnostic::error(codes::UNKNOWN_KEY, key.span, message).help(answer));
                continue;
            }
            let known = self.asked.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            reader.findings.push(
                Diagnostic::error(codes::UNKNOWN_KEY, key.span, format!("there is no key `{keyword}` here"))
                    .maybe_help(near(keyword, self.asked.iter().copied()))
                    .help(format!("what can stand here: {known}")),
            );
        }
    }

    /// The only entry of a map that must have exactly one.
    pub(crate) fn only(self, reader: &mut Reader<'_>, expected: &str) -> Option<(&'t Key, &'t Tree)> {
        match self.entries.as_slice() {
            [entry] => Some(*entry),
            _ => {
                let message = format!("{expected} belongs here, not a map of {}", self.entries.len());
                reader.error(codes::WRONG_TYPE, self.span, message);
                None
            }
        }
    }
}
