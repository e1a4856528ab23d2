//! The keys of a step, which a check of one step carries itself.
//!
//! serde's `flatten` would lose the places of mistakes, so a macro writes the keys into both types.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::cell::FaultCell;
use super::scalars::{Argv, Human, Words};
use super::suite::{CheckContainer, ImageVerb, IsolationName, LogVerb, RestartName, ShellName, SuiteCheck};
use super::verbs::{Ask, EntrypointVerb, Expect, FileVerb, ImportVerb, OperationVerb, ProgramVerb, PythonVerb};

/// Whether a key was written.
trait Given {
    fn is_given(&self) -> bool;
}

impl<T> Given for Option<T> {
    fn is_given(&self) -> bool {
        self.is_some()
    }
}

impl<T> Given for Vec<T> {
    fn is_given(&self) -> bool {
        !self.is_empty()
    }
}

impl<K, V> Given for BTreeMap<K, V> {
    fn is_given(&self) -> bool {
        !self.is_empty()
    }
}

/// Writes a step's verbs and its other keys into a step and into a check as written.
macro_rules! step_keys {
    (
        verbs { $($(#[$verb_meta:meta])* $verb:ident: $verb_type:ty,)* }
        others { $($(#[$other_meta:meta])* $other:ident: $other_type:ty,)* }
        $(#[$step_meta:meta])* step { $($(#[$step_key_meta:meta])* $step_key:ident: $step_type:ty,)* }
        $(#[$check_meta:meta])* check { $($(#[$check_key_meta:meta])* $check_key:ident: $check_type:ty,)* }
    ) => {
        $(#[$step_meta])*
        pub struct SuiteStep {
            $($(#[$step_key_meta])* pub $step_key: $step_type,)*
            $($(#[$verb_meta])* pub $verb: $verb_type,)*
            $($(#[$other_meta])* pub $other: $other_type,)*
        }

        impl SuiteStep {
            /// The names of all verbs.
            pub const VERBS: &'static [&'static str] = &[$(stringify!($verb)),*];

            /// The names of the verbs that are given; a step that holds has exactly one.
            pub fn verbs(&self) -> Vec<&'static str> {
                let mut given = Vec::new();
                $(if self.$verb.is_given() { given.push(stringify!($verb)); })*
                given
            }

            /// Whether any key of a step is given.
            fn is_given(&self) -> bool {
                !self.verbs().is_empty() $(|| self.$other.is_given())*
            }
        }

        $(#[$check_meta])*
        pub(super) struct RawCheck {
            $($(#[$check_key_meta])* $check_key: $check_type,)*
            $($(#[$verb_meta])* #[serde(default)] $verb: $verb_type,)*
            $($(#[$other_meta])* #[serde(default)] $other: $other_type,)*
        }

        impl From<RawCheck> for SuiteCheck {
            fn from(raw: RawCheck) -> Self {
                let step = SuiteStep { name: None, $($verb: raw.$verb,)* $($other: raw.$other,)* };
                Self { step: step.is_given().then_some(step), $($check_key: raw.$check_key,)* }
            }
        }
    };
}

step_keys! {
    verbs {
        /// Run a command: a list as it is, a string in `sh -c`.
        run: Option<Argv>,
        /// Look at a path.
        file: Option<FileVerb>,
        /// Read a file.
        content: Option<String>,
        /// Search PATH for a program, without any shell; for several with blanks between, each a step of its own.
        which: Option<String>,
        /// Look at a variable of the container.
        variable: Option<String>,
        /// Look at everything below these paths.
        tree: Option<Words>,
        /// How much room these paths take.
        usage: Option<Words>,
        /// Look at the image itself.
        image: Option<ImageVerb>,
        /// Read the container's log.
        log: Option<LogVerb>,
        /// Give a command to the image's own entrypoint, in a container that is there for that alone.
        entrypoint: Option<EntrypointVerb>,
        /// The seconds of a build step, by the name in `measure`.
        build: Option<String>,
        /// Ask the package manager.
        ask: Option<Ask>,
        /// What the files of this environment say is in it.
        records: Option<String>,
        /// What the manifest says of this environment.
        manifest: Option<String>,
        /// Import a package in a fresh interpreter.
        import: Option<ImportVerb>,
        /// Run Python code in an environment's interpreter.
        python: Option<PythonVerb>,
        /// Run a program of an environment by its launcher.
        program: Option<ProgramVerb>,
        /// Run a command inside a project's environment by the manager's own `run`.
        inside: Option<ProgramVerb>,
        /// Change an environment.
        operation: Option<OperationVerb>,
        /// Several operations at the same time.
        together: Vec<OperationVerb>,
    }
    others {
        /// User as in `docker exec --user`.
        user: Option<String>,
        /// Working directory.
        cwd: Option<String>,
        /// Variables; an empty value (`~`) takes one away.
        env: BTreeMap<String, Option<String>>,
        /// How a `run` string is run: `none` (an argv split at blanks), `sh` (default), `login`, `interactive` and
        /// `login-interactive` (bash), `zsh-login`, `zsh-interactive`, `fish`, `ssh`, `ssh-login`, `ssh-terminal`. Where the
        /// image does not have that shell, or the subject no `ssh`, the check is skipped.
        shell: Option<ShellName>,
        /// By what the user is let in who logs in by SSH: `key`, `locked-key` or `password`; default: the first that the
        /// subject has.
        login: Option<String>,
        /// What should be seen; default: a command exits with 0, anything else must be observable.
        expect: Option<Expect>,
        /// The exit code that means that there is nothing to check here; the first line printed says why, a second one what
        /// would change that.
        skip_exit: Option<i32>,
        /// The budget that its figure is held against, by name, as `import` or `memory.install`.
        budget: Option<String>,
    }
    /// One step: exactly one verb, a context, and what is expected.
    #[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
    step {
        /// Its name, by which later steps refer to it; default: the verb's.
        name: Option<String>,
    }
    /// One check: one verb with its `expect`, or `steps`, or a fault `cell`.
    #[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    #[schemars(rename = "Check")]
    check {
        /// Its name within the phase: lower-case letters, digits and dashes.
        id: String,
        /// What it protects from, in one line.
        about: String,
        /// One variable and what it runs over: a list, or the path of one as `environments.common.packages`. One check per item.
        #[serde(default)]
        each: BTreeMap<String, Words>,
        /// Checks that must have passed, as `phase/check` or `phase/check[item]`; templates may be used.
        #[serde(default)]
        needs: Vec<String>,
        /// Checks that may fail for the reason that makes this one fail: reports tell them together, this one first.
        /// Written as in `needs`.
        #[serde(default)]
        explains: Vec<String>,
        /// After which of the transitions in the phase's `before` it is looked at; none named: after each.
        #[serde(default)]
        after: Vec<RestartName>,
        /// What the manager must have for this check, as `lock`; one that lacks it is not checked, and says why.
        #[serde(default)]
        capability: Option<String>,
        /// Shows, but does not count.
        #[serde(default)]
        advice: bool,
        /// By what `--tagged` finds it, as `fast`, `slow` or `network`; absent: the tags of its phase. What changes something is
        /// tagged `destructive` by itself.
        #[serde(default)]
        tags: Option<Vec<String>>,
        /// What to do when it fails.
        #[serde(default)]
        hint: Option<String>,
        /// Deadline of each of its commands; default 60 s.
        #[serde(default)]
        timeout: Option<Human<Duration>>,
        /// How often it may be tried again; never in the phases errors, persistence and performance.
        #[serde(default)]
        retries: u32,
        /// How often its measuring steps are observed.
        #[serde(default)]
        repeat: Option<u32>,
        /// It changes something, so it gets a container of its own.
        #[serde(default)]
        mutates: bool,
        /// Where it runs: `batch`, `shared` or `fresh`.
        #[serde(default)]
        isolation: Option<IsolationName>,
        /// What is otherwise for its container, which is its own then: `user`, `memory`, `pids`, `tmpfs`, `read-only`.
        #[serde(default)]
        container: Option<CheckContainer>,
        /// Its steps, where it has more than one.
        #[serde(default)]
        steps: Vec<SuiteStep>,
        /// An operation that must be refused, leave nothing behind, spare its neighbours, and work again afterwards.
        #[serde(default)]
        cell: Option<FaultCell>,
    }
}
