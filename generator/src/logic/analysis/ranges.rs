//! Sets of whole numbers as ranges: labels by their index, figures, ages in milliseconds. Knows nothing of topics.

/// Sorted, disjoint, inclusive ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ranges(Vec<(i64, i64)>);

impl Ranges {
    /// Everything between two numbers, both included.
    pub(super) fn between(low: i64, high: i64) -> Self {
        Self(if low <= high { vec![(low, high)] } else { Vec::new() })
    }

    /// The numbers of a range that answer a question with yes, asked one by one.
    pub(super) fn such_that(low: i64, high: i64, question: impl Fn(i64) -> bool) -> Self {
        let mut ranges: Vec<(i64, i64)> = Vec::new();
        for number in (low..=high).filter(|number| question(*number)) {
            match ranges.last_mut() {
                Some(last) if last.1 + 1 == number => last.1 = number,
                _ => ranges.push((number, number)),
            }
        }
        Self(ranges)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The smallest number.
    pub(super) fn first(&self) -> Option<i64> {
        self.0.first().map(|range| range.0)
    }

    /// The largest number.
    pub(super) fn last(&self) -> Option<i64> {
        self.0.last().map(|range| range.1)
    }

    /// What both have.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let (low, high) = (a.0.max(b.0), a.1.min(b.1));
            if low <= high {
                both.push((low, high));
            }
            if a.1 < b.1 {
                left.next()
            } else {
                right.next()
            };
        }
        Self(both)
    }

    /// What this has and the other has not.
    pub(super) fn without(&self, other: &Self) -> Self {
        let mut rest = Vec::new();
        for &(low, high) in &self.0 {
            let mut from = low;
            for &(cut_low, cut_high) in &other.0 {
                if cut_high < from || cut_low > high {
                    continue;
                }
                if from < cut_low {
                    rest.push((from, cut_low - 1));
                }
                from = cut_high + 1;
            }
            if from <= high {
                rest.push((from, high));
            }
        }
        Self(rest)
    }

    /// Numbers at which the set begins or ends: the first inside, or the first outside again.
    pub(super) fn edges(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.iter().flat_map(|(low, high)| [*low, high + 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_behave_like_sets() {
        // Every pair of subsets of 0..6, against membership asked one by one.
        let of = |bits: u32| Ranges::such_that(0, 5, |number| bits >> number & 1 == 1);
        for (a, b) in (0..64).flat_map(|a| (0..64).map(move |b| (a, b))) {
            assert_eq!(of(a).and(&of(b)), of(a & b));
            assert_eq!(of(a).without(&of(b)), of(a & !b));
        }
    }
}
