//! The commands of the loader in the ROM and of esptool's stub, as esptool's documentation of the serial protocol has them.
//! A request is direction 0, command, length (2 bytes), checksum (4), data; an answer direction 1, the same command,
//! length, a value (4), data and two bytes of status, of which the first is 0 if all is well.

use super::Flaw;
use super::flash::FlashMemory;
use super::registers::Registers;
use flate2::{Decompress, FlushDecompress, Status};
use md5::{Digest, Md5};

const FLASH_BEGIN: u8 = 0x02;
const FLASH_DATA: u8 = 0x03;
const FLASH_END: u8 = 0x04;
const MEM_BEGIN: u8 = 0x05;
const MEM_END: u8 = 0x06;
const MEM_DATA: u8 = 0x07;
const SYNC: u8 = 0x08;
const WRITE_REG: u8 = 0x09;
const READ_REG: u8 = 0x0A;
const SPI_SET_PARAMS: u8 = 0x0B;
const CHANGE_BAUDRATE: u8 = 0x0F;
const DEFLATED_BEGIN: u8 = 0x10;
const DEFLATED_DATA: u8 = 0x11;
const DEFLATED_END: u8 = 0x12;
const FLASH_MD5: u8 = 0x13;

/// Codes of errors: a message that is wrong, one that can't be obeyed, a checksum that does not match.
const INVALID: u8 = 0x05;
const FAILED: u8 = 0x06;
const BAD_CHECKSUM: u8 = 0x07;

/// The value and data of an answer, or the code of an error.
type Answer = Result<(u32, Vec<u8>), u8>;

/// Which program answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaker {
    /// None: the board's own program runs, or the board is in its box.
    Nobody,
    Rom,
    Stub,
}

/// A region on its way into flash.
struct Writing {
    at: usize,
    end: usize,
    erased_to: usize,
    next_block: u32,
    inflate: Option<Decompress>,
}

pub(super) struct Loader {
    pub(super) flash: FlashMemory,
    registers: Registers,
    flaw: Flaw,
    speaker: Speaker,
    stays: bool,
    calls: usize,
    blocks: usize,
    next_memory_block: u32,
    writing: Option<Writing>,
}

impl Loader {
    pub(super) fn new(flash: FlashMemory, flaw: Flaw) -> Self {
        let registers = Registers::new(flash.id());
        let speaker = Speaker::Nobody;
        Self { flash, registers, flaw, speaker, stays: false, calls: 0, blocks: 0, next_memory_block: 0, writing: None }
    }

    pub(super) fn is_unplugged(&self) -> bool {
        matches!(self.flaw, Flaw::Unplugged(blocks) if self.blocks > blocks)
    }

    /// Whether the board starts its program when it is reset now; the loader is gone then.
    pub(super) fn leaves(&mut self) -> bool {
        let leaves = self.speaker != Speaker::Nobody && !self.stays;
        if leaves {
            self.speaker = Speaker::Nobody;
            self.writing = None;
        }
        leaves
    }

    /// The packets that answer one packet.
    pub(super) fn answer(&mut self, packet: &[u8]) -> Vec<Vec<u8>> {
        let [0, command, _, _, c0, c1, c2, c3, data @ ..] = packet else { return Vec::new() };
        if *command == SYNC {
            return self.sync();
        }
        if self.speaker == Speaker::Nobody || self.is_mute() {
            return Vec::new();
        }
        let answer = self.obey(*command, data, u32::from_le_bytes([*c0, *c1, *c2, *c3]));
        if self.is_mute() || self.is_unplugged() {
            return Vec::new();
        }
        let mut answers = vec![packed(*command, &answer)];
        if *command == MEM_END && answer.is_ok() {
            answers.push(b"OHAI".to_vec());
        }
        answers
    }

    fn is_mute(&self) -> bool {
        matches!(self.flaw, Flaw::Hangs(blocks) if self.blocks > blocks)
    }

    fn sync(&mut self) -> Vec<Vec<u8>> {
        self.calls += 1;
        if self.flaw == Flaw::Silent || self.is_mute() || matches!(self.flaw, Flaw::Late(calls) if self.calls <= calls)
        {
            return Vec::new();
        }
        if self.speaker == Speaker::Nobody {
            self.speaker = Speaker::Rom;
            self.stays = false;
        }
        // The ROM answers eight times, the stub as often; esptool tells them by the value.
        let value = if self.speaker == Speaker::Rom { 0x2012_0707 } else { 0 };
        vec![packed(SYNC, &Ok((value, Vec::new()))); 8]
    }

