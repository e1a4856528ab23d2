//! A picture of a part of a file system, by programs that images have.

use std::path::Path;

use super::{NAME, quoted};
use crate::model::container::ContainerSpec;

/// Where the picture from before a transition lies meanwhile, in the folder in which the line is typed.
const BEFORE: &str = "shakedown-look.before";

/// What takes the picture before a transition, and what shows the differences after it. Where nothing lies on a volume
/// the engine shows them itself, whatever programs the image has; what lies on one `docker diff` does not see.
pub(super) fn compared(paths: &[String], exclude: &[String], container: &ContainerSpec) -> (Option<String>, String) {
    if !paths.iter().any(|path| container.volumes.iter().any(|volume| meets(volume, path))) {
        return (None, format!("docker diff {NAME}"));
    }
    let picture = picture(paths, exclude);
    let before = format!("{picture} > {BEFORE}");
    (Some(before), format!("{picture} | diff {BEFORE} -; rm {BEFORE}"))
}

/// Mode, owner, path and target of everything, and the hash of each file.
fn picture(paths: &[String], exclude: &[String]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| quoted(path)).collect();
    let without = |name: &String| format!(" -name {} -prune -o", quoted(name));
    let without: String = exclude.iter().map(without).collect();
    format!(
        "docker exec --user root {NAME} find {}{without} -printf '%M %u:%g %p %l\\n' -type f -exec sha256sum '{{}}' + \
         | sort -k 2",
        paths.join(" ")
    )
}

/// Whether a path is on a volume, as `home:/opt/uv` or `/here:/opt/uv:ro`, or has one below it.
fn meets(volume: &str, path: &str) -> bool {
    let mounted = volume.split(':').nth(1).map(Path::new);
    mounted.is_some_and(|mounted| mounted.starts_with(path) || Path::new(path).starts_with(mounted))
}
