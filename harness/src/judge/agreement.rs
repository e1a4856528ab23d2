//! Whether two accounts of the same packages agree: what a manager lists, what a manifest asks for, what files record.

use super::finding::Finding;
use super::{fact, version, words};
use crate::model::{EnvironmentFact, Fact, Observation, Package};

/// Every package of the earlier account is in the other, with a version that agrees.
///
/// Between a manifest and what is installed the manifest asks, whichever of them was seen first: what is installed
/// may hold more. Where both name channels they must agree, too. Two accounts of nothing do not agree on anything.
pub(super) fn agrees(earlier: &Observation, seen: &Observation) -> Finding {
    let (earlier, seen) = match (fact::of(earlier), fact::of(seen)) {
        (Ok(earlier), Ok(seen)) => (earlier, seen),
        (Err(finding), _) => return finding.prefixed("of the earlier step: "),
        (_, Err(finding)) => return finding,
    };
    let disagreements = match (earlier, seen) {
        (Fact::Packages(asked), Fact::Packages(there)) => packages(asked, there, &equal),
        (Fact::Environments(asked), Fact::Packages(there)) | (Fact::Packages(there), Fact::Environments(asked)) => {
            match asked.as_slice() {
                [only] => manifest(only, there),
                [] => return Finding::unmet("the manifest has no such environment"),
                _ => return Finding::misfit(format!("which environment is meant is open: {}", words::fact(earlier))),
            }
        }
        (Fact::Environments(asked), Fact::Environments(there)) => environments(asked, there),
        _ => {
            let (earlier, seen) = (words::fact(earlier), words::fact(seen));
            return Finding::misfit(format!("these cannot be compared: {earlier}; {seen}"));
        }
    };
    match disagreements {
        Some(disagreements) => Finding::when(disagreements.is_empty(), || words::lines(&disagreements)),
        None => Finding::misfit("there is no package to compare"),
    }
}

/// What one account says of a package against what the other says; the text says how they disagree.
type Compare<'a> = dyn Fn(&Package, &Package) -> Option<String> + 'a;

/// How the packages asked for differ from those that are there; `None` where none is asked for.
fn packages(asked: &[Package], there: &[Package], compare: &Compare) -> Option<Vec<String>> {
    let differs = |package: &Package| match fact::find(there, &package.name) {
        Some(found) => compare(package, found),
        None => Some(format!("{} is missing", package.name)),
    };
    (!asked.is_empty()).then(|| asked.iter().filter_map(differs).collect())
}

fn equal(asked: &Package, found: &Package) -> Option<String> {
    let same = version::equal(&asked.version, &found.version);
    (!same).then(|| format!("{} is {} instead of {}", asked.name, found.version, asked.version))
}

/// A manifest's environment against what is installed.
fn manifest(asked: &EnvironmentFact, there: &[Package]) -> Option<Vec<String>> {
    packages(&asked.packages, there, &|wanted, found| {
        satisfied(&wanted.name, &wanted.version, &found.version).or_else(|| from_channels(found, &asked.channels))
    })
}

fn satisfied(name: &str, requirement: &str, found: &str) -> Option<String> {
    match version::satisfies(found, requirement) {
        Ok(true) => None,
        Ok(false) => Some(format!("{name} is {found}, which `{requirement}` does not allow")),
        Err(reason) => Some(format!("{name} is {found}, which cannot be held against `{requirement}`: {reason}")),
    }
}

/// Environments of the same name; either side may have versions or requirements.
fn environments(asked: &[EnvironmentFact], there: &[EnvironmentFact]) -> Option<Vec<String>> {
    let either = |wanted: &Package, found: &Package| {
        let (one, other) = (&wanted.version, &found.version);
        let agrees = version::equal(one, other)
            || version::satisfies(other, one) == Ok(true)
            || version::satisfies(one, other) == Ok(true);
        (!agrees).then(|| format!("{} is {other} instead of {one}", wanted.name))
    };
    let mut differences = Vec::new();
    for wanted in asked {
        let Some(found) = there.iter().find(|found| found.name == wanted.name) else {
            differences.push(format!("environment {} is missing", wanted.name));
            continue;
        };
        let missing = wanted.channels.iter().filter(|channel| !found.channels.is_empty() && !listed(channel, found));
        let missing = missing.map(|channel| format!("channel {channel} is missing"));
        let wrong = packages(&wanted.packages, &found.packages, &either).unwrap_or_default();
        differences.extend(missing.chain(wrong).map(|difference| format!("in {}: {difference}", wanted.name)));
    }
    (!asked.is_empty()).then_some(differences)
}

fn listed(channel: &str, environment: &EnvironmentFact) -> bool {
    environment.channels.iter().any(|other| same_channel(channel, other))
}

