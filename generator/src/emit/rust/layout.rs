//! Rust with its lines broken as rustfmt breaks them at the width of this project's `rustfmt.toml`, comments kept. Knows
//! the forms that generated crates have, nothing of what is in them.

/// The longest line, in characters: `max_width` of `rustfmt.toml`.
const WIDTH: usize = 120;
/// One step of indentation.
const STEP: usize = 4;
/// A list whose elements are no longer than this is filled line by line, as `short_array_element_width_threshold` says.
const SHORT: usize = 10;

/// A piece of an expression.
#[derive(Clone, Debug)]
pub(super) enum Code {
    /// Stays on one line.
    Plain(String),
    /// `Name { field: value, … }`, the name with what stands before it.
    Struct(String, Vec<(String, Code)>),
    /// `[element, …]`, with what stands before and behind it.
    List(&'static str, Vec<Element>, &'static str),
    /// `name(argument)`.
    Call(String, Box<Code>),
    /// `|parameters| body`.
    Closure(String, String),
    /// Clauses joined by `&&` or `||`.
    Chain(&'static str, Vec<Code>),
}

/// An element of a list, and the comment above it.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) comment: Option<String>,
    pub(super) code: Code,
}

impl From<Code> for Element {
    fn from(code: Code) -> Self {
        Self { comment: None, code }
    }
}

impl From<String> for Code {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl From<&str> for Code {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl Code {
    /// `&[a, b]`.
    pub(super) fn slice<T: Into<Code>>(elements: impl IntoIterator<Item = T>) -> Self {
        Self::List("&[", elements.into_iter().map(|element| element.into().into()).collect(), "]")
    }

    /// The code on one line; `None`: a comment stands in it.
    fn flat(&self) -> Option<String> {
        Some(match self {
            Self::Plain(text) => text.clone(),
            Self::Struct(name, fields) => {
                let fields: Option<Vec<String>> =
                    fields.iter().map(|(field, value)| Some(format!("{field}: {}", value.flat()?))).collect();
                format!("{name} {{ {} }}", fields?.join(", "))
            }
            Self::List(open, elements, close) => {
                let flat = |element: &Element| if element.comment.is_none() { element.code.flat() } else { None };
                let elements: Option<Vec<String>> = elements.iter().map(flat).collect();
                format!("{open}{}{close}", elements?.join(", "))
            }
            Self::Call(name, argument) => format!("{name}({})", argument.flat()?),
            Self::Closure(parameters, body) => format!("|{parameters}| {body}"),
            Self::Chain(operator, clauses) => {
                let clauses: Option<Vec<String>> = clauses.iter().map(Self::clause).collect();
                clauses?.join(&format!(" {operator} "))
            }
        })
    }

    /// As a clause of a chain: another chain inside it has parentheses.
    fn clause(&self) -> Option<String> {
        match self {
            Self::Chain(..) => Some(format!("({})", self.flat()?)),
            other => other.flat(),
        }
    }

    /// The code in a line that is indented by so many characters and has so many before it; as many follow it.
    pub(super) fn lay_out(&self, indent: usize, before: usize, after: usize) -> String {
        match self.flat() {
            Some(flat) if before + flat.chars().count() + after <= WIDTH => flat,
            _ => self.broken(indent),
        }
    }

