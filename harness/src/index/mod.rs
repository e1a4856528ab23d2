//! Serves folders and files of this machine, and shakedown's own packages, over HTTP to builds and containers, in the
//! place of remote sources. What it answers can go wrong on purpose, for each who asks by itself.

mod connections;
mod error;
mod log;
mod pages;
mod places;
mod server;
mod trouble;

pub use error::IndexError;
pub use log::Request;
pub use places::Places;
pub use server::{Content, Mount, Server};

#[cfg(test)]
mod tests;
