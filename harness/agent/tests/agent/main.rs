//! The agent as a program: each test starts one and speaks to it as shakedown does.

mod endings;
mod invocations;
mod questions;
mod support;
mod surroundings;
mod wire;
