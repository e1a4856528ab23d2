//! What a command prints, told line by line while it runs.

use std::sync::Arc;

/// The longest line that is told in one piece, bytes.
const LONGEST: usize = 16 * 1024;

/// One line that a command printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// Whether it was printed to standard error.
    pub error: bool,
    /// The line, without its end; what is not UTF-8 is replaced.
    pub line: String,
}

/// Who is told of the lines. It is called in the middle of reading, so it must be quick.
pub type Heard = Arc<dyn Fn(Spoken) + Send + Sync>;

/// Bytes as they come → lines. A carriage return ends a line, too: programs draw their progress with it.
pub(in crate::engine) struct Lines {
    heard: Heard,
    /// What has come of the line that is not at its end yet, by stream: standard output, standard error.
    begun: [Vec<u8>; 2],
}

impl Lines {
    pub(in crate::engine) fn new(heard: &Heard) -> Self {
        Self { heard: heard.clone(), begun: [Vec::new(), Vec::new()] }
    }

    /// More has come.
    pub(in crate::engine) fn push(&mut self, error: bool, bytes: &[u8]) {
        for byte in bytes {
            let begun = &mut self.begun[usize::from(error)];
            let ends = matches!(byte, b'\n' | b'\r');
            if !ends {
                begun.push(*byte);
            }
            if ends || begun.len() == LONGEST {
                self.tell(error);
            }
        }
    }

    /// Nothing more will come.
    pub(in crate::engine) fn end(mut self) {
        self.tell(false);
        self.tell(true);
    }

    fn tell(&mut self, error: bool) {
        let line = std::mem::take(&mut self.begun[usize::from(error)]);
        if !line.is_empty() {
            (self.heard)(Spoken { error, line: String::from_utf8_lossy(&line).into_owned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn lines_are_told_when_they_end_and_the_last_one_at_the_end() {
        let told: Arc<Mutex<Vec<(bool, String)>>> = Arc::default();
        let ears = told.clone();
        let heard: Heard = Arc::new(move |spoken| ears.lock().unwrap().push((spoken.error, spoken.line)));
        let mut lines = Lines::new(&heard);
        lines.push(false, b"one\ntw");
        lines.push(true, b"10%\r20%\r\n");
        assert_eq!(told.lock().unwrap().len(), 3);
        lines.push(false, b"o\n\nthree \xff");
        lines.end();
        let expected = [(false, "one"), (true, "10%"), (true, "20%"), (false, "two"), (false, "three \u{fffd}")];
        assert_eq!(*told.lock().unwrap(), expected.map(|(error, line)| (error, line.to_owned())));
    }

    #[test]
    fn a_line_without_end_is_told_in_pieces() {
        let count: Arc<Mutex<Vec<usize>>> = Arc::default();
        let ears = count.clone();
        let heard: Heard = Arc::new(move |spoken| ears.lock().unwrap().push(spoken.line.len()));
        let mut lines = Lines::new(&heard);
        lines.push(false, &vec![b'x'; LONGEST + 1]);
        lines.end();
        assert_eq!(*count.lock().unwrap(), [LONGEST, 1]);
    }
}
