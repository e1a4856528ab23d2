//! The command line as clap reads it.

use std::hash::{BuildHasher as _, RandomState};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{image_name, image_tag};
use crate::session::Wanted;

use super::env::Env;

/// An integration test harness for container images that ship a package manager.
#[derive(Debug, Parser)]
#[command(name = "shakedown", version, about, max_term_width = 100, after_help = super::exit_codes::line())]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) look: Look,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// How things are shown.
#[derive(Clone, Debug, Args)]
pub(super) struct Look {
    /// Tell more: -v build output and steps, -vv everything.
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(super) verbose: u8,
    /// Tell nothing but the result.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Colours.
    #[arg(long, value_enum, default_value_t = When::Auto, global = true)]
    pub(super) color: When,
    /// Live progress: bars on a terminal, plain lines, or none.
    #[arg(long, value_enum, default_value_t = Progress::Auto, global = true)]
    pub(super) progress: Progress,
    /// Format of the log on standard error.
    #[arg(long, value_enum, default_value_t = LogFormat::Text, global = true)]
    pub(super) log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Progress {
    Auto,
    Plain,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build, start, check, report, judge.
    Run(Run),
    /// Build the images alone.
    Build(Build),
    /// Show the plan: phases, checks and what they run; needs no engine.
    List(List),
    /// Have a package manager work on a project's folder: here, or in a container.
    Env(Env),
    /// Look at engine, versions, disk, memory, and at what each subject needs.
    Doctor(Doctor),
    /// Make the reports again from a run's journal.
    Report(Report),
    /// Give the verdict again, exit code included: of a run by the policy of today, or of verdict files, perhaps on one image.
    Gate(Gate),
    /// Show a subject's runs in a row: rates, times, sizes, flaky checks, what got slower.
    History(History),
    /// Hold a run against an older one; exit code 1 where something got worse.
    Compare(Compare),
    /// Judge a recorded run again by the checks of today, without an engine.
    Replay(Replay),
    /// Remove what dead runs left behind; never a living run's.
    Clean,
    /// Print a JSON schema.
    Schema(Schema),
    /// Print a completion script.
    Completions(Completions),
}

/// Which subjects.
#[derive(Clone, Debug, Args)]
pub(super) struct Subjects {
    /// Names in configs/, or paths; none: every default subject in configs/.
    #[arg(value_name = "SUBJECT")]
    pub(super) subjects: Vec<String>,
    /// The package manager of subjects that name none, or NAME=PATH with its program on this machine [default:
    /// `SHAKEDOWN_MANAGER`, else that of shakedown.yml].
    #[arg(long, value_name = "NAME[=PATH]")]
    pub(super) manager: Option<String>,
}

/// Which checks.
#[derive(Clone, Debug, Args)]
pub(super) struct Choice {
    /// Only this phase (repeatable).
    #[arg(long, value_name = "PHASE")]
    pub(super) phase: Vec<String>,
    /// Only checks whose id matches, as `packages/import` or `shell/*` (repeatable).
    #[arg(long, value_name = "GLOB")]
    pub(super) check: Vec<String>,
    /// Only checks with this tag: fast, slow, network, destructive, or one of a suite's own (repeatable).
    #[arg(long, value_name = "TAG")]
    pub(super) tagged: Vec<String>,
    /// Leave out checks whose id matches (repeatable).
    #[arg(long, value_name = "GLOB")]
    pub(super) skip: Vec<String>,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) subjects: Subjects,
    #[command(flatten)]
    pub(super) choice: Choice,
    /// Install and start what is missing (Debian or Ubuntu, as root), saying what it does.
    #[arg(long)]
    pub(super) bootstrap: bool,
    /// Skip the build, check this image.
    #[arg(long = "use", value_name = "IMAGE", value_parser = image_name, conflicts_with_all = ["tag", "no_cache"])]
    pub(super) use_image: Option<String>,
    /// Keep the stage images that were judged under this name: the thing to publish.
    #[arg(long, value_name = "NAME", value_parser = image_tag)]
    pub(super) tag: Option<String>,
    /// Also rebuild stages that are cached by default: all, or these.
    #[arg(long, value_name = "STAGE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(super) no_cache: Vec<String>,
    /// Leave the container for a look.
    #[arg(long)]
    pub(super) keep: bool,
    /// Where the run's folder goes.
    #[arg(long, value_name = "FOLDER", default_value = "reports")]
    pub(super) report_dir: PathBuf,
    #[command(flatten)]
    pub(super) formats: Formats,
    /// How many checks run side by side [default: twice the processors].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) jobs: Option<u16>,
    /// How often a failed check may be tried again; what passes then is flaky.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=10))]
    pub(super) retries: u32,
    /// End after the first failure.
    #[arg(long)]
    pub(super) fail_fast: bool,
    /// Run the checks of each phase in another order, those that one needs still before it; the same SEED makes the
    /// same order.
    #[arg(long, value_name = "SEED", num_args = 0..=1, require_equals = true, default_missing_value = "", value_parser = seed)]
    pub(super) shuffle: Option<u64>,
    /// Only the checks that did not pass in the latest run, and what they need.
    #[arg(long, conflicts_with_all = ["phase", "check"])]
    pub(super) last_failed: bool,
    /// Hold the run against this one: a run folder, or a subject for its latest run.
    #[arg(long, value_name = "RUN")]
    pub(super) baseline: Option<String>,
    /// Sign verdict.json with this ed25519 private key (PEM).
    #[arg(long, value_name = "KEY")]
    pub(super) sign: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    pub(super) subjects: Subjects,
    /// The name for the image; earlier stages get their stage's name added.
    #[arg(long, value_name = "NAME", value_parser = image_tag)]
    pub(super) tag: Option<String>,
    /// Also rebuild stages that are cached by default: all, or these.
    #[arg(long, value_name = "STAGE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(super) no_cache: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    pub(super) subjects: Subjects,
    #[command(flatten)]
    pub(super) choice: Choice,
}

