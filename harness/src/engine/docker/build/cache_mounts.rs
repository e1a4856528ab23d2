//! Cache mounts of a Dockerfile (`RUN --mount=type=cache`): what a package manager keeps from build to build.
//!
//! Their ids are the whole engine's, so that a build would find what others kept, and a build without cache empties
//! them for others. So a run's get ids of its own: its first build finds them empty, a second one finds what the first
//! kept, and they go with the run.

/// The id that a cache mount is known by where it names none, as `BuildKit` makes it.
const NAMELESS: [&str; 3] = ["target", "dst", "destination"];

/// The id of a cache mount; `None` of any other flag.
pub(super) fn id(flag: &str) -> Option<&str> {
    let options = options(flag)?;
    let value = |wanted: &[&str]| options.iter().find(|(name, _)| wanted.contains(name)).map(|(_, value)| *value);
    value(&["type"]).filter(|kind| *kind == "cache")?;
    value(&["id"]).or_else(|| value(&NAMELESS))
}

/// A cache mount's flag with an id that begins with this; `None` of any other flag.
pub(super) fn with_own_id(flag: &str, prefix: &str) -> Option<String> {
    let own = own_id(id(flag)?, prefix);
    let others = flag.strip_prefix("--mount=")?.split(',').filter(|option| !option.starts_with("id="));
    Some(format!("--mount={},id={own}", others.collect::<Vec<_>>().join(",")))
}

/// The id that a run gives to a cache mount of this id.
pub(super) fn own_id(id: &str, prefix: &str) -> String {
    format!("{prefix}-{id}")
}

fn options(flag: &str) -> Option<Vec<(&str, &str)>> {
    let options = flag.strip_prefix("--mount=")?;
    Some(options.split(',').filter_map(|option| option.split_once('=')).collect())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("--mount=type=cache,target=/c", Some("--mount=type=cache,target=/c,id=run-/c"))]
    #[case(
        "--mount=type=cache,id=apt,dst=/c,sharing=locked",
        Some("--mount=type=cache,dst=/c,sharing=locked,id=run-apt")
    )]
    #[case("--mount=type=cache", None)]
    #[case("--mount=type=bind,source=a,target=/c", None)]
    #[case("--network=none", None)]
    fn a_cache_mount_gets_an_id_of_the_runs_own(#[case] flag: &str, #[case] own: Option<&str>) {
        assert_eq!(with_own_id(flag, "run").as_deref(), own);
    }
}
