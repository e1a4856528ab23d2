//! What holds of every page.

use std::collections::BTreeSet;

use super::*;
use crate::model::event::CheckEnded;
use crate::model::{Decision, Ending, Failure, Outcome, sample};

#[test]
fn every_check_is_on_the_page_once_and_every_link_within_it_leads_somewhere() {
    for (record, html) in pages() {
        let ids: Vec<_> = attributes(&html, "id").collect();
        let unique: BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "ids are unique");
        for check in record.checks() {
            let anchor = checks::anchor(&check.ended.check);
            assert!(ids.contains(&anchor.as_str()), "{anchor}");
        }
        let inner = attributes(&html, "href").filter_map(|href| href.strip_prefix('#'));
        inner.for_each(|target| assert!(ids.contains(&target), "#{target} leads nowhere"));
    }
}

#[test]
fn every_drawing_has_a_title_and_a_description() {
    for (_, html) in pages() {
        for drawing in html.split("<svg ").skip(1) {
            let tag = drawing.split('>').next().unwrap_or_default();
            assert!(tag.contains("role=\"img\"") && tag.contains("aria-label="), "{tag}");
            let inner = &drawing[tag.len()..drawing.find("</svg>").expect("its end")];
            assert!(inner.starts_with("><title>") && inner.contains("</title><desc>"), "{inner}");
        }
    }
}

#[test]
fn every_table_has_a_caption_and_every_head_a_scope() {
    for (_, html) in pages() {
        assert_eq!(html.matches("<table").count(), html.matches("<caption").count());
        let heads = html.split("<th").skip(1).filter(|rest| rest.starts_with([' ', '>']));
        for tag in heads.map(|rest| rest.split('>').next().unwrap_or_default()) {
            assert!(tag.contains("scope=\""), "<th{tag}>");
        }
    }
}

#[test]
fn nothing_is_loaded_and_nothing_but_the_filter_needs_a_script() {
    for (_, html) in pages() {
        for name in ["src", "srcset", "action", "data", "poster", "xlink:href", "onclick", "style"] {
            assert_eq!(attributes(&html, name).next(), None, "{name}");
        }
        let beside = |href: &str| href.starts_with('#') || href == "report.json" || href.starts_with("outputs/");
        attributes(&html, "href").for_each(|href| assert!(beside(href), "{href}"));
        assert!(!template::STYLE.contains("url(") && !template::STYLE.contains("@import"));
        assert!(!html.contains("<link") && !html.contains("<img") && !html.contains("<iframe"));
        let hidden: Vec<_> =
            html.split('<').filter(|tag| tag.split('>').next().unwrap_or("").contains(" hidden")).collect();
        assert!(hidden.iter().all(|tag| tag.contains("id=\"filter")), "{hidden:?}");
    }
}

#[test]
fn a_foreign_text_starts_no_script_and_no_style_and_hides_nothing() {
    let odd = "</script><script>alert(1)</script></style><!--\u{202e}{{ 7 * 7 }}' onload='x\" autofocus \u{1b}[31m";
    let failure = Failure {
        expected: odd.to_owned(),
        actual: format!("{odd}\n{odd}"),
        diff: Some(format!("+{odd}\n-{odd}\n")),
        hint: Some(odd.to_owned()),
        step: Some(odd.to_owned()),
    };
    let check = CheckEnded {
        about: odd.to_owned(),
        stdout: Some(odd.to_owned()),
        notes: vec![odd.to_owned()],
        reproduce: Some(odd.to_owned()),
        invocation: Some(vec![odd.to_owned()]),
        ..sample::with("packages/import[</details>]", Outcome::Failed(failure))
    };
    let mut record = Record::of(&sample::run(&[check], Ending::Completed));
    record.phases[0].diagnosis = Some(odd.to_owned());
    record.start.subject = odd.to_owned();
    let html = render(&record, &sample::verdict(Decision::NotStable, &[odd])).expect("it renders");
    assert_eq!(html.matches("<script").count(), 1);
    assert_eq!(html.matches("<style").count(), 1);
    assert!(!html.contains("<!--") && !html.contains("\u{202e}") && html.contains("{{ 7 * 7 }}"));
    assert_eq!(attributes(&html, "autofocus").count() + attributes(&html, "onload").count(), 0);
}

