//! How much a build's cache mounts hold.
//!
//! Builders tell the size of a cache mount, too, but some (`BuildKit` in Docker 20.10) count it once and never again. So
//! the agent counts it, as the only step of a build that has the same mounts.

use std::collections::BTreeMap;

use tempfile::TempDir;

use super::cache_mounts::own_id;
use super::dockerfile::Dockerfile;
use crate::engine::FailedBuild;
use crate::model::BuildRequest;
use crate::model::build::Cache;

/// Where the mounts are while they are counted.
const PLACE: &str = "/kept";

/// The build that counts what is in a request's cache mounts.
pub struct Counting {
    /// Its request; the build's lines have the count.
    pub request: BuildRequest,
    /// Where its Dockerfile is.
    _folder: TempDir,
}

impl Counting {
    /// For a request's Dockerfile; `None` where no step has any that can be told. `agent`: its image, and where it is there.
    pub fn of(request: &BuildRequest, agent: (&str, &str)) -> Result<Option<Self>, FailedBuild> {
        let unreadable = |error: std::io::Error| trouble(format!("{}: {error}", request.dockerfile.display()));
        let text = std::fs::read_to_string(&request.dockerfile).map_err(unreadable)?;
        let ids = ids(&text, request.cache_ids.as_deref());
        if ids.is_empty() {
            return Ok(None);
        }
        let folder = tempfile::tempdir().map_err(unreadable)?;
        let dockerfile = folder.path().join("Dockerfile");
        std::fs::write(&dockerfile, counting(&ids, agent)).map_err(unreadable)?;
        let stage = format!("{}-kept", request.stage);
        let request = BuildRequest {
            dockerfile,
            tag: request.tag.replace(&request.stage, &stage),
            stage,
            cache: Cache::Mounts,
            cache_ids: None,
            arguments: BTreeMap::new(),
            trust_host: false,
            ..request.clone()
        };
        Ok(Some(Self { request, _folder: folder }))
    }
}

/// The count, of the lines that the build printed.
pub fn counted(lines: &[String]) -> Result<u64, FailedBuild> {
    let number = lines.iter().find_map(|line| line.trim().parse().ok());
    number.ok_or_else(|| trouble(format!("the agent counted nothing: {}", lines.join(" · "))))
}

/// The ids of a Dockerfile's cache mounts as the builder knows them, each once.
fn ids(text: &str, prefix: Option<&str>) -> Vec<String> {
    let mut ids = Dockerfile::plain(text).cache_mounts;
    // What a variable stands for only its own build knows.
    ids.retain(|id| !id.contains('$'));
    ids.sort();
    ids.dedup();
    ids.iter().map(|id| prefix.map_or_else(|| id.clone(), |prefix| own_id(id, prefix))).collect()
}

/// A Dockerfile whose only step counts what is in these mounts. The agent's image, and where the agent is in it.
fn counting(ids: &[String], (image, agent): (&str, &str)) -> String {
    let place = |index: usize| format!("{PLACE}/{index}");
    let mounts =
        ids.iter().enumerate().map(|(index, id)| format!(" --mount=type=cache,id={id},target={}", place(index)));
    let mut command = vec![agent.to_owned(), "usage".to_owned()];
    command.extend((0..ids.len()).map(place));
    let command = serde_json::Value::from(command);
    format!("FROM {image}\nRUN{} {command}\n", mounts.collect::<String>())
}

fn trouble(message: String) -> FailedBuild {
    let (step, log, hint) = (None, Vec::new(), None);
    FailedBuild { step, message, log, clipped: false, environment: true, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mount_is_counted_once() {
        let text = "FROM x\nRUN --mount=type=cache,target=/c a\nRUN --mount=type=cache,target=/c \\\n --mount=type=cache,id=d,target=/d b\n";
        assert_eq!(ids(text, Some("run")), ["run-/c", "run-d"]);
        assert_eq!(ids("FROM x\nRUN --mount=type=bind,target=/c a\n", None), [""; 0]);
        let dockerfile = counting(&ids(text, None), ("agent:1", "/agent"));
        let mounts = "--mount=type=cache,id=/c,target=/kept/0 --mount=type=cache,id=d,target=/kept/1";
        let expected = format!("FROM agent:1\nRUN {mounts} [\"/agent\",\"usage\",\"/kept/0\",\"/kept/1\"]\n");
        assert_eq!(dockerfile, expected);
    }
}
