//! What is different from the latest stable run: the first thing that whoever looks for a cause asks.

use serde::Serialize;

use super::text;
use crate::compare::{FactChange, STEP, compare};
use crate::model::verdict::Tolerance;
use crate::model::{Baseline, ImageFacts, Record};

/// As many differences as can be told in a line.
const FEW: usize = 3;

/// As many as are shown at once.
const SHOWN: usize = 8;

/// The differences.
#[derive(Debug, Serialize)]
pub(super) struct Changed {
    /// The stable run, and when it was.
    run: String,
    started: String,
    /// Its image.
    image: String,
    rows: Vec<Row>,
    /// Those beyond the first ones.
    more: Vec<Row>,
    /// Whether the steps of both images are known, so that their Dockerfiles' are among what is compared.
    knows_steps: bool,
}

impl Changed {
    /// What is new in a line, where that is little: what a Dockerfile says before what comes of it.
    pub(super) fn news(&self) -> Option<String> {
        let steps: Vec<&Row> = self.rows.iter().filter(|row| row.what == STEP).collect();
        let rows = if steps.is_empty() { self.rows.iter().collect() } else { steps };
        let told = |row: &&Row| match (row.what == STEP, row.new.as_str()) {
            (true, "") => format!("`{}` is gone", row.old),
            (true, new) => format!("`{new}`"),
            (false, "") => format!("{} is gone", row.what),
            (false, new) => format!("{} is `{new}`", row.what),
        };
        (1..=FEW).contains(&rows.len()).then(|| rows.iter().map(told).collect::<Vec<_>>().join(", "))
    }
}

/// One difference; empty where there was or is nothing.
#[derive(Debug, Serialize)]
struct Row {
    what: String,
    old: String,
    new: String,
}

/// How image, machine and package manager differ from those of the latest stable run, where one is known.
pub(super) fn changed(record: &Record) -> Option<Changed> {
    let stable = record.last_stable.as_deref()?;
    let facts = compare(stable, record, Tolerance::default()).facts;
    let mut rows: Vec<Row> = facts.into_iter().map(row).chain(size(stable, record)).collect();
    let more = rows.split_off(rows.len().min(SHOWN));
    let image = stable.image.as_ref().map(ImageFacts::short).unwrap_or_default();
    let has_steps = |image: &Option<ImageFacts>| image.as_ref().is_some_and(|image| !image.history.is_empty());
    let knows_steps = has_steps(&stable.image) && has_steps(&record.image);
    Some(Changed { run: stable.run.0.clone(), started: text::moment(&stable.started), image, rows, more, knows_steps })
}

fn row(fact: FactChange) -> Row {
    Row { what: fact.what, old: fact.old.unwrap_or_default(), new: fact.new.unwrap_or_default() }
}

/// The image's size, where it differs as people read it.
fn size(stable: &Baseline, record: &Record) -> Option<Row> {
    let words = |bytes: u64| text::bytes(bytes as f64);
    let (old, new) = (words(stable.image.as_ref()?.bytes), words(record.image.as_ref()?.bytes));
    (old != new).then(|| Row { what: "size of the image".to_owned(), old, new })
}

/// What is new since the latest stable run in a line, where one is known and that is little.
pub(super) fn news(record: &Record) -> Option<String> {
    changed(record)?.news()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    fn told_in_a_line(record: &Record) -> String {
        news(record).expect("something is new")
    }

    fn told(changed: &Changed) -> Vec<String> {
        changed.rows.iter().map(|row| format!("{}: {} → {}", row.what, row.old, row.new)).collect()
    }

    #[test]
    fn what_differs_from_the_latest_stable_run_is_told() {
        let (mut record, _) = sample::good();
        assert!(changed(&record).is_none(), "no stable run is known");
        record.last_stable = Some(Box::new(Baseline::of(&record)));
        assert_eq!(told(&changed(&record).expect("one is known")), Vec::<String>::new());
        let image = record.image.as_mut().expect("it has one");
        image.environment.insert("PYTHONPATH".to_owned(), "/opt/legacy".to_owned());
        image.bytes += 7_000_000;
        let told = told(&changed(&record).expect("one is known"));
        assert_eq!(told[0], "variable PYTHONPATH:  → /opt/legacy");
        assert!(told[1].starts_with("size of the image: "), "{told:?}");
        assert!(told_in_a_line(&record).starts_with("variable PYTHONPATH is `/opt/legacy`, size of the image is "));
        record.image.as_mut().expect("it has one").history = vec!["ADD base".to_owned(), "RUN rm /a".to_owned()];
        assert!(!told_in_a_line(&record).contains("RUN"), "nobody asked for the steps then");
        assert!(!changed(&record).expect("one is known").knows_steps);
        let stable = record.last_stable.as_mut().and_then(|stable| stable.image.as_mut()).expect("it has one");
        stable.history = vec!["ADD base".to_owned()];
        assert_eq!(told_in_a_line(&record), "`RUN rm /a`");
        assert!(changed(&record).expect("one is known").knows_steps);
    }
}
