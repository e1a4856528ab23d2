//! The program as it is typed: bad input and trouble. Each case gets one clear message, the exit code of the table, and
//! leaves nothing running.

#[path = "../common/mod.rs"]
mod common;

mod by_hand;
mod choices;
mod commands;
mod configs;
mod containers;
mod engines;
mod environments;
mod formats;
mod gates;
mod images;
mod interruptions;
mod invocations;
mod machine;
mod outputs;
mod place;
mod plans;
mod registry;
