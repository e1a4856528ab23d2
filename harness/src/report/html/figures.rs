//! What was measured: charts, and the table of all figures behind them.

use serde::Serialize;

use super::bars::{Bar, bars};
use super::checks::link;
use crate::model::{BudgetAnswer, CheckId, Measurement, Record, Unit};
use crate::report::advice::NEAR_BUDGET;
use crate::report::text;

/// A chart with its heading.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) svg: String,
    /// How to read it.
    pub(super) note: String,
}

/// One figure of a check, for the table.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    check: String,
    href: String,
    name: String,
    median: String,
    spread: String,
    samples: usize,
    budget: String,
    used: String,
    /// `within`, `near` or `beyond` its budget, or why that cannot be told; empty where it has none.
    answer: &'static str,
    source: String,
}

type Figure<'a> = (CheckId, &'a Measurement);

const HOW_TO_READ: &str = "Bar: median. Dots: samples. Bracket: spread (median absolute deviation). Upright mark: the limit, unless it is far beyond.";

/// All charts that the record has figures for.
pub(super) fn charts(record: &Record) -> Vec<Chart> {
    let figures = record.measurements();
    let mut charts: Vec<Chart> = families(&figures).iter().map(|(name, figures)| family(name, figures)).collect();
    charts.extend(budgets(&figures));
    charts.extend(sizes(record));
    charts
}

