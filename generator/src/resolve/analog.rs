//! Analog inputs: what readings of A0 stand for.

use super::context::Context;
use crate::diag::{Diagnostic, codes};
use crate::model::{Decimals, RoleKind};
use crate::syntax::Points;
use crate::text::Text;

impl Context<'_> {
    pub(super) fn analog(
        &mut self,
        publish: &Text,
        every: u32,
        change: Option<&Text>,
        map: Option<&Points>,
    ) -> RoleKind {
        let id = self.topic(publish);
        self.plain(publish, id, "a sensor only tells what it measures: give it a plain topic");
        self.at_least(every, 10, publish, "every");
        let payload = &self.topics[id.0].payload;
        let decimals = payload.decimals();
        let (low, high) = match payload.figures() {
            Some((low, high, _)) => (low, high),
            None => {
                if self.has_topic(publish) {
                    let better = "`percent` or `{ number: { min: 0, max: 50 } }`";
                    self.mismatch(publish, id, "`analog_input` sends numbers", better);
                }
                (0, 100)
            }
        };
        let unit = decimals.unit();
        let change_figure = change.map_or(Some(unit), |text| decimals.figure(&text.value).filter(|figure| *figure > 0));
        if let (None, Some(text)) = (change_figure, change) {
            let message = format!("`{}` is no step that `{}` can make", text.value, publish.value);
            let help = format!("write a number above 0 with at most {} decimals", decimals.0);
            self.findings.push(Diagnostic::error(codes::BAD_VALUE, text.span, message).help(help));
        }
        let points = match map {
            None if low > 0 || high < 100 * unit => {
                let message = format!("the default map (0 to 100) leaves the range of `{}`", publish.value);
                let help = "write `map: [[0, lowest], [1023, highest]]`";
                self.findings.push(Diagnostic::error(codes::BAD_VALUE, publish.span, message).help(help));
                Vec::new()
            }
            None => vec![(0, 0), (1023, 100 * unit)],
            Some(map) => self.points(map, (low, high, decimals)),
        };
        RoleKind::AnalogInput { publish: id, every_ms: every, change: change_figure.unwrap_or(1), map: points }
    }

    fn points(&mut self, map: &Points, (low, high, decimals): (i32, i32, Decimals)) -> Vec<(i32, i32)> {
        if map.value.len() < 2 {
            let message = "a map has at least two points";
            let help = "write `map: [[0, 0], [1023, 100]]`";
            self.findings.push(Diagnostic::error(codes::BAD_VALUE, map.span, message).help(help));
        }
        let mut points: Vec<(i32, i32)> = Vec::new();
        for (reading, figure) in &map.value {
            if points.last().is_some_and(|(before, _)| *before >= reading.value) {
                let message = "readings go upwards in a map";
                self.findings.push(Diagnostic::error(codes::BAD_VALUE, reading.span, message).help("order the points"));
            }
            match decimals.figure(&figure.value).filter(|figure| (low..=high).contains(figure)) {
                Some(figure) => points.push((reading.value, figure)),
                None => {
                    let message =
                        format!("`{}` is not inside the topic's range, or has too many decimals", figure.value);
                    self.findings.push(Diagnostic::error(codes::BAD_VALUE, figure.span, message));
                }
            }
        }
        points
    }
}
