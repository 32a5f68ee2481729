//! Findings as data: what is wrong, where, what else is involved, and the way out. Knows texts and places, nothing of
//! what a fleet is; the renderers make text and JSON of them.

pub mod codes;
pub mod render;

pub use codes::Code;

use crate::text::Span;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Allowed, but it deserves a look.
    Warning,
}

/// A place in the source and a label for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The bytes of the source that it points at.
    pub span: Span,
    /// What the output writes beside those bytes.
    pub text: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding, stable over versions.
    pub code: Code,
    /// An error refuses the file, a warning does not.
    pub severity: Severity,
    /// What is wrong, in a sentence.
    pub message: String,
    /// The bytes where the fault is.
    pub primary: Label,
    /// Other parts of the source that the finding is about.
    pub related: Vec<Label>,
    /// What to write instead.
    pub help: Vec<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
}

/// All findings of a stage, ordered by place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostic {
    /// An error.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            primary: Label { span, text: String::new() },
            related: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// A warning.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Adds a label at the place itself.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Names another place.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds what to write instead, if there is a proposal.
    #[must_use]
    pub fn maybe_help(mut self, text: Option<String>) -> Self {
        self.help.extend(text);
        self
    }

    /// Adds what else is worth knowing.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }
}

/// Collects findings; at the seam of a stage they are an error or a list of warnings.
#[derive(Debug, Default)]
pub struct Findings(Vec<Diagnostic>);

impl Findings {
    /// Adds a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        self.0.push(finding);
    }

    /// All so far.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.0.iter_mut()
    }

    /// Whether the stage has failed already.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Whether there is a finding of this kind at exactly these bytes, or inside of them.
    pub fn has(&self, code: Code, span: Span) -> bool {
        let inside = |found: Span| span.start <= found.start && found.end <= span.end;
        self.0.iter().any(|finding| finding.code == code && inside(finding.primary.span))
    }

    /// The end of a stage: its value and the warnings, or all findings.
    pub fn seam<T>(mut self, value: Option<T>) -> Result<(T, Vec<Diagnostic>), Diagnostics> {
        self.0.sort_by(|a, b| (a.primary.span, a.code.as_str()).cmp(&(b.primary.span, b.code.as_str())));
        self.0.dedup();
        match value {
            Some(value) if !self.has_errors() => Ok((value, self.0)),
            _ => Err(Diagnostics(self.0)),
        }
    }
}

/// `did you mean …?` for a word that is none of those known, if one is near.
pub fn near<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let distance = |known: &str| edits(&name.to_lowercase(), &known.to_lowercase());
    let (edits, best) = known.into_iter().map(|known| (distance(known), known)).min()?;
    (edits <= 1 + name.chars().count() / 4).then(|| format!("did you mean `{best}`?"))
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}
