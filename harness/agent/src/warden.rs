//! The warden of one invocation: a forked process above everything the invocation starts.
//!
//! It waits, kills the whole tree when that is due, and reports. As subreaper it also gets what
//! left its session or lost its parent, so nothing escapes. Its control socket says two things:
//! a byte is a cancellation, its end means that the agent is gone.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use crate::launch::{self, NotStarted};
use crate::sys::{self, Child, POLL_GONE, POLL_IN, PollFd, Waited};
use crate::tree;
use crate::wire::{Ended, Killer, Message as _, Reply, Report, Spec, Status};

const SAMPLE_EVERY: Duration = Duration::from_millis(25);
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// How often to look for the end of a process that cannot be polled (before Linux 5.3).
const COLLECT_EVERY: Duration = Duration::from_millis(5);

/// Why the waiting ended.
enum End {
    Main(Waited),
    Deadline,
    Kill(Killer),
    AgentGone,
}

struct Warden<'a> {
    spec: &'a Spec,
    control: UnixStream,
    main: u32,
    process: Option<OwnedFd>,
    started: Instant,
    next_sample: Instant,
    page_size: u64,
    tree_peak_kib: Option<u64>,
    queued_ns: Option<u64>,
    /// Set once a signal was sent, so that it is sent once.
    killer: Option<Killer>,
}

