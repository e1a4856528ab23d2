//! The templates, and how values get into them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, UndefinedBehavior, escape_formatter};
use sha2::{Digest, Sha256};

use super::markup::{diff, escaped, prose};
use super::page::Page;

/// The style sheet.
pub(super) const STYLE: &str = include_str!("templates/style.css");

/// The script that filters the table; everything else works without it.
pub(super) const SCRIPT: &str = include_str!("templates/filter.js");

/// What the page may load: nothing. Only this very script may run, whatever a foreign text tries.
fn policy() -> String {
    let script = STANDARD.encode(Sha256::digest(SCRIPT));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
    )
}

/// Templates by name. Names that end in `.html` are escaped.
const TEMPLATES: &[(&str, &str)] = &[
    ("page.html", include_str!("templates/page.html")),
    ("parts.html", include_str!("templates/parts.html")),
    ("story.html", include_str!("templates/story.html")),
    ("phases.html", include_str!("templates/phases.html")),
    ("checks.html", include_str!("templates/checks.html")),
    ("build.html", include_str!("templates/build.html")),
    ("figures.html", include_str!("templates/figures.html")),
    ("history.html", include_str!("templates/history.html")),
    ("matrices.html", include_str!("templates/matrices.html")),
    ("environment.html", include_str!("templates/environment.html")),
];

/// The page as HTML.
pub(super) fn render(page: &Page) -> Result<String, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?;
    environment.set_syntax(syntax);
    environment.add_filter("prose", |words: &str| Value::from_safe_string(prose(words)));
    environment.add_filter("diff", |lines: &str| Value::from_safe_string(diff(lines)));
    // Every text, from wherever it comes, goes through here: what could steer or hide is made visible, the rest escaped.
    environment.set_formatter(|out, state, value| match value.as_str() {
        Some(words) if !value.is_safe() => escape_formatter(out, state, &Value::from_safe_string(escaped(words))),
        _ => escape_formatter(out, state, value),
    });
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    let safe = Value::from_safe_string;
    let context = minijinja::context! {
        style => safe(STYLE.to_owned()),
        script => safe(SCRIPT.to_owned()),
        policy => safe(policy()),
        ..Value::from(Serde(page))
    };
    environment.get_template("page.html")?.render(context)
}
