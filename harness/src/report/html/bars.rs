//! A chart of bars: each with its spread, its samples and its limit, all on one scale from 0.

use super::svg::{self, Shape, bar, dot, drawing, upright};
use crate::report::text;

/// Pixels from one bar to the next.
const PITCH: u32 = 34;

/// Characters of a label; the figure beside it needs room on a phone, too.
const LONGEST_LABEL: usize = 30;

/// One bar.
#[derive(Debug, Clone, Default)]
pub(super) struct Bar {
    pub(super) label: String,
    /// The figure in words, at the other end of the line.
    pub(super) words: String,
    /// Where the bar begins; 0 but for parts of a whole.
    pub(super) from: f64,
    /// Where it ends: the median.
    pub(super) value: f64,
    /// How far the samples scatter about it.
    pub(super) spread: f64,
    /// What was taken, where it was more than one.
    pub(super) samples: Vec<f64>,
    /// The most it may be.
    pub(super) limit: Option<f64>,
    /// `good`, `unsure` or `bad`; `plain` where nothing is asked of it.
    pub(super) tone: &'static str,
}

/// A limit further out than so many times the largest figure is left beyond the edge: beside it all bars would be dots.
const REACH: f64 = 3.0;

/// Draws it. The description is made of what the bars say in words.
pub(super) fn bars(title: &str, bars: &[Bar]) -> String {
    let end = scale(bars);
    let shapes: Vec<_> = (0..).zip(bars).flat_map(|(number, bar)| one(bar, number * PITCH, end)).collect();
    let told: Vec<_> = bars.iter().map(|bar| format!("{}: {}", bar.label, bar.words)).collect();
    drawing(title, &told.join("; "), u32::try_from(bars.len()).unwrap_or(0) * PITCH, shapes)
}

/// Where the right edge is.
fn scale(bars: &[Bar]) -> f64 {
    let largest = |values: &mut dyn Iterator<Item = f64>| values.filter(|value| value.is_finite()).fold(0.0, f64::max);
    let figures = largest(
        &mut bars.iter().flat_map(|bar| bar.samples.iter().copied().chain([bar.value, bar.value + bar.spread])),
    );
    let limit = largest(&mut bars.iter().filter_map(|bar| bar.limit));
    let end = if limit <= REACH * figures { figures.max(limit) } else { figures };
    if end > 0.0 { end * 1.02 } else { 1.0 }
}

fn one(given: &Bar, top: u32, end: f64) -> Vec<Shape> {
    let at = |value: f64| value / end;
    let middle = f64::from(top) + 23.0;
    let mut shapes = vec![
        svg::label("label", top + 13, &text::one_line(&given.label, LONGEST_LABEL)),
        svg::value("figure", top + 13, &text::one_line(&given.words, LONGEST_LABEL)),
        bar("track", 0.0, 1.0, top + 18, 10),
        bar(given.tone, at(given.from), at(given.value), top + 18, 10),
    ];
    if given.spread > 0.0 {
        let (low, high) = (at(given.value - given.spread), at(given.value + given.spread));
        shapes.push(svg::line("spread", (low, middle), (high, middle)));
        shapes.extend([low, high].map(|end| upright("spread", end, top + 20, top + 26)));
    }
    shapes.extend(given.samples.iter().map(|sample| dot("sample", (at(*sample), middle), 2, None)));
    let limit = given.limit.filter(|limit| *limit <= end);
    shapes.extend(limit.map(|limit| upright("limit", at(limit), top + 15, top + 31)));
    shapes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_its_median_its_spread_its_samples_and_its_limit() {
        let import = Bar {
            label: "scipy".to_owned(),
            words: "0.30 s ± 20 ms of 0.50 s".to_owned(),
            value: 0.3,
            spread: 0.02,
            samples: vec![0.28, 0.3, 0.32],
            limit: Some(0.5),
            tone: "good",
            ..Bar::default()
        };
        insta::assert_snapshot!(bars("Import times", &[import]).replace("><", ">\n<"));
    }

    #[test]
    fn a_limit_far_out_does_not_press_the_bars_flat() {
        let bar = |value, limit| Bar { value, limit: Some(limit), ..Bar::default() };
        assert!((scale(&[bar(1.0, 2.0)]) - 2.04).abs() < 1e-9);
        assert!((scale(&[bar(1.0, 20.0)]) - 1.02).abs() < 1e-9);
    }

    #[test]
    fn figures_that_are_no_numbers_draw_nothing_wrong() {
        let odd = Bar { value: f64::NAN, spread: f64::INFINITY, limit: Some(0.0), ..Bar::default() };
        let drawn = bars("Odd", &[odd]);
        assert!(!drawn.contains("NaN%") && !drawn.contains("inf"), "{drawn}");
    }
}
