//! YAML to validated configuration: projects, subjects and suites. The only module that knows YAML.
//!
//! A file is read ([`load_project`], [`load_subject`], [`load_suite`]), parsed into types as written, and validated. Mistakes come back
//! as [`ConfigErrors`], each with its place, the line it is in, the nearest known name and what to do.

pub mod cell;
mod diagnostic;
mod extension;
mod finding;
mod image_name;
mod load;
mod located;
mod names_of;
mod places;
mod project;
mod raw;
mod raw_limits;
mod raw_manager;
mod raw_project;
mod raw_ssh;
pub mod scalars;
mod schema;
mod source;
mod step;
mod step_rules;
pub mod subject;
pub mod suite;
mod suite_rules;
mod units;
mod validate;
mod variables;
pub mod verbs;

#[cfg(test)]
mod tests;

pub use diagnostic::{ConfigError, ConfigErrors, Place, nearest};
pub use finding::{mistake_of_check, mistake_of_subject};
pub use image_name::{image_name, image_tag};
pub use load::{load_subject, load_suite, parse_suite, texts_of_suite};
pub use project::{ManagerPlace, Project, load_project};
pub use schema::{schema_project, schema_subject, schema_suite};
pub use subject::{Budget, ContainerConfig, ImageSource, Remote, Sources, SshConfig, Stage, Subject, Trust};
pub use suite::{Suite, SuiteCheck, SuitePhase, SuiteStep};
pub use validate::{Known, KnownManager};
