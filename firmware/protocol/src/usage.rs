//! What of a node's memory is in use, as `heap 32768 allocated 0 most 7168 …`: a name and a number in turn. An emulated
//! node sends this text in a frame, and the tools read it in a line.

use crate::decimal::decimal;
use crate::line::MalformedLine;
use core::fmt;

/// What an emulated node uses of all that can grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Size of the SDK's heap, in bytes.
    pub heap: u32,
    /// Bytes of the heap in use now.
    pub allocated: u32,
    /// Bytes of the heap in use at most.
    pub most: u32,
    /// How far from its end a block of the heap was written to at most, in bytes: blocks serve as stacks.
    pub deepest: u32,
    /// Bytes that were never written to in the block that was used most of its size. `u32::MAX`: there was no block.
    pub spare: u32,
    /// Bytes of the SDK's stack in use at most, the stand-in's own share among them.
    pub stack: u32,
    /// Timers that are armed.
    pub timers: u32,
    /// Connections that the SDK holds memory for.
    pub connections: u32,
    /// The CPU's counter of cycles when the node logged last that the broker accepted it; 0: it never did.
    pub cycles: u32,
}

/// The names in the text, in its order.
const NAMES: [&str; 9] = ["heap", "allocated", "most", "deepest", "spare", "stack", "timers", "connections", "cycles"];
const EXPECTED: &str = "`heap N allocated N most N deepest N spare N stack N timers N connections N cycles N`";

impl Usage {
    fn numbers(self) -> [u32; 9] {
        let Self { heap, allocated, most, deepest, spare, stack, timers, connections, cycles } = self;
        [heap, allocated, most, deepest, spare, stack, timers, connections, cycles]
    }

    /// Hands the text over, piece by piece.
    pub fn write(self, put: &mut dyn FnMut(&[u8])) {
        for (index, (name, number)) in NAMES.into_iter().zip(self.numbers()).enumerate() {
            if index > 0 {
                put(b" ");
            }
            put(name.as_bytes());
            put(b" ");
            put(decimal(number, &mut [0; 10]));
        }
    }

    /// Reads the text.
    pub fn read(line: &str) -> Result<Self, MalformedLine<'_>> {
        let malformed = MalformedLine { line, expected: EXPECTED };
        let mut fields = line.split(' ');
        let mut numbers = [0; 9];
        for (name, number) in NAMES.into_iter().zip(&mut numbers) {
            if fields.next() != Some(name) {
                return Err(malformed);
            }
            *number = fields.next().and_then(|field| field.parse().ok()).ok_or(malformed)?;
        }
        let [heap, allocated, most, deepest, spare, stack, timers, connections, cycles] = numbers;
        match fields.next() {
            None => Ok(Self { heap, allocated, most, deepest, spare, stack, timers, connections, cycles }),
            Some(_) => Err(malformed),
        }
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = Ok(());
        self.write(&mut |piece| {
            let text = core::str::from_utf8(piece).map_err(|_| fmt::Error);
            written = written.and(text.and_then(|text| out.write_str(text)));
        });
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn what_is_written_is_read() {
        let usage = Usage { heap: 20_000, most: 7_168, cycles: u32::MAX, ..Usage::default() };
        let text = usage.to_string();
        assert_eq!(
            text,
            "heap 20000 allocated 0 most 7168 deepest 0 spare 0 stack 0 timers 0 connections 0 cycles 4294967295"
        );
        assert_eq!(Usage::read(&text), Ok(usage));
    }

    #[test]
    fn each_number_is_needed() {
        let text = Usage::default().to_string();
        for (from, to) in
            [(" timers 0", ""), ("stack 0", "stack -1"), ("most 0", "most"), ("heap", "hoop"), ("0", "0 ")]
        {
            let wrong = text.replacen(from, to, 1);
            assert_eq!(Usage::read(&wrong).unwrap_err().line, wrong);
        }
        assert!(Usage::read(&(text + " more 1")).is_err());
    }
}
