//! What steps and expectations must hold to beyond their syntax.

use std::str::FromStr;

use pep440_rs::VersionSpecifiers;
use serde::Deserialize;
use serde::de::IntoDeserializer;

use super::diagnostic::Place;
use super::names_of::names_of;
use super::places::Cursor;
use super::scalars::{Argv, Words};
use super::step::SuiteStep;
use super::suite::{ImageVerb, ShellName};
use super::suite_rules::{Rules, is_template};
use super::verbs::{Expect, ExpectText, OperationVerb};
use crate::model::fact::ErrorClass;
use crate::model::login::Way;

/// Kinds of file that can be expected.
const FILE_KINDS: [&str; 3] = ["file", "directory", "symlink"];

/// What can be expected of what a command does.
const OF_COMMANDS: [&str; 5] = ["exit", "refused", "stdout", "stderr", "output"];

/// What can be expected of an operation, whose refusals the manager explains.
const OF_OPERATIONS: [&str; 7] = ["exit", "refused", "because", "or-because", "stdout", "stderr", "output"];

/// What can be expected of a path.
const OF_FILES: [&str; 8] = ["type", "executable", "mode", "mode-without", "owner", "group", "absent", "not-empty"];

/// What can be expected of whatever a verb shows; where it shows nothing of the kind, the check fails.
const OF_ALL: [&str; 15] = [
    "version",
    "installation",
    "packages",
    "without",
    "environment",
    "no-environment",
    "up-to-date",
    "agrees-with",
    "same-version-as",
    "lines-of",
    "same-tree-as",
    "except",
    "no-larger-than",
    "same-as-before",
    "less-than-before",
];

/// The keys of an expectation that only some verbs can show and that are given.
fn given(expect: &Expect) -> Vec<&'static str> {
    let all = [
        ("exit", expect.exit.is_some()),
        ("refused", expect.refused.is_some()),
        ("because", !expect.because.is_empty()),
        ("or-because", !expect.or_because.is_empty()),
        ("stdout", expect.stdout.is_some()),
        ("stderr", expect.stderr.is_some()),
        ("output", expect.output.is_some()),
        ("text", expect.text.is_some()),
        ("type", expect.kind.is_some()),
        ("executable", expect.executable.is_some()),
        ("mode", expect.mode.is_some()),
        ("mode-without", expect.mode_without.is_some()),
        ("owner", expect.owner.is_some()),
        ("group", expect.group.is_some()),
        ("absent", expect.absent.is_some()),
        ("not-empty", expect.not_empty.is_some()),
        ("at", expect.at.is_some()),
    ];
    all.into_iter().filter_map(|(key, is_given)| is_given.then_some(key)).collect()
}

