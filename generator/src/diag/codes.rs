//! The codes of all findings, stable over versions, each with what a person should know about it.

/// The code of a finding, in kebab-case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    /// As users see it.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

macro_rules! codes {
    ($($name:ident = $code:literal: $explain:literal;)+) => {
        $(#[doc = $explain] pub const $name: Code = Code($code);)+
        /// All codes with their explanations, ordered as in this file.
        pub const ALL: &[(Code, &str)] = &[$(($name, $explain)),+];
        /// What stands in `explain/<code>.md`: why it matters on the board and on the broker.
        const TEXTS: &[(Code, &str)] = &[$(($name, include_str!(concat!("explain/", $code, ".md")))),+];
    };
}

codes! {
    YAML = "yaml": "The file is not YAML, or uses a part of YAML that the fleet language leaves out (anchors, aliases, several documents, tags other than `!secret`).";
    ENCODING = "encoding": "A fleet file is UTF-8 text without control characters.";
    TOO_LARGE = "too-large": "A fleet file has at most 4 MiB and 64 levels: larger ones come from a mistake or from somebody who means harm.";
    INCLUDE = "include": "A file that is included must be there, be a fleet file of its own kind, and stand once in the whole: `include: [boards.yaml, ../common/kitchen.yaml]`, from the folder of the file that includes it.";
    DUPLICATE_KEY = "duplicate-key": "A key stands twice in the same map; YAML would silently forget one of them.";
    UNKNOWN_KEY = "unknown-key": "The fleet language has no such key there.";
    MISSING_KEY = "missing-key": "A key that is needed is not there.";
    WRONG_TYPE = "wrong-type": "The value has another shape than the key needs: a text where a map belongs, for example.";
    NOT_YET = "not-yet": "The fleet language has this key, but this version does not understand it yet.";
    BAD_NAME = "bad-name": "Names become folders, crates, MQTT users and identifiers, so they keep to a few characters.";
    BAD_PATH = "bad-path": "An MQTT topic name that could break out of the broker's files, or match more than itself, is refused: no `+`, `#`, leading `$`, control characters, blanks at an end, and Unicode only in normal form C.";
    BAD_VALUE = "bad-value": "The value is outside of what makes sense there.";
    BAD_HOST = "bad-host": "No node could find the broker there: it is no IPv4 address and no host name, or an address of the node itself or of no machine at all.";
    BAD_NETWORK = "bad-network": "No node could join this Wi-Fi network: a name has 1 to 32 bytes, a password 8 to 63, or it is a key of 64 hexadecimal digits.";
    BAD_ADDRESS = "bad-address": "A node can't have this address, or reaches nobody with it: `ip: { address: 192.168.1.31/24, gateway: 192.168.1.1 }`.";
    DUPLICATE_PATH = "duplicate-path": "Two topics with the same MQTT topic name would be one topic with two meanings.";
    NAME_TWICE = "name-twice": "A node and a client, or two of a kind, share a name, which is their user on the broker; or two files have fleets of one name.";
    COPIES_COLLIDE = "copies-collide": "What `for_each` repeats needs a name of its own in every copy, and what exists once can't belong to one of them.";
    UNKNOWN_NAME = "unknown-name": "Nothing of this name is described in the file, or known to Fleetwright.";
    PIN_UNKNOWN = "pin-unknown": "The board does not bring out this pin.";
    PIN_FLASH = "pin-flash": "GPIO6 to GPIO11 connect the chip to its flash memory, from which it runs; using one stops the program.";
    PIN_TAKEN = "pin-taken": "Two roles of a node use the same pin.";
    PIN_ANALOG = "pin-analog": "A0 can only measure, and only A0 can measure.";
    PIN_MISSING = "pin-missing": "The role needs a pin and has none, or takes none and has one.";
    PULL_UNAVAILABLE = "pull-unavailable": "The chip has a pull-up on GPIO0 to GPIO15 and a pull-down on GPIO16 alone.";
    ROLE_TWICE = "role-twice": "A role lives on one node of a layout.";
    ROLE_UNPLACED = "role-unplaced": "No node of the layout has this role, so nobody does its work there.";
    PAYLOAD_MISMATCH = "payload-mismatch": "The role can't work with messages of this kind.";
    LABELS_MISMATCH = "labels-mismatch": "`states` must name every label of the topic's payload exactly once.";
    RULE_SYNTAX = "rule-syntax": "A rule is an expression over topics: `==  !=  <  <=  >  >=  &&  ||  !  + - * /  ( )`, numbers, texts in double quotes, durations like `30min`, and `age(topic)`.";
    RULE_TYPE = "rule-type": "A rule compares things of different kinds, or gives the topic a value that it can't have.";
    SECURITY_OPEN = "security-open": "With `security: open` everybody who reaches the broker can read and switch everything.";
    PLAIN_SECRET = "plain-secret": "A password in the fleet file ends up wherever the file goes; `!secret name` keeps it in fleets/secrets.yaml.";
    NEVER_PUBLISHED = "never-published": "A role or client subscribes to a topic that nothing publishes.";
    NEVER_HEARD = "never-heard": "A role publishes a topic that nothing subscribes to.";
    UNUSED_TOPIC = "unused-topic": "No role and no client uses the topic.";
    TWO_WRITERS = "two-writers": "Two roles, or a role and a client, publish the same topic; the last message wins, whoever sent it.";
    SETTABLE = "settable": "A settable topic is a state with an owner: one role `owns` it and publishes it, others `set` it; a plain topic is published and subscribed to.";
    OWNER = "owner": "A settable topic has exactly one role that owns it, acts on requests and says what the state is.";
    RETAINED_COMMAND = "retained-command": "The broker repeats the last message of a retained topic to every node that starts; a command or a press on such a topic is given again.";
    OUT_OF_RANGE = "out-of-range": "The comparison lies outside the payload's range, so it never changes.";
    RULE_NEVER = "rule-never": "A rule that no message can make true does nothing; usually two of its comparisons exclude each other.";
    RULE_HIDDEN = "rule-hidden": "The first rule that holds decides; one that holds only when an earlier one does never gets its turn.";
    RULE_FLICKER = "rule-flicker": "Where the figure that switches a light on and the one that switches it off meet, a sensor that sees the light, or that trembles a little, switches it on and off all the time.";
    TOPIC_LOOP = "topic-loop": "Decisions that subscribe to each other, and of which at each moment one publishes something new, fill the network and wear out relays.";
    UNDECIDED = "undecided": "Each rule of the decision needs a topic of which no message may come after a start: it is not retained and sent only when it changes, or is published only by decisions that wait in turn.";
    START_FLASH = "start-flash": "After a start messages arrive one after the other; a rule that gives \"on\" without using the topic that gives \"off\" in an earlier rule switches on until a message of that topic comes.";
    BOOT_HIGH = "boot-high": "The pin is high until the program runs, at every power-up; what hangs there switches on.";
    STRAPPING_PIN = "strapping-pin": "The chip reads GPIO0, GPIO2 and GPIO15 at reset to decide how it boots; what hangs there can keep it from starting.";
    SCENARIO_ROLE = "scenario-role": "A scenario asks something of a role that it can't do: for example to press what is no button, or to set what is no input.";
    SERIAL_PIN = "serial-pin": "GPIO1 and GPIO3 carry the serial log and the way firmware is written.";
    SERIAL_LOG = "serial-log": "A role of this node prints what it receives on GPIO1 and GPIO3; something else there would switch with every letter, or garble the log.";
    BOOT_GLITCH = "boot-glitch": "The pin moves for a moment at every power-up; what hangs there may switch on and off again.";
    BOOT_LEVEL = "boot-level": "GPIO0 and GPIO2 must be high when the power comes, GPIO15 low; a closed contact or a sensor that drives it otherwise at that moment keeps the board from starting.";
    BOOT_PULL = "boot-pull": "GPIO15 must be low when the power comes, and the board pulls it down; whatever pulls it up keeps the board from starting.";
    I2C_PIN = "i2c-pin": "A line of an I2C bus must be let go and pulled up; not every pin can do that.";
    NO_PWM = "no-pwm": "Brightness is made of fast pulses, which GPIO16 can't be relied on to make.";
    NO_INTERRUPT = "no-interrupt": "GPIO16 does not report changes; the program has to look, and may look too late.";
    BOARD_PART = "board-part": "The board itself has an LED or a button at the pin, which does not agree with what the role does there.";
    ANALOG_RANGE = "analog-range": "The chip's analog input takes 0 to 1.0 V; some boards have a divider in front of it for 3.3 V, others have none.";
    NO_FREE_PIN = "no-free-pin": "`pin: auto` found no pin of the board that is free and would work.";
    ALLOW_UNUSED = "allow-unused": "An `allow` that silences nothing is wrong today, and would hide a warning tomorrow.";
}

/// What a person should know about a code: its sentence in this file, then why it matters.
pub fn explain(code: &str) -> Option<String> {
    let (known, sentence) = ALL.iter().find(|(known, _)| known.as_str() == code)?;
    let (_, text) = TEXTS.iter().find(|(other, _)| other == known)?;
    Some(format!("{sentence}\n\n{}", text.trim_end()))
}
