//! The small values of the language: texts, numbers, durations, one word of a few.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

macro_rules! value {
    ($(#[$about:meta])* $name:ident $title:literal: $($schema:tt)+) => {
        $(#[$about])*
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $title.into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($($schema)+)
            }
        }
    };
}

value! {
    /// What the reader takes for a text: any value that is no list, no map and not left out.
    Text "text": { "type": ["string", "number", "boolean"] }
}
value! {
    /// A decimal number.
    Number "number": { "type": ["number", "string"] }
}
value! {
    /// `true` or `false`, also in quotes.
    Flag "flag": { "anyOf": [{ "type": "boolean" }, { "enum": ["true", "false"] }] }
}
value! {
    /// A duration.
    Duration "duration": { "type": "string", "pattern": "^([0-9]+\\.?[0-9]*|\\.[0-9]+)(ms|s|min|h)$" }
}
value! {
    /// One text or several.
    Texts "texts": {
        "anyOf": [
            { "type": ["string", "number", "boolean"] },
            { "type": "array", "items": { "type": ["string", "number", "boolean"] } },
        ],
    }
}
value! {
    /// A list of labels.
    Labels "labels": { "type": "array", "items": { "type": ["string", "number", "boolean"] } }
}

/// A board of the catalogue; a name that is none of them may be the fleet's own.
pub(super) struct BoardName;

impl JsonSchema for BoardName {
    fn schema_name() -> Cow<'static, str> {
        "board".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let known: Vec<&str> = crate::model::board_names().collect();
        json_schema!({ "anyOf": [{ "enum": known }, { "type": ["string", "number", "boolean"] }] })
    }
}

/// A whole number in a range, also in quotes.
pub(super) struct Whole<const LOW: i64, const HIGH: i64>;

impl<const LOW: i64, const HIGH: i64> JsonSchema for Whole<LOW, HIGH> {
    fn schema_name() -> Cow<'static, str> {
        "whole".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "integer", "minimum": LOW, "maximum": HIGH },
                { "type": "string", "pattern": "^[+-]?[0-9]+$" },
            ],
        })
    }
}
