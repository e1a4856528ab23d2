//! What is to be run for an operation, and what came of it means.

use super::failure::Failure;
use crate::model::invocation::Invocation;

/// What an operation consists of, and how its result is read.
///
/// Whoever carries it out runs the invocations in order up to the first that does not exit with 0, then reads the
/// files, and gives what was seen to [`Task::result`].
pub struct Task<T> {
    /// The commands, in order.
    pub invocations: Vec<Invocation>,
    /// The files to read afterwards, absolute. One that is not there is a result, too.
    pub files: Vec<String>,
    read: Box<Read<T>>,
}

type Read<T> = dyn Fn(&Seen) -> Result<T, Failure> + Send + Sync;

/// What was seen of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How the commands ended that were run, in order.
    pub ended: Vec<Ended>,
    /// The text of each file of the task, in order; `None` where there is no such file.
    pub files: Vec<Option<String>>,
}

/// How a command ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code; `None` where it did not end by itself.
    pub exit: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained.
    pub stderr: String,
}

impl<T> Task<T> {
    /// A task of these commands; `read` makes the result of what was seen, and is only called where all of them
    /// exited with 0. Else it is `refused` that says why the last one did not.
    pub(super) fn new(
        invocations: Vec<Invocation>,
        refused: fn(&Ended) -> Failure,
        read: impl Fn(&Seen) -> Result<T, Failure> + Send + Sync + 'static,
    ) -> Self {
        let count = invocations.len();
        Self::judged(invocations, move |seen| match seen.ended.last() {
            Some(last) if last.exit != Some(0) => Err(refused(last)),
            _ if seen.ended.len() < count => Err(Failure::Unreadable("not all commands were carried out".to_owned())),
            _ => read(seen),
        })
    }

    /// A task whose result is read whatever the commands exited with.
    pub(super) fn judged(
        invocations: Vec<Invocation>,
        read: impl Fn(&Seen) -> Result<T, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self { invocations, files: Vec::new(), read: Box::new(read) }
    }

    /// The same, and this file to read.
    pub(super) fn with_file(mut self, file: impl Into<String>) -> Self {
        self.files.push(file.into());
        self
    }

    /// What the operation came to.
    pub fn result(&self, seen: &Seen) -> Result<T, Failure> {
        (self.read)(seen)
    }
}

impl Seen {
    /// How a command ended, by its place in the task.
    pub(super) fn command(&self, index: usize) -> Result<&Ended, Failure> {
        self.ended.get(index).ok_or_else(|| Failure::Unreadable("not all commands were carried out".to_owned()))
    }

    /// The text of a file, by its place in the task; `None` where there is no such file.
    pub(super) fn file(&self, index: usize) -> Option<&str> {
        self.files.get(index).and_then(|text| text.as_deref())
    }
}

impl Ended {
    /// All that it printed, complaints first.
    pub(super) fn output(&self) -> String {
        format!("{}\n{}", self.stderr, self.stdout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fact::ErrorClass;

    fn task() -> Task<String> {
        let invocations = vec![Invocation::new(["one"]), Invocation::new(["two"])];
        let refused =
            |ended: &Ended| Failure::Refused { class: ErrorClass::Unknown, exit: ended.exit, output: ended.output() };
        Task::new(invocations, refused, |seen| Ok(seen.command(1)?.stdout.clone()))
    }

    fn ended(exit: i32, stdout: &str) -> Ended {
        Ended { exit: Some(exit), stdout: stdout.to_owned(), stderr: String::new() }
    }

    #[test]
    fn a_result_is_read_when_all_commands_succeeded_and_only_then() {
        let seen = |ended: &[Ended]| Seen { ended: ended.to_vec(), files: Vec::new() };
        assert_eq!(task().result(&seen(&[ended(0, "a"), ended(0, "b")])), Ok("b".to_owned()));
        let refused = task().result(&seen(&[ended(3, "no")])).unwrap_err();
        assert!(matches!(refused, Failure::Refused { exit: Some(3), .. }), "{refused}");
        let cut = task().result(&seen(&[ended(0, "a")])).unwrap_err();
        assert!(matches!(cut, Failure::Unreadable(_)), "{cut}");
    }
}
