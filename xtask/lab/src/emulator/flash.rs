//! What an emulated node wrote into its flash memory: kept over its restarts, and in a file over power cuts.

use super::machine::FrameSender;
use anyhow::{Context, Result, bail};
use fleetwright_protocol::ToNode;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const SECTOR: usize = 0x1000;
/// Bytes that are told a node at a time.
const PIECE: usize = 1024;

/// The sectors that a node has written, by their addresses.
#[derive(Default)]
pub(super) struct Flash {
    sectors: BTreeMap<u32, Vec<u8>>,
    /// Where they outlive the emulator; `None`: nowhere.
    file: Option<PathBuf>,
}

impl Flash {
    /// What a file holds, and is to hold from now on; one that is not there yet is blank.
    pub(super) fn open(file: &Path) -> Result<Self> {
        let mut sectors = BTreeMap::new();
        if file.exists() {
            let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
            for chunk in bytes.chunks(4 + SECTOR) {
                let Some((address, sector)) = chunk.split_first_chunk().filter(|(_, sector)| sector.len() == SECTOR)
                else {
                    bail!("{} is no flash memory", file.display());
                };
                sectors.insert(u32::from_be_bytes(*address), sector.to_vec());
            }
        }
        Ok(Self { sectors, file: Some(file.to_owned()) })
    }

    /// The node wrote these bytes, inside of one sector.
    pub(super) fn write(&mut self, address: u32, bytes: &[u8]) -> Result<()> {
        let offset = address as usize % SECTOR;
        let sector = self.sectors.entry(address - offset as u32).or_insert_with(|| vec![0xff; SECTOR]);
        sector.get_mut(offset..offset + bytes.len()).context("flash beyond a sector")?.copy_from_slice(bytes);
        self.save()
    }

    /// The node erased a sector.
    pub(super) fn erase(&mut self, address: u32) -> Result<()> {
        self.sectors.insert(address, vec![0xff; SECTOR]);
        self.save()
    }

    fn save(&self) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let sectors =
            self.sectors.iter().flat_map(|(address, sector)| [&address.to_be_bytes(), sector.as_slice()].concat());
        std::fs::write(file, sectors.collect::<Vec<u8>>()).with_context(|| format!("writing {}", file.display()))
    }

    /// Tells a node at its start what is in its flash memory.
    pub(super) fn tell(&self, sender: &mut FrameSender) -> Result<()> {
        self.pieces().iter().try_for_each(|piece| sender.send(&ToNode::Flash(piece.as_slice())))
    }

    /// What there is to tell: each piece with its address before it.
    fn pieces(&self) -> Vec<Vec<u8>> {
        let of_sector = |(address, sector): (&u32, &Vec<u8>)| {
            let address = *address;
            let piece = move |(index, piece): (usize, &[u8])| {
                [&(address + (index * PIECE) as u32).to_be_bytes(), piece].concat()
            };
            sector.chunks(PIECE).enumerate().map(piece).collect::<Vec<_>>()
        };
        self.sectors.iter().flat_map(of_sector).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_there_after_a_power_cut() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("flash");
        let mut flash = Flash::open(&file).expect("blank");
        assert!(flash.pieces().is_empty());
        flash.erase(0x3f_9000).expect("written");
        flash.write(0x3f_9404, &[1, 2, 3, 4]).expect("written");
        let pieces = Flash::open(&file).expect("readable").pieces();
        assert_eq!(pieces, flash.pieces());
        assert_eq!(pieces.len(), 4);
        assert_eq!(pieces[1][..12], [0, 0x3f, 0x94, 0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]);
        std::fs::write(&file, "what?").expect("written");
        assert!(Flash::open(&file).is_err());
    }
}
