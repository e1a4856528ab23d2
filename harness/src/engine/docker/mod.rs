//! Docker Engine through its API, and Podman behind the same. The only module that knows bollard.
//!
//! [`DockerEngine`] delegates to one module per idea. What runs inside a container goes through the agent: `stream`
//! opens a stream to it and `channels` keeps one for each user of each container. Whatever is made is noted in the `ledger` first, carries the run's labels, and belongs to whoever holds
//! the `lease`.

mod agent_volume;
mod ask;
pub mod base;
pub mod build;
mod channels;
mod connect;
mod container;
mod context;
mod dead_builds;
mod engine;
mod fault;
mod gateway;
mod held;
mod images;
mod inventory;
mod invoke;
mod lease;
mod ledger;
mod life;
mod login;
mod occupants;
mod once;
mod plain;
mod proxy;
mod ready;
mod remove;
mod restart;
mod settle;
mod start;
mod stream;
mod successor;
mod sweep;
mod teardown;
mod traces;
mod trouble;

pub use context::OpenOptions;
pub use engine::DockerEngine;
