//! JSON schemas of the configuration files, for editors.

use schemars::schema_for;
use serde_json::Value;

use super::raw::RawSubject;
use super::raw_project::RawProject;
use super::suite::Suite;

/// The JSON schema of a project's file, as committed in `configs/schema/project.schema.json`.
pub fn schema_project() -> Value {
    schema_for!(RawProject).to_value()
}

/// The JSON schema of a subject, as committed in `configs/schema/subject.schema.json`.
pub fn schema_subject() -> Value {
    schema_for!(RawSubject).to_value()
}

/// The JSON schema of a suite, as committed in `configs/schema/suite.schema.json`.
pub fn schema_suite() -> Value {
    schema_for!(Suite).to_value()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rstest::rstest;

    use super::*;

    /// With `SHAKEDOWN_WRITE_SCHEMAS` set, writes the committed files anew.
    #[rstest]
    #[case("project", schema_project())]
    #[case("subject", schema_subject())]
    #[case("suite", schema_suite())]
    fn the_committed_schema_is_the_one_of_the_code(#[case] name: &str, #[case] schema: Value) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs/schema");
        let file = folder.join(format!("{name}.schema.json"));
        if std::env::var_os("SHAKEDOWN_WRITE_SCHEMAS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&file, format!("{schema:#}\n")).unwrap();
        }
        let committed: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert!(
            committed == schema,
            "{} is out of date; write it anew: SHAKEDOWN_WRITE_SCHEMAS=1 cargo test -p shakedown committed_schema",
            file.display()
        );
    }
}
