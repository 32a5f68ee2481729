//! ELF files of a few bytes, for tests: sections and symbols as a linked node has them.

/// A section: name, flags, address, content.
pub(super) type Section<'a> = (&'a str, u32, u32, &'a [u8]);
/// A data symbol: name, number of its section (the first is 1), value, size.
pub(super) type Symbol<'a> = (&'a str, u16, u32, u32);

/// Loaded into memory.
pub(super) const ALLOC: u32 = 2;
const PROGBITS: u32 = 1;
const SYMTAB: u32 = 2;
const STRTAB: u32 = 3;
const XTENSA: u16 = 94;
/// A global object.
const DATA: u8 = 0x11;

/// The bytes of an ELF file with these sections and symbols.
pub(super) fn elf(sections: &[Section<'_>], symbols: &[Symbol<'_>]) -> Vec<u8> {
    let mut strings = vec![0];
    let mut name = |text: &str| {
        let offset = strings.len() as u32;
        strings.extend([text.as_bytes(), &[0]].concat());
        offset
    };
    let mut table = vec![0; 16];
    for (text, section, value, size) in symbols {
        table.extend([name(text), *value, *size].map(u32::to_le_bytes).concat());
        table.extend([DATA, 0]);
        table.extend(section.to_le_bytes());
    }
    let mut bodies: Vec<_> = sections.iter().map(|s| (name(s.0), PROGBITS, s.1, s.2, s.3, [0, 0, 0])).collect();
    let last = sections.len() as u32 + 2;
    bodies.push((0, SYMTAB, 0, 0, &table, [last, 1, 16]));
    let strings = strings.clone();
    bodies.push((0, STRTAB, 0, 0, &strings, [0, 0, 0]));

    let (mut content, mut headers) = (Vec::new(), vec![0; 40]);
    for (name, kind, flags, address, body, [link, info, entry]) in bodies {
        let offset = 52 + content.len() as u32;
        let fields = [name, kind, flags, address, offset, body.len() as u32, link, info, 1, entry];
        headers.extend(fields.map(u32::to_le_bytes).concat());
        content.extend(body);
    }
    let mut file = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    file.extend([2, XTENSA].map(u16::to_le_bytes).concat());
    file.extend([1, 0, 0, 52 + content.len() as u32, 0].map(u32::to_le_bytes).concat());
    let count = last as u16 + 1;
    file.extend([52, 0, 0, 40, count, last as u16].map(u16::to_le_bytes).concat());
    [file, content, headers].concat()
}

/// The file, on disk.
pub(super) fn written(sections: &[Section<'_>], symbols: &[Symbol<'_>]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), elf(sections, symbols)).expect("writes");
    file
}