    fn obey(&mut self, command: u8, data: &[u8], checksum: u32) -> Answer {
        let is_stub = self.speaker == Speaker::Stub;
        match command {
            READ_REG => return Ok((self.registers.read(word(data, 0)?), Vec::new())),
            WRITE_REG => self.registers.write(word(data, 0)?, word(data, 1)?),
            MEM_BEGIN => self.next_memory_block = 0,
            MEM_DATA => {
                block(data, checksum, &mut self.next_memory_block)?;
            }
            MEM_END => self.speaker = Speaker::Stub,
            SPI_SET_PARAMS | CHANGE_BAUDRATE if is_stub => {}
            FLASH_BEGIN | DEFLATED_BEGIN if is_stub => self.begin(data, command == DEFLATED_BEGIN)?,
            FLASH_DATA | DEFLATED_DATA if is_stub => self.write(data, checksum)?,
            FLASH_END | DEFLATED_END if is_stub => self.end(command, word(data, 0)?)?,
            FLASH_MD5 if is_stub => return self.md5(word(data, 0)? as usize, word(data, 1)? as usize),
            _ => return Err(INVALID),
        }
        Ok((0, Vec::new()))
    }

    fn begin(&mut self, data: &[u8], is_deflated: bool) -> Result<(), u8> {
        let (size, at) = (word(data, 0)? as usize, word(data, 3)? as usize);
        if !self.flash.has(at, size) {
            return Err(FAILED);
        }
        let inflate = is_deflated.then(|| Decompress::new(true));
        self.writing = Some(Writing { at, end: at + size, erased_to: at, next_block: 0, inflate });
        Ok(())
    }

    fn write(&mut self, data: &[u8], checksum: u32) -> Result<(), u8> {
        self.blocks += 1;
        let writing = self.writing.as_mut().ok_or(FAILED)?;
        let mut bytes = block(data, checksum, &mut writing.next_block)?.to_vec();
        if let Some(inflate) = &mut writing.inflate {
            bytes = inflated(inflate, &bytes)?;
        }
        // The last block is filled up, and more than was announced is not written.
        bytes.truncate(writing.end - writing.at);
        self.flash.write_erasing(writing.at, &bytes, &mut writing.erased_to);
        writing.at += bytes.len();
        Ok(())
    }

    /// With 0 in FLASH_END the stub ends and the loader of the ROM is back: so esptool's `--after no-reset` stays in it.
    fn end(&mut self, command: u8, goes_on: u32) -> Result<(), u8> {
        if self.writing.take().is_some_and(|writing| writing.at < writing.end) {
            return Err(FAILED);
        }
        if command == FLASH_END && goes_on == 0 {
            self.stays = true;
            self.speaker = Speaker::Rom;
        }
        Ok(())
    }

    fn md5(&self, address: usize, size: usize) -> Answer {
        if !self.flash.has(address, size) {
            return Err(FAILED);
        }
        Ok((0, Md5::digest(&self.flash.content[address..address + size]).to_vec()))
    }
}

/// A number of the data, by its place.
fn word(data: &[u8], index: usize) -> Result<u32, u8> {
    let bytes = data.get(index * 4..).and_then(|bytes| bytes.first_chunk()).ok_or(INVALID)?;
    Ok(u32::from_le_bytes(*bytes))
}

/// What a block carries, if it is the next one and arrived as it was sent.
fn block<'d>(data: &'d [u8], checksum: u32, next: &mut u32) -> Result<&'d [u8], u8> {
    let (size, number) = (word(data, 0)? as usize, word(data, 1)?);
    let bytes = data.get(16..).filter(|bytes| bytes.len() == size).ok_or(INVALID)?;
    let sum = bytes.iter().fold(0xEF, |sum, byte| sum ^ byte);
    if u32::from(sum) != checksum {
        return Err(BAD_CHECKSUM);
    }
    if number != *next {
        return Err(FAILED);
    }
    *next += 1;
    Ok(bytes)
}

fn inflated(inflate: &mut Decompress, bytes: &[u8]) -> Result<Vec<u8>, u8> {
    let mut all = Vec::new();
    let start = inflate.total_in();
    loop {
        let done = usize::try_from(inflate.total_in() - start).map_err(|_| FAILED)?;
        all.reserve(0x8000);
        let before = all.len();
        let status = inflate.decompress_vec(&bytes[done..], &mut all, FlushDecompress::None).map_err(|_| FAILED)?;
        let is_done = done == bytes.len() || inflate.total_in() - start == bytes.len() as u64;
        if status == Status::StreamEnd || (is_done && all.len() == before) {
            return Ok(all);
        }
    }
}

fn packed(command: u8, answer: &Answer) -> Vec<u8> {
    let (value, data) = answer.as_ref().map_or((0, &[][..]), |(value, data)| (*value, data.as_slice()));
    let status = answer.as_ref().map_or_else(|code| [1, *code], |_| [0, 0]);
    let length = u16::try_from(data.len() + status.len()).expect("short");
    let mut packet = vec![1, command];
    packet.extend(length.to_le_bytes());
    packet.extend(value.to_le_bytes());
    packet.extend(data);
    packet.extend(status);
    packet
}
