//! A step's output: chunks become lines, the last of which are kept.

use std::collections::VecDeque;

/// How many of a step's last lines are kept.
pub(super) const KEPT_LINES: usize = 40;
/// Bytes after which a line without a break is taken as it is.
const LONGEST_LINE: usize = 16 * 1024;
/// What the builder writes into a log that it clips.
const CLIPPED: &str = "[output clipped, log limit";

/// The output of one step so far.
#[derive(Clone, Debug, Default)]
pub(super) struct StepLog {
    /// What has come of the line that is not complete yet, for standard output and standard error.
    partial: [Vec<u8>; 2],
    last: VecDeque<String>,
    clipped: bool,
}

impl StepLog {
    /// Takes a chunk of stream 1 or 2 and returns the lines that it completes.
    pub(super) fn take(&mut self, stream: i64, chunk: &[u8]) -> Vec<String> {
        let index = usize::from(stream == 2);
        let mut lines = Vec::new();
        for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
            self.partial[index].extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.partial[index].len() >= LONGEST_LINE {
                lines.extend(self.complete(index));
            }
        }
        lines
    }

    /// Ends the lines that are not complete yet and returns them.
    pub(super) fn flush(&mut self) -> Vec<String> {
        (0..self.partial.len()).filter_map(|index| self.complete(index)).collect()
    }

    /// The last lines, at most [`KEPT_LINES`].
    pub(super) fn last(&self) -> Vec<String> {
        self.last.iter().cloned().collect()
    }

    /// Whether the builder said that it left something out.
    pub(super) fn clipped(&self) -> bool {
        self.clipped
    }

    fn complete(&mut self, index: usize) -> Option<String> {
        let bytes = std::mem::take(&mut self.partial[index]);
        if bytes.is_empty() {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_end_matches(['\n', '\r']);
        // A progress bar paints over its line; what it painted last is what a person would see.
        let line = text.rsplit('\r').next().unwrap_or_default().trim_end().to_owned();
        self.clipped |= line.contains(CLIPPED);
        if self.last.len() == KEPT_LINES {
            self.last.pop_front();
        }
        self.last.push_back(line.clone());
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_become_lines_wherever_they_are_cut() {
        let mut log = StepLog::default();
        assert_eq!(log.take(1, b"one\ntw"), ["one"]);
        assert_eq!(log.take(2, b"error\n"), ["error"]);
        assert_eq!(log.take(1, b"o\n\nthree"), ["two", ""]);
        assert_eq!(log.flush(), ["three"]);
        assert_eq!(log.flush(), Vec::<String>::new());
        assert_eq!(log.last(), ["one", "error", "two", "", "three"]);
    }

    #[test]
    fn a_letter_cut_in_two_is_whole_again() {
        let mut log = StepLog::default();
        let (head, tail) = "caf\u{e9}\n".as_bytes().split_at(4);
        assert_eq!(log.take(1, head), Vec::<String>::new());
        assert_eq!(log.take(1, tail), ["caf\u{e9}"]);
    }

    #[test]
    fn a_progress_bar_leaves_what_it_painted_last() {
        assert_eq!(StepLog::default().take(2, b"10 %\r50 %\r100 %\r\n"), ["100 %"]);
    }

    #[test]
    fn only_the_last_lines_are_kept() {
        let mut log = StepLog::default();
        for number in 0..100 {
            log.take(1, format!("{number}\n").as_bytes());
        }
        let expected: Vec<String> = (60..100).map(|number| number.to_string()).collect();
        assert_eq!(log.last(), expected);
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let mut log = StepLog::default();
        let lines = log.take(1, &vec![b'x'; 2 * LONGEST_LINE]);
        assert_eq!(lines.len(), 1);
        assert!(log.partial[0].is_empty());
    }

    #[test]
    fn a_clipped_log_is_noticed() {
        let mut log = StepLog::default();
        log.take(1, b"fine\n");
        assert!(!log.clipped());
        log.take(1, b"[output clipped, log limit 200KiB/s reached]\n");
        assert!(log.clipped());
    }
}
