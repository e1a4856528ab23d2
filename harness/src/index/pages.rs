//! Pages that were made beforehand, by path; those that have two forms in the one that is asked for.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::packages::{Page, Site};

/// The form of a simple index that programs read (PEP 691).
const JSON: &str = "application/vnd.pypi.simple.v1+json";

/// Serves the pages of a site below the place where the router is nested.
pub(super) fn router(site: Site) -> Router {
    Router::new().route("/{*path}", get(page)).with_state(Arc::new(site))
}

async fn page(State(site): State<Arc<Site>>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    match site.get(&path) {
        Some(page) => answer(page, &headers),
        // The page's addresses are relative to a folder.
        None if site.contains_key(&format!("{path}/")) => {
            let last = path.rsplit('/').next().unwrap_or_default();
            Redirect::permanent(&format!("{last}/")).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(page: &Page, headers: &HeaderMap) -> Response {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let wants_json = accepted.flat_map(|value| value.split(',')).any(|kind| kind.trim().starts_with(JSON));
    match &page.json {
        Some(json) if wants_json => ([(header::CONTENT_TYPE, JSON)], json.clone()).into_response(),
        _ => ([(header::CONTENT_TYPE, page.media_type)], page.bytes.clone()).into_response(),
    }
}
