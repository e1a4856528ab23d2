//! What installed Python packages record of themselves: `site-packages/*.dist-info/METADATA`.

use crate::model::fact::{Fact, Package};

/// How the path of a record ends.
pub(super) const SUFFIX: &str = ".dist-info/METADATA";

/// The packages that these records (path, content) tell of. Metadata that a package carries within itself (setuptools
/// brings vendored packages along) is no record of something installed and is left out.
pub(super) fn read(files: &[(String, String)]) -> Result<Fact, String> {
    let mut packages = Vec::new();
    for (path, content) in files.iter().filter(|(path, _)| is_installed(path)) {
        let field = |name: &str| field(content, name).ok_or_else(|| format!("{path}: expected a field {name}"));
        let package = Package {
            name: field("Name")?.to_owned(),
            version: field("Version")?.to_owned(),
            build: None,
            source: None,
        };
        packages.push(package);
    }
    Ok(Fact::Packages(packages))
}

/// Whether the metadata lies right in a folder of packages: `…/site-packages/NAME.dist-info/METADATA`.
fn is_installed(path: &str) -> bool {
    let mut parts = path.rsplit('/').skip(2);
    matches!(parts.next(), Some("site-packages" | "dist-packages"))
}

/// A field of the header, which ends at the first empty line.
fn field<'a>(content: &'a str, name: &str) -> Option<&'a str> {
    let header = content.lines().take_while(|line| !line.trim().is_empty());
    header
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = "Metadata-Version: 2.1\nName: cowsay\nVersion: 6.1\nSummary: x\n\nVersion: not this one\n";

    fn file(path: &str, content: &str) -> (String, String) {
        (path.to_owned(), content.to_owned())
    }

    #[test]
    fn records_are_read_from_headers_and_vendored_packages_are_left_out() {
        let files = [
            file("/v/lib/python3.11/site-packages/cowsay-6.1.dist-info/METADATA", METADATA),
            file("/v/lib/python3.11/site-packages/setuptools/_vendor/wheel-0.1.dist-info/METADATA", METADATA),
        ];
        let cowsay = Package { name: "cowsay".into(), version: "6.1".into(), build: None, source: None };
        assert_eq!(read(&files), Ok(Fact::Packages(vec![cowsay])));
    }

    #[test]
    fn a_record_without_a_version_is_an_error_that_names_the_file() {
        let files = [file("/v/lib/python3.11/site-packages/x.dist-info/METADATA", "Name: x\n\nVersion: 1\n")];
        let error = read(&files).unwrap_err();
        assert_eq!(error, "/v/lib/python3.11/site-packages/x.dist-info/METADATA: expected a field Version");
    }
}
