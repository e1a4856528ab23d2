//! Pages that were made beforehand, by path; those that have two forms in the one that is asked for.
//!
//! Below `at/PLACE/` they are there again, once for each place that somebody asks by: there they can go wrong.

use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::packages::{Page, Site};

use super::connections::Cut;
use super::places::Places;
use super::trouble::disturbed;

/// The form of a simple index that programs read (PEP 691).
const JSON: &str = "application/vnd.pypi.simple.v1+json";

#[derive(Clone)]
struct Served {
    site: Arc<Site>,
    places: Places,
}

/// Serves the pages of a site below the place where the router is nested.
pub(super) fn router(site: Site, places: Places) -> Router {
    let served = Served { site: Arc::new(site), places };
    Router::new().route("/{*path}", get(page)).route("/at/{place}/{*path}", get(page_at)).with_state(served)
}

async fn page(State(served): State<Served>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    match served.site.get(&path) {
        Some(page) => {
            let (media_type, content) = form(page, &headers);
            ([(header::CONTENT_TYPE, media_type)], content.to_vec()).into_response()
        }
        None => elsewhere(&served.site, &path),
    }
}

async fn page_at(
    State(served): State<Served>,
    Path((place, path)): Path<(String, String)>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    if method == Method::GET
        && let Some(page) = served.site.get(&path)
        && let Some(meeting) = served.places.meeting(&place, &path)
    {
        let (media_type, content) = form(page, &headers);
        return disturbed(media_type, content, meeting, cut);
    }
    page(State(served), Path(path), headers).await
}

/// The answer for a path at which there is no page. The addresses in a page are relative to a folder.
fn elsewhere(site: &Site, path: &str) -> Response {
    if site.contains_key(&format!("{path}/")) {
        let last = path.rsplit('/').next().unwrap_or_default();
        return Redirect::permanent(&format!("{last}/")).into_response();
    }
    StatusCode::NOT_FOUND.into_response()
}

/// Media type and content of the form that is asked for.
fn form<'a>(page: &'a Page, headers: &HeaderMap) -> (&'static str, &'a [u8]) {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let wants_json = accepted.flat_map(|value| value.split(',')).any(|kind| kind.trim().starts_with(JSON));
    match &page.json {
        Some(json) if wants_json => (JSON, json),
        _ => (page.media_type, &page.bytes),
    }
}