/// Figures of one kind that there are several of, by the first part of their names: import times, memory.
fn families<'a>(figures: &[Figure<'a>]) -> Vec<(String, Vec<Figure<'a>>)> {
    let mut families: Vec<(String, Vec<Figure<'_>>)> = Vec::new();
    for figure in figures {
        let name = figure.1.name.split('.').next().unwrap_or_default();
        match families.iter_mut().find(|(known, others)| known == name && others[0].1.unit == figure.1.unit) {
            Some((_, others)) => others.push(figure.clone()),
            None => families.push((name.to_owned(), vec![figure.clone()])),
        }
    }
    families.retain(|(_, figures)| figures.len() > 1);
    families
}

fn family(name: &str, figures: &[Figure<'_>]) -> Chart {
    let what = match figures[0].1.unit {
        Unit::Seconds => "time",
        Unit::Bytes => "size",
        Unit::Count => "count",
    };
    let title = match (name, what) {
        ("import", "time") => "Import times".to_owned(),
        ("memory", "size") => "Memory".to_owned(),
        _ => format!("{name}: {what}"),
    };
    let all_of_one_check = figures.iter().all(|(id, _)| id.name == figures[0].0.name);
    let bar = |(id, figure): &Figure<'_>| {
        let label = match &id.item {
            Some(item) if all_of_one_check => item.clone(),
            _ => of_check(id),
        };
        let label = told_apart(label, id, figure, figures);
        let limit = figure.budget.map(|limit| format!(" of {}", text::figure(limit, figure.unit)));
        Bar {
            label,
            words: format!("{}{}", with_spread(figure), limit.unwrap_or_default()),
            value: figure.median(),
            spread: figure.spread(),
            samples: if figure.samples.len() > 1 { figure.samples.clone() } else { Vec::new() },
            limit: figure.budget,
            tone: tone(figure),
            ..Bar::default()
        }
    };
    let drawn: Vec<_> = figures.iter().map(bar).collect();
    Chart { svg: bars(&title, &drawn), title, note: HOW_TO_READ.to_owned() }
}

fn of_check(id: &CheckId) -> String {
    id.item.as_ref().map_or_else(|| id.name.clone(), |item| format!("{} {item}", id.name))
}

/// A label with the figure's own name, where its check has several in the chart.
fn told_apart(label: String, id: &CheckId, figure: &Measurement, chart: &[Figure<'_>]) -> String {
    if chart.iter().filter(|(other, _)| other == id).count() < 2 {
        return label;
    }
    let name = figure.name.rsplit('.').next().unwrap_or_default();
    let own = name.strip_prefix(id.name.as_str()).map_or(name, |rest| rest.trim_start_matches('-'));
    format!("{label} {}", if own.is_empty() { name } else { own })
}

/// Every figure that has a limit, as a share of it.
fn budgets(figures: &[Figure<'_>]) -> Option<Chart> {
    let limited: Vec<_> = figures.iter().filter(|(_, figure)| figure.budget.is_some()).cloned().collect();
    let bar = |(id, figure): &Figure<'_>| {
        let budget = figure.budget.filter(|budget| *budget > 0.0)?;
        let answer = match answer(figure) {
            "within" => String::new(),
            answer => format!("{answer}, "),
        };
        Some(Bar {
            label: told_apart(of_check(id), id, figure, &limited),
            words: format!("{answer}{:.0}% of {}", 100.0 * figure.median() / budget, text::figure(budget, figure.unit)),
            value: figure.median() / budget,
            spread: figure.spread() / budget,
            limit: Some(1.0),
            tone: tone(figure),
            ..Bar::default()
        })
    };
    let drawn: Vec<_> = figures.iter().filter_map(bar).collect();
    (!drawn.is_empty()).then(|| Chart {
        title: "Budgets".to_owned(),
        svg: bars("Budgets: how much of each limit is used up", &drawn),
        note: "Each figure as a share of its own limit. Bracket: spread. Upright mark: the limit.".to_owned(),
    })
}

/// What each stage adds to the image.
fn sizes(record: &Record) -> Option<Chart> {
    let in_words = |bytes: u64| text::bytes(bytes as f64);
    let mut drawn = Vec::new();
    let mut below = 0;
    for stage in &record.stages {
        let (Some(bytes), base) = (stage.bytes, stage.base_bytes) else { continue };
        if let (true, Some(base)) = (drawn.is_empty(), base) {
            drawn.push(part("base", format!("{} below all stages", in_words(base)), 0, base));
            below = base;
        }
        let added = if bytes >= below { in_words(bytes - below) } else { format!("−{}", in_words(below - bytes)) };
        drawn.push(part(&stage.name, format!("{added} more, {} in all", in_words(bytes)), below.min(bytes), bytes));
        below = bytes;
    }
    (!drawn.is_empty()).then(|| Chart {
        title: "Image size by stage".to_owned(),
        svg: bars("Image size by stage", &drawn),
        note: "Each bar begins where the one above it ends.".to_owned(),
    })
}

fn part(label: &str, words: String, from: u64, to: u64) -> Bar {
    Bar { label: label.to_owned(), words, from: from as f64, value: to as f64, tone: "plain", ..Bar::default() }
}

/// The table of all figures.
pub(super) fn rows(record: &Record) -> Vec<Row> {
    let row = |(id, figure): &Figure<'_>| {
        let in_unit = |value: f64| text::figure(value, figure.unit);
        Row {
            check: id.to_string(),
            href: link(id),
            name: figure.name.clone(),
            median: in_unit(figure.median()),
            spread: if figure.samples.len() > 1 { format!("± {}", in_unit(figure.spread())) } else { String::new() },
            samples: figure.samples.len(),
            budget: figure.budget.map(in_unit).unwrap_or_default(),
            used: text::used(figure).map(|used| format!("{used:.0}%")).unwrap_or_default(),
            answer: answer(figure),
            source: figure.source.clone().unwrap_or_default(),
        }
    };
    record.measurements().iter().map(row).collect()
}

fn with_spread(figure: &Measurement) -> String {
    let median = text::figure(figure.median(), figure.unit);
    match figure.samples.len() {
        0 | 1 => median,
        _ => format!("{median} ± {}", text::figure(figure.spread(), figure.unit)),
    }
}

fn answer(figure: &Measurement) -> &'static str {
    let Some(budget) = figure.budget else { return "" };
    match figure.against(budget) {
        BudgetAnswer::Beyond => "beyond",
        BudgetAnswer::TooNoisy if figure.held_up(budget).is_some() => "machine too busy",
        BudgetAnswer::TooNoisy if figure.slowed_down(budget).is_some() => "machine too slow",
        BudgetAnswer::TooNoisy => "too noisy",
        BudgetAnswer::Within if text::used(figure).is_some_and(|used| used >= NEAR_BUDGET) => "near",
        BudgetAnswer::Within => "within",
    }
}

