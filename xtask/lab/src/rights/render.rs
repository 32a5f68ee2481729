//! A matrix of rights as a table for a terminal and as a page.

use super::matrix::{Cell, Matrix};
use std::fmt::Write;

/// More columns than fit on a terminal.
const WIDEST: usize = 26;

impl Matrix {
    /// The topics of the fleet, and those beside it with which something is wrong.
    fn shown(&self) -> Vec<usize> {
        let shown = |index: &usize| {
            self.cells.iter().any(|row| row[*index].may_read || row[*index].may_write || row[*index].is_wrong())
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
        let widest = shown.iter().map(|index| self.topics[*index].chars().count()).max().unwrap_or(0);
        let columns: Vec<char> = ('a'..='z').take(self.users.len()).collect();
        for (column, user) in columns.iter().zip(&self.users) {
            // Writing to a String can't fail.
            let _ = writeln!(text, "  {column}  {user}");
        }
        let _ = writeln!(
            text,
            "\n  {:widest$}{}",
            "",
            columns.iter().map(|column| format!("  {column:3}")).collect::<String>()
        );
        for index in &shown {
            let marks: String = self.cells.iter().map(|row| format!("  {:3}", row[*index].mark())).collect();
            let _ = writeln!(text, "  {:widest$}{}", self.topics[*index], marks.trim_end());
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
             <p>Found by trying, on a broker with exactly the generated files: r reads, w writes, · neither; ! differs from the fleet.</p>\n\
             <table>\n<thead><tr><th></th>"
        );
        self.users.iter().for_each(|user| html += &format!("<th>{}</th>", escape(user)));
        html += "</tr></thead>\n<tbody>\n";
        for (index, topic) in self.topics.iter().enumerate() {
            html += &format!("<tr><th>{}</th>", escape(topic));
            for row in &self.cells {
                let cell = row[index];
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
