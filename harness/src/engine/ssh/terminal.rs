//! A command that is typed on a terminal: what a person gets who logs in and types it.
//!
//! An interactive shell greets, prompts and repeats what it reads, all on the same stream as what a command prints. So what
//! is typed says a word of its own first, in two halves, so that its repetition is not taken for it, and then takes the
//! shell's place, so that nothing follows but the command's own output and end. The shell's exported variables and its
//! folder are the command's; its functions and aliases are not.

use russh::client::Msg;
use russh::{Channel, Pty};

use crate::engine::kept::Kept;

/// What terminal it is: the one that most are compatible with.
const KIND: &str = "xterm";
/// Its size, characters; wide enough that hardly a program breaks a line.
const SIZE: (u32, u32) = (240, 50);
/// What it does not do: repeat what is typed, and end lines with a carriage return as well.
const MODES: [(Pty, u32); 2] = [(Pty::ECHO, 0), (Pty::ONLCR, 0)];

/// The word that goes before the command's own output.
const WORD: &[u8] = b"shakedown-begins\n";
/// How much may be shown before the word, bytes; whoever shows more is heard as it is.
const MOST: usize = 1024 * 1024;

/// Asks for the terminal.
pub(super) async fn ask_for(channel: &Channel<Msg>) -> Result<(), russh::Error> {
    channel.request_pty(false, KIND, SIZE.0, SIZE.1, 0, 0, &MODES).await
}

/// What is typed for a command, in any shell.
pub(super) fn typed(command: &str) -> String {
    // Editors of lines take a tab for a wish to complete; the terminal's own key for "as it is" goes before it.
    let command = command.replace('\'', r"'\''").replace('\t', "\u{16}\t");
    format!("printf 'shakedown-%s\\n' begins; exec sh -c '{command}'\n")
}

/// What of the terminal's output is the command's.
#[derive(Debug, Default)]
pub(super) struct AfterWord {
    before: Vec<u8>,
    is_said: bool,
}

impl AfterWord {
    /// Takes what the terminal shows; hands on what comes after the word.
    pub(super) fn take(&mut self, data: &[u8], kept: &mut Kept) {
        if self.is_said {
            return kept.take(data);
        }
        let searched = self.before.len().saturating_sub(WORD.len());
        self.before.extend_from_slice(data);
        if let Some(at) = self.before[searched..].windows(WORD.len()).position(|part| part == WORD) {
            self.is_said = true;
            kept.take(&self.before[searched + at + WORD.len()..]);
        } else if self.before.len() > MOST {
            self.end(kept);
        }
    }

    /// Hands on all that was shown where the word never came: whatever kept the command from being read tells itself.
    pub(super) fn end(&mut self, kept: &mut Kept) {
        if !self.is_said {
            self.is_said = true;
            kept.take(&std::mem::take(&mut self.before));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_takes_the_shells_place() {
        assert_eq!(typed("echo 'a'\tb"), "printf 'shakedown-%s\\n' begins; exec sh -c 'echo '\\''a'\\''\u{16}\tb'\n");
    }

    #[test]
    fn only_what_follows_the_word_is_the_commands() {
        let mut kept = Kept::default();
        let mut after = AfterWord::default();
        let shown = ["Welcome\n$ printf 'shakedown-%s\\n' begins; exec…\n", "shakedown-", "begins\n", "/opt", "/uv\n"];
        for data in shown {
            after.take(data.as_bytes(), &mut kept);
        }
        after.end(&mut kept);
        assert_eq!(kept.captured().text, "/opt/uv\n");
    }

    #[test]
    fn a_shell_that_reads_nothing_is_heard() {
        let mut kept = Kept::default();
        let mut after = AfterWord::default();
        after.take(b"This account is not available.\n", &mut kept);
        after.end(&mut kept);
        assert_eq!(kept.captured().text, "This account is not available.\n");
    }
}
