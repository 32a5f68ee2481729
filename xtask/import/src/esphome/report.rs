//! What an import tells a person: notes by what they ask of the reader, and the count of what was taken over.

use super::super::yaml::Position;
use std::collections::BTreeMap;
use std::fmt;

/// What a note asks of the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// A part of the device that is not in the fleet.
    LeftOut,
    /// It is in the fleet, and does not do what it did.
    Changed,
    /// The import chose, or could not choose: somebody who knows the house has to.
    Decide,
    /// Wires have to be looked at.
    Wiring,
    /// What the device did safely is dangerous in the fleet as it is written now.
    Danger,
}

impl NoteKind {
    /// All kinds, in the order in which they are told.
    pub const ALL: [Self; 5] = [Self::LeftOut, Self::Changed, Self::Decide, Self::Wiring, Self::Danger];

    /// What stands above the notes of this kind.
    pub fn heading(self) -> &'static str {
        match self {
            Self::LeftOut => "left out",
            Self::Changed => "taken over, but works differently",
            Self::Decide => "for you to decide",
            Self::Wiring => "look at the wires",
            Self::Danger => "dangerous as it is written now",
        }
    }
}

/// One thing that a person should know about an import.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The file that was read.
    pub file: String,
    /// The line in it, from 1.
    pub line: usize,
    /// What it asks of the reader.
    pub kind: NoteKind,
    /// What is to be known.
    pub text: String,
}

impl fmt::Display for Note {
    /// `lamp.yaml:12: …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.text)
    }
}

impl Note {
    pub(super) fn new(position: &Position, kind: NoteKind, text: String) -> Self {
        Self { file: position.file.to_string(), line: position.line, kind, text }
    }
}

/// Notes by their kinds, as text; empty without notes.
pub fn by_kind(notes: &[Note]) -> String {
    let mut text = String::new();
    for kind in NoteKind::ALL {
        let mut of_kind = notes.iter().filter(|note| note.kind == kind).peekable();
        if of_kind.peek().is_some() {
            text += &format!("{}:\n", kind.heading());
            of_kind.for_each(|note| text += &format!("  {note}\n"));
        }
    }
    text
}

/// How many parts of a kind are in the fleet, and how many are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// In the fleet.
    pub taken: usize,
    /// Not in it.
    pub left: usize,
}

/// The parts of all devices, by their kinds: `switch`, `sensor`, `automation`.
pub type Counts = BTreeMap<String, Count>;

/// Two or three lines: what is in the fleet, what is not, and what is to be done.
pub fn summary(counts: &Counts, notes: &[Note]) -> String {
    let listed = |number: fn(&Count) -> usize| {
        let parts = counts.iter().filter(|(_, count)| number(count) > 0);
        let parts: Vec<String> = parts.map(|(kind, count)| counted(number(count), &kind.replace('_', " "))).collect();
        if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
    };
    let mut text = format!("taken over: {}\nleft out: {}\n", listed(|count| count.taken), listed(|count| count.left));
    let of_kind = |kind| notes.iter().filter(|note| note.kind == kind).count();
    let things = [
        (of_kind(NoteKind::Decide), "to decide"),
        (of_kind(NoteKind::Wiring), "to look at on the board"),
        (of_kind(NoteKind::Danger), "dangerous as written now"),
    ];
    let things: Vec<String> =
        things.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}")).collect();
    if !things.is_empty() {
        text += &format!("before you flash: {}\n", things.join(", "));
    }
    text
}

/// `1 switch`, `2 switches`
fn counted(number: usize, what: &str) -> String {
    let ending = match (number, what.ends_with("ch")) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{number} {what}{ending}")
}

/// A key of a device's files, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The file that it stands in.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The keys that lead to it, with it: `binary_sensor.pin.mode`.
    pub path: String,
    /// What became of it.
    pub fate: KeyFate,
}

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFate {
    /// It is in the fleet.
    Taken,
    /// A note tells about it, or about the part that it belongs to.
    Noted,
    /// It means nothing for a node, for this reason.
    Meaningless(&'static str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_says_what_to_do() {
        let count = |taken, left| Count { taken, left };
        let counts = Counts::from([("switch".into(), count(2, 0)), ("binary_sensor".into(), count(1, 3))]);
        let note = |kind| Note { file: "a.yaml".into(), line: 1, kind, text: "x".into() };
        assert_eq!(
            summary(&counts, &[note(NoteKind::Danger), note(NoteKind::Changed)]),
            "taken over: 1 binary sensor, 2 switches\nleft out: 3 binary sensors\nbefore you flash: 1 dangerous as written now\n"
        );
        assert_eq!(by_kind(&[note(NoteKind::Danger)]), "dangerous as it is written now:\n  a.yaml:1: x\n");
    }
}
