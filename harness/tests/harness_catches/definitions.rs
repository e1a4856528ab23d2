//! Every check has a sabotage that it catches: one that nothing turns red may be one that cannot fail.

use std::collections::BTreeSet;
use std::path::Path;

use shakedown::config::{SuiteCheck, SuitePhase, parse_suite};
use shakedown::model::CheckId;
use shakedown::plan::Selection;
use shakedown::session;

use crate::sabotages::{self, Sabotage};

/// A check that no line of a Dockerfile turns red on a good image.
struct Exception {
    /// Its name, without item.
    check: &'static str,
    /// Why none does.
    reason: &'static str,
    /// The test of whole runs on a script that turns it red instead, and the file which that is in.
    test: &'static str,
    file: &'static str,
}

const EXCEPTIONS: [Exception; 3] = [
    Exception {
        check: "performance/build",
        reason: "it is about the steps that made the good image, and none of them is carried out again",
        test: "a_step_of_the_build_that_takes_too_long_is_red",
        file: include_str!("../runs/figures.rs"),
    },
    Exception {
        check: "persistence/variable",
        reason: "the engine gives commands their variables as the image has them, and nothing in a container changes that",
        test: "a_variable_that_the_engine_loses_is_red_after_what_lost_it",
        file: include_str!("../runs/lives.rs"),
    },
    Exception {
        check: "persistence/package-cache",
        reason: "it is about cache mounts, and the one line that makes a sabotaged image has none",
        test: "a_cache_that_the_second_build_does_not_find_is_red",
        file: include_str!("../runs/rebuilds.rs"),
    },
];

/// The checks of a committed subject.
pub(crate) fn checks(subject: &str) -> BTreeSet<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../configs/{subject}.yml"));
    let prepared = session::prepare(&[file.display().to_string()], &Selection::default()).expect("a valid subject");
    prepared.iter().flat_map(|subject| subject.plan.checks()).map(|check| check.id.to_string()).collect()
}

/// Their names without items and transitions.
fn names<'a>(ids: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    let name = |id: &String| id.parse::<CheckId>().expect("an id").without_item().to_string();
    ids.into_iter().map(name).collect()
}

fn red<'a>(sabotages: impl Iterator<Item = &'a Sabotage>) -> BTreeSet<String> {
    sabotages.flat_map(|sabotage| sabotage.red).map(|&id| id.to_owned()).collect()
}

#[test]
fn each_check_catches_a_sabotage_or_says_why_none_can_be_made() {
    let of_logins: BTreeSet<String> = &names(&checks("uv-ssh")) - &names(&checks("uv"));
    let caught = &names(&red(sabotages::all())) | &(&names(&red(sabotages::by_ssh())) & &of_logins);
    let uncaught: BTreeSet<String> = &(&names(&checks("uv")) | &of_logins) - &caught;
    let excepted: BTreeSet<String> = EXCEPTIONS.iter().map(|exception| exception.check.to_owned()).collect();
    assert_eq!(uncaught, excepted, "what no sabotage turns red, and what is excepted from that");
    for Exception { check, reason, test, file } in EXCEPTIONS {
        assert!(file.contains(&format!("fn {test}()")), "{check}: {reason}; and no test {test} turns it red");
    }
}

/// The names of the checks that a suite defines.
fn defined(text: &str) -> Vec<String> {
    let suite = parse_suite("suite.yml", text).expect("a valid suite");
    let of_phase = |phase: &SuitePhase| {
        let name = |check: &SuiteCheck| CheckId::new(&phase.phase, &check.id).to_string();
        phase.checks.iter().map(name).collect::<Vec<_>>()
    };
    suite.phases.iter().flat_map(of_phase).collect()
}

/// What pixi's own suites define, whatever another manager's call theirs.
#[test]
fn each_check_of_pixis_own_suites_catches_a_sabotage() {
    let own: BTreeSet<String> =
        [include_str!("../../../suites/pixi.yml"), include_str!("../../../suites/pixi-trouble.yml")]
            .into_iter()
            .flat_map(defined)
            .collect();
    let uncaught = &own - &names(&red(sabotages::of_pixi()));
    assert_eq!(uncaught, BTreeSet::new(), "what no sabotage turns red");
}

/// Of what a run does not hold nothing is asked, so that a slip of the pen would pass.
#[test]
fn each_sabotage_names_checks_that_there_are() {
    are_there("uv", sabotages::all());
    are_there("uv-ssh", sabotages::by_ssh());
    are_there("pixi", sabotages::of_pixi());
}

fn are_there<'a>(subject: &str, sabotages: impl Iterator<Item = &'a Sabotage>) {
    let ids = checks(subject);
    let names = names(&ids);
    for sabotage in sabotages {
        let strange = sabotage.red.iter().filter(|&&id| !ids.contains(id));
        let strange: Vec<_> = strange.chain(sabotage.blocked.iter().filter(|&&name| !names.contains(name))).collect();
        assert!(strange.is_empty(), "{} names what {subject} does not have: {strange:?}", sabotage.name);
    }
}
