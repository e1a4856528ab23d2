//! The agent at work: one thread that waits for whatever comes next.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use crate::hash::Hasher;
use crate::inquiry::Inquiry;
use crate::job::{Job, PLACES};
use crate::outgoing::Outgoing;
use crate::sys::{self, Child, POLL_GONE, POLL_IN, POLL_OUT, PollFd};
use crate::wire::{Answer, Decoder, Hello, Question, Reply, Request};
use crate::{questions, tree};

/// How much is read at once, of requests, outputs and answers.
const BUFFER: usize = 64 * 1024;

/// Why the work could not go on.
pub(crate) type Trouble = Box<dyn std::error::Error>;

struct Agent {
    requests: File,
    decoder: Decoder<Request>,
    outgoing: Outgoing,
    jobs: Vec<Job>,
    inquiries: Vec<Inquiry>,
    buffer: Vec<u8>,
}

/// Serves until standard input ends, or nobody reads standard output any more. Whatever was
/// started is dead when this returns.
pub(crate) fn serve() -> Result<(), Trouble> {
    sys::return_memory();
    // For what a killed warden leaves behind.
    sys::become_subreaper()?;
    let own = |fd: io::Result<OwnedFd>| fd.map(File::from);
    let mut agent = Agent {
        requests: own(io::stdin().as_fd().try_clone_to_owned())?,
        decoder: Decoder::new(),
        outgoing: Outgoing::new(own(io::stdout().as_fd().try_clone_to_owned())?),
        jobs: Vec::new(),
        inquiries: Vec::new(),
        buffer: vec![0; BUFFER],
    };
    sys::set_nonblocking(agent.outgoing.stream().as_fd())?;
    agent.outgoing.send(&Reply::Hello { hello: hello(&mut agent.buffer) });
    let result = agent.work();
    agent.end();
    match result {
        // The host went away: that is how a stream ends.
        Err(error) if error.downcast_ref::<io::Error>().is_some_and(is_broken_pipe) => Ok(()),
        result => result,
    }
}

