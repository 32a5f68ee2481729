//! Encodes the same in fewer bytes: what LLVM's young Xtensa back end spells at length and GNU `as` and `ld` can
//! shorten.
//!
//! Lines of one function in, lines out. Three patterns, each of them about a sixth of a node:
//!
//! - A call through a literal (`l32r a8, .LCPI0_1` … `callx0 a8`) becomes `call0 function`, which the linker keeps short
//!   where the function is near and makes a call through a literal where it is not. The literal goes if it was the last
//!   to use it.
//! - A branch around a jump becomes the opposite branch; the assembler knows when it can't reach.
//! - `or a2, a3, a3` becomes `mov a2, a3`, for which there is a short instruction.

use std::collections::{BTreeMap, BTreeSet};

/// The opposite of each branch.
const OPPOSITES: [(&str, &str); 11] = [
    ("beqz", "bnez"),
    ("beq", "bne"),
    ("beqi", "bnei"),
    ("blt", "bge"),
    ("bltu", "bgeu"),
    ("blti", "bgei"),
    ("bltui", "bgeui"),
    ("bltz", "bgez"),
    ("ball", "bnall"),
    ("bany", "bnone"),
    ("bbci", "bbsi"),
];

/// Tightens an assembly file.
pub(super) fn tighten(assembly: &str) -> String {
    let lines: Vec<&str> = assembly.lines().collect();
    let mut out: Vec<Option<String>> = lines.iter().map(|line| Some((*line).to_owned())).collect();
    calls(&lines, &mut out);
    branches(&lines, &mut out);
    for line in out.iter_mut().flatten() {
        if let Some(moved) = as_move(line) {
            *line = moved;
        }
    }
    let mut text = String::with_capacity(assembly.len());
    for line in out.into_iter().flatten() {
        text += &line;
        text.push('\n');
    }
    text
}

/// An instruction's name and operands; `None`: a label, a directive or nothing.
fn instruction(line: &str) -> Option<(&str, Vec<&str>)> {
    let text = line.trim();
    if text.is_empty() || text.starts_with(['.', '#']) || text.ends_with(':') {
        return None;
    }
    let (name, operands) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    Some((name, operands.split(',').map(str::trim).filter(|operand| !operand.is_empty()).collect()))
}

fn label(line: &str) -> Option<&str> {
    line.trim().strip_suffix(':')
}

/// `.literal .LCPI0_1, function`
fn literal(line: &str) -> Option<(&str, &str)> {
    line.trim().strip_prefix(".literal")?.trim_start().split_once(',').map(|(name, value)| (name.trim(), value.trim()))
}

fn calls(lines: &[&str], out: &mut [Option<String>]) {
    let literals: BTreeMap<&str, &str> = lines.iter().filter_map(|line| literal(line)).collect();
    let mut gone = BTreeSet::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(("l32r", operands)) = instruction(line) else { continue };
        let &[register, name] = operands.as_slice() else { continue };
        let Some(function) =
            literals.get(name).filter(|value| value.starts_with(|c: char| c.is_alphabetic() || c == '_'))
        else {
            continue;
        };
        // Callers keep nothing in these four: what the call leaves there nobody reads.
        if !matches!(register, "a8" | "a9" | "a10" | "a11") {
            continue;
        }
        if let Some(call) = call_through(lines, index, register) {
            out[call] = Some(format!("\tcall0\t{function}"));
            out[index] = None;
            gone.insert(name);
        }
    }
    let used: BTreeSet<&str> = lines
        .iter()
        .zip(out.iter())
        .filter(|(line, kept)| kept.is_some() && literal(line).is_none())
        .filter_map(|(line, _)| instruction(line))
        .flat_map(|(_, operands)| operands)
        .collect();
    for (line, kept) in lines.iter().zip(out.iter_mut()) {
        if literal(line).is_some_and(|(name, _)| gone.contains(name) && !used.contains(name)) {
            *kept = None;
        }
    }
}

/// The `callx0` that takes the register which was loaded at `load`, if nothing comes between but instructions that
/// neither know the register nor leave the line.
fn call_through(lines: &[&str], load: usize, register: &str) -> Option<usize> {
    for (index, line) in lines.iter().enumerate().skip(load + 1) {
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let (name, operands) = instruction(line)?;
        if name == "callx0" {
            return (operands == [register]).then_some(index);
        }
        if operands.contains(&register) || name.starts_with('b') || matches!(name, "j" | "jx" | "ret" | "call0") {
            return None;
        }
    }
    None
}

