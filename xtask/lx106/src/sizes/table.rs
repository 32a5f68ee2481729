//! The table of sizes: a line for each node, and what changed since the last build.

use super::measured::{DRAM, IRAM, Sizes};
use super::number::number;
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

/// The columns of the table.
const FIGURES: [fn(&Sizes) -> u64; 6] =
    [Sizes::own_flash, Sizes::own_data, Sizes::flash, Sizes::iram, Sizes::data, Sizes::heap];

/// The table of all nodes.
pub fn table(lines: &[SizeRow<'_>]) -> String {
    let width = lines.iter().map(|line| line.node.len()).chain([4]).max().unwrap_or(4);
    let head = ["own flash", "own data RAM", "flash", "IRAM", "data RAM", "heap left"];
    let mut out = format!("{:width$}", "node");
    for title in head {
        let _ = write!(out, "  {title:>17}");
    }
    out.push_str("  (bytes)\n");
    for SizeRow { node, sizes, last } in lines {
        let _ = write!(out, "{node:width$}");
        for figure in FIGURES {
            let last = last.as_ref().map(figure);
            let _ = write!(out, "  {:>17}", change(figure(sizes), last));
        }
        out.push('\n');
    }
    let room = lines.iter().map(|line| line.sizes.room).min().unwrap_or_default();
    let limits = [number(room), number(IRAM), number(DRAM)].map(|limit| format!("{limit:>17}")).join("  ");
    let _ = writeln!(out, "{:width$}  {:>17}  {:>17}  {limits}", "of", "", "");
    if lines.iter().any(|line| line.sizes.estimated) {
        out.push_str("without an SDK folder, its share is taken as measured with version 3.0.6\n");
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
        assert_eq!(table.lines().count(), 3, "{table}");
        assert!(table.contains("891 (+100)"), "{table}");
        assert!(table.contains("917,504"), "{table}");
    }
}
