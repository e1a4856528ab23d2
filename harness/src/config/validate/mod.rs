//! From a subject as written to one that holds: all mistakes are collected, each with its place.

mod container;
mod demands;
mod environments;
mod image;
mod limits;
mod manager;
mod names;
mod ssh;
mod subject;
mod validator;

pub use names::{Known, KnownManager};

pub(super) use names::is_plain;
pub(super) use subject::{is_file, subject};
pub(super) use validator::{Surroundings, Validator};
