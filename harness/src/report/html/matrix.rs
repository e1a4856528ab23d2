//! Checks as tables of rows and columns, made of nothing but their ids: a check with an item is a cell at its name and
//! its item. What was not in the plan has an empty cell.

use serde::Serialize;

use super::checks::link;
use super::state::State;
use crate::model::{CheckId, CheckRecord, PhaseRecord, Record, Restart};
use crate::report::account;

/// A table of outcomes.
#[derive(Debug, Serialize)]
pub(super) struct Matrix {
    pub(super) caption: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

/// One column.
#[derive(Debug, Serialize)]
struct Column {
    head: String,
    /// What the column's checks promise, where they all promise the same.
    about: String,
}

impl Column {
    fn plain(head: impl Into<String>) -> Self {
        Self { head: head.into(), about: String::new() }
    }
}

/// One row.
#[derive(Debug, Serialize)]
struct Row {
    head: String,
    /// What the row's checks promise, where they all promise the same.
    about: String,
    cells: Vec<Option<Cell>>,
}

/// One outcome.
#[derive(Debug, Serialize)]
struct Cell {
    state: State,
    href: String,
    /// The check, for who does not see row and column.
    id: String,
}

impl Cell {
    fn of(check: &CheckRecord) -> Self {
        Self { state: State::of(check), href: link(&check.ended.check), id: check.ended.check.to_string() }
    }
}

/// The tables of a phase: one for each group of names that share items, where it has two of each at least.
pub(super) fn pivots(phase: &PhaseRecord) -> Vec<Matrix> {
    // What is judged after several transitions has a table of its own.
    let has_transitions = phase.checks.iter().any(|check| check.ended.check.after.is_some());
    if has_transitions || !account::anything_ran(&phase.checks) {
        return Vec::new();
    }
    let groups = groups(&phase.checks);
    groups.iter().filter_map(|names| pivot(&phase.phase, &phase.checks, names)).collect()
}

/// Names of which one shares an item with another, however many steps away.
fn groups(checks: &[CheckRecord]) -> Vec<Vec<&str>> {
    let mut groups: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for id in checks.iter().map(|check| &check.ended.check) {
        let Some(item) = id.item.as_deref() else { continue };
        let belongs =
            |(names, items): &mut (Vec<&str>, Vec<&str>)| names.contains(&id.name.as_str()) || items.contains(&item);
        let mut merged = (vec![id.name.as_str()], vec![item]);
        for (names, items) in groups.extract_if(.., belongs).collect::<Vec<_>>().into_iter().rev() {
            merged = (with(names, merged.0), with(items, merged.1));
        }
        groups.push(merged);
    }
    groups.into_iter().map(|(names, _)| names).collect()
}

fn with<'a>(mut all: Vec<&'a str>, more: Vec<&'a str>) -> Vec<&'a str> {
    for one in more {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

fn pivot(phase: &str, checks: &[CheckRecord], names: &[&str]) -> Option<Matrix> {
    let own = |check: &&CheckRecord| names.contains(&check.ended.check.name.as_str());
    let own: Vec<_> = checks.iter().filter(own).collect();
    let items = own.iter().filter_map(|check| check.ended.check.item.as_deref());
    let items = items.fold(Vec::new(), |items, item| with(items, vec![item]));
    if names.len() < 2 || items.len() < 2 {
        return None;
    }
    let find = |name: &str, item: &str| {
        let is_it = |id: &CheckId| id.name == name && id.item.as_deref() == Some(item);
        own.iter().find(|check| is_it(&check.ended.check)).map(|check| Cell::of(check))
    };
    let about = |name: &str| {
        let mut told = own.iter().filter(|check| check.ended.check.name == name).map(|check| &check.ended.about);
        let first = told.next().cloned().unwrap_or_default();
        if told.all(|about| *about == first) { first } else { String::new() }
    };
    // What there is more of goes down the page.
    let (columns, rows) = if items.len() > names.len() {
        let row = |item: &&str| Row {
            head: (*item).to_owned(),
            about: String::new(),
            cells: names.iter().map(|name| find(name, item)).collect(),
        };
        let column = |name: &&str| Column { about: about(name), ..Column::plain(*name) };
        (names.iter().map(column).collect::<Vec<_>>(), items.iter().map(row).collect())
    } else {
        let row = |name: &&str| Row {
            head: (*name).to_owned(),
            about: about(name),
            cells: items.iter().map(|item| find(name, item)).collect(),
        };
        (items.iter().copied().map(Column::plain).collect(), names.iter().map(row).collect())
    };
    Some(Matrix { caption: format!("{phase}: checks by item"), columns, rows })
}

/// Checks by what the container went through before them: a column for each transition of a phase that has several, and
/// one for each other phase that restarts it.
pub(super) fn persistence(record: &Record) -> Option<Matrix> {
    let phases: Vec<_> = record.phases.iter().filter(|phase| !phase.restarts.is_empty()).collect();
    let name = |check: &CheckRecord| CheckId { phase: String::new(), after: None, ..check.ended.check.clone() };
    let mut names: Vec<CheckId> = Vec::new();
    for check in phases.iter().flat_map(|phase| &phase.checks) {
        if !names.contains(&name(check)) {
            names.push(name(check));
        }
    }
    let columns: Vec<_> = phases.iter().flat_map(|phase| columns(phase)).collect();
    let cell = |(phase, after): &(&PhaseRecord, Option<Restart>), id: &CheckId| {
        let is_it = |check: &&CheckRecord| name(check) == *id && check.ended.check.after == *after;
        phase.checks.iter().find(is_it).map(Cell::of)
    };
    let row = |id: &CheckId| Row {
        head: id.to_string().trim_start_matches('/').to_owned(),
        about: String::new(),
        cells: columns.iter().map(|column| cell(column, id)).collect(),
    };
    (!phases.is_empty()).then(|| Matrix {
        caption: "Checks by what the container went through".to_owned(),
        columns: columns.iter().map(|(phase, after)| Column::plain(column_words(phase, *after))).collect(),
        rows: names.iter().map(row).collect(),
    })
}

/// The transitions of a phase, in their order; one column where its checks are of no particular one.
fn columns(phase: &PhaseRecord) -> Vec<(&PhaseRecord, Option<Restart>)> {
    let all = phase.checks.iter().map(|check| check.ended.check.after);
    all.fold(Vec::new(), |mut known, after| {
        if !known.iter().any(|(_, one)| *one == after) {
            known.push((phase, after));
        }
        known
    })
}

fn column_words(phase: &PhaseRecord, after: Option<Restart>) -> String {
    let restarts: Vec<_> = match after {
        Some(after) => vec![after.name()],
        None => phase.restarts.iter().map(|(restart, _)| restart.name()).collect(),
    };
    format!("{}: after {}", phase.phase, restarts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Ending, Outcome, sample};

    fn drawn(matrix: &Matrix) -> String {
        let row = |row: &Row| {
            let cells: Vec<_> = row.cells.iter().map(|cell| cell.as_ref().map_or("", |cell| cell.state.word)).collect();
            format!("{} | {}\n", row.head, cells.join(" | "))
        };
        let heads: Vec<_> = matrix.columns.iter().map(|column| column.head.as_str()).collect();
        format!("| {}\n{}", heads.join(" | "), matrix.rows.iter().map(row).collect::<String>())
    }

    fn tables(ids: &[&str]) -> Vec<String> {
        let check = |id: &&str| match id.strip_prefix('!') {
            Some(id) => sample::with(id, Outcome::TimedOut { deadline: 1.0, what: "it".to_owned() }),
            None => sample::passed(id),
        };
        let checks: Vec<_> = ids.iter().map(check).collect();
        let record = Record::of(&sample::run(&checks, Ending::Completed));
        pivots(&record.phases[0]).iter().map(drawn).collect()
    }

    #[test]
    fn names_that_share_items_make_a_table_and_no_cell_is_invented() {
        let ids = [
            "shell/folder[/]",
            "shell/folder[/tmp]",
            "shell/plain[root]",
            "!shell/plain[nobody]",
            "shell/login[root]",
            "shell/activate",
            "shell/login[nobody]",
            "shell/user[nobody]",
            "shell/user[1000:1000]",
        ];
        assert_eq!(
            tables(&ids),
            ["| root | nobody | 1000:1000\nplain | passed | timed out | \nlogin | passed | passed | \nuser |  | \
                 passed | passed\n"]
        );
    }

    #[test]
    fn what_there_is_more_of_goes_down_the_page() {
        let ids = ["a/use[x]", "a/use[y]", "a/use[z]", "a/import[x]", "a/import[y]", "a/import[z]"];
        assert_eq!(tables(&ids), ["| use | import\nx | passed | passed\ny | passed | passed\nz | passed | passed\n"]);
    }

    #[test]
    fn what_a_name_promises_is_told_where_it_is_a_column_and_where_it_is_a_row() {
        let told = |items: &[&str]| {
            let ids = ["folder", "home"].into_iter().flat_map(|name| items.iter().map(move |item| (name, item)));
            let about = |name: &str| format!("what {name} promises");
            let check = |(name, item): (&str, &&str)| crate::model::event::CheckEnded {
                about: about(name),
                ..sample::passed(&format!("shell/{name}[{item}]"))
            };
            let checks: Vec<_> = ids.map(check).collect();
            let record = Record::of(&sample::run(&checks, Ending::Completed));
            let matrix = pivots(&record.phases[0]).remove(0);
            let of_columns: Vec<_> = matrix.columns.into_iter().map(|column| column.about).collect();
            let of_rows: Vec<_> = matrix.rows.into_iter().map(|row| row.about).collect();
            (of_columns, of_rows)
        };
        let (promises, none) =
            (["what folder promises", "what home promises"].map(str::to_owned), |n| vec![String::new(); n]);
        assert_eq!(told(&["/", "/tmp", "/home"]), (promises.to_vec(), none(3)));
        assert_eq!(told(&["/", "/tmp"]), (none(2), promises.to_vec()));
    }

    #[test]
    fn groups_that_a_later_check_joins_are_one_in_the_order_of_the_plan() {
        let ids = ["a/one[x]", "a/two[y]", "a/three[y]", "a/three[x]"];
        assert_eq!(tables(&ids), ["| x | y\none | passed | \ntwo |  | passed\nthree | passed | passed\n"]);
    }

    #[test]
    fn a_phase_without_items_has_no_table() {
        assert_eq!(tables(&["a/one", "a/two[x]", "a/two[y]"]), Vec::<String>::new());
    }

    #[test]
    fn each_transition_of_a_phase_is_a_column() {
        let ids = ["keep/files@restart", "keep/import[x]@restart", "keep/files@commit", "keep/import[x]@commit"];
        let mut record = Record::of(&sample::run(&ids.map(sample::passed), Ending::Completed));
        record.phases[0].restarts = vec![(Restart::Restart, "it was".to_owned())];
        assert!(pivots(&record.phases[0]).is_empty());
        assert_eq!(
            persistence(&record).as_ref().map(drawn).as_deref(),
            Some("| keep: after restart | keep: after commit\nfiles | passed | passed\nimport[x] | passed | passed\n")
        );
    }

    #[test]
    fn checks_of_phases_that_restart_the_container_stand_by_what_it_went_through() {
        let ids = ["a/one", "keep/files", "keep/import[x]", "kill/import[x]", "kill/list"];
        let mut record = Record::of(&sample::run(&ids.map(sample::passed), Ending::Completed));
        assert!(persistence(&record).is_none(), "nothing was restarted");
        record.phases[1].restarts = vec![(Restart::Restart, "it was".to_owned())];
        record.phases[2].restarts =
            vec![(Restart::Kill, "it was".to_owned()), (Restart::StopStart, "it was".to_owned())];
        assert_eq!(
            persistence(&record).as_ref().map(drawn).as_deref(),
            Some(
                "| keep: after restart | kill: after kill, stop-start\nfiles | passed | \nimport[x] | passed | \
                 passed\nlist |  | passed\n"
            )
        );
    }
}