    fn broken(&self, indent: usize) -> String {
        let (inner, outer) = (" ".repeat(indent + STEP), " ".repeat(indent));
        match self {
            Self::Plain(text) => text.clone(),
            Self::Struct(name, fields) => {
                let row = |(field, value): &(String, Code)| {
                    let start = format!("{inner}{field}: ");
                    let value = value.lay_out(indent + STEP, start.chars().count(), 1);
                    format!("{start}{value},\n")
                };
                format!("{name} {{\n{}{outer}}}", fields.iter().map(row).collect::<String>())
            }
            Self::List(open, elements, close) => match elements.as_slice() {
                [Element { comment: None, code: code @ Self::Struct(..) }] => {
                    format!("{open}{}{close}", code.broken(indent))
                }
                _ if elements.iter().all(is_short) => {
                    let items = elements.iter().filter_map(|element| element.code.flat());
                    format!("{open}\n{}{outer}{close}", filled(items, indent + STEP))
                }
                _ => {
                    let rows: String = elements.iter().map(|element| element.row(indent + STEP)).collect();
                    format!("{open}\n{rows}{outer}{close}")
                }
            },
            Self::Call(name, argument) => format!("{name}({})", argument.broken(indent)),
            Self::Closure(parameters, body) => format!("|{parameters}| {{\n{inner}{body}\n{outer}}}"),
            Self::Chain(operator, clauses) => {
                let clause = |clause: &Code| match clause {
                    Self::Chain(..) => format!("({})", clause.lay_out(indent + STEP, indent + STEP + 5, 1)),
                    other => other.lay_out(indent + STEP, indent + STEP + 3, 0),
                };
                clauses.iter().map(clause).collect::<Vec<_>>().join(&format!("\n{inner}{operator} "))
            }
        }
    }
}

impl Element {
    fn row(&self, indent: usize) -> String {
        let start = " ".repeat(indent);
        let comment = self.comment.iter().map(|comment| format!("{start}// {comment}\n")).collect::<String>();
        format!("{comment}{start}{},\n", self.code.lay_out(indent, indent, 1))
    }
}

fn is_short(element: &Element) -> bool {
    element.comment.is_none() && element.code.flat().is_some_and(|flat| flat.chars().count() <= SHORT)
}

/// Items with a comma behind each, as many to a line as fit.
fn filled(items: impl Iterator<Item = String>, indent: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if line.chars().count() + item.chars().count() + 2 <= WIDTH => *line += &format!(" {item},"),
            _ => lines.push(format!("{}{item},", " ".repeat(indent))),
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// `use path::{a, b};`; nothing for no names.
pub(super) fn import(path: &str, names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [name] => format!("use {path}::{name};\n"),
        names => {
            let line = format!("use {path}::{{{}}};\n", names.join(", "));
            // rustfmt keeps a column free here.
            if line.trim_end().chars().count() < WIDTH {
                return line;
            }
            let items = names.iter().map(|name| (*name).to_owned());
            format!("use {path}::{{\n{}}};\n", filled(items, STEP))
        }
    }
}

/// `start` and then the value, as a whole item: `static NAME: Type = value;`.
pub(super) fn item(start: &str, value: &Code) -> String {
    let flat = value.flat().filter(|flat| flat.chars().count() < WIDTH - STEP);
    match flat {
        Some(flat) if start.chars().count() + " = ".len() + flat.chars().count() < WIDTH => {
            format!("{start} = {flat};\n")
        }
        Some(flat) => format!("{start} =\n{}{flat};\n", " ".repeat(STEP)),
        None => format!("{start} = {};\n", value.broken(0)),
    }
}

/// `if` with a body of one statement, inside a function.
pub(super) fn when(condition: &Code, statement: &str) -> String {
    let indent = " ".repeat(STEP);
    let inner = " ".repeat(2 * STEP);
    // rustfmt never writes a chain with `let` on one line.
    let binds = matches!(condition, Code::Chain(_, clauses) if clauses.iter().any(is_let));
    let flat =
        condition.flat().filter(|flat| !binds && STEP + "if ".len() + flat.chars().count() + " {".len() <= WIDTH);
    match flat {
        Some(flat) => format!("{indent}if {flat} {{\n{inner}{statement}\n{indent}}}\n"),
        None => {
            let broken = condition.broken(STEP);
            let open = if broken.contains('\n') { format!("\n{indent}{{") } else { " {".to_owned() };
            format!("{indent}if {broken}{open}\n{inner}{statement}\n{indent}}}\n")
        }
    }
}

fn is_let(clause: &Code) -> bool {
    matches!(clause, Code::Plain(text) if text.starts_with("let "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(length: usize) -> Code {
        Code::Plain("x".repeat(length))
    }

    #[test]
    fn what_fits_stays_on_its_line() {
        let value = Code::Struct("A".into(), vec![("b".into(), "1".into()), ("c".into(), Code::slice(["2", "3"]))]);
        assert_eq!(item("static X: A", &value), "static X: A = A { b: 1, c: &[2, 3] };\n");
        let long = format!("static {}: A", "X".repeat(90));
        assert_eq!(item(&long, &value), format!("{long} =\n    A {{ b: 1, c: &[2, 3] }};\n"));
    }

    #[test]
    fn what_does_not_fit_is_broken_from_the_outside() {
        let value = Code::Struct("A".into(), vec![("b".into(), plain(70)), ("c".into(), plain(50))]);
        let (b, c) = ("x".repeat(70), "x".repeat(50));
        assert_eq!(item("static X: A", &value), format!("static X: A = A {{\n    b: {b},\n    c: {c},\n}};\n"));
        let list = Code::List("[", vec![value.into()], "]");
        assert_eq!(
            item("static X: [A; 1]", &list),
            format!("static X: [A; 1] = [A {{\n    b: {b},\n    c: {c},\n}}];\n")
        );
    }

    #[test]
    fn a_comment_stands_above_its_element() {
        let element = Element { comment: Some("why".into()), code: "1".into() };
        assert_eq!(
            item("static X: [u8; 1]", &Code::List("[", vec![element], "]")),
            "static X: [u8; 1] = [\n    // why\n    1,\n];\n"
        );
    }

    #[test]
    fn long_conditions_are_broken_at_their_operators() {
        let any = Code::Chain("||", vec![plain(30), plain(30)]);
        let chain = Code::Chain("&&", vec![plain(60), any]);
        let (long, short) = ("x".repeat(60), "x".repeat(30));
        assert_eq!(
            when(&chain, "return;"),
            format!("    if {long}\n        && ({short} || {short})\n    {{\n        return;\n    }}\n")
        );
        assert_eq!(when(&plain(5), "return;"), "    if xxxxx {\n        return;\n    }\n");
        let bound = Code::Chain("&&", vec!["a".into(), "let Some(b) = c".into()]);
        assert_eq!(when(&bound, "d;"), "    if a\n        && let Some(b) = c\n    {\n        d;\n    }\n");
    }

    #[test]
    fn imports_are_filled() {
        assert_eq!(import("a", &["b"]), "use a::b;\n");
        assert_eq!(import("a", &["b", "c"]), "use a::{b, c};\n");
        let names = vec!["abcdefghijklmnopqrst"; 8];
        let text = import("a", &names);
        assert!(text.starts_with("use a::{\n    abcdefghijklmnopqrst, "), "{text}");
        assert!(text.lines().all(|line| line.len() <= WIDTH) && text.lines().count() == 4, "{text}");
    }
}
