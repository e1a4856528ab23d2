//! Starting the process of an invocation.

use std::env;
use std::ffi::{CString, OsStr, OsString};
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};

use crate::sys::{self, Resource};
use crate::why;
use crate::wire::Spec;

/// Where programs are looked up when there is no `PATH`, as the C library does.
pub(crate) const DEFAULT_PATH: &[u8] = b"/bin:/usr/bin";

/// Why a process could not be started.
#[derive(Debug)]
pub(crate) struct NotStarted {
    pub(crate) errno: i32,
    pub(crate) step: String,
}

impl NotStarted {
    pub(crate) fn new(error: &io::Error, step: impl Into<String>) -> Self {
        Self { errno: error.raw_os_error().unwrap_or_default(), step: step.into() }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The variables a process begins with: the agent's own, less `remove`, with `set` on top.
fn environment(spec: &Spec) -> Vec<(OsString, OsString)> {
    let mut variables: Vec<_> =
        env::vars_os().filter(|(name, _)| !spec.remove.iter().any(|removed| removed == name.as_bytes())).collect();
    for (name, value) in &spec.set {
        let value = OsString::from_vec(value.clone());
        match variables.iter_mut().find(|variable| variable.0.as_bytes() == name) {
            Some(variable) => variable.1 = value,
            None => variables.push((OsString::from_vec(name.clone()), value)),
        }
    }
    variables
}

fn c_string(bytes: Vec<u8>, what: &str) -> Result<CString, NotStarted> {
    CString::new(bytes).map_err(|error| NotStarted {
        errno: 22,
        step: format!("use {what} {:?}, which holds a zero byte", text(&error.into_vec())),
    })
}

/// Replaces this process by the program; returns only when that fails.
///
/// Not `execvp`: that hands a file without a `#!` line to a shell, which `docker exec` does not.
fn become_program(spec: &Spec) -> NotStarted {
    let variables = environment(spec);
    let path = variables.iter().find(|(name, _)| name == "PATH");
    let path = path.map_or(DEFAULT_PATH, |(_, value)| value.as_bytes()).to_vec();
    let strings = || -> Result<_, NotStarted> {
        let argv = spec.argv.iter().map(|item| c_string(item.clone(), "the argument"));
        let env = variables.iter().map(|(name, value)| {
            let variable = [name.as_bytes(), b"=", value.as_bytes()].concat();
            c_string(variable, "the variable")
        });
        Ok((argv.collect::<Result<Vec<_>, _>>()?, env.collect::<Result<Vec<_>, _>>()?))
    };
    let (argv, env) = match strings() {
        Ok(strings) => strings,
        Err(problem) => return problem,
    };
    let Some(name) = spec.argv.first().filter(|name| !name.is_empty()) else {
        return NotStarted { errno: 2, step: "execute an empty name".into() };
    };
    if name.contains(&b'/') {
        let error = sys::execute(&argv[0], &argv, &env);
        let step = match error.raw_os_error() {
            Some(2) => format!("execute {}{}", text(name), why::missing(name)),
            Some(13) => format!("execute {}{}", text(name), why::denied(name)),
            _ => format!("execute {}", text(name)),
        };
        return NotStarted::new(&error, step);
    }
    let (mut denied, mut broken) = (None, None);
    for candidate in candidates(name, &path) {
        let Ok(program) = CString::new(candidate.clone()) else {
            continue;
        };
        let error = sys::execute(&program, &argv, &env);
        match error.raw_os_error() {
            Some(2) if why::lies_there(&candidate) => broken = broken.or(Some(candidate)),
            Some(2 | 20) => {}
            Some(13) => denied = Some(candidate),
            _ => return NotStarted::new(&error, format!("execute {}", text(&candidate))),
        }
    }
    match (denied, broken) {
        (Some(candidate), _) => {
            NotStarted { errno: 13, step: format!("execute {}{}", text(&candidate), why::denied(&candidate)) }
        }
        (None, Some(candidate)) => {
            NotStarted { errno: 2, step: format!("execute {}{}", text(&candidate), why::missing(&candidate)) }
        }
        (None, None) => NotStarted { errno: 2, step: format!("find {} in PATH {}", text(name), text(&path)) },
    }
}

/// Where a name without a slash is looked for, in order.
pub(crate) fn candidates(name: &[u8], path: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    path.split(|byte| *byte == b':').map(move |folder| {
        let folder = if folder.is_empty() { b"." } else { folder };
        [folder, b"/", name].concat()
    })
}

/// What the new process does between its making and the program.
fn prepare(spec: &Spec, files: &[BorrowedFd<'_>; 3]) -> Result<(), NotStarted> {
    let failed = |step: &'static str| move |error: io::Error| NotStarted::new(&error, step);
    sys::lead_group().map_err(failed("make a process group"))?;
    for (number, file) in (0..).zip(files) {
        sys::replace_standard(*file, number).map_err(failed("connect the standard streams"))?;
    }
    if let Some(cwd) = &spec.cwd {
        env::set_current_dir(OsStr::from_bytes(cwd))
            .map_err(|error| NotStarted::new(&error, format!("change to the folder {}", text(cwd))))?;
    }
    sys::restore_sigpipe();
    if let Some(size) = spec.limits.file_size {
        sys::limit(Resource::FileSize, size).map_err(failed("limit the size of files"))?;
    }
    if let Some(count) = spec.limits.open_files {
        sys::limit(Resource::OpenFiles, count).map_err(failed("limit the open files"))?;
    }
    Ok(())
}

/// Starts the process and returns its id once it has become the program.
///
/// A plain fork and `execve`, as std's way would have the process ignore two signals.
pub(crate) fn start(spec: &Spec, files: &[BorrowedFd<'_>; 3]) -> Result<u32, NotStarted> {
    let failed = |step: &'static str| move |error: io::Error| NotStarted::new(&error, step);
    let (mut news, mut teller) = io::pipe().map_err(failed("make a pipe"))?;
    match sys::fork_process().map_err(failed("make a process"))? {
        None => {
            let problem = prepare(spec, files).err().unwrap_or_else(|| become_program(spec));
            let mut message = problem.errno.to_le_bytes().to_vec();
            message.extend_from_slice(problem.step.as_bytes());
            let _ = teller.write_all(&message);
            sys::exit_now(127)
        }
        Some(pid) => {
            drop(teller);
            let mut message = Vec::new();
            news.read_to_end(&mut message).map_err(failed("hear from the new process"))?;
            match message.split_first_chunk::<4>() {
                None => Ok(pid),
                Some((errno, step)) => {
                    let _ = sys::wait(sys::Child::Pid(pid), true);
                    Err(NotStarted { errno: i32::from_le_bytes(*errno), step: text(step) })
                }
            }
        }
    }
}

/// A file for standard input that is empty: `/dev/null`, for reading only as `docker exec` gives it, or where there is none a closed pipe.
pub(crate) fn nothing() -> io::Result<std::os::fd::OwnedFd> {
    match fs::File::open("/dev/null") {
        Ok(file) => Ok(file.into()),
        Err(_) => io::pipe().map(|(reader, _)| reader.into()),
    }
}

/// Leaves nothing of this process's own on the standard streams, which would keep them open.
pub(crate) fn leave_standard_streams() {
    if let Ok(nothing) = nothing() {
        for number in 0..3 {
            let _ = sys::replace_standard(nothing.as_fd(), number);
        }
    }
}
