//! The shape of a fleet file as JSON Schema, for editors, and as a page for people: both from the doc comments of the types
//! below.
//!
//! The reader (`syntax`) is the one that decides. A test feeds both with fleets and mutants: what has the wrong shape for the
//! reader has it for the schema, and what the schema refuses the reader refuses, too, if not for its shape then for its
//! meaning. What the schema can't see: a key that stands twice, `!secret` where none belongs, and whether names, numbers
//! and durations make sense.
//!
//! Who adds a key to the language adds a field here; the place for it is marked in each type.

mod boards;
mod parts;
mod reference;
mod roles;
mod scalars;
mod scenarios;

pub use reference::reference;

use schemars::generate::SchemaSettings;
use serde_json::Value;

/// What stands at the top of the schema's file.
const ADDRESS: &str = "https://json-schema.org/draft/2020-12/schema";

/// The JSON Schema of a fleet file.
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<parts::Fleet>().to_value();
    without_null(&mut schema);
    if let Some(map) = schema.as_object_mut() {
        map.insert("$schema".into(), ADDRESS.into());
    }
    schema
}

/// A key that may be left out may not be `null` instead: in YAML that is a value that somebody forgot.
fn without_null(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Array(kinds)) = map.get_mut("type") {
                kinds.retain(|kind| kind != "null");
                if let [kind] = kinds.as_slice() {
                    let kind = kind.clone();
                    map.insert("type".into(), kind);
                }
            }
            if let Some(Value::Array(strings)) = map.get_mut("enum") {
                strings.retain(|string| !string.is_null());
            }
            if let Some(Value::Array(choices)) = map.get_mut("anyOf") {
                choices.retain(|choice| choice["type"] != "null");
                if let [Value::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    map.remove("anyOf");
                    map.extend(only);
                }
            }
            map.values_mut().for_each(without_null);
        }
        Value::Array(items) => items.iter_mut().for_each(without_null),
        _ => {}
    }
}
