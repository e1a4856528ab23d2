//! Figures, targets, and whether they are met.

use std::fmt;

use tabled::builder::Builder;
use tabled::settings::Style;

/// The rows so far.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<[String; 4]>,
}

impl Table {
    /// A figure without a target.
    pub(crate) fn plain(&mut self, what: impl Into<String>, figure: f64, unit: &str) {
        self.rows.push([what.into(), written(figure, unit), String::new(), String::new()]);
    }

    /// A figure that must not be above its target.
    pub(crate) fn at_most(&mut self, what: impl Into<String>, figure: f64, unit: &str, target: f64) {
        let target_text = format!("≤ {}", written(target, unit));
        self.rows.push([what.into(), written(figure, unit), target_text, met(figure <= target)]);
    }

    /// A figure that must not be below its target.
    pub(crate) fn at_least(&mut self, what: impl Into<String>, figure: f64, unit: &str, target: f64) {
        let target_text = format!("≥ {}", written(target, unit));
        self.rows.push([what.into(), written(figure, unit), target_text, met(figure >= target)]);
    }
}

fn met(met: bool) -> String {
    if met { "met" } else { "NOT MET" }.to_owned()
}

fn written(figure: f64, unit: &str) -> String {
    if figure < 10.0 { format!("{figure:.2} {unit}") } else { format!("{figure:.0} {unit}") }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut builder = Builder::default();
        builder.push_record(["what", "figure", "target", ""]);
        for row in &self.rows {
            builder.push_record(row);
        }
        write!(formatter, "{}", builder.build().with(Style::sharp()))
    }
}
