//! The Python that runs inside an environment's interpreter.
//!
//! It needs the standard library alone, and asks no package manager: what there is, records of conda and of wheels say.

/// What packages are recorded to bring: their files and modules, who brings what is missing, and what each requires.
///
/// Names of modules come from these records, so no map from package to module names is needed.
pub(super) const RECORDS: &str = include_str!("records.py");

/// Whether versions meet requirements, as PEP 440 and PEP 508 have them and as conda has them.
pub(super) const REQUIREMENTS: &str = include_str!("requirements.py");

/// Imports every top-level module of the package that is named, and prints its version.
///
/// What cannot be imported ends it with a line that names what is missing and who should bring it. A module that says of
/// itself another version than its record is noted: a release may have forgotten it, and files that are not what was
/// recorded are another check's.
pub(super) const IMPORT: &str = concat!(include_str!("records.py"), "\n\n", include_str!("import.py"));
