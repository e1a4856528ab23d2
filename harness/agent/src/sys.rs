//! The system calls that std does not offer, each behind a safe function.
//!
//! Declared by hand so that the agent needs no crate; the layouts are those of 64-bit Linux with
//! the GNU C library, on `x86_64` and `aarch64`.
#![expect(unsafe_code, reason = "system calls that std does not offer; the only file with any")]

use std::ffi::{CStr, CString, c_char, c_int, c_long};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::time::Duration;

#[repr(C)]
struct Timeval {
    seconds: i64,
    microseconds: i64,
}

#[repr(C)]
struct Rusage {
    user: Timeval,
    system: Timeval,
    max_rss: i64,
    rest: [i64; 13],
}

#[repr(C)]
struct Rlimit {
    soft: u64,
    hard: u64,
}

#[repr(C)]
struct Statvfs {
    block: u64,
    fragment: u64,
    blocks: u64,
    free: u64,
    available: u64,
    files: u64,
    free_files: u64,
    available_files: u64,
    rest: [u64; 6],
}

/// One file that [`poll`] looks at: `struct pollfd`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub(crate) struct PollFd {
    fd: c_int,
    events: i16,
    found: i16,
}

unsafe extern "C" {
    fn fork() -> c_int;
    fn _exit(status: c_int) -> !;
    #[link_name = "kill"]
    fn c_kill(pid: c_int, signal: c_int) -> c_int;
    fn wait4(pid: c_int, status: *mut c_int, options: c_int, usage: *mut Rusage) -> c_int;
    #[link_name = "poll"]
    fn c_poll(fds: *mut PollFd, count: u64, timeout: c_int) -> c_int;
    fn prctl(option: c_int, a: u64, b: u64, c: u64, d: u64) -> c_int;
    fn setpgid(pid: c_int, group: c_int) -> c_int;
    fn dup2(from: c_int, to: c_int) -> c_int;
    fn close(fd: c_int) -> c_int;
    fn fcntl(fd: c_int, command: c_int, argument: c_long) -> c_int;
    fn signal(signal: c_int, handler: usize) -> usize;
    fn pause() -> c_int;
    fn syscall(number: c_long, ...) -> c_long;
    fn execve(path: *const c_char, argv: *const *const c_char, env: *const *const c_char) -> c_int;
    fn access(path: *const c_char, mode: c_int) -> c_int;
    fn setrlimit(resource: c_int, limit: *const Rlimit) -> c_int;
    fn statvfs(path: *const c_char, out: *mut Statvfs) -> c_int;
    fn posix_fallocate(fd: c_int, offset: i64, length: i64) -> c_int;
    fn sysconf(name: c_int) -> c_long;
    fn mallopt(parameter: c_int, value: c_int) -> c_int;
    #[link_name = "getuid"]
    fn c_getuid() -> u32;
    #[link_name = "getgid"]
    fn c_getgid() -> u32;
}

/// Data can be read, or the other end is closed.
pub(crate) const POLL_IN: i16 = 0x001;
/// Data can be written.
pub(crate) const POLL_OUT: i16 = 0x004;
/// An error, the other end closed wholly or for writing, or a file that is not open.
pub(crate) const POLL_GONE: i16 = 0x008 | 0x010 | 0x020 | 0x2000;

/// `SIGKILL`.
pub(crate) const KILL: i32 = 9;
/// `O_NONBLOCK`.
pub(crate) const OPEN_NONBLOCK: i32 = 0o4000;
/// `O_NOFOLLOW`.
#[cfg(target_arch = "x86_64")]
pub(crate) const OPEN_NOFOLLOW: i32 = 0o40_0000;
/// `O_NOFOLLOW`.
#[cfg(target_arch = "aarch64")]
pub(crate) const OPEN_NOFOLLOW: i32 = 0o10_0000;

/// A resource that a process may be given less of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Resource {
    /// Open files.
    OpenFiles = 7,
    /// The size of a file.
    FileSize = 1,
}

fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// Splits this process in two; `None` in the child.
///
/// The agent has one thread, so the child may do whatever it likes.
pub(crate) fn fork_process() -> io::Result<Option<u32>> {
    // SAFETY: no arguments; the process is single-threaded, so no lock stays taken in the child.
    let pid = check(unsafe { fork() })?;
    Ok(if pid == 0 { None } else { Some(pid.unsigned_abs()) })
}

/// Ends this process at once, without any clean-up.
pub(crate) fn exit_now(code: i32) -> ! {
    // SAFETY: does not return and touches no memory.
    unsafe { _exit(code) }
}

/// Sends a signal to one process.
pub(crate) fn kill(pid: u32, signal: i32) -> io::Result<()> {
    // SAFETY: integers only.
    check(unsafe { c_kill(pid.cast_signed(), signal) }).map(drop)
}

