//! Who may use whom: the architecture, held by machine.
//!
//! Reads the sources of the library, follows every `crate::…` path to the top-level module that it leads
//! to, and holds the result against the table of `DESIGN.md`. Inline tests are left out: they may use anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Module → the modules that it may use. Every module must be named here.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("clock", &[]),
    ("signature", &[]),
    ("secrets", &[]),
    ("managers", &["model"]),
    ("judge", &["model"]),
    ("compare", &["model"]),
    ("gate", &["model", "compare"]),
    ("packages", &[]),
    ("index", &["model", "packages"]),
    ("config", &["model", "managers"]),
    ("plan", &["model", "config", "managers"]),
    ("engine", &["model", "clock"]),
    ("observe", &["model", "managers", "engine", "secrets"]),
    ("journal", &["model", "secrets"]),
    ("report", &["model", "compare"]),
    ("runner", &["model", "engine", "observe", "judge", "clock"]),
    (
        "session",
        &[
            "model",
            "config",
            "plan",
            "managers",
            "packages",
            "engine",
            "index",
            "observe",
            "runner",
            "journal",
            "compare",
            "gate",
            "report",
            "signature",
            "clock",
        ],
    ),
    ("testing", &["model", "plan", "session", "journal", "clock"]),
    ("cli", &["model", "config", "plan", "session", "journal", "compare", "gate", "report", "clock", "engine"]),
];

/// A crate and the only module that may name it.
const ONLY_IN: &[(&str, &str)] = &[
    ("bollard", "engine/docker"),
    ("russh", "engine/ssh"),
    ("serde_saphyr", "config"),
    ("clap", "cli"),
    ("indicatif", "report cli"),
    ("libtest_mimic", "testing"),
    ("axum", "index"),
    ("minijinja", "plan report"),
    ("tabled", "report"),
    ("quick_junit", "report"),
    ("ed25519_dalek", "signature"),
    ("pep508_rs", "managers"),
    ("rattler_conda_types", "managers"),
    ("rattler_lock", "managers"),
    ("zip", "packages"),
    ("zstd", "packages"),
];

/// What pure modules must not name.
const IMPURE: &[&str] =
    &["tokio::", "async fn", "std::fs", "std::net", "std::process::Command", "std::env::", ".now()"];

/// Modules that know no I/O, no clock and no executor.
const PURE: &[&str] = &["model", "managers", "packages", "judge", "compare", "gate", "plan", "signature", "secrets"];

struct Source {
    path: PathBuf,
    module: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|ending| ending == "rs") {
                let path = entry.strip_prefix(&root).expect("below the root").to_owned();
                let first = path.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
                let module = first.trim_end_matches(".rs").to_owned();
                let text = without_tests(&fs::read_to_string(&entry).expect("a source"));
                found.push(Source { path, module, text });
            }
        }
    }
    found.retain(|source| !matches!(source.module.as_str(), "lib" | "main") && !is_test_file(&source.path));
    found
}

fn is_test_file(path: &Path) -> bool {
    let text = path.to_string_lossy();
    text.ends_with("tests.rs")
        || text.contains("/tests/")
        || text.ends_with("sample.rs")
        || text.ends_with("captured.rs")
}

/// The source up to its inline tests, comments left out.
fn without_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// The top-level modules that a source names by `crate::…`, also in groups as `crate::{a, b::c}`.
fn named(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        let group = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default(),
            None => rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default(),
        };
        for item in group.split(',') {
            let name: String = item.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            names.insert(name);
        }
    }
    names
}

fn uses(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let modules: BTreeSet<&str> = sources.iter().map(|source| source.module.as_str()).collect();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let own = uses.entry(source.module.clone()).or_default();
        own.extend(named(&source.text).into_iter().filter(|name| modules.contains(name.as_str())));
        own.remove(&source.module);
    }
    uses
}

#[test]
fn every_module_uses_only_what_it_may() {
    let sources = sources();
    let uses = uses(&sources);
    let mut wrong = Vec::new();
    for (module, used) in &uses {
        let (_, allowed) = MAY_USE.iter().find(|(name, _)| name == module).unwrap_or_else(|| {
            panic!("module {module} is not in the table: say what it may use");
        });
        wrong.extend(
            used.iter().filter(|name| !allowed.contains(&name.as_str())).map(|name| format!("{module} → {name}")),
        );
    }
    assert!(wrong.is_empty(), "not allowed: {wrong:#?}");
    assert!(uses.len() >= MAY_USE.len(), "the table names modules that there are not");
}

#[test]
fn there_are_no_cycles_between_modules() {
    let uses = uses(&sources());
    let mut left: BTreeMap<_, _> = uses.clone();
    loop {
        let free: Vec<String> = left
            .iter()
            .filter(|(_, used)| used.iter().all(|name| !left.contains_key(name)))
            .map(|(name, _)| name.clone())
            .collect();
        if free.is_empty() {
            break;
        }
        for name in free {
            left.remove(&name);
        }
    }
    assert!(left.is_empty(), "a cycle among: {:?}", left.keys());
}

#[test]
fn libraries_stay_behind_their_seams() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (library, places) in ONLY_IN {
            let inside = places.split(' ').any(|place| source.path.starts_with(place));
            if !inside && names_library(&source.text, library) {
                wrong.push(format!("{}: {library}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "only one module may know a library: {wrong:#?}");
}

fn names_library(text: &str, library: &str) -> bool {
    text.contains(&format!("{library}::")) || text.contains(&format!("use {library};"))
}

#[test]
fn pure_modules_do_no_input_or_output() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| PURE.contains(&source.module.as_str())) {
        wrong.extend(
            IMPURE
                .iter()
                .filter(|word| source.text.contains(*word))
                .map(|word| format!("{}: {word}", source.path.display())),
        );
    }
    assert!(wrong.is_empty(), "pure modules are plain functions over data: {wrong:#?}");
}

#[test]
fn only_the_agent_has_unsafe_code_and_in_one_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wrong: Vec<_> =
        sources().into_iter().filter(|source| source.text.contains("unsafe ")).map(|source| source.path).collect();
    assert!(wrong.is_empty(), "unsafe code outside the agent: {wrong:?}");
    let agent =
        fs::read_dir(root.join("agent/src")).expect("the agent's sources").map(|entry| entry.expect("an entry").path());
    let unsafe_files: Vec<_> = agent
        .filter(|path| path.is_file() && fs::read_to_string(path).expect("a source").contains("unsafe {"))
        .filter_map(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()))
        .collect();
    assert_eq!(unsafe_files, ["sys.rs"]);
}
