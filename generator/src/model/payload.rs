//! Payloads: what messages of a topic look like, and which values they can have.
#![allow(missing_docs, reason = "variants and their fields say it by their names")]

use super::decimals::Decimals;

/// What messages of a topic look like. Figures are in units of 10^-decimals: with one decimal, 215 is 21.5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// `0` to `100`.
    Percent,
    /// A decimal number as text; `min`, `max` and `step` in units of 10^-decimals.
    Number { min: i32, max: i32, step: i32, decimals: u8, unit: Option<String> },
    /// One of at least two labels, all different, none empty.
    OneOf(Vec<String>),
    /// `0` or `1`.
    Bit,
    /// UTF-8 of at most `max` bytes.
    Text { max: u16 },
}

impl Payload {
    /// The labels as they stand on the wire, in order: `0` and `1` for a bit, none for figures and text.
    pub fn labels(&self) -> Vec<String> {
        match self {
            Self::OneOf(labels) => labels.clone(),
            Self::Bit => vec!["0".into(), "1".into()],
            _ => Vec::new(),
        }
    }

    /// How many digits of its figures follow the point.
    pub fn decimals(&self) -> Decimals {
        if let Self::Number { decimals, .. } = self { Decimals(*decimals) } else { Decimals(0) }
    }

    /// A figure as it stands on the wire: 215 of a topic with one decimal is `21.5`.
    pub fn figure_text(&self, figure: impl Into<i64>) -> String {
        self.decimals().text(figure)
    }

    /// The lowest figure, the highest, and the step between two of them; `None`: it carries no figures.
    pub fn figures(&self) -> Option<(i32, i32, i32)> {
        match *self {
            Self::Percent => Some((0, 100, 1)),
            Self::Number { min, max, step, .. } => Some((min, max, step)),
            Self::OneOf(_) | Self::Bit | Self::Text { .. } => None,
        }
    }

    /// The lowest and the highest number, in the topic's unit; everything, if it carries no figures.
    pub fn range(&self) -> (f64, f64) {
        let unit = f64::from(self.decimals().unit());
        self.figures()
            .map_or((f64::NEG_INFINITY, f64::INFINITY), |(min, max, _)| (f64::from(min) / unit, f64::from(max) / unit))
    }

    /// The figure next to a number in the topic's unit, on a step and inside the range; `None`: it carries no figures. What is
    /// no number gives 0, or the end of the range that is next to it, as the firmware's cast does.
    pub fn nearest(&self, number: f64) -> Option<i32> {
        let (min, max, step) = self.figures()?;
        let exact = number * f64::from(self.decimals().unit());
        let steps = ((exact - f64::from(min)) / f64::from(step)).round();
        let figure = f64::from(min) + steps * f64::from(step);
        Some((figure as i32).clamp(min, max))
    }

    /// A value that a person wrote, as it stands on the wire; `None`: the topic has no such value.
    pub fn wire_text(&self, written: &str) -> Option<String> {
        match self {
            Self::Percent | Self::Number { .. } => {
                let (min, max, step) = self.figures()?;
                let figure = self.decimals().figure(written).filter(|figure| (min..=max).contains(figure))?;
                let fits = (i64::from(figure) - i64::from(min)) % i64::from(step) == 0;
                fits.then(|| self.figure_text(figure))
            }
            Self::OneOf(labels) => labels.iter().find(|label| *label == written).cloned(),
            Self::Bit => match written {
                "0" | "false" => Some("0".into()),
                "1" | "true" => Some("1".into()),
                _ => None,
            },
            Self::Text { max } => (written.len() <= usize::from(*max)).then(|| written.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Payload;

    #[test]
    fn values_on_the_wire() {
        let warmth = Payload::Number { min: -400, max: 850, step: 5, decimals: 1, unit: None };
        assert_eq!(warmth.wire_text("21.5").as_deref(), Some("21.5"));
        assert_eq!(warmth.wire_text("21").as_deref(), Some("21.0"));
        assert_eq!(warmth.wire_text("21.3"), None);
        assert_eq!(warmth.wire_text("85.5"), None);
        assert_eq!(warmth.range(), (-40.0, 85.0));
        assert_eq!(Payload::Percent.wire_text("100").as_deref(), Some("100"));
        assert_eq!(Payload::Bit.wire_text("true").as_deref(), Some("1"));
    }

    #[test]
    fn numbers_become_figures() {
        let warmth = Payload::Number { min: -400, max: 850, step: 5, decimals: 1, unit: None };
        assert_eq!(warmth.nearest(21.6), Some(215));
        assert_eq!(warmth.nearest(1e9), Some(850));
        assert_eq!(warmth.nearest(f64::NAN), Some(0));
        assert_eq!(Payload::Percent.nearest(12.4), Some(12));
    }
}
