//! The modes in which the agent is a container's process 1 and only has to be there.

use std::io::{self, Read as _};

use crate::sys;

/// Stays until a signal ends it, and reaps whatever loses its parent.
pub(crate) fn hold() -> ! {
    sys::leave_when_told();
    loop {
        sys::wait_for_signal();
    }
}

/// Stays until standard input ends: then whoever held it open is gone.
pub(crate) fn lease() -> io::Result<()> {
    sys::leave_when_told();
    let mut input = io::stdin().lock();
    let mut buffer = [0; 256];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
    }
}
