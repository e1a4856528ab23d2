//! `report.html`: the whole story on one page that needs nothing else, for people who decide.
//!
//! [`page`] turns record and verdict into what the templates show; `svg` and `bars` draw; [`template`] has the only words
//! with minijinja. Every foreign text is escaped on its way out, and the page's own policy lets no script run but ours.

mod bars;
mod build;
mod checks;
mod environment;
mod excerpt;
mod figures;
mod history;
mod markup;
mod matrix;
mod page;
mod part;
mod state;
mod story;
mod svg;
mod template;
#[cfg(test)]
mod tests;
mod trend;

use self::excerpt::Room;
use super::commands::Commands;
use super::format::ReportError;
use crate::model::{Record, Verdict};

/// Its name in the run folder.
pub(super) const FILE: &str = "report.html";

/// How much of a text a block shows: all that is sensible to read, and less where the page grows too large by it.
const ROOMS: [Room; 4] = [
    Room { lines: 200, bytes: 16 << 10, commands: Commands::All },
    Room { lines: 40, bytes: 2 << 10, commands: Commands::All },
    Room { lines: 8, bytes: 400, commands: Commands::OneOfEachName },
    Room { lines: 2, bytes: 80, commands: Commands::Short },
];

/// Bytes that the page should not exceed: a phone on a slow line opens it in seconds.
const LARGEST: usize = 2_000_000;

/// Renders it.
pub(super) fn render(record: &Record, verdict: &Verdict) -> Result<String, ReportError> {
    let template = |page: &page::Page| {
        template::render(page).map_err(|error| ReportError::Template { file: FILE, reason: error.to_string() })
    };
    let [larger @ .., smallest] = ROOMS;
    for room in larger {
        let page = page::page(record, verdict, room);
        if page.bytes() < LARGEST {
            let html = template(&page)?;
            if html.len() <= LARGEST {
                return Ok(html);
            }
        }
    }
    template(&page::page(record, verdict, smallest))
}
