//! The pages of `docs/reference/`, made from what the program itself reads, writes and accepts.
//!
//! A test holds the committed pages against these; nothing in them is written by hand but the sentences of `docs`
//! comments and of the embedded suites.

mod checks;
mod commands;
mod schemas;
mod surroundings;

use clap::CommandFactory;

use crate::config::ConfigErrors;

use super::arguments::Arguments;

/// One page: its file name in `docs/reference/`, and its text.
#[derive(Debug)]
pub struct Page {
    /// As `subject.md`.
    pub file: String,
    /// Markdown, with a line break at its end.
    pub text: String,
}

/// What stands below every title.
const MADE: &str = "*Made from the code; a test holds it against that. Do not edit it by hand.*";

/// All pages, in the order in which the index names them. Fails only where an embedded suite does not hold.
pub fn pages() -> Result<Vec<Page>, ConfigErrors> {
    let mut command = Arguments::command();
    command.build();
    let mut pages = vec![commands::page(&command), surroundings::exit_codes(), surroundings::variables()];
    pages.extend(schemas::pages());
    pages.push(checks::page()?);
    pages.push(index(&pages));
    Ok(pages)
}

fn index(pages: &[Page]) -> Page {
    let items = pages.iter().map(|page| {
        let title = page.text.lines().next().unwrap_or_default().trim_start_matches("# ");
        format!("- [{title}]({})", page.file)
    });
    let items = items.collect::<Vec<_>>().join("\n");
    Page { file: "README.md".to_owned(), text: format!("# Reference\n\n{MADE}\n\n{items}\n") }
}

/// A page of this title.
fn page(file: &str, title: &str, body: &str) -> Page {
    Page { file: file.to_owned(), text: format!("# {title}\n\n{MADE}\n\n{}\n", body.trim()) }
}

/// A table of Markdown; bars in cells are escaped, line breaks become blanks.
fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let cell = |cell: &String| cell.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    let head = line(header.iter().map(|&cell| cell.to_owned()).collect());
    let rule = line(header.iter().map(|_| "---".to_owned()).collect());
    let rows = rows.iter().map(|row| line(row.iter().map(cell).collect()));
    [head, rule].into_iter().chain(rows).collect()
}
