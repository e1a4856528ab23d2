//! Every operation on every kind of place with every option, for tests of what is typed.

use super::{
    Additions, Caller, Init, LinkMode, LockUse, PackageManager, Place, Reach, Removal, Spec, Syncing, Task,
    ToolOperation, Unsupported, Update,
};
use crate::model::invocation::Invocation;

/// What a request was, and what is typed for it, or why nothing is.
pub(super) type Typed = (String, Result<Vec<Invocation>, Unsupported>);

pub(super) fn caller(manager: &dyn PackageManager) -> Caller {
    let variables = [("PIXI_HOME".to_owned(), "/home".to_owned())].into_iter().collect();
    Caller { program: manager.name().to_owned(), variables }
}

fn invocations<T>(task: Result<Task<T>, Unsupported>) -> Result<Vec<Invocation>, Unsupported> {
    task.map(|task| task.invocations)
}

fn specs(texts: &[&str]) -> Vec<Spec> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

/// Everything that a manager can be asked to do.
pub(super) fn everything(manager: &dyn PackageManager) -> Vec<Typed> {
    let places = [
        Place::Project("/project".to_owned()),
        Place::VirtualEnvironment("/venv".to_owned()),
        Place::Named("common".to_owned()),
    ];
    let mut all: Vec<Typed> = places.iter().flat_map(|place| in_place(manager, place)).collect();
    all.extend(elsewhere(manager));
    all
}

fn in_place(manager: &dyn PackageManager, place: &Place) -> Vec<Typed> {
    let caller = &caller(manager);
    if let Err(lacking) = manager.prefix(caller, place) {
        return vec![(format!("anything {}", told(place)), Err(lacking))];
    }
    let reach = Reach { sources: texts(&["https://a.example", "https://b.example"]), offline: false };
    let one = Reach { sources: texts(&["https://a.example"]), offline: false };
    let offline = Reach { sources: Vec::new(), offline: true };
    let inits = [
        ("", Init::default()),
        (" named", Init { name: Some("probe".to_owned()), ..Init::default() }),
        (" python", Init { python: Some("3.12".to_owned()), ..Init::default() }),
        (" sources", Init { sources: reach.sources.clone(), ..Init::default() }),
    ];
    let cowsay = Additions { specs: specs(&["cowsay>=6,<7", "rich"]), ..Additions::default() };
    let installs = [
        ("", cowsay.clone()),
        (" extra", Additions { specs: specs(&["cowsay[moo]"]), ..Additions::default() }),
        (" pypi", Additions { pypi: true, reach: one, ..cowsay.clone() }),
        (" sources", Additions { reach: reach.clone(), ..cowsay.clone() }),
        (" offline", Additions { reach: offline.clone(), ..cowsay.clone() }),
        (" requirements", Additions { requirements: texts(&["/r.txt"]), ..Additions::default() }),
        (" constraints", Additions { constraints: texts(&["/c.txt"]), ..cowsay.clone() }),
        (" hashes", Additions { requirements: texts(&["/r.txt"]), require_hashes: true, ..Additions::default() }),
    ];
    let syncs = [
        ("", Syncing::default()),
        (" offline", Syncing { reach: offline.clone(), ..Syncing::default() }),
        (" locked", Syncing { lock: LockUse::Locked, ..Syncing::default() }),
        (" frozen", Syncing { lock: LockUse::Frozen, ..Syncing::default() }),
        (" no-dev", Syncing { no_dev: true, ..Syncing::default() }),
        (" link", Syncing { link: Some(LinkMode::Copy), ..Syncing::default() }),
    ];
    let removals = [
        ("", Removal { names: texts(&["cowsay"]), ..Removal::default() }),
        (" pypi", Removal { names: texts(&["cowsay"]), pypi: true, reach: offline.clone() }),
    ];
    let updates = [
        (" all", Update::default()),
        (" offline", Update { names: Vec::new(), reach: offline }),
        (" one", Update { names: texts(&["cowsay"]), reach: Reach::default() }),
    ];
    let mut all = Vec::new();
    let mut enter = |what: &str, typed| all.push((format!("{what} {}", told(place)), typed));
    for (what, options) in &inits {
        enter(&format!("init{what}"), invocations(manager.init(caller, place, options)));
    }
    for (what, options) in &installs {
        enter(&format!("install{what}"), invocations(manager.install(caller, place, options)));
    }
    for (what, options) in &syncs {
        enter(&format!("sync{what}"), invocations(manager.sync(caller, place, options)));
    }
    for (what, options) in &removals {
        enter(&format!("remove{what}"), invocations(manager.remove(caller, place, options)));
    }
    for (what, options) in &updates {
        enter(&format!("update{what}"), invocations(manager.update(caller, place, options)));
    }
    enter("list", invocations(manager.list(caller, place)));
    enter("manifest", invocations(manager.manifest_of(caller, place)));
    enter("lock", invocations(manager.lock(caller, place)));
    let command = texts(&["python", "--version"]);
    enter("run", manager.run(caller, place, &command).map(|invocation| vec![invocation]));
    all
}

fn elsewhere(manager: &dyn PackageManager) -> Vec<Typed> {
    let caller = &caller(manager);
    let reach = Reach { sources: texts(&["https://a.example"]), offline: true };
    let tools = [
        ("install", ToolOperation::Install { specs: specs(&["httpie==3.2", "rich"]), reach }),
        ("update one", ToolOperation::Update { name: Some("httpie".to_owned()), reach: Reach::default() }),
        ("update all", ToolOperation::Update { name: None, reach: Reach::default() }),
        ("remove", ToolOperation::Remove { name: "httpie".to_owned() }),
        ("list", ToolOperation::List),
    ];
    let mut all = vec![("detect".to_owned(), Ok(manager.detect(caller).invocations))];
    for (what, operation) in &tools {
        all.push((format!("tool {what}"), invocations(manager.tool(caller, operation))));
    }
    all.push(("cache".to_owned(), Ok(manager.cache(caller).invocations)));
    all.push(("clear cache".to_owned(), Ok(manager.clear_cache(caller).invocations)));
    all
}

fn told(place: &Place) -> &'static str {
    match place {
        Place::Project(_) => "in a project",
        Place::VirtualEnvironment(_) => "in a virtual environment",
        Place::Named(_) => "in a named environment",
    }
}
