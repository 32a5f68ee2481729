//! The account of a device's keys: each is in the fleet, or a note tells about it, or it means nothing for a node. Runs
//! when everything is read; knows no kind of component.

use super::super::yaml::{Fate, Tree, ValueKind};
use super::draft::Draft;
use super::known::{self, Known};
use super::report::{Key, KeyFate, NoteKind};

/// Notes every key of a device that nothing read, and enters all keys into the draft's account.
pub(super) fn settle(device: &Tree, draft: &mut Draft) {
    Account { path: Vec::new(), draft }.entries(device);
}

struct Account<'d, 't> {
    /// The keys that lead here.
    path: Vec<&'t str>,
    draft: &'d mut Draft,
}

impl<'t> Account<'_, 't> {
    fn entries(&mut self, map: &'t Tree) {
        let ValueKind::Map(entries) = &map.kind else { return };
        for (key, value) in entries {
            self.path.push(key);
            self.value(value);
            self.path.pop();
        }
    }

    /// The value of the key that the path ends with.
    fn value(&mut self, value: &'t Tree) {
        let fate = match value.fate() {
            _ if matches!(value.kind, ValueKind::Include { .. }) => KeyFate::Noted,
            Fate::Noted => KeyFate::Noted,
            Fate::Read => KeyFate::Taken,
            Fate::Refused => {
                self.refuse(value);
                KeyFate::Noted
            }
            Fate::Unread => self.unread(value),
        };
        self.enter(value, fate);
        if fate == KeyFate::Taken {
            self.inside(value);
        } else {
            self.below(value, fate);
        }
    }

    /// What is in a value that was read.
    fn inside(&mut self, value: &'t Tree) {
        match &value.kind {
            ValueKind::Map(_) => self.entries(value),
            ValueKind::List(items) => {
                for item in items {
                    match item.fate() {
                        Fate::Noted => self.below(item, KeyFate::Noted),
                        Fate::Read => self.inside(item),
                        Fate::Refused => self.refuse(item),
                        Fate::Unread if matches!(item.kind, ValueKind::Include { .. }) => {}
                        Fate::Unread => {
                            let fate = self.unread(item);
                            self.below(item, fate);
                        }
                    }
                }
            }
            ValueKind::Scalar { .. } | ValueKind::Include { .. } => {}
        }
    }

    /// Enters the keys below one whose fate they share.
    fn below(&mut self, value: &'t Tree, fate: KeyFate) {
        match &value.kind {
            ValueKind::Map(entries) => {
                for (key, value) in entries {
                    self.path.push(key);
                    self.enter(value, fate);
                    self.below(value, fate);
                    self.path.pop();
                }
            }
            ValueKind::List(items) => items.iter().for_each(|item| self.below(item, fate)),
            ValueKind::Scalar { .. } | ValueKind::Include { .. } => {}
        }
    }

    fn enter(&mut self, value: &Tree, fate: KeyFate) {
        let position = &value.position;
        let (file, line) = (position.file.to_string(), position.line);
        self.draft.keys.push(Key { file, line, path: self.path.join("."), fate });
    }

    /// A value that nothing read.
    fn unread(&mut self, value: &Tree) -> KeyFate {
        let key = self.path.last().copied().unwrap_or_default();
        match known::key(&self.path) {
            Some(Known::Meaningless(reason)) => return KeyFate::Meaningless(reason),
            Some(Known::Noted(kind, reason)) => self.draft.note(value, kind, format_args!("`{key}`: {reason}")),
            None => self.draft.leave_out(value, format_args!("`{key}` has no counterpart")),
        }
        if self.path.len() == 1 {
            self.draft.count("other part", false);
        }
        KeyFate::Noted
    }

    /// A value that is none of those that its key can have. A secret is not told, and neither is a long text.
    fn refuse(&mut self, value: &Tree) {
        let key = self.path.last().copied().unwrap_or_default();
        let what = match &value.kind {
            ValueKind::Scalar { tag: Some(tag), .. } => {
                format!("`!{tag}` is not worked out here: write the value by hand")
            }
            ValueKind::Scalar { text, .. } if text.len() <= 40 && !key.contains("password") => {
                format!("`{text}` is not understood, so it is as if it were not written")
            }
            _ => "this value is not understood, so it is as if it were not written".to_owned(),
        };
        self.draft.note(value, NoteKind::Decide, format_args!("`{key}`: {what}"));
    }
}
