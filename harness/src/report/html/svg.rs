//! Drawings as text: elements of SVG put together by plain functions.
//!
//! A drawing is as wide as the page lets it be. Places along it are percentages and places down it are pixels, so that
//! nothing is stretched and letters keep their size on every screen. Colours are the style sheet's, by class.

use std::fmt::{self, Display};

use super::markup::escaped;

/// An element, or the text within one.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// An element with its attributes and what is in it.
    Element(&'static str, Vec<(&'static str, String)>, Vec<Shape>),
    /// Words, not yet escaped.
    Words(String),
}

impl Shape {
    /// The element with one more attribute.
    pub(super) fn with(self, name: &'static str, value: impl Display) -> Self {
        match self {
            Self::Element(element, mut attributes, inner) => {
                attributes.push((name, value.to_string()));
                Self::Element(element, attributes, inner)
            }
            Self::Words(_) => self,
        }
    }
}

impl Display for Shape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => formatter.write_str(&escaped(words)),
            Self::Element(name, attributes, inner) => {
                write!(formatter, "<{name}")?;
                for (attribute, value) in attributes {
                    write!(formatter, " {attribute}=\"{}\"", escaped(value))?;
                }
                if inner.is_empty() {
                    return formatter.write_str("/>");
                }
                formatter.write_str(">")?;
                inner.iter().try_for_each(|shape| shape.fmt(formatter))?;
                write!(formatter, "</{name}>")
            }
        }
    }
}

/// A share of the width, 0 to 1, as SVG has it; anything that is no number is 0.
pub(super) fn percent(share: f64) -> String {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    format!("{:.2}%", 100.0 * share)
}

/// A whole drawing `height` pixels high. Screen readers say the title, and the description on demand.
pub(super) fn drawing(title: &str, description: &str, height: u32, shapes: Vec<Shape>) -> String {
    let told = |element, words: &str| Shape::Element(element, Vec::new(), vec![Shape::Words(words.to_owned())]);
    let mut inner = vec![told("title", title), told("desc", description)];
    inner.extend(shapes);
    let svg = Shape::Element("svg", Vec::new(), inner).with("role", "img").with("aria-label", title);
    svg.with("width", "100%").with("height", height).to_string()
}

/// A bar from one share of the width to another.
pub(super) fn bar(class: &str, from: f64, to: f64, top: u32, height: u32) -> Shape {
    let width = (to.min(1.0) - from.max(0.0)).max(0.002);
    let bar = Shape::Element("rect", Vec::new(), Vec::new()).with("class", class);
    bar.with("x", percent(from)).with("y", top).with("width", percent(width)).with("height", height).with("rx", 1)
}

/// An upright line.
pub(super) fn upright(class: &str, at: f64, top: u32, bottom: u32) -> Shape {
    line(class, (at, f64::from(top)), (at, f64::from(bottom)))
}

/// A line between two places, each a share of the width and pixels down.
pub(super) fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> Shape {
    let line = Shape::Element("line", Vec::new(), Vec::new()).with("class", class);
    let line = line.with("x1", percent(from.0)).with("y1", format!("{:.1}", from.1));
    line.with("x2", percent(to.0)).with("y2", format!("{:.1}", to.1))
}

/// A dot, with words that appear where one points at it.
pub(super) fn dot(class: &str, at: (f64, f64), radius: u32, words: Option<String>) -> Shape {
    let inner = words.map(|words| Shape::Element("title", Vec::new(), vec![Shape::Words(words)]));
    let dot = Shape::Element("circle", Vec::new(), inner.into_iter().collect()).with("class", class);
    dot.with("cx", percent(at.0)).with("cy", format!("{:.1}", at.1)).with("r", radius)
}

/// Words that begin at the left edge.
pub(super) fn label(class: &str, baseline: u32, words: &str) -> Shape {
    text(class, "0", "start", baseline, words)
}

/// Words that end at the right edge.
pub(super) fn value(class: &str, baseline: u32, words: &str) -> Shape {
    text(class, "100%", "end", baseline, words)
}

fn text(class: &str, at: &str, anchor: &str, baseline: u32, words: &str) -> Shape {
    let text = Shape::Element("text", Vec::new(), vec![Shape::Words(words.to_owned())]).with("class", class);
    text.with("x", at).with("y", baseline).with("text-anchor", anchor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_has_a_title_and_a_description_that_it_is_labelled_by() {
        let drawn = drawing("Import times", "scipy takes 0.3 s", 20, vec![bar("bar", 0.0, 0.5, 2, 8)]);
        insta::assert_snapshot!(drawn);
    }

    #[test]
    fn hostile_words_stay_words() {
        let drawn = label("</text>", 10, "</title><script>\u{202e}&\"").to_string();
        insta::assert_snapshot!(drawn);
    }

    #[test]
    fn places_that_are_no_numbers_are_at_the_edge() {
        let places = [f64::NAN, f64::INFINITY, -1.0, 0.5, 7.0].map(percent);
        assert_eq!(places, ["0.00%", "0.00%", "0.00%", "50.00%", "100.00%"]);
    }
}