/// Sends a signal to all processes of a group.
pub(crate) fn kill_group(group: u32, signal: i32) -> io::Result<()> {
    // SAFETY: integers only.
    check(unsafe { c_kill(-group.cast_signed(), signal) }).map(drop)
}

/// How a child ended, and what it had used.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Waited {
    /// The child.
    pub(crate) pid: u32,
    /// The status as `wait` gives it.
    pub(crate) status: i32,
    /// User time in microseconds.
    pub(crate) user_us: u64,
    /// System time in microseconds.
    pub(crate) system_us: u64,
    /// Peak memory in KiB.
    pub(crate) max_rss_kib: u64,
}

/// Which child to wait for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Child {
    /// Whichever ends.
    Any,
    /// The one with this id.
    Pid(u32),
}

/// Collects a child that ended; `None` when `block` is not set and it still runs.
pub(crate) fn wait(child: Child, block: bool) -> io::Result<Option<Waited>> {
    let pid = match child {
        Child::Any => -1,
        Child::Pid(pid) => pid.cast_signed(),
    };
    let mut status = 0;
    let mut usage = Rusage {
        user: Timeval { seconds: 0, microseconds: 0 },
        system: Timeval { seconds: 0, microseconds: 0 },
        max_rss: 0,
        rest: [0; 13],
    };
    // SAFETY: both pointers are to live values of the right layout.
    let pid = check(unsafe { wait4(pid, &raw mut status, i32::from(!block), &raw mut usage) })?;
    let microseconds = |time: &Timeval| u64::try_from(time.seconds * 1_000_000 + time.microseconds).unwrap_or_default();
    Ok((pid != 0).then(|| Waited {
        pid: pid.unsigned_abs(),
        status,
        user_us: microseconds(&usage.user),
        system_us: microseconds(&usage.system),
        max_rss_kib: u64::try_from(usage.max_rss).unwrap_or_default(),
    }))
}

impl PollFd {
    /// A file to look at for these events; without a file the place is skipped.
    pub(crate) fn new(fd: Option<BorrowedFd<'_>>, events: i16) -> Self {
        Self { fd: fd.map_or(-1, |fd| fd.as_raw_fd()), events, found: 0 }
    }

    /// Whether anything was found.
    pub(crate) fn is_found(self) -> bool {
        self.found != 0
    }

    /// Whether any of these events was found.
    pub(crate) fn has(self, events: i16) -> bool {
        self.found & events != 0
    }
}

/// Waits until one of the files is ready; for ever when there is no timeout.
pub(crate) fn poll(fds: &mut [PollFd], timeout: Option<Duration>) -> io::Result<()> {
    // Rounded up, so that nobody wakes just before the time and spins.
    let timeout = timeout.map_or(-1, |time| i32::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX));
    // SAFETY: pointer and length are of one live slice of `struct pollfd`.
    match check(unsafe { c_poll(fds.as_mut_ptr(), fds.len() as u64, timeout) }) {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
        result => result.map(drop),
    }
}

/// Makes orphans below this process its children.
pub(crate) fn become_subreaper() -> io::Result<()> {
    // SAFETY: integers only.
    check(unsafe { prctl(36, 1, 0, 0, 0) }).map(drop)
}

/// Has this process killed when its parent dies.
pub(crate) fn die_with_parent() -> io::Result<()> {
    // SAFETY: integers only.
    check(unsafe { prctl(1, 9, 0, 0, 0) }).map(drop)
}

/// Makes this process the leader of a new group.
pub(crate) fn lead_group() -> io::Result<()> {
    // SAFETY: integers only.
    check(unsafe { setpgid(0, 0) }).map(drop)
}

/// Makes one of the standard files 0 to 2 a copy of `from`.
pub(crate) fn replace_standard(from: BorrowedFd<'_>, to: RawFd) -> io::Result<()> {
    // SAFETY: integers only; nothing in this program owns files 0 to 2.
    check(unsafe { dup2(from.as_raw_fd(), to) }).map(drop)
}

/// Closes every file above 2 but these. To be called in a forked child only, which never drops
/// what it has inherited.
pub(crate) fn close_all_but(kept: &mut [RawFd]) {
    kept.sort_unstable();
    let mut from = 3;
    for fd in kept.iter().copied().chain([RawFd::MAX]) {
        let to = fd - 1;
        if from <= to {
            // SAFETY: integers only; `close_range` is 436 on both architectures.
            let done = unsafe { syscall(436, c_long::from(from), c_long::from(to), 0 as c_long) };
            if done != 0 {
                for fd in from..=to.min(4096) {
                    // SAFETY: integers only; the caller gives up what it inherited.
                    unsafe { close(fd) };
                }
            }
        }
        from = fd.saturating_add(1);
    }
}