#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    pub(super) subjects: Subjects,
    /// Install and start what is missing (Debian or Ubuntu, as root), saying what it does.
    #[arg(long)]
    pub(super) bootstrap: bool,
}

/// Which run.
#[derive(Debug, Args)]
pub(super) struct Recorded {
    /// A run folder, or a subject for its latest run.
    pub(super) run: String,
    /// Where run folders are.
    #[arg(long, value_name = "FOLDER", default_value = "reports")]
    pub(super) report_dir: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Report {
    #[command(flatten)]
    pub(super) recorded: Recorded,
    #[command(flatten)]
    pub(super) formats: Formats,
}

/// Which reports, beside those of the run folder.
#[derive(Debug, Args)]
pub(super) struct Formats {
    /// One more report (repeatable): to standard output in place of the summary, or into a file, in whose path
    /// `{subject}` stands for the subject.
    #[arg(long = "format", value_name = "NAME[=PATH]")]
    pub(super) wanted: Vec<Wanted>,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["run", "verdict"])))]
pub(super) struct Gate {
    /// A run folder, or a subject for its latest run.
    pub(super) run: Option<String>,
    /// Where run folders are.
    #[arg(long, value_name = "FOLDER", default_value = "reports")]
    pub(super) report_dir: PathBuf,
    /// Answer for exactly this image: by id, tag or digest, at the engine; nothing is pulled.
    #[arg(long, value_name = "IMAGE", value_parser = image_name)]
    pub(super) image: Option<String>,
    /// A verdict.json, one for each platform (repeatable).
    #[arg(long, value_name = "FILE")]
    pub(super) verdict: Vec<PathBuf>,
    /// Sign the verdict file with this ed25519 private key (PEM); the signature is put beside it, as verdict.json.sig.
    #[arg(long, value_name = "KEY", conflicts_with = "verify")]
    pub(super) sign: Option<PathBuf>,
    /// Trust only verdict files whose signature is good by this ed25519 public key (PEM).
    #[arg(long, value_name = "PUBKEY")]
    pub(super) verify: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// A run folder, or a subject for its latest run.
    pub(super) run: String,
    /// Where run folders are.
    #[arg(long, value_name = "FOLDER", default_value = "reports")]
    pub(super) report_dir: PathBuf,
    /// The subject whose checks judge: a name in configs/, or a path [default: the run's].
    #[arg(long, value_name = "SUBJECT")]
    pub(super) subject: Option<String>,
    /// Only the checks of this suite: a name, or the path of a file (repeatable) [default: the subject's].
    #[arg(long, value_name = "SUITE")]
    pub(super) suite: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct History {
    /// The subject.
    pub(super) subject: String,
    /// Where run folders are.
    #[arg(long, value_name = "FOLDER", default_value = "reports")]
    pub(super) report_dir: PathBuf,
    /// How many runs, the latest.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) last: u16,
    /// Also which check costs what.
    #[arg(long)]
    pub(super) costs: bool,
    /// Text for people, or JSON.
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    pub(super) format: Shape,
}

#[derive(Debug, Args)]
pub(super) struct Compare {
    /// The older run: a run folder, or a subject for its latest run.
    pub(super) old: String,
    /// The newer run.
    pub(super) new: String,
    /// Where run folders are.
    #[arg(long, value_name = "FOLDER", default_value = "reports")]
    pub(super) report_dir: PathBuf,
    /// Text for people, or JSON.
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    pub(super) format: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Of what.
    #[arg(value_enum, value_name = "SCHEMA")]
    pub(super) of: SchemaName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaName {
    /// A project's shakedown.yml.
    Project,
    /// A subject in configs/.
    Subject,
    /// A suite.
    Suite,
    /// report.json.
    Report,
    /// verdict.json.
    Verdict,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// For which shell.
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
}

/// A seed as given; where none is, any short one, since people may want to type it again.
fn seed(text: &str) -> Result<u64, std::num::ParseIntError> {
    if text.is_empty() { Ok(RandomState::new().hash_one(std::process::id()) % 1_000_000) } else { text.parse() }
}