/// Does the whole work of a warden in a freshly forked process, and ends it.
pub(crate) fn run(id: u64, spec: &Spec, files: [OwnedFd; 3], control: UnixStream) -> ! {
    let mut kept: Vec<_> = files.iter().map(AsRawFd::as_raw_fd).collect();
    kept.push(control.as_raw_fd());
    sys::close_all_but(&mut kept);
    launch::leave_standard_streams();
    let _ = sys::lead_group();
    let mut teller = control.try_clone();
    let ready = sys::become_subreaper().map_err(|error| NotStarted::new(&error, "adopt orphans"));
    let started = Instant::now();
    let borrowed: [BorrowedFd<'_>; 3] = files.each_ref().map(|file| file.as_fd());
    let report = match ready.and_then(|()| launch::start(spec, &borrowed)) {
        Err(problem) => Report::not_started(problem.errno, problem.step),
        Ok(main) => {
            drop(files);
            let warden = Warden {
                spec,
                control,
                main,
                process: sys::open_process(main).ok(),
                started,
                next_sample: started + SAMPLE_EVERY,
                page_size: sys::page_size(),
                tree_peak_kib: None,
                queued_ns: None,
                killer: None,
            };
            match warden.watch() {
                Some(report) => report,
                None => sys::exit_now(0),
            }
        }
    };
    if let (Ok(teller), Ok(frame)) = (&mut teller, Reply::Exited { id, report }.encode()) {
        let _ = teller.write_all(&frame);
    }
    sys::exit_now(0)
}

impl Report {
    /// The report of an invocation that never ran.
    pub(crate) fn not_started(errno: i32, step: impl Into<String>) -> Self {
        Self {
            status: Status::NotStarted { errno, step: step.into() },
            wall_ns: 0,
            user_us: 0,
            system_us: 0,
            queued_ns: None,
            max_rss_kib: 0,
            tree_peak_kib: None,
            stdout_seen: 0,
            stdout_cut: 0,
            stderr_seen: 0,
            stderr_cut: 0,
            left_children: false,
            survivors: 0,
        }
    }
}

/// Takes the status of `wait` apart.
fn ended(status: i32) -> Ended {
    match status & 0x7f {
        0 => Ended::Exited { code: (status >> 8) & 0xff },
        signal => Ended::Signalled { signal },
    }
}

/// Whether children are left, after collecting those that ended by themselves.
fn has_children() -> bool {
    loop {
        match sys::wait(Child::Any, false) {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

impl Warden<'_> {
    /// Waits for the end and clears up; `None` when there is nobody left to report to.
    fn watch(mut self) -> Option<Report> {
        let mut end = self.wait();
        while let End::Kill(by) = end {
            self.killer = Some(by);
            let signal = self.signal_of(by);
            if signal == sys::KILL {
                break;
            }
            tree::signal(signal);
            end = self.wait();
        }
        if !matches!(end, End::Main(_)) {
            self.sample();
            // All of the group at once, before any of it can start more.
            let _ = sys::kill_group(self.main, sys::KILL);
        }
        let mut main = match end {
            End::Main(waited) => Some(waited),
            _ => None,
        };
        let mut wall = self.started.elapsed();
        let mut survivors = 0;
        let mut left_children = false;
        if main.is_none() || has_children() {
            left_children = main.is_some();
            survivors = tree::destroy(&[], |waited| {
                if waited.pid == self.main {
                    wall = self.started.elapsed();
                    main = Some(waited);
                }
            });
        }
        let main = main.unwrap_or_default();
        let status = match (end, self.killer, ended(main.status)) {
            (End::AgentGone, ..) => return None,
            (End::Deadline, ..) => Status::TimedOut,
            (_, Some(by), ended) => Status::Killed { by, ended },
            (_, None, Ended::Exited { code }) => Status::Exited { code },
            (_, None, Ended::Signalled { signal }) => Status::Signalled { signal },
        };
        Some(Report {
            status,
            wall_ns: u64::try_from(wall.as_nanos()).unwrap_or(u64::MAX),
            user_us: main.user_us,
            system_us: main.system_us,
            queued_ns: self.queued_ns,
            max_rss_kib: main.max_rss_kib,
            tree_peak_kib: self.tree_peak_kib,
            left_children,
            survivors,
            ..Report::not_started(0, "")
        })
    }

    fn signal_of(&self, by: Killer) -> i32 {
        match by {
            Killer::Cancel => None,
            Killer::Path => self.spec.kill_when.as_ref().map(|when| when.signal),
            Killer::Time => self.spec.kill_after.map(|after| after.signal),
        }
        .unwrap_or(sys::KILL)
    }

    fn sample(&mut self) {
        let resident = tree::resident_kib(self.page_size);
        self.tree_peak_kib = self.tree_peak_kib.max(Some(resident));
    }

    /// When, after the start, a number of milliseconds is over; never when absurdly late.
    fn after(&self, milliseconds: Option<u64>) -> Option<Instant> {
        self.started.checked_add(Duration::from_millis(milliseconds?))
    }

    fn wait(&mut self) -> End {
        let deadline = self.after(self.spec.deadline_ms);
        let armed = self.killer.is_none();
        let kill_at = self.after(self.spec.kill_after.map(|after| after.after_ms)).filter(|_| armed);
        let kill_when = self.spec.kill_when.as_ref().filter(|_| armed);
        loop {
            let now = Instant::now();
            let mut wake = [Some(self.next_sample), deadline, kill_at].into_iter().flatten().min();
            if kill_when.is_some() {
                wake = wake.min(Some(now + LOOK_EVERY));
            }
            if self.process.is_none() {
                wake = wake.min(Some(now + COLLECT_EVERY));
            }
            let mut fds = [
                PollFd::new(self.process.as_ref().map(|process| process.as_fd()), POLL_IN),
                PollFd::new(Some(self.control.as_fd()), POLL_IN),
            ];
            let timeout = wake.map(|wake| wake.saturating_duration_since(now));
            if sys::poll(&mut fds, timeout).is_err() {
                return End::AgentGone;
            }
            if fds[0].has(POLL_IN) || self.process.is_none() {
                // The account goes when the process is collected.
                self.queued_ns = tree::queued_ns(self.main);
                if let Ok(Some(waited)) = sys::wait(Child::Pid(self.main), false) {
                    return End::Main(waited);
                }
            }
            if fds[1].has(POLL_IN | POLL_GONE) {
                return match self.control.read(&mut [0]) {
                    Ok(1) => End::Kill(Killer::Cancel),
                    _ => End::AgentGone,
                };
            }
            let now = Instant::now();
            if deadline.is_some_and(|at| at <= now) {
                return End::Deadline;
            }
            if kill_at.is_some_and(|at| at <= now) {
                return End::Kill(Killer::Time);
            }
            let appeared = |path: &[u8]| fs::symlink_metadata(OsStr::from_bytes(path)).is_ok();
            if kill_when.is_some_and(|when| appeared(&when.path)) {
                return End::Kill(Killer::Path);
            }
            if self.next_sample <= now {
                self.sample();
                self.next_sample = Instant::now() + SAMPLE_EVERY;
            }
        }
    }
}
