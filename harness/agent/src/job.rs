//! An invocation, seen from the agent: its warden and the other ends of its streams.

use std::io::{self, PipeReader, PipeWriter, Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;

use crate::launch;
use crate::outgoing::Outgoing;
use crate::sys::{self, Child, POLL_IN, POLL_OUT, PollFd};
use crate::warden;
use crate::wire::{Message as _, Reply, Report, Spec, Status, Stream, encode_output};

/// How many places of the poll list a job takes.
pub(crate) const PLACES: usize = 4;

/// One output stream of an invocation.
struct Output {
    pipe: Option<PipeReader>,
    stream: Stream,
    seen: u64,
    sent: u64,
}

/// What is still to be fed to standard input.
struct Input {
    pipe: PipeWriter,
    bytes: Vec<u8>,
    written: usize,
}

/// A running invocation.
pub(crate) struct Job {
    pub(crate) id: u64,
    warden: u32,
    control: Option<UnixStream>,
    news: Vec<u8>,
    report: Option<Report>,
    outputs: [Output; 2],
    input: Option<Input>,
    cap: u64,
}

impl Job {
    /// Starts the invocation's warden, which starts the rest.
    pub(crate) fn start(id: u64, mut spec: Spec) -> Result<Self, Box<Report>> {
        let failed = |error: io::Error| {
            Box::new(Report::not_started(error.raw_os_error().unwrap_or_default(), "start the warden"))
        };
        let bytes = spec.stdin.take();
        let (out_reader, out_writer) = io::pipe().map_err(failed)?;
        let (err_reader, err_writer) = io::pipe().map_err(failed)?;
        let (control, far_control) = UnixStream::pair().map_err(failed)?;
        let (in_reader, input): (OwnedFd, _) = match bytes {
            None => (launch::nothing().map_err(failed)?, None),
            Some(bytes) => {
                let (reader, pipe) = io::pipe().map_err(failed)?;
                sys::set_nonblocking(pipe.as_fd()).map_err(failed)?;
                (reader.into(), Some(Input { pipe, bytes, written: 0 }))
            }
        };
        control.set_nonblocking(true).map_err(failed)?;
        sys::set_nonblocking(out_reader.as_fd()).map_err(failed)?;
        sys::set_nonblocking(err_reader.as_fd()).map_err(failed)?;
        let Some(warden) = sys::fork_process().map_err(failed)? else {
            let files = [in_reader, out_writer.into(), err_writer.into()];
            warden::run(id, &spec, files, far_control)
        };
        let output = |pipe, stream| Output { pipe: Some(pipe), stream, seen: 0, sent: 0 };
        Ok(Self {
            id,
            warden,
            control: Some(control),
            news: Vec::new(),
            report: None,
            outputs: [output(out_reader, Stream::Stdout), output(err_reader, Stream::Stderr)],
            input,
            cap: spec.output_cap,
        })
    }

    /// The process that watches over it, while there is one.
    pub(crate) fn warden(&self) -> Option<u32> {
        self.control.as_ref().map(|_| self.warden)
    }

    /// Whether only what was written is still to be sent on.
    pub(crate) fn is_over(&self) -> bool {
        self.report.is_some()
    }

    pub(crate) fn cancel(&self) {
        if let Some(control) = &self.control {
            // A warden that has ended needs no telling.
            let _ = (&*control).write_all(b"c");
        }
    }

    /// What to look at: the control socket, both outputs when there is room, the input.
    pub(crate) fn places(&self, room: bool) -> [PollFd; PLACES] {
        let output = |output: &Output| {
            let pipe = output.pipe.as_ref().filter(|_| room);
            PollFd::new(pipe.map(|pipe| pipe.as_fd()), POLL_IN)
        };
        let [out, err] = &self.outputs;
        [
            PollFd::new(self.control.as_ref().map(|control| control.as_fd()), POLL_IN),
            output(out),
            output(err),
            PollFd::new(self.input.as_ref().map(|input| input.pipe.as_fd()), POLL_OUT),
        ]
    }

    /// Moves what can be moved. Returns the final report once all is over.
    pub(crate) fn advance(&mut self, outgoing: &mut Outgoing, buffer: &mut [u8]) -> Option<Report> {
        self.feed();
        let over = self.report.is_some();
        for output in &mut self.outputs {
            output.forward(self.id, self.cap, over, outgoing, buffer);
        }
        if self.outputs.iter().any(|output| output.pipe.is_some()) {
            return None;
        }
        let mut report = self.report.take()?;
        let [out, err] = &self.outputs;
        (report.stdout_seen, report.stdout_cut) = (out.seen, out.seen - out.sent);
        (report.stderr_seen, report.stderr_cut) = (err.seen, err.seen - err.sent);
        Some(report)
    }

    fn feed(&mut self) {
        while let Some(input) = &mut self.input {
            match input.pipe.write(&input.bytes[input.written..]) {
                Ok(count) if count > 0 => input.written += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // All is written, or nobody reads it any more.
                _ => self.input = None,
            }
        }
    }

    /// Hears from the warden. Says whether it was lost, so that what it had started is without a
    /// guard and has to be killed before anything else.
    #[must_use]
    pub(crate) fn listen(&mut self) -> bool {
        let Some(control) = &mut self.control else {
            return false;
        };
        match control.read_to_end(&mut self.news) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
            // The end, and any error means the same.
            _ => self.control = None,
        }
        // It has closed its socket by ending, or is about to.
        let _ = sys::wait(Child::Pid(self.warden), true);
        let frame = self.news.get(4..).unwrap_or_default();
        self.input = None;
        if let Ok(Reply::Exited { report, .. }) = Reply::decode(frame) {
            self.report = Some(report);
            return false;
        }
        self.report = Some(Report { status: Status::Lost, ..Report::not_started(0, "") });
        true
    }
}

impl Output {
    /// Sends on what was written, up to the cap. When all is `over`, an empty pipe is at its end,
    /// even if something out of reach still holds it open.
    fn forward(&mut self, id: u64, cap: u64, over: bool, outgoing: &mut Outgoing, buffer: &mut [u8]) {
        // A few rounds, so that one busy stream does not keep the others waiting.
        for _ in 0..4 {
            let Some(pipe) = self.pipe.as_mut().filter(|_| outgoing.has_room()) else {
                return;
            };
            match pipe.read(buffer) {
                Ok(count) if count > 0 => {
                    let wanted = usize::try_from(cap - self.sent).unwrap_or(usize::MAX).min(count);
                    if wanted > 0 {
                        encode_output(outgoing.frames(), id, self.stream, &buffer[..wanted]);
                    }
                    self.seen += count as u64;
                    self.sent += wanted as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && !over => return,
                _ => self.pipe = None,
            }
        }
    }
}
