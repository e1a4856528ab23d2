//! Versions, ranges of versions, and versions in texts.

use std::str::FromStr;
use std::sync::LazyLock;

use pep440_rs::{Operator, Version, VersionSpecifiers};
use regex::Regex;

use super::finding::Finding;

/// Whether a version lies within a range of PEP 440 specifiers, as `>=0.30.0, <1`; an empty range holds every version.
///
/// A leading `v` and the pre-release and build parts of Semantic Versioning are understood. The error says which of
/// the two could not be.
pub fn within(version: &str, range: &str) -> Result<bool, String> {
    let specifiers = specifiers(range)?;
    match parsed(version) {
        Some(version) => Ok(contains(&specifiers, &version)),
        None => Err(format!("`{version}` is not a version")),
    }
}

/// Whether two versions are the same: as PEP 440 compares them (`1.0` is `1.0.0`), else letter by letter.
pub fn equal(one: &str, other: &str) -> bool {
    match (parsed(one), parsed(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.trim() == other.trim(),
    }
}

/// Whether a version satisfies a requirement of a manifest: `*`, `>=1,<2`, `1.2.*`, `=1.2` (conda's short form of
/// `1.2.*`), `1.2`, or several of these separated by `|`. The error says what could not be understood.
pub fn satisfies(version: &str, requirement: &str) -> Result<bool, String> {
    let mut unclear = None;
    for alternative in requirement.split('|').map(str::trim).filter(|alternative| !alternative.is_empty()) {
        match satisfies_one(version, alternative) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(reason) => unclear = Some(reason),
        }
    }
    match unclear {
        Some(reason) => Err(reason),
        None => Ok(requirement.trim_matches([' ', '|']).is_empty()),
    }
}

fn satisfies_one(version: &str, requirement: &str) -> Result<bool, String> {
    if requirement == "*" {
        return Ok(true);
    }
    let bare = requirement.trim_start_matches('=').trim();
    let equals = requirement.len() - requirement.trim_start_matches('=').len();
    let operator_free = !bare.contains([',', '<', '>', '=', '~', '!']);
    let starred = bare.strip_suffix('*').map(|stem| stem.trim_end_matches('.'));
    if operator_free && let Some(stem) = starred.or((equals == 1).then_some(bare)) {
        let rest = version.trim().strip_prefix(stem);
        return Ok(rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit())));
    }
    if operator_free && equals != 1 {
        return Ok(equal(version, bare));
    }
    within(version, requirement)
}

/// The first thing in a text that looks like a version, numbers joined by dots; without it, a text that is one itself.
pub fn first(text: &str) -> Option<String> {
    static VERSION: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?:^|[^0-9A-Za-z._])v?((?:\d+!)?\d+(?:\.\d+)+(?:[-+._]?[0-9A-Za-z]+)*)";
        Regex::new(pattern).expect("the pattern is a constant and tested")
    });
    let found = VERSION.captures(text).and_then(|captures| captures.get(1)).map(|found| found.as_str().to_owned());
    found.or_else(|| parsed(text).map(|_| text.trim().to_owned()))
}

/// Met when the version lies in the range. A range that is none is the plan's fault; a version that is none is not met.
pub(super) fn held(version: &str, range: &str) -> Finding {
    if let Err(reason) = specifiers(range) {
        return Finding::errored(reason);
    }
    match within(version, range) {
        Ok(met) => Finding::when(met, || format!("version {version}")),
        Err(reason) => Finding::misfit(reason),
    }
}

fn specifiers(range: &str) -> Result<VersionSpecifiers, String> {
    let plain = range.trim().trim_end_matches(',');
    VersionSpecifiers::from_str(plain).map_err(|error| {
        let message = error.to_string();
        let reason = message.lines().next().unwrap_or_default().trim_end_matches(':').to_owned();
        format!("`{range}` is not a range of versions such as `>=0.30.0, <1`: {reason}")
    })
}

/// Shorter versions are filled up with zeros (PEP 440, "Version matching"), since `pep440_rs` takes `1` for `1.2.*`.
fn contains(specifiers: &VersionSpecifiers, version: &Version) -> bool {
    specifiers.iter().all(|specifier| {
        let missing = specifier.version().release().len().saturating_sub(version.release().len());
        if missing == 0 || matches!(specifier.operator(), Operator::ExactEqual) {
            return specifier.contains(version);
        }
        let release = version.release().iter().copied().chain(std::iter::repeat_n(0, missing));
        specifier.contains(&version.clone().with_release(release))
    })
}

fn parsed(version: &str) -> Option<Version> {
    let plain = version.trim();
    let plain = plain.strip_prefix(['v', 'V']).unwrap_or(plain);
    Version::from_str(plain).ok().or_else(|| semantic(plain))
}