/// A file that becomes readable when the process ends.
pub(crate) fn open_process(pid: u32) -> io::Result<OwnedFd> {
    // SAFETY: integers only; `pidfd_open` is 434 on both architectures.
    let fd = unsafe { syscall(434, c_long::from(pid), 0 as c_long) };
    let fd = check(i32::try_from(fd).unwrap_or(-1))?;
    // SAFETY: the call has just made this file for us.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Makes reads and writes return instead of waiting.
pub(crate) fn set_nonblocking(fd: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: integers only; 3 and 4 are `F_GETFL` and `F_SETFL`.
    let flags = check(unsafe { fcntl(fd.as_raw_fd(), 3, 0) })?;
    // SAFETY: as above.
    check(unsafe { fcntl(fd.as_raw_fd(), 4, c_long::from(flags | OPEN_NONBLOCK)) }).map(drop)
}

/// Undoes what Rust's start-up does to `SIGPIPE`.
pub(crate) fn restore_sigpipe() {
    // SAFETY: 0 is `SIG_DFL`.
    unsafe { signal(13, 0) };
}

extern "C" fn leave(_signal: c_int) {
    exit_now(0);
}

/// Has the kernel reap children, and ends this process with 0 at any signal by which an engine
/// stops a container: also as process 1, which has no defaults.
pub(crate) fn leave_when_told() {
    let handler: extern "C" fn(c_int) = leave;
    // HUP, INT, QUIT, USR1, USR2, TERM, WINCH and systemd's RTMIN+3: all in use as STOPSIGNAL.
    for number in [1, 2, 3, 10, 12, 15, 28, 37] {
        // SAFETY: the handler only calls `_exit`, which is allowed in one.
        unsafe { signal(number, handler as usize) };
    }
    // SAFETY: 17 is `SIGCHLD`, 1 is `SIG_IGN`.
    unsafe { signal(17, 1) };
}

/// Waits for a signal.
pub(crate) fn wait_for_signal() {
    // SAFETY: no arguments.
    unsafe { pause() };
}

/// Becomes another program. Returns only when that fails.
pub(crate) fn execute(path: &CStr, argv: &[CString], env: &[CString]) -> io::Error {
    let pointers =
        |list: &[CString]| list.iter().map(|item| item.as_ptr()).chain([std::ptr::null()]).collect::<Vec<_>>();
    let (argv, env) = (pointers(argv), pointers(env));
    // SAFETY: the lists end with a null pointer and all strings outlive the call.
    unsafe { execve(path.as_ptr(), argv.as_ptr(), env.as_ptr()) };
    io::Error::last_os_error()
}

/// Whether this process may execute what is at a path.
pub(crate) fn may_execute(path: &CStr) -> bool {
    // SAFETY: a live string; 1 is `X_OK`.
    unsafe { access(path.as_ptr(), 1) == 0 }
}

/// Sets the soft and the hard limit of a resource.
pub(crate) fn limit(resource: Resource, value: u64) -> io::Result<()> {
    let limit = Rlimit { soft: value, hard: value };
    // SAFETY: a live value of the right layout.
    check(unsafe { setrlimit(resource as c_int, &raw const limit) }).map(drop)
}

/// Total and free bytes, total and free inodes of the file system of a path.
pub(crate) fn file_system(path: &CStr) -> io::Result<[u64; 4]> {
    let mut out = Statvfs {
        block: 0,
        fragment: 0,
        blocks: 0,
        free: 0,
        available: 0,
        files: 0,
        free_files: 0,
        available_files: 0,
        rest: [0; 6],
    };
    // SAFETY: a live string, and a live value no smaller than the C library's.
    check(unsafe { statvfs(path.as_ptr(), &raw mut out) })?;
    let bytes = |blocks: u64| blocks.saturating_mul(out.fragment);
    Ok([bytes(out.blocks), bytes(out.available), out.files, out.available_files])
}

/// Gives a file real blocks up to a size.
pub(crate) fn allocate(file: BorrowedFd<'_>, size: u64) -> io::Result<()> {
    let size = i64::try_from(size).map_err(|_| io::Error::from_raw_os_error(27))?;
    // SAFETY: integers only.
    match unsafe { posix_fallocate(file.as_raw_fd(), 0, size) } {
        0 => Ok(()),
        errno => Err(io::Error::from_raw_os_error(errno)),
    }
}

/// The size of a memory page in bytes.
pub(crate) fn page_size() -> u64 {
    // SAFETY: integers only; 30 is `_SC_PAGESIZE`.
    u64::try_from(unsafe { sysconf(30) }).unwrap_or(4096)
}

/// Has large pieces of memory go back to the kernel as soon as they are freed.
///
/// A child's peak memory is never below what its parent held at the fork.
pub(crate) fn return_memory() {
    // SAFETY: integers only; -3 is `M_MMAP_THRESHOLD`, -1 `M_TRIM_THRESHOLD`.
    unsafe {
        mallopt(-3, 128 * 1024);
        mallopt(-1, 128 * 1024);
    }
}

/// The real user and group of this process.
pub(crate) fn identity() -> (u32, u32) {
    // SAFETY: no arguments.
    unsafe { (c_getuid(), c_getgid()) }
}
