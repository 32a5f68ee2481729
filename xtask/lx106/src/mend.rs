//! Mends the assembly that rustc's Xtensa back end prints, so that GNU `as` makes a right object file of it.
//!
//! Text in, text out: knows directives and sections, nothing of files or programs.
//!
//! LLVM prints a function's `.literal` lines before the function's own `.section` line, so they would land in the
//! section of whatever stands before it, even in `.rodata`. Each run of them moves down to just before the
//! function's alignment. Unwind tables and LLVM's own sections are dropped: GNU `as` for Xtensa does not know them.

use anyhow::{Result, bail};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Into which sections of the object file the code of an assembly file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CodePlacement {
    /// A node's code: in flash, each function in a section of its own so that an unused one can be dropped. The
    /// SDK's linker script knows flash code by the name `.irom0.text` and by no other.
    Flash,
    /// Code that only the emulator sees: sections keep their names.
    AsIs,
}

impl CodePlacement {
    /// Its name: tells the files of one placement from those of another.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Flash => "flash",
            Self::AsIs => "as is",
        }
    }
}

/// The assembly, mended.
pub(super) fn mend(assembly: &str, placement: CodePlacement) -> Result<String> {
    let mut out = String::with_capacity(assembly.len() + assembly.len() / 8);
    let mut sections = Sections { placement, numbers: BTreeMap::new() };
    let mut literals: Vec<&str> = Vec::new();
    let (mut dropped, mut code) = (false, true);
    for (index, line) in assembly.lines().enumerate() {
        let text = line.trim();
        if let Some(section) = Section::read(text) {
            dropped = section.name.starts_with(".llvmbc") || section.name.starts_with(".llvmcmd");
            code = section.code();
            if !dropped {
                let _ = writeln!(out, "\t{}", sections.placed(&section));
            }
        } else if dropped || text.starts_with(".cfi_") || text.starts_with(".addrsig") {
        } else if text.starts_with(".literal") {
            literals.push(line);
        } else {
            if text.starts_with(".p2align") && !literals.is_empty() {
                if !code {
                    bail!("line {}: literals are followed by data, not by a function", index + 1);
                }
                for literal in literals.drain(..) {
                    let _ = writeln!(out, "{literal}");
                }
            }
            let _ = writeln!(out, "{line}");
        }
    }
    if let Some(literal) = literals.first() {
        bail!("no function follows the literal `{}`", literal.trim());
    }
    Ok(out)
}

/// A directive that changes the section.
struct Section<'a> {
    name: &'a str,
    rest: &'a str,
}

impl<'a> Section<'a> {
    fn read(text: &'a str) -> Option<Self> {
        if let Some(section) = text.strip_prefix(".section") {
            let section = section.trim_start();
            let (name, rest) = section.split_at(section.find(',').unwrap_or(section.len()));
            return Some(Self { name: name.trim().trim_matches('"'), rest });
        }
        let rest = match text {
            ".text" => ",\"ax\",@progbits",
            ".data" => ",\"aw\",@progbits",
            ".bss" => ",\"aw\",@nobits",
            _ => return None,
        };
        Some(Self { name: text, rest })
    }

    fn code(&self) -> bool {
        self.rest.split(',').nth(1).is_some_and(|flags| flags.contains('x'))
    }
}

/// The sections of one file; equal names stay one section.
struct Sections {
    placement: CodePlacement,
    numbers: BTreeMap<String, usize>,
}