fn tone(figure: &Measurement) -> &'static str {
    match answer(figure) {
        "" => "plain",
        "within" => "good",
        "beyond" => "bad",
        _ => "unsure",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::CheckEnded;
    use crate::model::{Ending, sample};

    fn figure(id: &str, name: &str, unit: Unit, samples: &[f64], budget: Option<f64>) -> CheckEnded {
        let figure = Measurement { samples: samples.to_vec(), budget, ..Measurement::once(name, unit, 0.0) };
        CheckEnded { measurements: vec![figure], ..sample::passed(id) }
    }

    #[test]
    fn figures_of_a_kind_share_a_chart_and_all_limits_another() {
        let checks = [
            figure("performance/import[scipy]", "import", Unit::Seconds, &[0.3, 0.3, 0.4], Some(1.0)),
            figure("performance/import[rich]", "import", Unit::Seconds, &[0.9], Some(1.0)),
            figure("performance/memory-list", "memory.list", Unit::Bytes, &[2e7], Some(1e7)),
            figure("performance/memory[--help]", "memory.default", Unit::Bytes, &[1e7], None),
            figure("performance/files", "files", Unit::Count, &[7.0], None),
        ];
        let record = Record::of(&sample::run(&checks, Ending::Completed));
        let told: Vec<_> = charts(&record).iter().map(described).collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    fn described(chart: &Chart) -> String {
        let text = chart.svg.split("</desc>").next().and_then(|head| head.rsplit('>').next()).unwrap_or_default();
        format!("{}: {text}", chart.title)
    }

    #[test]
    fn figures_of_one_check_are_told_apart() {
        let two = |id: &str, names: [&str; 2], unit| {
            let figure = |name: &str| Measurement { budget: Some(4e7), ..Measurement::once(name, unit, 2e7) };
            CheckEnded { measurements: names.map(figure).into(), ..sample::passed(id) }
        };
        let checks = [
            two("performance/memory-update", ["memory.update", "memory.remove"], Unit::Bytes),
            two("performance/install", ["install-cold", "install-warm"], Unit::Seconds),
        ];
        let record = Record::of(&sample::run(&checks, Ending::Completed));
        let told: String = charts(&record).iter().map(described).collect();
        for label in ["memory-update update", "memory-update remove"] {
            assert_eq!(told.matches(&format!("{label}: ")).count(), 2, "{told}");
        }
        for label in ["install cold", "install warm"] {
            assert_eq!(told.matches(&format!("{label}: ")).count(), 1, "{told}");
        }
    }

    #[test]
    fn what_cannot_be_told_says_why() {
        let of = |samples: &[f64], waited: &[f64], slowdown| {
            let (samples, waited) = (samples.to_vec(), waited.to_vec());
            let once = Measurement::once("import", Unit::Seconds, 0.0);
            answer(&Measurement { samples, waited, slowdown, budget: Some(1.0), ..once })
        };
        assert_eq!(of(&[6.0, 6.0, 6.0], &[], None), "beyond");
        assert_eq!(of(&[6.0, 6.0, 6.0], &[], Some(7.4)), "machine too slow");
        assert_eq!(of(&[6.0, 6.0, 6.0], &[5.5, 5.5, 5.5], None), "machine too busy");
        assert_eq!(of(&[0.5, 1.1, 2.0], &[], Some(7.4)), "too noisy");
    }

    #[test]
    fn a_record_without_figures_has_no_charts() {
        assert!(charts(&Record::default()).is_empty());
        assert!(rows(&Record::default()).is_empty());
    }
}
