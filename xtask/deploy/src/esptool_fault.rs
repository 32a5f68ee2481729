//! What esptool's errors mean for somebody with a board in the hand. The words are those of esptool 5.6.

/// Words of an error, and what they say about a board.
struct Fault {
    /// It is this fault if any of these is in esptool's errors.
    words: &'static [&'static str],
    /// What it means and what to do, with `PORT` and `SIZE` (the flash in KB) to be filled in.
    meaning: &'static str,
}

const BROKEN: &str = "the connection to the board at PORT broke, and its program is incomplete; look at cable and supply, and \
                      run the same command again: it begins from the start";

/// The first that fits is the answer, so what happens early stands first.
const FAULTS: &[Fault] = &[
    // What was open is gone, and opening it again fails as if it had never been there.
    Fault { words: &["A serial exception error occurred"], meaning: BROKEN },
    Fault {
        words: &["Could not exclusively lock port", "Device or resource busy"],
        meaning: "another program uses PORT; end it (a log, a serial monitor) and try again",
    },
    Fault {
        words: &["Permission denied", "Errno 13"],
        meaning: "you may not use PORT; `sudo usermod -aG dialout $USER` lets you once you have logged in again",
    },
    Fault { words: &["Could not open"], meaning: "PORT can't be opened as a serial port; is it the board's?" },
    Fault {
        words: &["This chip is", "doesn't appear to be an ESP8266"],
        meaning: "the board at PORT has another chip; only the ESP8266 and ESP8285 can be written",
    },
    Fault {
        words: &["Failed to connect to"],
        meaning: "no board answers at PORT, and nothing was written\n\
                  - is it the board's port, and does the cable carry data? some only charge\n\
                  - a board without automatic reset has to be told: hold FLASH (GPIO0 to ground), press RST, let go, try again\n\
                  - nothing else may be wired to TX, RX (GPIO1, GPIO3) and GPIO0 meanwhile",
    },
    Fault {
        words: &["will not fit in"],
        meaning: "the board's flash is smaller than the SIZE KB that the fleet file says, and nothing was written; \
                  name the right `board:`, or the right `flash_kb:` of a board of your own",
    },
    Fault {
        words: &["MD5 of file does not match", "the written flash region is empty"],
        meaning: "the board's flash does not hold what was written into it; try again with another cable and a steady \
                  supply, and if it happens again the flash is worn out or wired wrongly",
    },
    Fault {
        words: &[
            "No serial data received",
            "Serial data stream stopped",
            "Packet content transfer stopped",
            "No more data to read",
            "Invalid head of packet",
            "Invalid SLIP escape",
            "Failed to start stub flasher",
            "Failed to write",
            "Failed to leave",
            "Failed to enter",
            "stopped responding",
        ],
        meaning: BROKEN,
    },
];

/// The error message for what esptool wrote to its standard error.
pub(crate) fn explained(errors: &str, port: &str, flash_kb: u16) -> String {
    // esptool breaks its lines where a terminal would end.
    let joined = errors.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = FAULTS.iter().find(|fault| fault.words.iter().any(|words| joined.contains(words)));
    let meaning =
        found.map_or("esptool did not write into the board at PORT; its words above say why", |fault| fault.meaning);
    meaning.replace("PORT", port).replace("SIZE", &flash_kb.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_fault_is_named_even_where_lines_are_broken() {
        let errors = "A fatal error occurred: Failed to connect \nto ESP8266: No serial data received.\n";
        let message = explained(errors, "/dev/ttyUSB7", 4096);
        assert!(message.starts_with("no board answers at /dev/ttyUSB7, and nothing was written"), "{message}");
    }

    #[test]
    fn words_that_nobody_knows_are_left_to_esptool() {
        assert!(explained("something new", "/dev/ttyUSB0", 4096).contains("its words above say why"));
    }
}