fn from_channels(package: &Package, channels: &[String]) -> Option<String> {
    let source = package.source.as_ref()?;
    let agrees = channels.is_empty() || channels.iter().any(|channel| same_channel(source, channel));
    (!agrees).then(|| format!("{} is from {source} instead of {}", package.name, channels.join(" or ")))
}

/// The same channel, be it named by address, by path or by its last part alone.
fn same_channel(one: &str, other: &str) -> bool {
    let (one, other) = (plain_channel(one), plain_channel(other));
    let named = |name: &str, address: &str| !name.contains('/') && address.ends_with(&format!("/{name}"));
    !one.is_empty() && (one == other || named(one, other) || named(other, one))
}

/// A channel's address without scheme `file:`, platform folder and slash at the end.
fn plain_channel(channel: &str) -> &str {
    let plain = channel.trim().trim_end_matches('/');
    let plain = plain.strip_prefix("file://").unwrap_or(plain);
    match plain.rsplit_once('/') {
        Some((address, "noarch")) => address,
        Some((address, last)) if ["linux-", "osx-", "win-"].iter().any(|system| last.starts_with(system)) => address,
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn package(name: &str, version: &str, source: Option<&str>) -> Package {
        Package { name: name.into(), version: version.into(), build: None, source: source.map(str::to_owned) }
    }

    fn known(fact: Fact) -> Observation {
        Observation::Known { fact, source: "files".to_owned() }
    }

    fn listed(packages: &[(&str, &str)]) -> Observation {
        known(Fact::Packages(packages.iter().map(|(name, version)| package(name, version, None)).collect()))
    }

    fn asked(packages: &[(&str, &str)]) -> Observation {
        let packages = packages.iter().map(|(name, version)| package(name, version, None)).collect();
        known(Fact::Environments(vec![EnvironmentFact {
            name: "common".into(),
            packages,
            channels: vec!["conda-forge".into()],
            ..EnvironmentFact::default()
        }]))
    }

    #[rstest]
    #[case::equal(listed(&[("Ruamel.Yaml", "1.0")]), listed(&[("ruamel-yaml", "1.0.0"), ("x", "1")]), true)]
    #[case::another_version(listed(&[("a", "1.0")]), listed(&[("a", "1.1")]), false)]
    #[case::missing(listed(&[("a", "1.0")]), listed(&[("b", "1.0")]), false)]
    #[case::nothing(listed(&[]), listed(&[("b", "1.0")]), false)]
    #[case::asked_before(asked(&[("a", ">=1")]), listed(&[("a", "1.1"), ("b", "2")]), true)]
    #[case::asked_after(listed(&[("a", "1.1"), ("b", "2")]), asked(&[("a", "*")]), true)]
    #[case::not_allowed(asked(&[("a", "<1")]), listed(&[("a", "1.1")]), false)]
    #[case::not_understood(asked(&[("a", ">=1")]), listed(&[("a", "1.1.1w")]), false)]
    #[case::both_asked(asked(&[("a", ">=1")]), asked(&[("a", "1.1")]), true)]
    #[case::both_asked_apart(asked(&[("a", ">=2")]), asked(&[("a", "1.1")]), false)]
    #[case::nothing_asked(asked(&[]), listed(&[("a", "1.1")]), false)]
    #[case::no_environment(known(Fact::Environments(vec![])), listed(&[("a", "1.1")]), false)]
    #[case::other_facts(known(Fact::Version("1".into())), listed(&[("a", "1")]), false)]
    fn accounts_agree(#[case] earlier: Observation, #[case] seen: Observation, #[case] met: bool) {
        assert_eq!(agrees(&earlier, &seen) == Finding::Met, met, "{:?}", agrees(&earlier, &seen));
    }

    #[rstest]
    #[case("https://conda.anaconda.org/conda-forge/linux-64/", "conda-forge", true)]
    #[case("https://conda.anaconda.org/conda-forge/noarch", "https://conda.anaconda.org/conda-forge", true)]
    #[case("file:///srv/channel/linux-64", "/srv/channel", true)]
    #[case("https://conda.anaconda.org/bioconda/linux-64", "conda-forge", false)]
    #[case("", "", false)]
    fn channels_are_compared_by_what_they_name(#[case] one: &str, #[case] other: &str, #[case] same: bool) {
        assert_eq!(same_channel(one, other), same);
        assert_eq!(same_channel(other, one), same);
    }

    #[test]
    fn a_package_from_another_channel_than_asked_for_is_told() {
        let there = known(Fact::Packages(vec![package("a", "1.0", Some("https://host/other/linux-64"))]));
        let Finding::Unmet(failure) = agrees(&asked(&[("a", "*")]), &there) else { panic!("another channel") };
        assert_eq!(failure.actual, "a is from https://host/other/linux-64 instead of conda-forge");
    }
}
