//! The formats of manifests and lock files, read by the libraries of the formats. A mistake has its file and line.

pub(super) mod pixi_global;
pub(super) mod pixi_lock;
pub(super) mod pixi_manifest;
pub(super) mod pyproject;
mod python;
pub(super) mod requirements;
mod tables;
pub(super) mod uv_lock;
