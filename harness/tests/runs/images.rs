//! Images that are good, and images of which a part is missing.

use shakedown::engine::scripted::{ScriptedEngine, ran};
use shakedown::model::{Captured, CheckId, Decision, Outcome, Ran};
use shakedown::plan::Selection;

use crate::plans::planned;
use crate::script::Script;
use crate::stage::{carry_out, engine, options, run, with_script};

#[tokio::test]
async fn a_good_image_is_stable() {
    let done = run(&engine(Script::uv())).await;
    assert_eq!(done.red(), [""; 0], "{:#?}", done.verdict.reasons);
    assert_eq!((done.verdict.decision, done.verdict.reasons.len()), (Decision::Stable, 0), "{:#?}", done.verdict);
    assert!(done.record.checks().all(|check| check.concluded));
    assert_eq!(done.names(Outcome::is_unknown), [""; 0]);
    let skipped = done.names(|outcome| matches!(outcome, Outcome::Skipped { .. }));
    assert_eq!(skipped, ["environments/manifest[common]", "packages/programs[scipy]"]);
    assert_eq!(done.record.manager_version.as_deref(), Some("0.13.8"));
    assert!(done.record.rate().counted > 110, "{:?}", done.record.rate());
}

#[tokio::test]
async fn the_order_of_checks_side_by_side_changes_nothing() {
    let options = shakedown::runner::Options { jobs: 8, ..options() };
    let done = carry_out(&planned("uv", &Selection::default()), &engine(Script::uv()), &options).await;
    assert_eq!(done.verdict.decision, Decision::Stable, "{:#?}", done.verdict);
}

#[tokio::test]
async fn a_missing_environment_is_the_root_of_everything_behind_it() {
    let done = run(&engine(Script::uv().without("/opt/uv/common"))).await;
    assert_eq!(done.red(), ["environments/folder[common]"]);
    for blocked in ["packages/import[scipy]", "packages/lifecycle", "shell/unprivileged[nobody]", "errors/killed"] {
        let by = "environments/folder[common]".parse().expect("an id");
        assert_eq!(done.outcome(blocked), &Outcome::Blocked { by }, "{blocked}");
    }
    assert_eq!(done.outcome("environments/folder[tools]"), &Outcome::Passed);
    assert_eq!(done.outcome("packages/tool[http]"), &Outcome::Passed);
    let blocked = done.blocked_by("environments/folder[common]");
    assert!(blocked > 60, "{blocked}");
    let reason = format!("Failed: environments/folder[common]; {blocked} counted checks blocked.");
    done.assert(Decision::NotStable, &reason);
    let diagnosed: Vec<&str> =
        done.record.phases.iter().filter(|phase| phase.diagnosis.is_some()).map(|phase| phase.phase.as_str()).collect();
    assert_eq!(diagnosed, ["environments"]);
    let diagnosis = done.record.phases[1].diagnosis.as_deref().unwrap_or_default();
    assert!(diagnosis.contains("* /opt/uv/bin\n"), "{diagnosis}");
}

/// How Python says that a module is missing.
fn no_module(name: &str) -> Ran {
    let text = "Traceback (most recent call last):\n  File \"<string>\", line 17, in <module>\n";
    Ran { stderr: Captured::whole(format!("{text}ModuleNotFoundError: No module named '{name}'\n")), ..ran(1, "") }
}

#[tokio::test]
async fn one_of_seven_packages_that_cannot_be_imported_is_too_much() {
    let engine =
        ScriptedEngine::new().when_run(|invocation| (invocation.argv.get(3)? == "attrs").then(|| no_module("attr")));
    let done = run(&with_script(engine, Script::uv())).await;
    assert_eq!(done.red(), ["packages/import[attrs]"]);
    let imports: Vec<bool> = (done.record.checks())
        .filter(|check| check.ended.check.phase == "packages" && check.ended.check.name == "import")
        .map(|check| check.ended.outcome.is_passed())
        .collect();
    assert_eq!((imports.len(), imports.iter().filter(|passed| **passed).count()), (7, 6));
    let by: CheckId = "packages/import[attrs]".parse().expect("an id");
    for blocked in [
        "packages/use[attrs]",
        "performance/import[attrs]",
        "persistence/import[attrs]@restart",
        "persistence/import[attrs]@recreate",
    ] {
        assert_eq!(done.outcome(blocked), &Outcome::Blocked { by: by.clone() }, "{blocked}");
    }
    done.assert(Decision::NotStable, "success rates are below what is required: packages ");
    done.assert(Decision::NotStable, "Failed: packages/import[attrs]; 10 counted checks blocked.");
}

#[tokio::test]
async fn an_environment_into_which_another_leaks_is_red_by_itself() {
    let engine = ScriptedEngine::new().when_run(|invocation| {
        let is_it = invocation.argv[0] == "/opt/uv/tools/httpie/bin/python" && invocation.argv[2].contains("leaks");
        let said =
            "tools can import yaml of PyYAML from /opt/uv/common/lib/python3.11/site-packages/yaml/__init__.py\n";
        is_it.then(|| Ran { stderr: Captured::whole(said), ..ran(1, "") })
    });
    let done = run(&with_script(engine, Script::uv())).await;
    assert_eq!(done.red(), ["environments/isolated[tools]"]);
    assert_eq!(done.outcome("environments/isolated[common]"), &Outcome::Passed);
    done.assert(Decision::NotStable, "Failed: environments/isolated[tools].");
}

#[tokio::test]
async fn an_image_without_pixi_is_not_stable_and_the_program_is_at_the_root() {
    let planned = planned("pixi", &Selection::default());
    let done = carry_out(&planned, &engine(Script::bare()), &options()).await;
    assert_eq!(done.red().first().map(String::as_str), Some("installation/binary"));
    assert!(done.blocked_by("installation/binary") > 20);
    assert_eq!(done.names(Outcome::is_unknown), [""; 0]);
    done.assert(Decision::NotStable, "Failed: installation/binary, ");
}
