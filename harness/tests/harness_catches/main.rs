//! Who tests the checks: of a good image of uv one line of a Dockerfile makes a bad one, and exactly the checks that are
//! there for it go red, exactly those that need them are blocked, and all others stay as they were.
//!
//! Each sabotage is looked at by the checks that it could touch; with `SHAKEDOWN_FULL` set, by all of them.
//! `SHAKEDOWN_SABOTAGES=NAME,NAME` has these alone made, as for whoever writes one.

mod bench;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "the rest is for tests on an engine by themselves")]
mod common;
mod definitions;
mod outcomes;
mod sabotages;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use bench::Bench;
use outcomes::Outcomes;
use sabotages::Sabotage;

/// Checks that take long and that a sabotage touches only where it names them: left out of what is looked at.
const SLOW: [&str; 14] = [
    "installation/entrypoint*",
    "shell/entrypoint",
    "environments/up-to-date",
    "environments/isolated",
    "environments/twice",
    "environments/repaired",
    "environments/lost-interpreter",
    "environments/lost-environment",
    "packages/lifecycle",
    "performance/concurrent",
    "performance/growth",
    "performance/install",
    "performance/memory*",
    "performance/import",
];

#[tokio::test]
async fn each_sabotage_turns_its_checks_red_and_no_others() {
    hold("uv", wanted(sabotages::all())).await;
}

#[tokio::test]
async fn each_sabotage_of_logins_turns_its_checks_red_and_no_others() {
    hold("uv-ssh", wanted(sabotages::by_ssh())).await;
}

/// Of a real pixi, where one is at hand: a binary and a channel.
#[tokio::test]
async fn each_sabotage_of_pixi_turns_its_checks_red_and_no_others() {
    let named = ["PIXI_BINARY", "PIXI_CHANNEL_DIR"].map(std::env::var_os);
    if named.contains(&None) {
        return common::ignore("PIXI_BINARY and PIXI_CHANNEL_DIR name no pixi and no channel");
    }
    let sabotages = wanted(sabotages::of_pixi());
    if !sabotages.is_empty() && common::require_docker().await.is_some() {
        hold_on(&Bench::of_runs("pixi"), &sabotages);
    }
}

/// Those that are asked for: all, where nobody asks for some.
fn wanted(all: impl Iterator<Item = &'static Sabotage>) -> Vec<&'static Sabotage> {
    let asked = std::env::var("SHAKEDOWN_SABOTAGES").ok();
    let is_asked = |name: &str| asked.as_ref().is_none_or(|asked| asked.split(',').any(|one| one.trim() == name));
    all.filter(|sabotage| is_asked(sabotage.name)).collect()
}

/// Holds these sabotages against the good image of a subject.
async fn hold(subject: &'static str, sabotages: Vec<&'static Sabotage>) {
    if sabotages.is_empty() || common::require_docker().await.is_none() {
        return;
    }
    let Some(bench) = Bench::new(subject) else {
        return common::ignore("the good image cannot be built here");
    };
    hold_on(&bench, &sabotages);
}

fn hold_on(bench: &Bench, sabotages: &[&'static Sabotage]) {
    // Of what a subject does not have nothing can be left out.
    let there = definitions::checks(bench.subject());
    let slow: Vec<&str> = SLOW.into_iter().filter(|slow| there.iter().any(|id| fits(slow, id))).collect();
    let looks: BTreeSet<&str> = sabotages.iter().flat_map(|sabotage| sabotage.looks).copied().collect();
    let looks = Vec::from_iter(looks);
    // The good image comes first, since all of the checks look at it.
    let seen = side_by_side(1 + sabotages.len(), |place| match place.checked_sub(1) {
        None => bench.good(&looks),
        Some(place) => bench.sabotaged(sabotages[place], &left_out(sabotages[place], &slow)),
    });
    let [good, bad @ ..] = seen.as_slice() else { panic!("nothing was looked at") };
    assert_eq!(good.red(), [""; 0], "of the good image");
    let wrong = sabotages.iter().zip(bad).flat_map(|(sabotage, seen)| mistakes(sabotage, seen, good));
    let wrong = wrong.collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{wrong}");
}

/// How so many images come out, in their order, as many at once as there are processors.
fn side_by_side(images: usize, look: impl Fn(usize) -> Outcomes + Sync) -> Vec<Outcomes> {
    let next = AtomicUsize::new(0);
    let seen = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    if place >= images {
                        return;
                    }
                    let outcomes = look(place);
                    seen.lock().expect("no panic").insert(place, outcomes);
                }
            });
        }
    });
    seen.into_inner().expect("no panic").into_values().collect()
}

/// The slow checks that a sabotage does not name.
fn left_out(sabotage: &Sabotage, slow: &[&'static str]) -> Vec<&'static str> {
    let is_named = |slow: &str| sabotage.red.iter().any(|id| id.starts_with(slow.trim_end_matches('*')));
    slow.iter().copied().filter(|slow| !is_named(slow)).collect()
}

/// What is otherwise than the sabotage should make it.
fn mistakes(sabotage: &Sabotage, seen: &Outcomes, good: &Outcomes) -> Vec<String> {
    let mut mistakes = Vec::new();
    let mut expect = |what: &str, expected: Vec<String>, seen: Vec<String>| {
        if expected != seen {
            mistakes.push(format!("{}: {what} should be {expected:?}, and are {seen:?}", sabotage.name));
        }
    };
    let looked_at = |ids: &[&str]| {
        let mut ids: Vec<String> = ids.iter().filter(|id| seen.has(id)).map(|&id| id.to_owned()).collect();
        ids.sort();
        ids
    };
    expect("red", looked_at(sabotage.red), seen.red());
    expect("blocked", looked_at(sabotage.blocked), seen.blocked());
    expect("changed otherwise", Vec::new(), seen.changed_from(good));
    mistakes
}

/// A sabotage that names nothing, or something that there is not, would hold nothing.
#[test]
fn each_sabotage_names_what_it_turns_red_among_what_it_looks_at() {
    names_what_it_turns_red(&sabotages::all().collect::<Vec<_>>());
    names_what_it_turns_red(&sabotages::by_ssh().collect::<Vec<_>>());
    names_what_it_turns_red(&sabotages::of_pixi().collect::<Vec<_>>());
}

fn names_what_it_turns_red(all: &[&Sabotage]) {
    for sabotage in all {
        assert!(!sabotage.red.is_empty(), "{} turns nothing red", sabotage.name);
        for id in sabotage.red {
            let is_looked_at = sabotage.looks.iter().any(|glob| fits(glob, id));
            assert!(is_looked_at, "{}: {id} is not looked at", sabotage.name);
        }
        let same = all.iter().filter(|other| other.name == sabotage.name || other.line == sabotage.line);
        assert_eq!(same.count(), 1, "{} is there twice", sabotage.name);
    }
}

/// Whether a run that looks at this looks at that check, as `--check` has it.
fn fits(glob: &str, id: &str) -> bool {
    match glob.split_once('*') {
        Some((head, tail)) => id.starts_with(head) && id.ends_with(tail),
        None => id.strip_prefix(glob).is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '@'])),
    }
}
