//! `shakedown list`: the plan, without an engine.

use std::fmt::Write as _;

use crate::gate;
use crate::model::inquiry::Inquiry;
use crate::model::login::{Login, Session};
use crate::model::plan::{Check, Plan, Probe, Step};
use crate::session::{self, Prepared};

use super::arguments::List;
use super::run::{nothing_selected, selection};
use super::terminal::Terminal;
use super::trouble::Trouble;

pub(super) fn list(given: &List) -> Result<u8, Trouble> {
    let prepared =
        session::prepare_for(given.subjects.manager.as_deref(), &given.subjects.subjects, &selection(&given.choice)?)?;
    let mut text = String::new();
    let (empty, chosen): (Vec<&Prepared>, Vec<&Prepared>) =
        prepared.iter().partition(|subject| subject.plan.phases.is_empty());
    for subject in &chosen {
        describe(subject, &mut text);
    }
    Terminal::result(&text);
    let codes: Vec<u8> = empty.into_iter().map(nothing_selected).collect();
    Ok(if chosen.is_empty() { gate::exit_code(codes) } else { 0 })
}

fn describe(prepared: &Prepared, text: &mut String) {
    let Plan { phases, .. } = &prepared.plan;
    let count: usize = phases.iter().map(|phase| phase.checks.len()).sum();
    let default = if prepared.subject.default { "" } else { " · not run by default (`default: false`)" };
    let suites = prepared.subject.suites.join(", ");
    let _ = writeln!(text, "{} · {} of {suites}{default}", prepared.subject.name, checks(count));
    for phase in phases {
        let before: Vec<&str> = phase.before.iter().map(|restart| restart.name()).collect();
        let before = if before.is_empty() { String::new() } else { format!(" · after {}", before.join(", ")) };
        let _ = writeln!(text, "\n  {} · {}{before}", phase.phase, checks(phase.checks.len()));
        for check in &phase.checks {
            let _ = writeln!(text, "    {}{}", check.id, remark(check));
            for step in &check.steps {
                let _ = writeln!(text, "        {}", one_line(step));
            }
        }
    }
    text.push('\n');
}

fn checks(count: usize) -> String {
    format!("{count} check{}", if count == 1 { "" } else { "s" })
}

fn remark(check: &Check) -> String {
    if let Some(reason) = &check.skip {
        return format!(" · skipped: {reason}");
    }
    let tags = check.tags.iter().map(String::as_str);
    let words = check.advice.then_some("advice").into_iter().chain(tags);
    words.fold(String::new(), |text, word| text + " · " + word)
}

fn one_line(step: &Step) -> String {
    let what = match &step.probe {
        Probe::Run { invocation, .. } => by_ssh(invocation.login) + &shown(&invocation.argv),
        Probe::Together(invocations) => {
            invocations.iter().map(|invocation| shown(&invocation.argv)).collect::<Vec<_>>().join(" & ")
        }
        Probe::Ask { inquiry, .. } => asked(inquiry),
        Probe::Records { folder, .. } => format!("records in {folder}"),
        Probe::Manifest { path, .. } => format!("manifest {path}"),
        Probe::BuildStep(name) => format!("build step measured as {name}"),
        Probe::Image(part) => format!("the image's {}", part.name()),
        Probe::Log { allowed } => {
            let but_for = if allowed.is_empty() { "" } else { " without what is allowed there" };
            format!("the container's log{but_for}")
        }
        Probe::Entrypoint { invocation, terminal, .. } => {
            let on = if *terminal { " on a terminal" } else { "" };
            format!("given to the entrypoint{on}: {}", shown(&invocation.argv))
        }
        Probe::Inject(fault) => format!("put on: {}", fault.name()),
        Probe::Heal(fault) => format!("take off: {}", fault.name()),
    };
    format!("{}: {what}", step.name)
}

fn asked(inquiry: &Inquiry) -> String {
    match inquiry {
        Inquiry::File(path) => format!("look at {path}"),
        Inquiry::Content { path, .. } => format!("read {path}"),
        Inquiry::Which { name, .. } => format!("search PATH for {name}"),
        Inquiry::Tree { paths, .. } => format!("everything below {}", paths.join(", ")),
        Inquiry::Usage(paths) => format!("size of {}", paths.join(", ")),
        Inquiry::Space(path) => format!("room on {path}"),
        Inquiry::Init => "process 1".to_owned(),
        Inquiry::Environment => "the container's variables".to_owned(),
        Inquiry::Write { path, .. } => format!("write {path}"),
        Inquiry::Remove(path) => format!("remove {path}"),
        Inquiry::Memory => "memory of the container".to_owned(),
        Inquiry::Reference => "the reference work".to_owned(),
    }
}

/// How a command gets in that goes by SSH, ahead of it.
fn by_ssh(login: Option<Login>) -> String {
    let Some(Login { way, session }) = login else { return String::new() };
    let shell = match session {
        Session::Command => "",
        Session::Shell => ", login shell",
        Session::Terminal => ", on a terminal",
    };
    format!("(by SSH: {}{shell}) ", way.name())
}

/// A command on one line; code of several lines is cut after its first.
fn shown(argv: &[String]) -> String {
    let words = argv.iter().map(|word| {
        let mut lines = word.trim().lines();
        let first = lines.next().unwrap_or_default();
        if lines.next().is_some() { format!("'{first} …'") } else { first.to_owned() }
    });
    words.collect::<Vec<_>>().join(" ")
}