impl Sections {
    fn placed(&mut self, section: &Section<'_>) -> String {
        let Section { name, rest } = section;
        let text = *name == ".text" || name.starts_with(".text.");
        if self.placement == CodePlacement::AsIs
            || !(text || name.starts_with(".irom0.") || name.starts_with(".iram.text"))
        {
            return format!(".section\t{name}{rest}");
        }
        // What must run while flash is being written asks for instruction RAM by name; the script calls that `.text`.
        if let Some(function) = name.strip_prefix(".iram.text") {
            return format!(".section\t.text.iram{function}{rest}");
        }
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry((*name).to_owned()).or_insert(next);
        let flags = if section.code() { "ax" } else { "a" };
        format!(".section\t.irom0.text,\"{flags}\",@progbits,unique,{number}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flash(assembly: &str) -> Vec<String> {
        let mended = mend(assembly, CodePlacement::Flash).expect("mends");
        mended.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn literals_move_into_the_section_of_their_function() {
        let lines = flash(
            ".section .rodata.x,\"a\",@progbits\n.long 1\n.literal_position\n.literal .L0, memset\n\
             .section .text.f,\"ax\",@progbits\n.global f\n.p2align 2\nf:\nret\n",
        );
        let line_of = |what: &str| lines.iter().position(|line| line == what).expect("is there");
        let section = line_of(".section .irom0.text,\"ax\",@progbits,unique,1");
        assert!(section < line_of(".literal_position"));
        assert_eq!(line_of(".literal .L0, memset") + 1, line_of(".p2align 2"));
    }

    #[test]
    fn only_the_first_alignment_takes_the_literals() {
        let lines = flash(".text\n.literal .L0, f\n.p2align 2\nf:\nret\n.p2align 2\ng:\nret\n");
        assert_eq!(lines.iter().filter(|line| line.starts_with(".literal")).count(), 1);
    }

    #[test]
    fn literals_before_data_are_a_fault() {
        let assembly = ".literal .L0, f\n.section .rodata,\"a\",@progbits\n.p2align 2\n.long 1\n";
        let fault = mend(assembly, CodePlacement::Flash).expect_err("a fault").to_string();
        assert_eq!(fault, "line 3: literals are followed by data, not by a function");
    }

    #[test]
    fn literals_at_the_end_are_a_fault() {
        let fault = mend("\t.literal .L0, f\n", CodePlacement::AsIs).expect_err("a fault").to_string();
        assert_eq!(fault, "no function follows the literal `.literal .L0, f`");
    }

    #[test]
    fn unwind_directives_go() {
        assert_eq!(flash(".cfi_startproc\n.cfi_def_cfa a1, 0\nret\n.cfi_endproc\n"), ["ret"]);
    }

    #[test]
    fn llvm_sections_go_with_their_content() {
        let lines = flash(
            ".section .llvmbc,\"e\",@progbits\n.ascii \"BC\"\n.section .llvmcmd,\"e\",@progbits\n.asciz \"-O\"\n.section \".note.GNU-stack\",\"\",@progbits\n",
        );
        assert_eq!(lines, [".section .note.GNU-stack,\"\",@progbits"]);
    }

    #[test]
    fn each_function_has_a_flash_section_of_its_own_and_keeps_it() {
        let f = ".section .text.f,\"ax\",@progbits\n";
        let g = ".section .text.g,\"ax\",@progbits\n";
        let lines = flash(&format!("{f}{g}{f}"));
        let numbers: Vec<_> = lines.iter().filter_map(|line| line.rsplit(',').next()).collect();
        assert_eq!(numbers, ["1", "2", "1"]);
    }

    #[test]
    fn data_keeps_its_section_because_flash_is_not_read_by_bytes() {
        let rodata = ".section .rodata.str1.1,\"aMS\",@progbits,1";
        assert_eq!(flash(rodata), [rodata]);
        assert_eq!(flash(".bss"), [".section .bss,\"aw\",@nobits"]);
    }

    #[test]
    fn the_identity_goes_to_flash_as_data() {
        let lines = flash(".section .irom0.fleetwright,\"a\",@progbits");
        assert_eq!(lines, [".section .irom0.text,\"a\",@progbits,unique,1"]);
    }

    #[test]
    fn code_can_ask_for_instruction_ram() {
        let lines = flash(".section .iram.text.tick,\"ax\",@progbits");
        assert_eq!(lines, [".section .text.iram.tick,\"ax\",@progbits"]);
    }

    #[test]
    fn the_emulators_own_code_keeps_its_sections() {
        let mended = mend(".section .text.memcpy,\"ax\",@progbits\n", CodePlacement::AsIs).expect("mends");
        assert_eq!(mended, "\t.section\t.text.memcpy,\"ax\",@progbits\n");
    }
}
