//! A question that a forked process answers, so that its time and memory are not the agent's.

use std::io::{self, PipeReader, Read as _, Write as _};
use std::os::fd::{AsFd as _, AsRawFd as _};

use crate::launch;
use crate::outgoing::Outgoing;
use crate::questions;
use crate::sys::{self, Child, POLL_IN, PollFd};
use crate::wire::{Answer, Message as _, Question, Reply};

/// A question being answered.
pub(crate) struct Inquiry {
    pub(crate) id: u64,
    helper: u32,
    pipe: PipeReader,
    /// What has arrived of a frame: only whole ones go on, as others send in between.
    partial: Vec<u8>,
    answered: bool,
    cancelled: bool,
}

impl Inquiry {
    pub(crate) fn start(id: u64, question: &Question) -> io::Result<Self> {
        let (pipe, mut writer) = io::pipe()?;
        sys::set_nonblocking(pipe.as_fd())?;
        let Some(helper) = sys::fork_process()? else {
            let _ = sys::die_with_parent();
            sys::close_all_but(&mut [writer.as_raw_fd()]);
            launch::leave_standard_streams();
            let mut tell = |reply: Reply| reply.encode().is_ok_and(|frame| writer.write_all(&frame).is_ok());
            let answer = questions::answer(question, &[], &mut |entries| tell(Reply::Entries { id, entries }));
            tell(Reply::Answer { id, answer });
            sys::exit_now(0)
        };
        Ok(Self { id, helper, pipe, partial: Vec::new(), answered: false, cancelled: false })
    }

    pub(crate) fn helper(&self) -> u32 {
        self.helper
    }

    /// What to look at, when there is room.
    pub(crate) fn place(&self, room: bool) -> PollFd {
        PollFd::new(Some(self.pipe.as_fd()).filter(|_| room), POLL_IN)
    }

    pub(crate) fn cancel(&mut self) {
        self.cancelled = true;
        let _ = sys::kill(self.helper, sys::KILL);
    }

    /// Moves what can be moved; says whether the question is done with.
    pub(crate) fn advance(&mut self, outgoing: &mut Outgoing, buffer: &mut [u8]) -> bool {
        while outgoing.has_room() {
            match self.pipe.read(buffer) {
                Ok(count) if count > 0 => {
                    self.partial.extend_from_slice(&buffer[..count]);
                    self.forward(outgoing);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                _ => {
                    self.finish(outgoing);
                    return true;
                }
            }
        }
        false
    }

    /// Hands on the whole frames.
    fn forward(&mut self, outgoing: &mut Outgoing) {
        let mut start = 0;
        while let Some((length, rest)) = self.partial[start..].split_first_chunk::<4>() {
            let length = u32::from_le_bytes(*length) as usize;
            let Some(frame) = rest.get(..length) else {
                break;
            };
            self.answered |= Reply::is_answer(frame);
            outgoing.frames().extend_from_slice(&self.partial[start..start + 4 + length]);
            start += 4 + length;
        }
        self.partial.drain(..start);
        if self.partial.is_empty() {
            self.partial.shrink_to(64 * 1024);
        }
    }

    fn finish(&mut self, outgoing: &mut Outgoing) {
        let _ = sys::wait(Child::Pid(self.helper), true);
        if !self.answered {
            let step = if self.cancelled { "finish what was cancelled" } else { "finish: killed" };
            let answer = Answer::Failed { errno: 0, step: step.to_owned() };
            outgoing.send(&Reply::Answer { id: self.id, answer });
        }
    }
}
