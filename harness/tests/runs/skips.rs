//! What is skipped of the committed subjects before anything starts, and why.

use shakedown::managers;
use shakedown::model::plan::{Plan, Probe};
use shakedown::plan::Selection;

use crate::plans::{planned, planned_of};

/// Each reason, with the checks that it holds for.
fn skipped(plan: &Plan) -> String {
    let checks = plan.checks().filter_map(|check| Some(format!("{}: {}", check.id, check.skip.as_ref()?)));
    checks.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_pip_lacks_is_skipped_with_its_reason() {
    insta::assert_snapshot!(skipped(&planned("pip", &Selection::default()).plan), @r"
    environments/manifest[common]: pip: a virtual environment has no manifest
    performance/install: the subject sets no budget `install-cold`
    performance/memory-repair: pip: a virtual environment has no manifest to repair it by; installing again repairs it
    ");
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

/// The plan of the suite `conformance` for an image of a manager.
fn conformance(manager: &str) -> Plan {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("subject.yml");
    let text =
        format!("subject: any\nmanager: {manager}\nimage: {{use: 'any:1'}}\ninstall: {{home: /opt/{manager}}}\n");
    let text = text + "sources: {packages: shakedown}\nsuites: [conformance]\n";
    std::fs::write(&path, text).expect("written");
    planned_of(&path, &Selection::default()).plan
}

#[test]
fn of_the_common_operations_a_manager_skips_what_it_lacks_and_not_more() {
    let mut all = Vec::new();
    for manager in managers::ALL {
        let plan = conformance(manager.name());
        all.extend(skipped(&plan).lines().map(|line| format!("{} skips {line}", manager.name())));
        let checked = plan.checks().filter(|check| check.skip.is_none()).count();
        assert!(checked >= 16, "{}: only {checked} checks", manager.name());
    }
    insta::assert_snapshot!(all.join("\n"), @r"
    pip skips conformance/manifest: pip writes no manifest: requirements files are written by people
    pip skips conformance/lock: pip has no lock file that it holds against a manifest
    pip skips conformance/lock-drift: pip has no lock file that it holds against a manifest
    pip skips conformance/remove-unneeded: pip removes only what is named, not what that alone needed
    pip skips conformance/cache-offline: pip has no offline mode: it asks the index also for what its cache holds
    pixi skips conformance/install-extra: pixi's conda packages have no extras, only those of an index have
    ");
}
