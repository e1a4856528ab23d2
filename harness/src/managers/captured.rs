//! What real package managers printed, for tests of the parsers; and what holds for all that was captured.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rstest::rstest;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::ALL;
use crate::model::fact::{ErrorClass, Fact};
use crate::model::plan::Question;
use crate::model::text::unwrapped;

/// One command, as a line of a file in `tests/captured`.
#[derive(Deserialize)]
pub(super) struct Captured {
    pub(super) state: String,
    pub(super) command: String,
    pub(super) exit: i32,
    /// The class of the trouble that was made for it, and that its output tells; absent where none was.
    provoked: Option<ErrorClass>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Captured {
    /// All that was printed.
    fn output(&self) -> String {
        format!("{}\n{}", self.stderr, self.stdout)
    }
}

/// The files of a folder, in order: `<manager>-<version>.jsonl`.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|end| end == "jsonl")).collect();
    files.sort();
    files
}

/// Whose output a file holds.
fn manager_of(file: &Path) -> String {
    let name = file.file_name().unwrap().to_str().unwrap();
    name.split_once('-').unwrap().0.to_owned()
}

fn captures_of(file: &Path) -> Vec<Captured> {
    lines_of(file)
}

fn lines_of<T: DeserializeOwned>(file: &Path) -> Vec<T> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// All that was captured of a manager, in order.
pub(super) fn all(manager: &str) -> Vec<Captured> {
    let files = files("tests/captured");
    files.iter().filter(|file| manager_of(file) == manager).flat_map(|file| captures_of(file)).collect()
}

/// The help of a command, as a line of a file in `tests/captured/help`.
#[derive(Deserialize)]
pub(super) struct Help {
    pub(super) command: String,
    pub(super) stdout: String,
}

/// What was captured of a manager's help.
pub(super) fn help(manager: &str) -> Vec<Help> {
    let files = files("tests/captured/help");
    files.iter().filter(|file| manager_of(file) == manager).flat_map(|file| lines_of(file)).collect()
}

/// The only capture, or the first, of this command in a state that begins so.
pub(super) fn one(manager: &str, state: &str, command: &str) -> Captured {
    let found = all(manager).into_iter().find(|one| one.state.starts_with(state) && one.command == command);
    found.unwrap_or_else(|| panic!("`{command}` was not captured of {manager} in the state `{state}`"))
}

/// What a class is called in files.
fn name_of(class: ErrorClass) -> String {
    serde_json::to_value(class).unwrap().as_str().unwrap().to_owned()
}

#[rstest]
#[case::not_found(ErrorClass::NotFound)]
#[case::version_unsatisfiable(ErrorClass::VersionUnsatisfiable)]
#[case::conflict(ErrorClass::Conflict)]
#[case::network_unreachable(ErrorClass::NetworkUnreachable)]
#[case::offline(ErrorClass::Offline)]
#[case::name_resolution(ErrorClass::NameResolution)]
#[case::tls(ErrorClass::Tls)]
#[case::authentication(ErrorClass::Authentication)]
#[case::hash_mismatch(ErrorClass::HashMismatch)]
#[case::timeout(ErrorClass::Timeout)]
#[case::disk_full(ErrorClass::DiskFull)]
#[case::permission_denied(ErrorClass::PermissionDenied)]
#[case::read_only(ErrorClass::ReadOnly)]
#[case::invalid_spec(ErrorClass::InvalidSpec)]
#[case::invalid_manifest(ErrorClass::InvalidManifest)]
#[case::locked(ErrorClass::Locked)]
#[case::interrupted(ErrorClass::Interrupted)]
#[case::not_installed(ErrorClass::NotInstalled)]
fn the_outputs_of_a_class_are_those_that_were_provoked_for_it_and_no_others(#[case] class: ErrorClass) {
    assert!(class.hint().ends_with('.') && !class.hint().contains('\n'), "one sentence of what to do about it");
    for manager in ALL {
        assert_provoked(manager.name(), class);
    }
}

fn assert_provoked(manager: &str, class: ErrorClass) {
    let captures = all(manager);
    for one in &captures {
        let told = classified(manager, one);
        let (expected, found) = (one.provoked == Some(class), told == class);
        assert_eq!(found, expected, "{} | {}\nis {}:\n{}", one.state, one.command, name_of(told), one.output());
    }
    let readme = include_str!("../../tests/captured/README.md");
    let is_excused = readme.contains(&format!("- {manager}, `{}`: ", name_of(class)));
    let was_captured = captures.iter().any(|one| one.provoked == Some(class));
    assert_ne!(was_captured, is_excused, "{manager}: README.md says which classes it cannot produce, and only these");
}

fn classified(manager: &str, one: &Captured) -> ErrorClass {
    super::find(manager).unwrap().classify(Some(one.exit), &one.output())
}

const QUESTIONS: [fn() -> Question; 8] = [
    || Question::Version,
    || Question::Installation,
    || Question::Environments,
    || Question::Packages { environment: "common".to_owned() },
    || Question::Records { environment: "common".to_owned() },
    || Question::Manifest { environment: "common".to_owned() },
    || Question::UpToDate { environment: "common".to_owned() },
    || Question::Refusal,
];

