//! A fault in shakedown itself, in the middle of a run: what was made is taken away, and the reports say so.

use std::fs;
use std::sync::Arc;

use shakedown::clock::{Clock, SystemClock};
use shakedown::model::{Ending, Event};
use shakedown::plan::Selection;
use shakedown::session::{Listener, Options, prepare, run};
use tokio_util::sync::CancellationToken;

use super::fixture::with_engine;
use super::ownership::{containers, volumes};

const SUBJECT: &str = "subject: tiny
manager: uv
image: {use: busybox}
install: {home: /opt/uv}
environments: {}
suites: [suite.yml]
container: {volumes: [\"home:/root\"]}
";

const SUITE: &str = "suite: tiny
phases:
  - phase: installation
    checks:
      - id: runs
        about: A program runs.
        run: [\"true\"]
";

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_the_middle_of_a_run_leaves_nothing_but_reports() {
    with_engine(async |fixture| {
        let folder = tempfile::tempdir().expect("made");
        let subject = folder.path().join("tiny.yml");
        fs::write(&subject, SUBJECT).expect("written");
        fs::write(folder.path().join("suite.yml"), SUITE).expect("written");
        let prepared = prepare(&[subject.display().to_string()], &Selection::default()).expect("a plan");
        let options = Options {
            use_image: Some(fixture.image.clone()),
            reports: folder.path().join("reports"),
            ..Options::default()
        };
        let listener: Listener = Arc::new(|envelope| {
            assert!(!matches!(envelope.event, Event::CheckEnded { .. }), "the listener is at its end");
        });
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let finished = run(&prepared[0], &options, &clock, listener, &CancellationToken::new()).await.expect("ended");
        let Some(Ending::Broken { reason }) = &finished.record.ending else { panic!("{:?}", finished.record.ending) };
        assert!(reason.starts_with("a fault in shakedown itself: ") && reason.contains("at its end"), "{reason}");
        assert_eq!((finished.exit, finished.leftovers.len()), (3, 0));
        let made = finished.record.start.run.clone();
        assert!(containers(&fixture.client, &made).await.is_empty());
        assert!(volumes(&fixture.client, &made).await.is_empty());
        for report in ["journal.jsonl", "report.json", "report.md", "verdict.json"] {
            let text = fs::read_to_string(finished.folder.join(report)).expect("it is there");
            assert!(text.contains("a fault in shakedown itself"), "{report}: {text}");
        }
    })
    .await;
}
