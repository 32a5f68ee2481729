//! Any bytes in any pieces: packets or malformed, never a panic. In `firmware/node`: `cargo +nightly fuzz run packet_reader`.
#![no_main]

use fleetwright_node::mqtt::reader::Reader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: (u8, Vec<Vec<u8>>)| {
    let (size, pieces) = data;
    let mut buffer = vec![0; usize::from(size)];
    let mut reader = Reader::new(&mut buffer);
    for piece in &pieces {
        let mut rest = piece.as_slice();
        while !rest.is_empty() {
            let Ok((count, whole)) = reader.take(rest) else { return };
            if whole && reader.packet().is_err() {
                return;
            }
            rest = &rest[count..];
        }
    }
});