fn is_broken_pipe(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

fn hello(buffer: &mut [u8]) -> Hello {
    let mut executable = || -> io::Result<[u8; 16]> {
        let mut file = File::open("/proc/self/exe")?;
        let mut hasher = Hasher::new();
        loop {
            match file.read(buffer)? {
                0 => return Ok(hasher.finish()),
                count => hasher.update(&buffer[..count]),
            }
        }
    };
    let executable = executable().ok();
    let (uid, gid) = sys::identity();
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Hello { version, executable, pid: std::process::id(), uid, gid }
}

impl Agent {
    fn work(&mut self) -> Result<(), Trouble> {
        loop {
            // Requests that wait for room must not wait for further requests once there is some.
            while self.obey()? {
                self.outgoing.flush()?;
                if !self.outgoing.has_room() {
                    break;
                }
            }
            self.outgoing.flush()?;
            let room = self.outgoing.has_room();
            let found = self.wait(room)?;
            if self.hear(found[0], room)? {
                return Ok(());
            }
            let (jobs, inquiries) = found[2..].split_at(PLACES * self.jobs.len());
            self.advance_jobs(jobs);
            self.advance_inquiries(inquiries);
        }
    }

    /// Waits until anything can be done: requests, the way out, jobs and inquiries in this order.
    fn wait(&self, room: bool) -> io::Result<Vec<PollFd>> {
        let pending = !self.outgoing.is_empty();
        let mut fds = vec![
            // Without room only the end is looked for.
            PollFd::new(Some(self.requests.as_fd()), if room { POLL_IN } else { POLL_GONE }),
            PollFd::new(Some(self.outgoing.stream().as_fd()).filter(|_| pending), POLL_OUT),
        ];
        fds.extend(self.jobs.iter().flat_map(|job| job.places(room)));
        fds.extend(self.inquiries.iter().map(|inquiry| inquiry.place(room)));
        // What is over needs no event: its pipes may be held open by something out of reach.
        let over = room && self.jobs.iter().any(Job::is_over);
        sys::poll(&mut fds, over.then_some(Duration::ZERO))?;
        Ok(fds)
    }

    /// Takes in requests; says whether they have ended.
    fn hear(&mut self, found: PollFd, room: bool) -> io::Result<bool> {
        if !room {
            return Ok(found.has(POLL_GONE));
        }
        if !found.has(POLL_IN | POLL_GONE) {
            return Ok(false);
        }
        match self.requests.read(&mut self.buffer) {
            Ok(0) => Ok(true),
            Ok(count) => {
                self.decoder.push(&self.buffer[..count]);
                Ok(false)
            }
            Err(error) => match error.kind() {
                io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock => Ok(false),
                _ => Err(error),
            },
        }
    }

    /// Carries out the requests that are there, as long as there is room for what follows; says
    /// whether it was the room that ran out.
    fn obey(&mut self) -> Result<bool, Trouble> {
        while self.outgoing.has_room() {
            match self.decoder.next_message()? {
                None => return Ok(false),
                Some(Request::Start { id, spec }) => match Job::start(id, spec) {
                    Ok(job) => self.jobs.push(job),
                    Err(report) => self.outgoing.send(&Reply::Exited { id, report: *report }),
                },
                Some(Request::Cancel { id }) => {
                    self.jobs.iter().filter(|job| job.id == id).for_each(Job::cancel);
                    let inquiries = self.inquiries.iter_mut();
                    inquiries.filter(|inquiry| inquiry.id == id).for_each(Inquiry::cancel);
                }
                Some(Request::Ask { id, question }) => self.ask(id, &question),
            }
        }
        Ok(true)
    }

    fn ask(&mut self, id: u64, question: &Question) {
        let answer = if questions::is_long(question) {
            match Inquiry::start(id, question) {
                Ok(inquiry) => return self.inquiries.push(inquiry),
                Err(error) => Answer::Failed {
                    errno: error.raw_os_error().unwrap_or_default(),
                    step: "start a helper".to_owned(),
                },
            }
        } else {
            questions::answer(question, &self.helpers(), &mut |_| false)
        };
        self.outgoing.send(&Reply::Answer { id, answer });
    }

    /// The agent's own children.
    fn helpers(&self) -> Vec<u32> {
        let wardens = self.jobs.iter().filter_map(Job::warden);
        wardens.chain(self.inquiries.iter().map(Inquiry::helper)).collect()
    }

    fn advance_jobs(&mut self, found: &[PollFd]) {
        let mut lost = false;
        let ready: Vec<bool> = found
            .chunks_exact(PLACES)
            .zip(&mut self.jobs)
            .map(|(found, job)| {
                if found[0].is_found() {
                    lost |= job.listen();
                }
                job.is_over() || found.iter().any(|place| place.is_found())
            })
            .collect();
        if lost {
            tree::destroy(&self.helpers(), |_| {});
        }
        let mut ready = ready.into_iter();
        let Self { jobs, outgoing, buffer, .. } = self;
        jobs.retain_mut(|job| {
            if !ready.next().unwrap_or(false) {
                return true;
            }
            let Some(report) = job.advance(outgoing, buffer) else {
                return true;
            };
            outgoing.send(&Reply::Exited { id: job.id, report });
            false
        });
    }

    fn advance_inquiries(&mut self, found: &[PollFd]) {
        let mut found = found.iter();
        let Self { inquiries, outgoing, buffer, .. } = self;
        inquiries.retain_mut(|inquiry| {
            let ready = found.next().is_some_and(|place| place.is_found());
            !(ready && inquiry.advance(outgoing, buffer))
        });
    }

    /// Ends everything, and waits until it has ended.
    fn end(&mut self) {
        for inquiry in &mut self.inquiries {
            inquiry.cancel();
        }
        let helpers = self.helpers();
        // The end of its control socket is a warden's sign to kill and leave.
        self.jobs.clear();
        self.inquiries.clear();
        for helper in helpers {
            let _ = sys::wait(Child::Pid(helper), true);
        }
    }
}
