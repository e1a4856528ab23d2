//! The build as a timeline: stages one after another, the steps of each where they were.

use serde::Serialize;

use super::excerpt::{Excerpt, Room};
use super::svg::{self, bar, drawing};
use crate::model::{BuiltStage, Recipe, Record};
use crate::report::markdown::issue::filled_in;
use crate::report::steps::{self, starts};
use crate::report::text;

/// Pixels that a bar's drawing is high.
const HEIGHT: u32 = 10;

/// How the image was built.
#[derive(Debug, Serialize)]
pub(super) struct Build {
    /// Stages and their steps, in order.
    lines: Vec<Line>,
    /// All stages together.
    took: String,
    failure: Option<Failure>,
    /// The Dockerfiles that were built, in order.
    recipes: Vec<Dockerfile>,
}

/// A Dockerfile with the arguments that it was built with.
#[derive(Debug, Serialize)]
struct Dockerfile {
    stage: String,
    file: String,
    text: Excerpt,
    /// Small files beside it that it takes, by name.
    beside: Vec<(String, Excerpt)>,
}

/// A stage or a step of one.
#[derive(Debug, Serialize)]
struct Line {
    is_stage: bool,
    /// Whether the words are a name or an instruction.
    is_code: bool,
    words: String,
    took: String,
    cached: bool,
    /// When it was, as a drawing.
    bar: String,
}

/// A build that failed.
#[derive(Debug, Serialize)]
struct Failure {
    stage: String,
    step: String,
    message: String,
    log: Excerpt,
    environment: bool,
    hint: String,
    /// Since when it fails, as far as earlier runs tell.
    since: String,
    /// The command that tries it again.
    again: String,
}

/// The build of a record, where there was one.
pub(super) fn build(record: &Record, room: Room) -> Option<Build> {
    let failure = record.build_failure.as_ref().map(|failure| Failure {
        stage: failure.stage.clone(),
        step: failure.step.clone().unwrap_or_default(),
        message: failure.message.clone(),
        log: Excerpt::of(&failure.log.join("\n"), room),
        environment: failure.environment,
        hint: failure.hint.clone().unwrap_or_default(),
        since: built_before(record).unwrap_or_default(),
        again: again(&record.start.setup.file),
    });
    if record.stages.is_empty() && failure.is_none() {
        return None;
    }
    let all: f64 = record.stages.iter().map(|stage| stage.seconds).sum();
    let mut begins = 0.0;
    let mut lines = Vec::new();
    for stage in &record.stages {
        lines.extend(stage_lines(stage, begins, all));
        begins += stage.seconds;
    }
    Some(Build { lines, took: text::seconds(all), failure, recipes: recipes(record, room) })
}

fn again(file: &str) -> String {
    if file.is_empty() { String::new() } else { format!("shakedown build {file}") }
}

/// The latest run before this one, where it had an image to judge.
fn built_before(record: &Record) -> Option<String> {
    let last = record.past.last()?;
    last.image_bytes?;
    Some(format!("this run; the one before, of {}, run `{}`, built its image", text::moment(&last.started), last.run))
}

fn recipes(record: &Record, room: Room) -> Vec<Dockerfile> {
    let known = record.recipes.iter().filter(|recipe| !recipe.text.is_empty());
    let dockerfile = |recipe: &Recipe| Dockerfile {
        stage: recipe.stage.clone(),
        file: recipe.file.clone(),
        text: Excerpt::of(&filled_in(recipe, record), room),
        beside: recipe.files.iter().map(|(name, text)| (name.clone(), Excerpt::of(text, room))).collect(),
    };
    known.map(dockerfile).collect()
}

/// A stage that begins so many seconds after the first, of so many in all.
fn stage_lines(stage: &BuiltStage, begins: f64, all: f64) -> Vec<Line> {
    let line = |words: &str, cached, from: f64, seconds: f64, class: &'static str| {
        let (from, to) = (begins + from, begins + from + seconds);
        let told = format!("from {} to {}", text::seconds(from), text::seconds(to));
        let shapes = vec![svg::line("axis", (0.0, 5.0), (1.0, 5.0)), bar(class, from / all, to / all, 0, HEIGHT)];
        let title = if cached { "from the cache".to_owned() } else { told.clone() };
        Line {
            is_stage: class == "stage",
            is_code: true,
            words: words.to_owned(),
            took: text::seconds(seconds),
            cached,
            bar: drawing(&title, &format!("{}, {told}", text::one_line(words, 200)), HEIGHT, shapes),
        }
    };
    let mut lines = vec![line(&stage.name, stage.cached, 0.0, stage.seconds, "stage")];
    let steps = stage.steps.iter().zip(starts(&stage.steps));
    lines.extend(steps.map(|(step, from)| {
        let class = if step.cached { "cached" } else { "step" };
        line(&step.step, step.cached, from, step.seconds, class)
    }));
    lines.extend(
        steps::rest(stage)
            .map(|(from, seconds)| Line { is_code: false, ..line(steps::REST, false, from, seconds, "step") }),
    );
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;
    use crate::report::commands::Commands;

    const ROOM: Room = Room { lines: 40, bytes: 2000, commands: Commands::All };

    #[test]
    fn steps_stand_where_they_were() {
        let (record, _) = sample::good();
        let build = build(&record, ROOM).expect("it was built");
        let told: Vec<_> = build.lines.iter().map(|line| format!("{}\n", line.bar)).collect();
        insta::assert_snapshot!(told.concat());
    }

    #[test]
    fn what_follows_the_last_step_of_a_stage_has_a_row() {
        let mut record = sample::good().0;
        record.stages[1].seconds = 30.0;
        let lines = build(&record, ROOM).expect("it was built").lines;
        let last = lines.last().expect("many");
        assert_eq!((last.words.as_str(), last.took.as_str(), last.is_code), (steps::REST, "22.3 s", false));
    }

    #[test]
    fn a_run_without_a_build_has_no_timeline() {
        assert!(build(&sample::not_obtained().0, ROOM).is_none());
        let failed = build(&sample::not_built().0, ROOM).expect("it was tried");
        assert_eq!(failed.failure.map(|failure| failure.message).as_deref(), Some("exit code 22"));
    }
}
