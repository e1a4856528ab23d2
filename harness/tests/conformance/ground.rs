//! Where a lifecycle takes place: this machine, or a container; commands and looks go through the agent on both.

use std::collections::BTreeMap;
use std::future::Future;

use shakedown::engine::host::HostEngine;
use shakedown::engine::{Container, Engine};
use shakedown::model::inquiry::{Answer, FileFacts, Inquiry, TreeEntry};
use shakedown::model::{Invocation, Ran};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

/// The largest file that is read, bytes.
const LARGEST: u64 = 16 << 20;

/// A place with processes and files.
pub(crate) struct Ground {
    engine: Box<dyn Engine>,
    container: Container,
    /// Variables of the place that nothing is to know of.
    foreign: Vec<String>,
}

/// The steps are written one after the other, as their reader goes through them.
fn awaited<T>(future: impl Future<Output = T>) -> T {
    block_in_place(|| Handle::current().block_on(future))
}

impl Ground {
    /// This machine, where nothing sees the variables of the test.
    pub(crate) async fn here() -> Self {
        let engine = Box::new(HostEngine::open().await.expect("the agent starts"));
        let foreign = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect();
        Self { engine, container: HostEngine::place(), foreign }
    }

    /// A container.
    pub(crate) fn within(engine: Box<dyn Engine>, container: Container) -> Self {
        Self { engine, container, foreign: Vec::new() }
    }

    /// Carries out a command, with no variables but its own and those of the place.
    pub(crate) fn run(&self, invocation: &Invocation) -> Ran {
        let mut invocation = invocation.clone();
        for name in &self.foreign {
            invocation.environment.entry(name.clone()).or_insert(None);
        }
        let ran = awaited(self.engine.run(&self.container, &invocation));
        ran.unwrap_or_else(|error| panic!("{invocation:?}: {error}"))
    }

    /// Carries out a command that must succeed.
    pub(crate) fn succeed(&self, argv: &[&str]) -> String {
        let ran = self.run(&Invocation::new(argv.iter().copied()));
        assert_eq!(ran.status.code(), Some(0), "{argv:?}: {}{}", ran.stderr.text, ran.stdout.text);
        ran.stdout.text
    }

    fn ask(&self, inquiry: &Inquiry) -> Answer {
        let answer = awaited(self.engine.ask(&self.container, None, inquiry));
        answer.unwrap_or_else(|error| panic!("{inquiry:?}: {error}"))
    }

    /// What lies at a path.
    pub(crate) fn file(&self, path: &str) -> Option<FileFacts> {
        match self.ask(&Inquiry::File(path.to_owned())) {
            Answer::File(facts) => facts,
            other => panic!("{path}: {other:?}"),
        }
    }

    /// A file's text.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        match self.ask(&Inquiry::Content { path: path.to_owned(), most: LARGEST }) {
            Answer::Content(bytes) => bytes.map(|bytes| String::from_utf8(bytes).expect("text")),
            other => panic!("{path}: {other:?}"),
        }
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let content = text.as_bytes().to_vec();
        let answer = self.ask(&Inquiry::Write { path: path.to_owned(), content, mode: 0o644 });
        assert_eq!(answer, Answer::Done, "{path}");
    }

    /// Everything below a folder with hashes of its content, but what Python compiles by itself; nothing where there is no
    /// such folder.
    pub(crate) fn picture(&self, folder: &str) -> BTreeMap<String, TreeEntry> {
        if self.file(folder).is_none() {
            return BTreeMap::new();
        }
        let exclude = vec!["__pycache__".to_owned()];
        match self.ask(&Inquiry::Tree { paths: vec![folder.to_owned()], hash: true, exclude }) {
            Answer::Tree(tree) if tree.unreadable.is_empty() => tree.entries,
            other => panic!("{folder}: {other:?}"),
        }
    }

    /// Takes down what the place was made of.
    pub(crate) async fn close(self) {
        let left = self.engine.teardown(&[]).await;
        assert!(left.is_empty(), "{left:?}");
    }
}