/// Where a manager's captured commands may have found and left their files, `NAME` being its name.
const PLACES: &[&str] = &[
    "/hard/image/NAME",
    "/opt/NAME",
    "/tmp/NAME-",
    "/root/.cache/",
    "/root/.rattler/",
    "/var/cache/",
    "/channel",
    "/nochan",
    "/nowhere",
    "/tmp/ws",
    "/simple/",
    "/files/",
    "/shakedown_data-1.0-",
    "/usr/",
    "/bin",
    "/sbin",
    "/rustc/",
    "/dev/null",
];

/// Whether a host is one that anybody may name: an example, this machine to itself, or an address for documentation.
fn is_example(host: &str) -> bool {
    let is_reserved = [".example", ".invalid"].iter().any(|ending| host.ends_with(ending));
    is_reserved || ["", "127.0.0.1", "192.0.2.1"].contains(&host)
}

/// The host of what follows `://`, without the credentials before it.
fn host(rest: &str) -> &str {
    let authority = rest.split(|end: char| end.is_whitespace() || "/'\"`)>,;]\\".contains(end)).next().unwrap();
    let host = authority.rsplit('@').next().unwrap();
    host.split(|end: char| !(end.is_alphanumeric() || "-._".contains(end))).next().unwrap()
}

#[rstest]
fn captures_name_no_host_but_example_ones_and_no_path_of_the_machine_they_were_made_on(
    #[files("tests/captured/*.jsonl")] file: PathBuf,
) {
    let places: Vec<String> = PLACES.iter().map(|place| place.replace("NAME", &manager_of(&file))).collect();
    for one in captures_of(&file) {
        for text in [&one.command, &one.stdout, &one.stderr] {
            let text = unwrapped(text).replace("https:// ", "https://");
            // An absolute path begins behind a space, a quote or the like.
            for part in text.split(|end: char| end.is_whitespace() || "'\"`=:,()>[".contains(end)) {
                let absolute =
                    part.starts_with('/') && !part.starts_with("//") && !matches!(part, "/" | "/tmp" | "/home");
                assert!(!absolute || places.iter().any(|place| part.starts_with(place)), "{part}: {text}");
            }
            for rest in text.split("://").skip(1) {
                assert!(is_example(host(rest)), "{}: {text}", host(rest));
            }
        }
    }
}

#[rstest]
fn captures_do_not_name_this_machine(#[files("tests/captured/*.jsonl")] file: PathBuf) {
    let Ok(machine) = std::fs::read_to_string("/proc/sys/kernel/hostname") else { return };
    let machine = machine.trim();
    let named = |text: &str| {
        let mut words = text.split(|end: char| !(end.is_alphanumeric() || "-._".contains(end)));
        machine != "localhost" && words.any(|word| word == machine)
    };
    for one in captures_of(&file) {
        let texts = [&one.state, &one.command, &one.stdout, &one.stderr];
        assert!(!texts.into_iter().any(|text| named(text)), "{machine}: {} | {}", one.state, one.command);
    }
}

/// Every beginning of a text; of a long one, as a help page, of its first part: the parsers have given up by then.
fn beginnings(text: &str) -> impl Iterator<Item = &str> {
    (0..=text.len().min(500)).filter_map(|end| text.get(..end))
}

#[test]
fn no_parser_panics_on_any_beginning_of_anything_that_was_captured() {
    for manager in ALL {
        let of_its_own: BTreeSet<String> =
            all(manager.name()).into_iter().flat_map(|one| [one.stdout, one.stderr]).collect();
        for text in of_its_own.iter().flat_map(|text| beginnings(text)) {
            for question in QUESTIONS {
                let _ = manager.read(&question(), Some(0), text, "");
            }
            let _ = manager.read_manifest(text, "common");
            let _ = manager.read_records(&[("/x/site-packages/x.dist-info/METADATA".to_owned(), text.to_owned())]);
        }
    }
}

#[test]
fn every_beginning_of_a_refusal_is_classified_without_a_panic() {
    for manager in ALL {
        for one in all(manager.name()).into_iter().filter(|one| one.exit != 0) {
            for text in beginnings(&one.stderr) {
                let read = manager.read(&Question::Refusal, Some(one.exit), "", text);
                assert_eq!(read, Ok(Fact::Refusal(manager.classify(Some(one.exit), text))));
            }
        }
    }
}

#[test]
fn an_empty_answer_is_never_a_fact_but_an_empty_list_of_tools() {
    for manager in ALL {
        for question in QUESTIONS {
            let question = question();
            let read = manager.read(&question, Some(0), "", "");
            match (manager.name(), &question) {
                (_, Question::Refusal) => assert_eq!(read, Ok(Fact::Refusal(ErrorClass::Unknown))),
                ("uv", Question::Environments) => assert_eq!(read, Ok(Fact::Environments(Vec::new()))),
                _ => assert!(read.is_err(), "{} {question:?}: {read:?}", manager.name()),
            }
        }
    }
}

#[test]
fn a_command_that_failed_is_no_answer_whatever_it_printed() {
    for manager in ALL {
        let one = one(manager.name(), "", &format!("{} --version", manager.name()));
        let error = manager.read(&Question::Version, Some(1), &one.stdout, "\nit broke\n").unwrap_err();
        assert_eq!(error, "expected an answer, but the command ended with exit code 1: it broke");
        let error = manager.read(&Question::Version, None, "", "").unwrap_err();
        assert_eq!(error, "expected an answer, but the command did not end by itself and printed nothing");
    }
}
