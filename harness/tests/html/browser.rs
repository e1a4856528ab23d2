//! The page in a browser: the filter filters, nothing runs off a narrow screen, all texts can be read.

use std::ffi::OsStr;

use crate::page::{self, Page};
use crate::tool;

/// Looks at the page from within, once the page's own script has run, and leaves what it found as JSON.
const PROBE: &str = include_str!("probe.js");

/// What the probe found; nothing where there is no browser. `options` are Chromium's.
fn look(page: &Page, options: &[&str]) -> Option<serde_json::Value> {
    // The page's policy lets no script run but its own, which is as it should be, so for the probe it is taken off.
    let path = page.written(|html| {
        let policy = html.find("<meta http-equiv").expect("a policy");
        let end = policy + html[policy..].find('>').expect("its end") + 1;
        let (head, rest) = (&html[..policy], &html[end..]);
        let body = rest.rfind("</body>").expect("a body");
        format!("{head}{}<script>{PROBE}</script>{}", &rest[..body], &rest[body..])
    });
    let profile = path.with_file_name("profile");
    let profile = format!("--user-data-dir={}", profile.display());
    let address = format!("file://{}", path.display());
    let fixed = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=5000"];
    let arguments = [&fixed[..], options, &[profile.as_str(), "--dump-dom", address.as_str()]].concat();
    let arguments: Vec<_> = arguments.into_iter().map(OsStr::new).collect();
    let output = tool::run("chromium", &arguments)?;
    let dom = String::from_utf8_lossy(&output.stdout);
    let found = dom.split("<pre id=\"found\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let found = found.unwrap_or_else(|| panic!("no probe: {}\n{dom}", String::from_utf8_lossy(&output.stderr)));
    Some(serde_json::from_str(&found.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")).expect("JSON"))
}

#[test]
fn the_filter_shows_what_is_looked_for() {
    let Some(found) = look(&page::mixed(), &["--window-size=1200,900"]) else { return };
    assert_eq!(found["filter"]["all"], "12 of 12 checks");
    assert_eq!(found["filter"]["failed"], "2 of 12 checks");
    assert_eq!(found["filter"]["words"], "3 of 12 checks");
    assert_eq!(found["filter"]["nothing"], "0 of 12 checks");
    assert_eq!(found["filter"]["reset"], "12 of 12 checks");
    assert_eq!(found["errors"], serde_json::json!([]));
}

#[test]
fn nothing_runs_off_a_narrow_screen() {
    for page in page::pages() {
        let Some(found) = look(&page, &["--window-size=390,844"]) else { return };
        assert_eq!(found["wide"], serde_json::json!([]), "{}", page.name);
    }
}

#[test]
fn all_texts_stand_out_from_what_is_behind_them_by_day_and_by_night() {
    for scheme in ["--blink-settings=preferredColorScheme=1", "--blink-settings=preferredColorScheme=0"] {
        let Some(found) = look(&page::mixed(), &["--window-size=1200,900", scheme]) else { return };
        assert_eq!(found["pale"], serde_json::json!([]), "{scheme}: {}", found["paper"]);
    }
}
