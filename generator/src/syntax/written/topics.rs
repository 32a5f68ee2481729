//! `topics` and their payloads, as written.
#![allow(missing_docs, reason = "variants and their fields say it by their names")]

use crate::text::{At, Span, Text};

/// An entry of `topics`.
#[derive(Clone, Debug)]
pub struct TopicSpec {
    /// `path`
    pub path: Option<Text>,
    /// `payload`
    pub payload: At<PayloadSpec>,
    /// `retain`
    pub retain: Option<At<bool>>,
    /// `qos`
    pub qos: Option<At<u8>>,
    /// `scope`
    pub scope: Option<Text>,
    /// `settable: true`, and where it stands
    pub settable: Option<Span>,
}

/// `payload`
#[derive(Clone, Debug)]
pub enum PayloadSpec {
    /// `percent`
    Percent,
    /// `bit`
    Bit,
    /// `{ number: … }`: min, max and step as decimal texts
    Number { min: Text, max: Text, step: Option<Text>, unit: Option<Text> },
    /// `{ one_of: […] }`
    OneOf(Vec<Text>),
    /// `{ text: { max } }`
    Text { max: At<u16> },
}
