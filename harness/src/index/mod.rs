//! Serves folders and files of this machine over HTTP to builds and containers, in the place of remote sources.

mod error;
mod log;
mod server;

pub use error::IndexError;
pub use log::Request;
pub use server::{Mount, Server};
