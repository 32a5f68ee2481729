//! The table of sizes: a line for each node, and what changed since the last build.

use super::measured::{DRAM, IRAM, Sizes};
use super::number::number;
use super::stack;
use std::fmt::Write;

/// A line of the table: a node, its sizes and those of the build before.
pub struct SizeRow<'a> {
    /// The name of the node.
    pub node: &'a str,
    /// Its sizes in this build.
    pub sizes: Sizes,
    /// Its sizes when it was built last.
    pub last: Option<Sizes>,
}

/// A column of the table: what it is called, and its figure, if anybody measured it.
type Column = (&'static str, fn(&Sizes) -> Option<u64>);

/// The columns of the table.
const COLUMNS: [Column; 7] = [
    ("own flash", |sizes| Some(sizes.own_flash())),
    ("own data RAM", |sizes| Some(sizes.own_data())),
    ("flash", |sizes| Some(sizes.flash())),
    ("IRAM", |sizes| Some(sizes.iram())),
    ("data RAM", |sizes| Some(sizes.data())),
    ("heap left", |sizes| Some(sizes.heap())),
    ("stack", |sizes| sizes.stack),
];

/// The table of all nodes.
pub fn table(lines: &[SizeRow<'_>]) -> String {
    let width = lines.iter().map(|line| line.node.chars().count()).chain([4]).max().unwrap_or(4);
    let mut out = format!("{:width$}", "node");
    for (title, _) in COLUMNS {
        let _ = write!(out, "  {title:>17}");
    }
    out.push_str("  (bytes)\n");
    for SizeRow { node, sizes, last } in lines {
        let _ = write!(out, "{node:width$}");
        for (_, figure) in COLUMNS {
            let text =
                figure(sizes).map_or("not measured".to_owned(), |now| change(now, last.as_ref().and_then(figure)));
            let _ = write!(out, "  {text:>17}");
        }
        out.push('\n');
    }
    let room = lines.iter().map(|line| line.sizes.room).min().unwrap_or_default();
    let limits = ["", "", &number(room), &number(IRAM), &number(DRAM), "", &number(stack::ROOM)];
    let limits = limits.map(|limit| format!("{limit:>17}")).join("  ");
    let _ = writeln!(out, "{:width$}  {limits}", "of");
    if lines.iter().any(|line| line.sizes.estimated) {
        out.push_str("without an SDK folder, its share is taken as measured with version 3.0.6\n");
    }
    if lines.iter().any(|line| line.sizes.stack.is_none()) {
        out.push_str("the stack is measured on the emulator: `--on emulator` runs the nodes, and the figure is kept\n");
    } else {
        let _ = writeln!(
            out,
            "the stack: as the node took of it on the emulator until its session, and {} bytes for the SDK",
            number(stack::SDK)
        );
    }
    out
}

/// `203,688 (+120)`.
fn change(now: u64, last: Option<u64>) -> String {
    match last {
        Some(last) if last < now => format!("{} (+{})", number(now), number(now - last)),
        Some(last) if last > now => format!("{} (-{})", number(now), number(last - now)),
        _ => number(now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_says_its_direction() {
        assert_eq!(change(10, None), "10");
        assert_eq!(change(10, Some(10)), "10");
        assert_eq!(change(1_200, Some(100)), "1,200 (+1,100)");
        assert_eq!(change(10, Some(12)), "10 (-2)");
    }

    #[test]
    fn the_table_has_a_line_for_each_node_and_one_for_what_there_is() {
        let lines = [SizeRow { node: "esp-light", sizes: Sizes::sample(1_288), last: Some(Sizes::sample(1_188)) }];
        let table = table(&lines);
        assert_eq!(table.lines().count(), 4, "{table}");
        assert!(table.contains("26,816 (+96)") && table.contains("55,104 (-96)"), "{table}");
        assert!(table.contains("917,504") && table.contains("5,328"), "{table}");
        assert!(table.contains("not measured") && table.contains("--on emulator"), "{table}");
    }

    #[test]
    fn a_stack_that_was_measured_is_shown_with_the_sdks_share() {
        let mut sizes = Sizes::sample(1_288);
        sizes.stack = Some(4_352);
        let table = table(&[SizeRow { node: "esp-light", sizes, last: None }]);
        assert!(table.contains("4,352") && table.contains("2,848 bytes for the SDK"), "{table}");
    }
}