#[test]
fn a_page_of_many_long_failures_has_an_end() {
    let long = "what a program printed, on and on\n".repeat(600);
    let failure = Failure { expected: long.clone(), actual: long.clone(), ..Failure::default() };
    let check = |number| CheckEnded {
        stdout: Some(long.replace("what", "then")),
        reproduce: Some(long.clone()),
        ..sample::with(&format!("packages/import[{number}]"), Outcome::Failed(failure.clone()))
    };
    for checks in [1, 500] {
        let checks: Vec<_> = (0..checks).map(check).collect();
        let record = Record::of(&sample::run(&checks, Ending::Completed));
        let html = render(&record, &sample::verdict(Decision::NotStable, &["it failed"])).expect("it renders");
        assert!(html.len() <= LARGEST, "{} failures: {} bytes", checks.len(), html.len());
        assert!(html.contains("left out; the whole is in"));
    }
}

#[test]
fn a_long_command_is_whole() {
    let long = format!("docker run --rm image -c\n{}", "import scipy\n".repeat(700));
    let failed = Outcome::Failed(Failure::default());
    let check = CheckEnded { reproduce: Some(long.clone()), ..sample::with("packages/import[scipy]", failed) };
    let record = Record::of(&sample::run(&[check], Ending::Completed));
    let html = render(&record, &sample::verdict(Decision::NotStable, &["it failed"])).expect("it renders");
    assert_eq!(html.matches(long.trim_end()).count(), 2, "among what went wrong, and behind the check");
}

#[test]
fn what_went_wrong_comes_first() {
    let (record, verdict) = sample::mixed();
    let html = render(&record, &verdict).expect("it renders");
    insta::assert_snapshot!(between(&html, "<header class=\"verdict", "<nav "));
}

#[test]
fn what_is_behind_a_check() {
    let (record, verdict) = sample::mixed();
    let html = render(&record, &verdict).expect("it renders");
    insta::assert_snapshot!(between(&html, "<tr id=\"check-environments.list\"", "</tr>"));
}

#[test]
fn a_build_that_failed() {
    let (record, verdict) = sample::not_built();
    let html = render(&record, &verdict).expect("it renders");
    assert!(between(&html, "<section aria-labelledby=\"build\">", "</section>").contains("id=\"recipes\""));
    insta::assert_snapshot!(between(&html, "<section class=\"story\"", "</section>"));
}

#[test]
fn the_environment() {
    let (record, verdict) = sample::good();
    let html = render(&record, &verdict).expect("it renders");
    insta::assert_snapshot!(between(&html, "<section aria-labelledby=\"environment\">", "</section>"));
}

/// The samples, rendered.
fn pages() -> Vec<(Record, String)> {
    let samples = [
        sample::good(),
        sample::mixed(),
        sample::not_built(),
        sample::not_obtained(),
        sample::not_started(),
        sample::interrupted(),
        (Record::default(), sample::verdict(Decision::Empty, &["nothing was selected"])),
    ];
    let rendered = |(record, verdict): (Record, Verdict)| {
        let html = render(&record, &verdict).expect("it renders");
        (record, html)
    };
    samples.map(rendered).into()
}

/// The values of all attributes of a name.
fn attributes<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let start = format!(" {name}=\"");
    let values: Vec<_> = html.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect();
    values.into_iter()
}

fn between<'a>(html: &'a str, start: &str, end: &str) -> &'a str {
    let from = html.find(start).unwrap_or_else(|| panic!("no {start}"));
    let to = from + html[from..].find(end).unwrap_or_else(|| panic!("no {end} after {start}"));
    &html[from..to]
}
