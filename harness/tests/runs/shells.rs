//! Shells that an image need not have, and logins by SSH: what is planned, skipped and red.

use shakedown::engine::scripted::{ScriptedEngine, ran};
use shakedown::model::inquiry::Inquiry;
use shakedown::model::plan::Plan;
use shakedown::model::{ExitStatus, Expectation, Outcome, Probe, Ran};
use shakedown::plan::Selection;

use crate::plans::{planned_by, whole};
use crate::script::Script;
use crate::stage::{run, with_script};

/// An engine whose image holds all that the script's does, but for bash, of which this is told.
fn without_bash(reason: &'static str) -> ScriptedEngine {
    let engine = ScriptedEngine::new().when_run(move |invocation| {
        let status = ExitStatus::NotStarted { errno: 2, reason: reason.to_owned() };
        (invocation.argv[0] == "bash").then(|| Ran { status, ..ran(0, "") })
    });
    with_script(engine, Script::uv())
}

#[tokio::test]
async fn a_shell_that_the_image_does_not_have_is_skipped() {
    let done = run(&without_bash("find bash in PATH /usr/bin:/bin: No such file or directory (os error 2)")).await;
    assert_eq!(done.red(), [""; 0]);
    let Outcome::Skipped { reason, remedy } = done.outcome("shell/login[nobody]") else { panic!("not skipped") };
    assert_eq!(reason, "the image has no bash");
    assert_eq!(remedy.as_deref(), Some("Install bash in the image to have it looked at there"));
    assert!(done.outcome("shell/sh[nobody]").is_passed());
}

#[tokio::test]
async fn a_shell_that_is_there_and_cannot_be_run_is_red() {
    let broken = "execute /bin/bash, which is there: its interpreter or loader is missing: No such file";
    let red = run(&without_bash(broken)).await.red();
    for id in ["shell/login[root]", "shell/interactive[root]", "shell/tool-login[root]"] {
        assert!(red.iter().any(|one| one == id), "{id} is not among {red:?}");
    }
}

/// The commands by SSH of a check, each with its way in and what the server starts.
fn logins(plan: &Plan, id: &str) -> Vec<String> {
    let check = plan.checks().find(|check| check.id.to_string() == id).unwrap_or_else(|| panic!("no {id}"));
    let login = |step: &shakedown::model::Step| match &step.probe {
        shakedown::model::Probe::Run { invocation, .. } => {
            let login = invocation.login.expect("by SSH");
            format!("{} {:?} {}", login.way.name(), login.session, invocation.argv.join(" "))
        }
        other => panic!("{other:?}"),
    };
    check.steps.iter().map(login).collect()
}

#[test]
fn a_subject_with_a_login_is_looked_at_by_ssh_by_each_of_its_ways() {
    let plan = whole("uv-ssh");
    let ids: Vec<String> = plan.checks().map(|check| check.id.to_string()).collect();
    for id in ["shell/login[admin]", "shell/zsh-login[admin]", "shell/ssh[admin]", "shell/ssh-login[admin]"] {
        assert!(ids.iter().any(|one| one == id), "no {id}");
    }
    for way in ["key", "locked-key", "password"] {
        let expected = format!("{way} Command echo \"$(id -u) $(id -un)\"");
        assert_eq!(logins(&plan, &format!("shell/ssh-way[{way}]")), [expected]);
    }
    assert!(logins(&plan, "shell/ssh-login[admin]")[0].starts_with("key Shell command -v uv"));
    assert!(logins(&plan, "shell/ssh-terminal[admin]")[0].starts_with("key Terminal test -t 0"));
    let tools = &logins(&plan, "shell/tool-ssh[admin]")[0];
    assert!(tools.contains("command -v httpie"), "{tools}");
}

#[test]
fn several_programs_are_looked_for_one_after_the_other() {
    let plan = without_ssh(
        "{id: one, about: It is found., which: 'uv uvx', user: nobody, expect: {at: '/opt/uv/bin/uv /opt/uv/bin/uvx'}}",
    );
    let check = plan.checks().next().expect("one check");
    let names: Vec<&str> = check.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["which", "which #2"]);
    for (step, (name, at)) in check.steps.iter().zip([("uv", "/opt/uv/bin/uv"), ("uvx", "/opt/uv/bin/uvx")]) {
        let inquiry = Inquiry::Which { name: name.to_owned(), path: None };
        assert_eq!(step.probe, Probe::Ask { inquiry, user: Some("nobody".to_owned()) });
        assert_eq!(step.expect, Expectation::FoundAt(at.to_owned()));
    }
}

#[test]
#[should_panic(expected = "`which` has 2 programs to look for, and `at` 1 paths")]
fn a_program_whose_path_is_not_said_beside_others_is_a_mistake() {
    let _ = without_ssh("{id: one, about: It is found., which: uv uvx, expect: {at: /opt/uv/bin/uv}}");
}

/// The plan of a subject without `ssh` that has this check.
fn without_ssh(check: &str) -> Plan {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("subject.yml");
    let text = "subject: any\nmanager: uv\nimage: {use: 'any:1'}\ninstall: {home: /opt/uv}\nsuites: [./own.yml]\n";
    std::fs::write(&path, text).expect("written");
    let own = format!("suite: own\nphases:\n  - phase: shell\n    checks:\n      - {check}\n");
    std::fs::write(folder.path().join("own.yml"), own).expect("written");
    planned_by(&path, &Selection::default(), |_| true).plan
}

#[test]
fn a_check_by_ssh_of_a_subject_that_nobody_logs_in_to_is_skipped() {
    let plan = without_ssh("{id: one, about: It works., run: 'true', shell: ssh}");
    let check = plan.checks().next().expect("one check");
    assert_eq!(check.skip.as_deref(), Some("the subject has no `ssh`, which would say how to log in"));
}
