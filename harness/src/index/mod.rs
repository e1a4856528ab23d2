//! Serves folders and files of this machine, and shakedown's own packages, over HTTP to builds and containers, in the
//! place of remote sources.

mod error;
mod log;
mod pages;
mod server;

pub use error::IndexError;
pub use log::Request;
pub use server::{Content, Mount, Server};
