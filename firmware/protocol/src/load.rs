//! What the program of a load test (`fleetwright-crowd`) reports on standard output, one [`LoadReport`] each: `ready` when all
//! nodes are connected and the load begins, `over` when it has ended, then every [`Figure`] once, as `name number`, and
//! `wrong …` for everything that should not be. [`Collector`] demands that no figure is missing.

use crate::MalformedLine;
use core::fmt;

macro_rules! figures {
    ($($(#[$doc:meta])+ $figure:ident = $name:literal,)+) => {
        /// A number that a load test measures.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Figure {
            $($(#[$doc])+ $figure,)+
        }

        impl Figure {
            /// All figures, in the order in which they are reported.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$figure),+];

            /// Its name in a line.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$figure => $name,)+
                }
            }
        }
    };
}

figures! {
    /// Messages that nodes published.
    Published = "said",
    /// Messages that nodes received.
    Received = "heard",
    /// Events of QoS 1 that had to arrive, counted for each subscriber.
    Events = "events",
    /// Retained topics whose last value had to arrive, counted for each subscriber.
    States = "states",
    /// Links that were cut.
    Cuts = "cuts",
    /// Nodes without a connection in the end.
    Away = "away",
    /// Messages that nodes gave up because their outbox was full.
    Dropped = "dropped",
    /// Milliseconds from the end of the load until everything had converged.
    RestMilliseconds = "rest-ms",
    /// Memory of one node, in bytes.
    MemoryBytes = "memory-bytes",
    /// Messages whose latency was measured.
    Timed = "timed",
    /// Half of the messages took no longer, in microseconds.
    P50Microseconds = "p50-us",
    /// 90 % of the messages took no longer, in microseconds.
    P90Microseconds = "p90-us",
    /// 99 % of the messages took no longer, in microseconds.
    P99Microseconds = "p99-us",
    /// 99.9 % of the messages took no longer, in microseconds.
    P999Microseconds = "p99.9-us",
    /// The longest latency, in microseconds.
    MaxMicroseconds = "max-us",
}

/// A line of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadReport<'l> {
    /// All nodes are connected; the load begins.
    Ready,
    /// The load has ended; figures follow.
    Over,
    /// A measured figure and its number.
    Figure(Figure, u64),
    /// Something that should not be, as a sentence.
    Wrong(&'l str),
}

impl<'l> LoadReport<'l> {
    /// Reads a line.
    pub fn read(line: &'l str) -> Result<Self, MalformedLine<'l>> {
        let malformed = |expected| MalformedLine { line, expected };
        match (line, line.split_once(' ')) {
            ("ready", _) => Ok(Self::Ready),
            ("over", _) => Ok(Self::Over),
            (_, Some(("wrong", what))) => Ok(Self::Wrong(what)),
            (_, Some((name, number))) => {
                let figure = Figure::ALL.into_iter().find(|figure| figure.name() == name);
                let figure = figure.ok_or(malformed("the name of a figure before the number"))?;
                number.parse().map(|number| Self::Figure(figure, number)).map_err(|_| malformed("a whole number"))
            }
            _ => Err(malformed("`ready`, `over`, `wrong …` or a figure and its number")),
        }
    }
}

impl fmt::Display for LoadReport<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready => out.write_str("ready"),
            Self::Over => out.write_str("over"),
            Self::Figure(figure, number) => write!(out, "{} {number}", figure.name()),
            Self::Wrong(what) => write!(out, "wrong {what}"),
        }
    }
}

/// All figures of a load test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures([u64; Figure::ALL.len()]);

impl Figures {
    /// The number that was reported.
    pub fn get(&self, figure: Figure) -> u64 {
        self.0[figure as usize]
    }
}

/// What is wrong with the figures of a report as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// This one was not reported.
    Missing(Figure),
    /// This one was reported before.
    Twice(Figure),
}

impl fmt::Display for Incomplete {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(figure) => write!(out, "the figure `{}` is missing", figure.name()),
            Self::Twice(figure) => write!(out, "the figure `{}` is there twice", figure.name()),
        }
    }
}

impl core::error::Error for Incomplete {}

/// Collects figures as they are reported.
#[derive(Clone, Copy, Debug, Default)]
pub struct Collector([Option<u64>; Figure::ALL.len()]);

impl Collector {
    /// Takes a figure; an error if it came before.
    pub fn add(&mut self, figure: Figure, number: u64) -> Result<(), Incomplete> {
        match self.0[figure as usize].replace(number) {
            None => Ok(()),
            Some(_) => Err(Incomplete::Twice(figure)),
        }
    }

    /// All figures; an error that names the first which is missing.
    pub fn finish(self) -> Result<Figures, Incomplete> {
        let mut figures = [0; Figure::ALL.len()];
        for figure in Figure::ALL {
            figures[figure as usize] = self.0[figure as usize].ok_or(Incomplete::Missing(figure))?;
        }
        Ok(Figures(figures))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn what_is_written_is_read() {
        let figures = Figure::ALL.into_iter().map(|figure| LoadReport::Figure(figure, figure as u64 * 1_000));
        for line in figures.chain([
            LoadReport::Ready,
            LoadReport::Over,
            LoadReport::Wrong("count: of 5 messages 2 did not come"),
        ]) {
            assert_eq!(LoadReport::read(&line.to_string()), Ok(line));
        }
        assert_eq!(LoadReport::Figure(Figure::P999Microseconds, 7).to_string(), "p99.9-us 7");
    }

    #[test]
    fn a_malformed_line_is_an_error_with_the_line() {
        for line in
            ["", "said", "said many", "said -1", "said 1 2", "said 1.5", "shouted 3", "ready 1", "wrong", "p50 3"]
        {
            let error = LoadReport::read(line).expect_err(line);
            assert_eq!(error.line, line);
            assert!(error.to_string().contains(&std::format!("`{line}`")));
        }
    }

    #[test]
    fn each_figure_has_to_be_there_once() {
        for missing in Figure::ALL {
            let mut collector = Collector::default();
            for figure in Figure::ALL.into_iter().filter(|figure| *figure != missing) {
                collector.add(figure, figure as u64).expect("the first time");
            }
            let error = collector.finish().expect_err(missing.name());
            assert_eq!(error, Incomplete::Missing(missing));
            assert_eq!(error.to_string(), std::format!("the figure `{}` is missing", missing.name()));
            collector.add(missing, 0).expect("the first time");
            assert_eq!(collector.add(missing, 0), Err(Incomplete::Twice(missing)));
            assert_eq!(
                collector.finish().expect("complete").get(Figure::MaxMicroseconds),
                Figure::ALL.len() as u64
                    - if missing == Figure::MaxMicroseconds { Figure::ALL.len() as u64 } else { 1 }
            );
        }
    }
}
