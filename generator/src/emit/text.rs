//! Templates for all text that is not Rust: strict about what is missing, and refusing control characters, so that no
//! name can start a line of its own in a broker's file.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};
use serde::Serialize;
use std::sync::OnceLock;

const TEMPLATES: &[(&str, &str)] = &[
    ("mosquitto.conf", include_str!("../../../templates/mosquitto.conf.j2")),
    ("ejabberd.yml", include_str!("../../../templates/ejabberd.yml.j2")),
    ("acl", include_str!("../../../templates/acl.j2")),
    ("workspace.toml", include_str!("../../../templates/workspace.toml.j2")),
    ("node.toml", include_str!("../../../templates/node.toml.j2")),
    ("role.rs", include_str!("../../../templates/role.rs.j2")),
    ("readme.md", include_str!("../../../templates/readme.md.j2")),
];

/// Fills a template. What goes wrong here is our own mistake, since plans hold checked names alone.
pub(super) fn fill<T: Serialize>(template: &str, values: &T) -> String {
    let template = environment().get_template(template).expect("a template of ours");
    template.render(Serde(values)).expect("a template of ours, filled with checked names")
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_formatter(no_control_characters);
        let mut syntax = SyntaxConfig::builder();
        syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
        environment.set_syntax(syntax.build().expect("the usual delimiters"));
        environment.set_debug(false);
        for (name, text) in TEMPLATES {
            environment.add_template(name, text).expect("a template of ours");
        }
        environment
    })
}

fn no_control_characters(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let text = value.to_string();
    if text.chars().any(char::is_control) {
        return Err(Error::new(ErrorKind::InvalidOperation, "a control character in a value"));
    }
    out.write_str(&text).map_err(|error| Error::new(ErrorKind::WriteFailure, error.to_string()))
}

/// A text that goes into a comment: what could end the comment's line is replaced.
pub(super) fn no_line_breaks(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

/// A text in double quotes, as Graphviz and YAML read it.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
