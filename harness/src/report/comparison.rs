//! Two runs held against each other, for a terminal or as JSON.

use super::format::ReportError;
use super::paint::{self, paint};
use super::summary::Look;
use super::{json, text};
use crate::compare::{Comparison, Direction};

/// As JSON, with a line break at the end.
pub fn comparison_json(compared: &Comparison) -> Result<String, ReportError> {
    json::encode("comparison", compared)
}

/// As text for a terminal, with a line break at the end.
pub fn comparison(compared: &Comparison, look: Look) -> String {
    let mut told = format!("{} → {}\n", compared.old, compared.new);
    let absent = || "–".to_owned();
    if !compared.outcomes.is_empty() {
        told += "\nchecks\n";
        for change in &compared.outcomes {
            let (old, new) = (change.old.clone().unwrap_or_else(absent), change.new.clone().unwrap_or_else(absent));
            let advice = if change.counted { "" } else { " (advice)" };
            let id = text::one_line(&change.check.to_string(), 100);
            let bad = change.is_regression() && change.counted;
            told += &marked(&format!("  {id}: {old} → {new}{advice}"), bad, look);
        }
    }
    if !compared.facts.is_empty() {
        told += "\nimage and machine\n";
        for fact in &compared.facts {
            let shown = |value: &Option<String>| value.as_ref().map_or_else(absent, |value| text::one_line(value, 200));
            told += &format!("  {}: {} → {}\n", text::one_line(&fact.what, 100), shown(&fact.old), shown(&fact.new));
        }
    }
    if !compared.figures.is_empty() {
        told += "\nfigures beyond noise and tolerance\n";
        for figure in &compared.figures {
            let bad = figure.direction == Direction::Worse && figure.counted;
            told += &marked(&format!("  {}", text::one_line(&figure.to_string(), 200)), bad, look);
        }
    }
    if let Some(untold) = &compared.untold {
        told += &format!("\nnot all could be told: {untold}\n");
    }
    let worse = compared.regressions(&|_| false).len();
    told += &match worse {
        0 => "\nnothing got worse\n".to_owned(),
        worse => format!("\n{} got worse\n", text::count(worse, "thing")),
    };
    told
}

/// A line, with a word and a colour where it is one of those that are counted as worse.
fn marked(line: &str, bad: bool, look: Look) -> String {
    if bad { paint(&format!("{line}, worse"), paint::BAD, look.color) + "\n" } else { format!("{line}\n") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::compare;
    use crate::model::event::CheckEnded;
    use crate::model::verdict::Tolerance;
    use crate::model::{Baseline, Ending, Failure, Measurement, Outcome, Record, Unit, sample};

    #[test]
    fn what_differs_is_told_in_sections_and_what_got_worse_is_counted() {
        let wall = |seconds| vec![Measurement::once("wall", Unit::Seconds, seconds)];
        let timed = |seconds| CheckEnded { measurements: wall(seconds), ..sample::passed("packages/import[scipy]") };
        let of = |checks: &[CheckEnded]| Record::of(&sample::run(checks, Ending::Completed));
        let old = of(&[sample::passed("shell/path"), timed(1.0), sample::passed("shell/gone")]);
        let failed = sample::with("shell/path", Outcome::Failed(Failure::default()));
        let mut new = of(&[failed, timed(2.0)]);
        new.manager_version = Some("0.14.0".to_owned());
        let compared = compare(&Baseline::of(&old), &new, Tolerance::default());
        insta::assert_snapshot!(comparison(&compared, Look { width: 100, color: false }));
        let value: serde_json::Value = serde_json::from_str(&comparison_json(&compared).unwrap()).unwrap();
        assert_eq!(value["outcomes"][0]["check"], "shell/path");
        let same = compare(&Baseline::of(&old), &old, Tolerance::default());
        assert!(comparison(&same, Look { width: 100, color: false }).ends_with("\nnothing got worse\n"));
    }
}
