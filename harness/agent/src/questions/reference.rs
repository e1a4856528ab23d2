//! The reference work: always the same, so that the time that it takes tells of the machine and of nothing else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::failed;
use crate::hash::Hasher;
use crate::sys::{self, Child};
use crate::wire::{Answer, Reference};

/// How often a buffer of 8 KiB is hashed.
const BUFFERS: usize = 4096;
/// How many files are made.
const FILES: usize = 32;
/// How many processes are started.
const PROCESSES: usize = 256;
/// Bytes of one file.
const FILE: usize = 4096;

pub(super) fn reference() -> Answer {
    let folder = PathBuf::from(format!("/tmp/.shakedown-reference-{}", std::process::id()));
    match work(&folder) {
        Ok(reference) => Answer::Reference { reference },
        Err(error) => {
            let _ = fs::remove_dir_all(&folder);
            failed(&error, "do the reference work in", &folder)
        }
    }
}

fn work(folder: &Path) -> io::Result<Reference> {
    let processor_ns = timed(|| {
        hash();
        Ok(())
    })?;
    Ok(Reference { processor_ns, files_ns: timed(|| files(folder))?, processes_ns: timed(processes)? })
}

fn timed(work: impl FnOnce() -> io::Result<()>) -> io::Result<u64> {
    let began = Instant::now();
    work()?;
    let took: Duration = began.elapsed();
    Ok(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX))
}

fn hash() {
    let buffer = [7; 8 * 1024];
    let mut hasher = Hasher::new();
    for _ in 0..BUFFERS {
        hasher.update(std::hint::black_box(&buffer));
    }
    std::hint::black_box(hasher.finish());
}

fn files(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    let path = |number: usize| folder.join(number.to_string());
    for number in 0..FILES {
        fs::write(path(number), [7; FILE])?;
    }
    for number in 0..FILES {
        fs::read(path(number))?;
    }
    fs::remove_dir_all(folder)
}

fn processes() -> io::Result<()> {
    for _ in 0..PROCESSES {
        let Some(pid) = sys::fork_process()? else { sys::exit_now(0) };
        sys::wait(Child::Pid(pid), true)?;
    }
    Ok(())
}
