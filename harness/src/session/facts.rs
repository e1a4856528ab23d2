//! What machine this is, for the record.

use std::collections::BTreeMap;

use sysinfo::System;

use crate::engine::EngineFacts;

/// The host, as reports name it.
pub(super) fn host() -> BTreeMap<String, String> {
    let memory = System::new().map_or(0, |mut system| {
        system.refresh_memory();
        system.total_memory()
    });
    let cpus = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    BTreeMap::from([
        ("cpus".to_owned(), cpus.to_string()),
        ("memory_bytes".to_owned(), memory.to_string()),
        ("os".to_owned(), System::long_os_version().unwrap_or_else(|_| "unknown".to_owned())),
        ("kernel".to_owned(), System::kernel_version().unwrap_or_else(|_| "unknown".to_owned())),
    ])
}

/// The engine, as reports name it.
pub(super) fn engine(facts: &EngineFacts) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("name".to_owned(), facts.name.clone()),
        ("version".to_owned(), facts.version.clone()),
        ("api".to_owned(), facts.api.clone()),
        ("platform".to_owned(), facts.platform.clone()),
    ])
}
