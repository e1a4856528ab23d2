//! Reports held against tools that were not written here. A test whose tool is missing says so and does nothing; where
//! `SHAKEDOWN_REQUIRE`, a list with commas, names the tool, it fails.

mod story;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use story::{Story, every};

/// What a tool made of a report.
struct Said {
    success: bool,
    text: String,
}

/// Runs a tool; nothing where it is missing.
fn tool(name: &str, arguments: &[&str], input: Option<&Path>) -> Option<Said> {
    let mut command = Command::new(name);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    match input {
        Some(path) => command.stdin(std::fs::File::open(path).expect("a report")),
        None => command.stdin(Stdio::null()),
    };
    match command.output() {
        Ok(Output { status, stdout, stderr }) => {
            let text = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
            Some(Said { success: status.success(), text })
        }
        Err(error) => {
            lacks(name, &error.to_string());
            None
        }
    }
}

/// Says why a test does nothing, past the test harness, or fails where the tool is required.
fn lacks(name: &str, reason: &str) {
    let required = std::env::var("SHAKEDOWN_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|one| one.trim() == name), "SHAKEDOWN_REQUIRE names {name}: {reason}");
    let _ = writeln!(std::io::stderr(), "ignored, there is no {name}: {reason}");
}

/// Holds a report of every story against a tool.
fn hold(file: &str, check: impl Fn(&Story, &Path) -> Option<Said>) {
    for story in every() {
        let path = story.report(file);
        let Some(said) = check(&story, &path) else { return };
        let report = std::fs::read_to_string(&path).expect("text");
        assert!(said.success, "{file} of the {} run:\n{}\n{report}", story.name, said.text);
    }
}

#[test]
fn promtool_finds_nothing_amiss_with_the_figures() {
    hold("report.prom", |_, path| {
        let said = tool("promtool", &["check", "metrics"], Some(path))?;
        // It also tells of names that are no good practice.
        Some(Said { success: said.success && said.text.is_empty(), ..said })
    });
}

#[test]
fn xmllint_finds_the_suites_valid_by_the_schema_of_jenkins() {
    // junit-10.xsd of Jenkins' xUnit plugin, commit ae25da5, the one that knows flaky tests.
    let Some(schema) = std::env::var_os("SHAKEDOWN_JUNIT_SCHEMA") else {
        return lacks("xmllint", "SHAKEDOWN_JUNIT_SCHEMA names no schema to hold it against");
    };
    let schema = schema.to_string_lossy().into_owned();
    hold("junit.xml", |_, path| tool("xmllint", &["--noout", "--schema", &schema, &path.to_string_lossy()], None));
}

/// Reads a report and prints what it understood, one figure a line.
const TAP_PARSER: &str = r#"
use TAP::Parser;
my $parser = TAP::Parser->new({ source => $ARGV[0] });
my ($blocks, $unknown) = (0, 0);
while (my $result = $parser->next) {
    $blocks++ if $result->is_yaml && ref $result->data eq 'HASH' && exists $result->data->{outcome};
    $unknown++ if $result->is_unknown;
}
print "errors: ", join("; ", $parser->parse_errors), "\n";
print "planned: ", $parser->tests_planned, "\n", "run: ", $parser->tests_run, "\n", "failed: ", scalar($parser->failed), "\n";
print "skipped: ", scalar($parser->skipped), "\n", "todo: ", scalar($parser->todo), "\n";
print "blocks: $blocks\n", "unknown: $unknown\n";
"#;

#[test]
fn perl_understands_every_line_of_the_protocol() {
    hold("report.tap", |story, path| {
        let said = tool("perl", &["-e", TAP_PARSER, &path.to_string_lossy()], None)?;
        let figure = |name: &str| {
            let line = said.text.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default();
            line.to_owned()
        };
        let counted = |name: &str| figure(name).parse::<usize>().unwrap_or(usize::MAX);
        let understood =
            [counted("planned"), counted("run"), counted("failed"), counted("skipped"), counted("unknown")];
        // A run that ended early lacks tests, and nothing else may be amiss.
        let errors = figure("errors");
        let is_right = if story.is_whole { errors.is_empty() } else { errors.starts_with("Bad plan.") };
        let expected = [story.planned, story.run, story.failed, story.skipped, 0];
        Some(Said { success: said.success && is_right && understood == expected, text: said.text })
    });
}

#[test]
fn prove_is_green_for_the_good_run_alone() {
    for story in every() {
        let path = story.report("report.tap");
        let Some(said) = tool("prove", &["--exec", "cat", &path.to_string_lossy()], None) else { return };
        assert_eq!(said.success, story.name == "good", "the {} run: {}", story.name, said.text);
    }
}

#[test]
fn check_jsonschema_finds_the_report_valid_by_the_committed_schema() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs/schema/report.schema.json");
    let schema: PathBuf = schema.canonicalize().expect("committed");
    hold("report.json", |_, path| {
        tool("check-jsonschema", &["--schemafile", &schema.to_string_lossy(), &path.to_string_lossy()], None)
    });
}