impl Rules<'_> {
    /// A step. `earlier` are those that it may refer to, `head` is the place that stands for it as a whole.
    pub(super) fn step(&mut self, step: &SuiteStep, earlier: &[SuiteStep], head: Place, at: Cursor<'_>) {
        match step.verbs()[..] {
            [] => {
                let list = SuiteStep::VERBS.iter().map(|verb| format!("`{verb}`")).collect::<Vec<_>>().join(", ");
                self.refuse(head, "there is no verb here").hint(format!("The verbs are {list}."));
            }
            [_] => {}
            [first, second, ..] => {
                self.refuse(at.name(second), format!("`{second}` is a second verb, beside `{first}`"))
                    .hint("A step has one verb; write `steps` for several.");
            }
        }
        self.by_ssh(step, at);
        if let Some(operation) = &step.operation {
            self.operation(operation, at.key("operation"));
        }
        if step.entrypoint.is_some() {
            self.by_entrypoint(step, at);
        }
        for (index, operation) in step.together.iter().enumerate() {
            self.operation(operation, at.key("together").item(index));
        }
        if let Some(expect) = &step.expect {
            let at = at.key("expect");
            self.expect(expect, at);
            self.references(expect, earlier, at);
            if let [verb] = step.verbs()[..] {
                self.fitting(expect, step, verb, at);
            }
        }
    }

    /// What a container that is there for one command cannot be given would be left out without a word.
    fn by_entrypoint(&mut self, step: &SuiteStep, at: Cursor<'_>) {
        if step.cwd.is_some() {
            self.refuse(at.name("cwd"), "`cwd` says nothing beside `entrypoint`: it starts in the image's own folder");
        }
        for name in step.env.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name) {
            let problem = format!("`{name}` cannot be taken away from what an entrypoint starts");
            self.refuse(at.key("env").name(name), problem).hint("Variables can be set, or left as the image has them.");
        }
    }

    /// What is said of a login must be a command's, and nothing that the server says by itself.
    fn by_ssh(&mut self, step: &SuiteStep, at: Cursor<'_>) {
        if !matches!(step.shell, Some(ShellName::Ssh | ShellName::SshLogin | ShellName::SshTerminal)) {
            if step.login.is_some() {
                self.refuse(at.name("login"), "nobody logs in here")
                    .hint("Write `shell: ssh`, `shell: ssh-login` or `shell: ssh-terminal`.");
            }
            return;
        }
        if !matches!(step.run, Some(Argv::Shell(_))) {
            self.refuse(at.key("shell").place(), "by SSH only a `run` that is one text is carried out")
                .hint("The server gives it to the user's shell, which splits it into words.");
        }
        for (key, given) in [("user", step.user.is_some()), ("cwd", step.cwd.is_some()), ("env", !step.env.is_empty())]
        {
            if given {
                self.refuse(at.name(key), format!("`{key}` cannot be said of a command by SSH"))
                    .hint("Who logs in is the subject's `ssh`; folder and variables are what the server gives.");
            }
        }
        if let Some(name) = step.login.as_ref().filter(|name| !is_template(name) && Way::find(name).is_none()) {
            let names = Way::ALL.map(Way::name);
            self.refuse(at.key("login").place(), format!("unknown way in `{name}`")).known(name, "ways in", &names);
        }
    }

    /// Exactly one operation, on an environment.
    pub(super) fn operation(&mut self, operation: &OperationVerb, at: Cursor<'_>) {
        let OperationVerb { install, add, update, remove, uninstall, repair, clear_cache } = operation;
        let all = [
            ("install", install),
            ("add", add),
            ("update", update),
            ("remove", remove),
            ("uninstall", uninstall),
            ("repair", repair),
        ];
        let given: Vec<_> =
            all.iter().filter_map(|(name, target)| target.as_ref().map(|target| (*name, target))).collect();
        match given[..] {
            [] if *clear_cache == Some(true) => {}
            [(name, _), ..] if clear_cache.is_some() => {
                self.refuse(at.name("clear-cache"), format!("`clear-cache` is a second operation, beside `{name}`"));
            }
            [(name, target)] => {
                if target.environment.trim().is_empty() {
                    self.refuse(at.name(name), format!("`{name}` needs an `environment`"));
                }
            }
            [] => {
                let list = all.map(|(name, _)| format!("`{name}`")).join(", ");
                self.refuse(at.place(), "there is no operation here")
                    .hint(format!("The operations are {list}, `clear-cache`."));
            }
            [(first, _), (second, _), ..] => {
                self.refuse(at.name(second), format!("`{second}` is a second operation, beside `{first}`"));
            }
        }
    }

    /// The name of an error class.
    pub(super) fn error_class(&mut self, class: &str, place: Place) {
        let deserializer: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = class.into_deserializer();
        if !is_template(class) && ErrorClass::deserialize(deserializer).is_err() {
            self.refuse(place, format!("unknown error class `{class}`")).known(
                class,
                "error classes",
                names_of::<ErrorClass>(),
            );
        }
    }

    fn expect(&mut self, expect: &Expect, at: Cursor<'_>) {
        let texts = [
            ("stdout", &expect.stdout),
            ("stderr", &expect.stderr),
            ("output", &expect.output),
            ("text", &expect.text),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                self.expect_text(text, at.key(name));
            }
        }
        for (key, classes) in [("because", &expect.because), ("or-because", &expect.or_because)] {
            for (index, class) in classes.iter().enumerate() {
                self.error_class(class, at.key(key).item(index).place());
            }
        }
        if let Some(kind) = &expect.kind
            && !is_template(kind)
            && !FILE_KINDS.contains(&kind.as_str())
        {
            self.refuse(at.key("type").place(), format!("unknown type `{kind}`")).known(kind, "types", &FILE_KINDS);
        }
        for (name, mode) in [("mode", &expect.mode), ("mode-without", &expect.mode_without)] {
            if let Some(mode) = mode.as_ref().filter(|mode| !is_template(mode) && !is_mode(mode)) {
                self.refuse(at.key(name).place(), format!("`{mode}` is not a mode such as `0755`"))
                    .hint("Modes are three or four octal digits.");
            }
        }
        if let Some(range) = &expect.version {
            self.range(range, at.key("version").place());
        }
    }

    /// What is expected must be something that this verb can show: the rest would never be looked at.
    fn fitting(&mut self, expect: &Expect, step: &SuiteStep, verb: &str, at: Cursor<'_>) {
        let fitting: &[&str] = match verb {
            "image" if step.image != Some(ImageVerb::Size) => &["text"],
            "file" => &OF_FILES,
            "content" | "variable" | "log" => &["text"],
            "which" => &["at", "absent"],
            "operation" => &OF_OPERATIONS,
            "run" | "entrypoint" | "ask" | "import" | "python" | "program" | "inside" | "together" => &OF_COMMANDS,
            _ => &[],
        };
        for key in given(expect).into_iter().filter(|key| !fitting.contains(key)) {
            let list = fitting.iter().chain(&OF_ALL).map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            self.refuse(at.name(key), format!("`{key}` cannot be expected of `{verb}`"))
                .hint(format!("What can be expected of it: {list}."));
        }
        if !matches!(&expect.except, Words::List(list) if list.is_empty()) && expect.same_tree_as.is_none() {
            self.refuse(at.name("except"), "`except` says nothing without `same-tree-as`");
        }
    }

    fn expect_text(&mut self, text: &ExpectText, at: Cursor<'_>) {
        if let Some(range) = &text.version {
            self.range(range, at.key("version").place());
        }
        for (key, pattern) in [("matches", &text.matches), ("no-match", &text.no_match)] {
            if let Some(pattern) = pattern.as_ref().filter(|pattern| !is_template(pattern))
                && let Err(error) = regex::Regex::new(pattern)
            {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
                self.refuse(at.key(key).place(), format!("`{pattern}` is not a regular expression: {reason}"));
            }
        }
        for pointer in text.json_at.keys() {
            if !pointer.is_empty() && !pointer.starts_with('/') && !is_template(pointer) {
                self.refuse(at.key("json-at").name(pointer), format!("`{pointer}` is not a JSON pointer"))
                    .hint("JSON pointers begin with a slash, as `/environments/0/name`.");
            }
        }
    }

    /// A range of versions, as far as it holds no template.
    fn range(&mut self, range: &str, place: Place) {
        if !is_template(range) && VersionSpecifiers::from_str(range).is_err() {
            self.refuse(place, format!("`{range}` is not a range of versions such as `>=0.30.0, <1`"));
        }
    }

    /// Names of earlier steps.
    fn references(&mut self, expect: &Expect, earlier: &[SuiteStep], at: Cursor<'_>) {
        let names: Vec<&str> =
            earlier.iter().filter_map(|step| step.name.as_deref().or_else(|| step.verbs().first().copied())).collect();
        let references = [
            ("agrees-with", &expect.agrees_with),
            ("same-version-as", &expect.same_version_as),
            ("lines-of", &expect.lines_of),
            ("same-tree-as", &expect.same_tree_as),
            ("no-larger-than", &expect.no_larger_than),
        ];
        for (key, name) in references {
            if let Some(name) = name.as_ref().filter(|name| !is_template(name) && !names.contains(&name.as_str())) {
                self.refuse(at.key(key).place(), format!("there is no earlier step `{name}`")).known(
                    name,
                    "earlier steps",
                    &names,
                );
            }
        }
    }
}

fn is_mode(mode: &str) -> bool {
    matches!(mode.len(), 3 | 4) && mode.bytes().all(|byte| matches!(byte, b'0'..=b'7'))
}