/// A version of Semantic Versioning whose pre-release PEP 440 has no word for (`1.0.0-nightly.3`): before its release.
fn semantic(version: &str) -> Option<Version> {
    let (version, _build) = version.split_once('+').unwrap_or((version, ""));
    let (release, prerelease) = match version.split_once('-') {
        Some((release, prerelease)) => (release, Some(prerelease)),
        None => (version, None),
    };
    let numbers = release.chars().all(|character| character.is_ascii_digit() || character == '.');
    let plain = Version::from_str(release).ok().filter(|_| numbers)?;
    Some(match prerelease {
        Some(prerelease) => {
            Version::from_str(&format!("{release}-{prerelease}")).unwrap_or_else(|_| plain.with_dev(Some(0)))
        }
        None => plain,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("0.77.0", ">=0.30.0", true)]
    #[case("0.77.0", ">=0.30.0, <1", true)]
    #[case("1.0", ">=0.30.0,<1", false)]
    #[case("0.77.0", "", true)]
    #[case("v0.77.0", ">= 0.77", true)]
    #[case("0.8.13+abc-dirty", "==0.8.13", true)]
    #[case("1.0.0-beta.2", "<1.0.0, >0.9", false)]
    #[case("1.0.0-beta.2", ">=1.0.0", false)]
    #[case("1.0.0-nightly.3", ">=1.0.0", false)]
    #[case("1.0.0-nightly.3", ">=0.9", true)]
    #[case("1", "==1.2.*", false)]
    #[case("1", "==1.0.*", true)]
    #[case("1.2.3", "~=1.2", true)]
    #[case("1.2.3", ">=1,", true)]
    fn versions_lie_within_ranges(#[case] version: &str, #[case] range: &str, #[case] expected: bool) {
        assert_eq!(within(version, range), Ok(expected), "{version} in {range}");
    }

    #[rstest]
    #[case("1.0", "about 1", "`about 1` is not a range of versions")]
    #[case("1.0", "1.0", "`1.0` is not a range of versions")]
    #[case("unknown", ">=1", "`unknown` is not a version")]
    #[case("", "", "`` is not a version")]
    #[case("-", ">=1", "`-` is not a version")]
    fn what_is_no_version_or_no_range_is_an_error(#[case] version: &str, #[case] range: &str, #[case] error: &str) {
        let reason = within(version, range).expect_err("it is malformed");
        assert!(reason.starts_with(error), "{reason}");
        assert!(!reason.contains('\n'), "{reason}");
    }

    #[rstest]
    #[case("1.0", "1.0.0", true)]
    #[case("1.0a1", "1.0-alpha.1", true)]
    #[case("1.1.1w", "1.1.1w", true)]
    #[case("1.1.1w", "1.1.1v", false)]
    #[case("2.0", "2.1", false)]
    fn versions_are_equal_as_packaging_compares_them(#[case] one: &str, #[case] other: &str, #[case] expected: bool) {
        assert_eq!(equal(one, other), expected);
    }

    #[rstest]
    #[case("3.12.4", "*", true)]
    #[case("3.12.4", "", true)]
    #[case("3.12.4", ">=3.12,<3.13", true)]
    #[case("3.12.4", "3.12.*", true)]
    #[case("3.12.4", "=3.12", true)]
    #[case("3.120", "=3.12", false)]
    #[case("3.120", "3.12.*", false)]
    #[case("3.12.4", "==3.12", false)]
    #[case("3.12", "==3.12.0", true)]
    #[case("3.12.0", "3.12", true)]
    #[case("3.12.4", "3.11.*|3.12.*", true)]
    #[case("3.12.4", "<3|>=4", false)]
    #[case("1.1.1w", "1.1.*", true)]
    #[case("3.12.4", "!=3.12.4", false)]
    fn versions_satisfy_requirements_of_manifests(#[case] version: &str, #[case] wanted: &str, #[case] met: bool) {
        assert_eq!(satisfies(version, wanted), Ok(met), "{version} for {wanted}");
    }

    #[test]
    fn a_requirement_that_cannot_be_understood_is_an_error() {
        assert!(satisfies("1.1.1w", ">=1").is_err());
        assert!(satisfies("1.0", ">=abc").is_err());
        assert_eq!(satisfies("2.0", ">=abc|2.*"), Ok(true));
    }

    #[rstest]
    #[case("pixi 0.77.0\n", Some("0.77.0"))]
    #[case("uv 0.8.13 (ede75fe62 2025-08-21)", Some("0.8.13"))]
    #[case("Python 3.12.3", Some("3.12.3"))]
    #[case("python3.12 is version v1.2-rc.1.", Some("1.2-rc.1"))]
    #[case("scipy-1.14.0", Some("1.14.0"))]
    #[case("590\n", Some("590"))]
    #[case("less 590", None)]
    #[case("", None)]
    fn the_first_version_of_a_text_is_found(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(first(text).as_deref(), expected);
    }
}
