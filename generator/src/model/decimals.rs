//! Figures: decimal numbers as integers in units of their last digit, and as text.

/// More digits after the point than a topic can have.
const MOST: u8 = 6;
/// Figures stay below this, so that nine digits are enough for each.
const LIMIT: i32 = 1_000_000_000;

/// How many digits follow the point: with one, the figure 215 is `21.5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimals(pub u8);

impl Decimals {
    /// The most that a topic can have.
    pub const MOST: Self = Self(MOST);

    /// As many as this text has.
    pub fn of(text: &str) -> Self {
        Self(text.split_once('.').map_or(0, |(_, after)| after.len().min(255) as u8))
    }

    /// The figure that stands for 1.
    pub fn unit(self) -> i32 {
        10i32.pow(self.0.into())
    }

    /// A figure as decimal text.
    pub fn text(self, figure: impl Into<i64>) -> String {
        format!("{:.*}", usize::from(self.0), figure.into() as f64 / f64::from(self.unit()))
    }

    /// Decimal text as a figure; `None`: it is no number, has too many decimals, or does not fit.
    pub fn figure(self, text: &str) -> Option<i32> {
        let Self(decimals) = self;
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
        let padded = format!("{before}{after:0<width$}", width = usize::from(decimals));
        let valid =
            !before.is_empty() && after.len() <= usize::from(decimals) && padded.chars().all(|c| c.is_ascii_digit());
        if !valid || decimals > MOST || padded.len() > 12 {
            return None;
        }
        let figure = sign * padded.parse::<i64>().ok()?;
        i32::try_from(figure).ok().filter(|figure| figure.abs() < LIMIT)
    }
}

#[cfg(test)]
mod tests {
    use super::Decimals;

    #[test]
    fn figures_and_texts() {
        assert_eq!(Decimals(1).figure("21.5"), Some(215));
        assert_eq!(Decimals(2).figure("-0.5"), Some(-50));
        assert_eq!(Decimals(0).figure("21.5"), None);
        assert_eq!(Decimals(7).figure("1"), None);
        assert_eq!(Decimals(0).figure("1000000000"), None);
        assert_eq!(Decimals(1).text(215), "21.5");
        assert_eq!(Decimals(2).text(-50), "-0.50");
        assert_eq!(Decimals(0).text(7), "7");
        assert_eq!(Decimals::of("0.25"), Decimals(2));
    }
}
