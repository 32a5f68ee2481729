//! Who may what, as tried, against what the fleet says: as data, as a table for a terminal and as a page.

use super::Guest;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

/// More columns than fit on a terminal.
const WIDEST: usize = 26;

/// A right, and what was found of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cell {
    may_read: bool,
    may_write: bool,
    /// `None`: not tried.
    reads: Option<bool>,
    writes: Option<bool>,
}

impl Cell {
    fn is_wrong(self) -> bool {
        self.reads.is_some_and(|reads| reads != self.may_read)
            || self.writes.is_some_and(|writes| writes != self.may_write)
    }

    /// `rw`, `r`, `w` or `·`, as found; `!` where it should be otherwise.
    fn mark(self) -> String {
        let mark = match (self.reads, self.writes) {
            (Some(true), Some(true)) => "rw",
            (Some(true), _) => "r",
            (_, Some(true)) => "w",
            _ => "·",
        };
        format!("{mark}{}", if self.is_wrong() { "!" } else { "" })
    }
}

/// Users by topics.
#[derive(Debug)]
pub struct Matrix {
    users: Vec<String>,
    topics: Vec<String>,
    places: HashMap<String, usize>,
    cells: Vec<Vec<Cell>>,
    /// What can't be said of one cell.
    beside: Vec<String>,
}

impl Matrix {
    pub(super) fn new(guests: &[Guest<'_>], topics: &[&str]) -> Self {
        let cell = |guest: &Guest<'_>, topic: &&str| Cell {
            may_read: guest.read.contains(topic),
            may_write: guest.write.contains(topic),
            // Whoever hears nothing of what was said to all has no right to read.
            reads: Some(false),
            writes: None,
        };
        Self {
            users: guests.iter().map(|guest| guest.name.to_owned()).collect(),
            topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
            places: topics.iter().enumerate().map(|(place, topic)| ((*topic).to_owned(), place)).collect(),
            cells: guests.iter().map(|guest| topics.iter().map(|topic| cell(guest, topic)).collect()).collect(),
            beside: Vec::new(),
        }
    }

    /// A user heard something on a topic.
    pub(super) fn heard(&mut self, row: usize, topic: &str) {
        match self.places.get(topic) {
            Some(place) => self.cells[row][*place].reads = Some(true),
            None => self.beside.push(format!("`{}` hears {topic}", self.users[row])),
        }
    }

    /// The broker said whether a user may write.
    pub(super) fn wrote(&mut self, row: usize, topic: &str, allowed: bool) {
        if let Some(place) = self.places.get(topic) {
            self.cells[row][*place].writes = Some(allowed);
        }
    }

    /// What an observer heard must be what was allowed: (user, topic).
    pub(super) fn check_delivery(&mut self, spoken: &HashSet<(&str, &str)>) {
        for (user, cells) in self.users.iter().zip(&self.cells) {
            for (topic, cell) in self.topics.iter().zip(cells) {
                let Some(allowed) = cell.writes else { continue };
                let arrived = spoken.contains(&(user.as_str(), topic.as_str()));
                if allowed != arrived {
                    let what = if arrived {
                        "was refused, and arrived all the same"
                    } else {
                        "was allowed, and did not arrive"
                    };
                    self.beside.push(format!("what `{user}` wrote to {topic} {what}"));
                }
            }
        }
    }

    /// Every right too many and every right too few, in sentences.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (user, cells) in self.users.iter().zip(&self.cells) {
            for (topic, cell) in self.topics.iter().zip(cells) {
                if let Some(reads) = cell.reads.filter(|reads| *reads != cell.may_read) {
                    faults.push(format!("`{user}` {} read {topic}", if reads { "may" } else { "may not" }));
                }
                if let Some(writes) = cell.writes.filter(|writes| *writes != cell.may_write) {
                    faults.push(format!("`{user}` {} write {topic}", if writes { "may" } else { "may not" }));
                }
            }
        }
        faults.extend(self.beside.iter().cloned());
        faults
    }

    /// The topics of the fleet, and those beside it with which something is wrong.
    fn shown(&self) -> Vec<usize> {
        let shown = |place: &usize| {
            self.cells.iter().any(|row| row[*place].may_read || row[*place].may_write || row[*place].is_wrong())
        };
        (0..self.topics.len()).filter(shown).collect()
    }

    /// A table for a terminal: a row for each topic, a column for each user.
    pub fn text(&self) -> String {
        let shown = self.shown();
        let mut text = String::new();
        if self.users.len() > WIDEST {
            for (user, cells) in self.users.iter().zip(&self.cells) {
                let count = |which: fn(&Cell) -> bool| cells.iter().filter(|cell| which(cell)).count();
                let (reads, writes) = (count(|cell| cell.reads == Some(true)), count(|cell| cell.writes == Some(true)));
                let _ = writeln!(
                    text,
                    "  {user}: reads {reads} topics, writes {writes}, kept from {}",
                    cells.len() - reads.max(writes)
                );
            }
            return text;
        }
        let widest = shown.iter().map(|place| self.topics[*place].chars().count()).max().unwrap_or(0);
        let letters: Vec<char> = ('a'..='z').take(self.users.len()).collect();
        for (letter, user) in letters.iter().zip(&self.users) {
            // Writing to a String can't fail.
            let _ = writeln!(text, "  {letter}  {user}");
        }
        let _ = writeln!(
            text,
            "\n  {:widest$}{}",
            "",
            letters.iter().map(|letter| format!("  {letter:3}")).collect::<String>()
        );
        for place in &shown {
            let marks: String = self.cells.iter().map(|row| format!("  {:3}", row[*place].mark())).collect();
            let _ = writeln!(text, "  {:widest$}{}", self.topics[*place], marks.trim_end());
        }
        let others = self.topics.len() - shown.len();
        let _ = writeln!(
            text,
            "\n  r reads, w writes, · neither; {others} topics beside these were tried, and nobody may anything there"
        );
        text
    }

    /// A page with all of it.
    pub fn html(&self, title: &str) -> String {
        let escape =
            |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        let title = escape(title);
        let mut html = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>\n\
             body {{ font: 14px system-ui, sans-serif; margin: 2em; color: #1f2933; }}\n\
             table {{ border-collapse: collapse; }}\n\
             th, td {{ border: 1px solid #cbd2d9; padding: 3px 8px; text-align: center; }}\n\
             tbody th {{ text-align: left; font-weight: normal; font-family: monospace; }}\n\
             .yes {{ background: #d3f0d8; }}\n.wrong {{ background: #f5b5b5; font-weight: bold; }}\n\
             </style>\n</head>\n<body>\n<h1>{title}</h1>\n\
             <p>Found by trying, on a broker with exactly the generated files: r reads, w writes, · neither; ! is not as the fleet says.</p>\n\
             <table>\n<thead><tr><th></th>"
        );
        self.users.iter().for_each(|user| html += &format!("<th>{}</th>", escape(user)));
        html += "</tr></thead>\n<tbody>\n";
        for (place, topic) in self.topics.iter().enumerate() {
            html += &format!("<tr><th>{}</th>", escape(topic));
            for row in &self.cells {
                let cell = row[place];
                let class = match cell {
                    cell if cell.is_wrong() => " class=\"wrong\"",
                    Cell { reads: Some(true), .. } | Cell { writes: Some(true), .. } => " class=\"yes\"",
                    _ => "",
                };
                html += &format!("<td{class}>{}</td>", cell.mark());
            }
            html += "</tr>\n";
        }
        html + "</tbody>\n</table>\n</body>\n</html>\n"
    }
}