fn branches(lines: &[&str], out: &mut [Option<String>]) {
    for index in 0..lines.len().saturating_sub(2) {
        let (Some((name, mut operands)), Some(("j", jump)), Some(next)) =
            (instruction(lines[index]), instruction(lines[index + 1]), label(lines[index + 2]))
        else {
            continue;
        };
        let opposite = OPPOSITES.iter().find_map(|(one, other)| match name {
            _ if name == *one => Some(*other),
            _ if name == *other => Some(*one),
            _ => None,
        });
        if let (Some(opposite), Some(target), [far]) = (opposite, operands.pop(), jump.as_slice())
            && target == next
        {
            operands.push(far);
            out[index] = Some(format!("\t{opposite}\t{}", operands.join(", ")));
            out[index + 1] = None;
        }
    }
}

fn as_move(line: &str) -> Option<String> {
    match instruction(line)? {
        ("or", operands) => match operands.as_slice() {
            [to, from, again] if from == again => Some(format!("\tmov\t{to}, {from}")),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tight(assembly: &str) -> Vec<String> {
        tighten(assembly).lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    const LITERALS: &str = "\t.literal .LCPI0_0, f\n\t.literal .LCPI0_1, 12345\n";

    #[test]
    fn a_call_through_a_literal_becomes_a_call() {
        let lines = tight(&format!("{LITERALS}g:\n\tl32r a8, .LCPI0_0\n\tor a2, a12, a12\n\tcallx0 a8\n\tret\n"));
        assert_eq!(lines, [".literal .LCPI0_1, 12345", "g:", "mov a2, a12", "call0 f", "ret"]);
    }

    #[test]
    fn a_literal_that_somebody_else_uses_stays() {
        let lines = tight(&format!("{LITERALS}\tl32r a8, .LCPI0_0\n\tcallx0 a8\n\tl32r a2, .LCPI0_0\n"));
        assert_eq!(lines, [".literal .LCPI0_0, f", ".literal .LCPI0_1, 12345", "call0 f", "l32r a2, .LCPI0_0"]);
    }

    #[test]
    fn calls_that_can_not_be_told_stay() {
        for between in ["\tl32i a8, a8, 0\n", "\tbeqz a2, .L\n", ".L:\n", "\tmov a3, a8\n", "\tcallx0 a9\n"] {
            let lines = tight(&format!("{LITERALS}\tl32r a8, .LCPI0_0\n{between}\tcallx0 a8\n"));
            assert!(lines.contains(&"callx0 a8".to_owned()), "{lines:?}");
        }
        let kept = tight(&format!("{LITERALS}\tl32r a12, .LCPI0_0\n\tcallx0 a12\n"));
        assert!(kept.contains(&"callx0 a12".to_owned()), "a12 outlives the call");
        let number = tight(&format!("{LITERALS}\tl32r a8, .LCPI0_1\n\tcallx0 a8\n"));
        assert!(number.contains(&"callx0 a8".to_owned()), "a number is no function");
    }

    #[test]
    fn a_branch_around_a_jump_is_the_opposite_branch() {
        assert_eq!(tight("\tbnez a3, .L1\n\tj .L9\n.L1:\n"), ["beqz a3, .L9", ".L1:"]);
        assert_eq!(tight("\tbltu a3, a4, .L1\n\tj .L9\n.L1:\n"), ["bgeu a3, a4, .L9", ".L1:"]);
        assert_eq!(tight("\tbbsi a3, 4, .L1\n\tj .L9\n.L1:\n"), ["bbci a3, 4, .L9", ".L1:"]);
    }

    #[test]
    fn a_jump_that_others_reach_stays() {
        let stays = "\tbnez a3, .L1\n.L2:\n\tj .L9\n.L1:\n";
        assert_eq!(tight(stays).len(), 4);
        assert_eq!(tight("\tbnez a3, .L2\n\tj .L9\n.L1:\n").len(), 3);
    }

    #[test]
    fn a_true_or_stays() {
        assert_eq!(tight("\tor a2, a3, a4\n\tor a2, a3, a3\n"), ["or a2, a3, a4", "mov a2, a3"]);
    }
}
