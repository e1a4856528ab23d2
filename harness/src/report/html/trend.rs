//! A chart of how a figure went over runs, the oldest at the left.

use super::svg::{self, Shape, dot, drawing};

/// Pixels of the drawing, and where its highest and lowest points are.
const HEIGHT: u32 = 84;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 74.0;

/// One run.
#[derive(Debug, Clone)]
pub(super) struct Point {
    /// Which run, as people name it.
    pub(super) run: String,
    /// Absent where the run did not come to it.
    pub(super) value: Option<f64>,
    /// The figure in words.
    pub(super) words: String,
    /// What became of the run: `good`, `bad`, `unsure` or `quiet`.
    pub(super) tone: &'static str,
    /// Drawn as a ring, so that the eye needs no colour to tell it from the others.
    pub(super) hollow: bool,
}

/// Draws it; nothing where fewer than two runs have a figure.
pub(super) fn trend(title: &str, points: &[Point]) -> Option<String> {
    let known: Vec<_> =
        points.iter().filter_map(|point| Some((point, point.value.filter(|v| v.is_finite())?))).collect();
    let [first, .., last] = known.as_slice() else { return None };
    let (lowest, highest) = known.iter().fold((first, first), |(low, high), one| {
        (if one.1 < low.1 { one } else { low }, if one.1 > high.1 { one } else { high })
    });
    // What looks the same in print is the same line.
    let range = if highest.0.words == lowest.0.words { 0.0 } else { highest.1 - lowest.1 };
    let down = |value: f64| {
        // A figure that never changed goes through the middle.
        let share = if range > 0.0 { (value - lowest.1) / range } else { 0.5 };
        BOTTOM - share * (BOTTOM - TOP)
    };
    let along = |number: usize| 0.01 + 0.98 * number as f64 / (points.len() - 1).max(1) as f64;
    let places: Vec<_> = points
        .iter()
        .enumerate()
        .filter_map(|(number, point)| {
            let value = point.value.filter(|value| value.is_finite())?;
            Some((point, (along(number), down(value))))
        })
        .collect();
    let span =
        if range > 0.0 { format!("{} to {}", lowest.0.words, highest.0.words) } else { "never changed".to_owned() };
    let mut shapes = vec![svg::label("label", 13, &span), svg::value("figure", 13, &format!("now {}", last.0.words))];
    shapes.extend(places.windows(2).map(|pair| svg::line("trend", pair[0].1, pair[1].1)));
    shapes.extend(
        places.iter().enumerate().map(|(number, (point, place))| mark(point, *place, number + 1 == places.len())),
    );
    let told: Vec<_> = points.iter().map(|point| format!("{}: {}", point.run, point.words)).collect();
    Some(drawing(title, &told.join("; "), HEIGHT, shapes))
}

fn mark(point: &Point, place: (f64, f64), last: bool) -> Shape {
    let words = Some(format!("{}: {}", point.run, point.words));
    let class = format!("mark {}{}", point.tone, if point.hollow { " hollow" } else { "" });
    dot(&class, place, if last { 5 } else { 4 }, words)
}
