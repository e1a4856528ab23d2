//! What is skipped of the committed subjects before anything starts, and why.

use shakedown::model::plan::Probe;
use shakedown::plan::Selection;

use crate::plans::planned;

/// Each reason, with the checks that it holds for.
fn skipped(name: &str) -> String {
    let plan = planned(name, &Selection::default()).plan;
    let checks = plan.checks().filter_map(|check| Some(format!("{}: {}", check.id, check.skip.as_ref()?)));
    checks.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_pip_lacks_is_skipped_with_its_reason() {
    insta::assert_snapshot!(skipped("pip"), @"environments/manifest[common]: pip: a virtual environment has no manifest");
}

#[test]
fn of_an_image_without_its_manager_files_and_imports_are_checked_and_the_rest_does_not_count() {
    let plan = planned("uv-slim", &Selection::default()).plan;
    for check in plan.checks() {
        if check.skip.as_deref() == Some("the image does not hold uv") {
            assert!(check.advice, "{} counts", check.id);
        }
        for step in &check.steps {
            if let Probe::Run { invocation, .. } = &step.probe {
                let is_uv = |word: &String| word == "uv" || word == "/opt/uv/bin/uv";
                assert!(!invocation.argv.iter().any(is_uv), "{} runs {:?}", check.id, invocation.argv);
            }
            assert!(!matches!(step.probe, Probe::Together(_)), "{} changes environments", check.id);
        }
    }
    let left = plan.checks().filter(|check| check.skip.is_none()).map(|check| check.id.to_string());
    insta::assert_snapshot!(left.collect::<Vec<_>>().join("\n"));
    assert!(plan.identity.is_empty() && plan.path.is_empty());
}
