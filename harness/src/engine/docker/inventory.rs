//! What is there of any run, as labels and tags tell.

use std::collections::{BTreeSet, HashMap};

use bollard::models::{ContainerSummary, ContainerSummaryStateEnum, Volume};
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListImagesOptionsBuilder, ListNetworksOptionsBuilder, ListVolumesOptionsBuilder,
};

use super::build::LABEL_BUILD;
use super::context::{Docker, LABEL_PURPOSE, LABEL_RUN, kept_name};
use super::lease;
use super::trouble::failed;
use crate::engine::EngineError;

/// How long a lease may be created and not yet started, seconds.
const LEASE_STARTS_WITHIN: i64 = 120;

/// Things by the run that made them, each with its name.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    /// Containers, leases included.
    pub(super) containers: Vec<(String, String)>,
    /// Volumes, but those of `builds`.
    pub(super) volumes: Vec<(String, String)>,
    /// Notes of builds whose records may be there.
    pub(super) builds: Vec<NotedBuild>,
    /// Networks.
    pub(super) networks: Vec<(String, String)>,
    /// Image tags of the form that runs give, `shakedown/<subject>-<stage>:<run>`.
    pub(super) images: Vec<(String, String)>,
}

/// A volume that says how to know the build cache records of a run's build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotedBuild {
    /// The run.
    pub(super) run: String,
    /// The volume.
    pub(super) volume: String,
    /// What the records are known by, as it is written on the volume.
    pub(super) begun: String,
}

impl Inventory {
    /// The runs whose containers are kept on purpose after their end.
    pub(super) fn kept(&self) -> BTreeSet<String> {
        let marked = |run: &String| self.volumes.iter().any(|(_, volume)| *volume == kept_name(run));
        self.containers.iter().map(|(run, _)| run).filter(|run| marked(run)).cloned().collect()
    }

    /// Whether a thing of this kind may be there; of kinds that it does not list nobody knows.
    pub(super) fn may_hold(&self, kind: &str, name: &str) -> bool {
        let holds = |things: &[(String, String)]| things.iter().any(|(_, known)| known == name);
        match kind {
            "container" => holds(&self.containers),
            "volume" => holds(&self.volumes) || self.builds.iter().any(|build| build.volume == name),
            "network" => holds(&self.networks),
            "image" => holds(&self.images),
            _ => true,
        }
    }
}

/// Everything that carries a run's label (of this run alone, or of all), and all tags of runs.
pub(super) async fn take(docker: &Docker, run: Option<&str>) -> Result<Inventory, EngineError> {
    let label = run.map_or_else(|| LABEL_RUN.to_owned(), |run| format!("{LABEL_RUN}={run}"));
    let filters = HashMap::from([("label", vec![label.clone()])]);
    let client = &docker.client;
    // A container inherits the labels of its image: one that users made from an image that a run kept carries the run's
    // label, too, but not the purpose, which no image of a run has.
    let started_by_runs = HashMap::from([("label", vec![label, LABEL_PURPOSE.to_owned()])]);
    let containers = ListContainersOptionsBuilder::default().all(true).filters(&started_by_runs).build();
    let volumes = ListVolumesOptionsBuilder::default().filters(&filters).build();
    let networks = ListNetworksOptionsBuilder::default().filters(&filters).build();
    let references = HashMap::from([("reference", vec!["shakedown/*"])]);
    let images = ListImagesOptionsBuilder::default().filters(&references).build();
    let (containers, volumes, networks, images) = tokio::try_join!(
        client.list_containers(Some(containers)),
        client.list_volumes(Some(volumes)),
        client.list_networks(Some(networks)),
        client.list_images(Some(images)),
    )
    .map_err(failed("look for what runs have made"))?;
    let tags = images.into_iter().flat_map(|image| image.repo_tags);
    let (builds, volumes): (Vec<Volume>, Vec<Volume>) =
        volumes.volumes.into_iter().flatten().partition(|volume| volume.labels.contains_key(LABEL_BUILD));
    Ok(Inventory {
        containers: containers.iter().filter_map(|one| Some((owner(one.labels.as_ref())?, name(one)?))).collect(),
        volumes: volumes.into_iter().filter_map(|volume| Some((owner(Some(&volume.labels))?, volume.name))).collect(),
        builds: builds.into_iter().filter_map(noted).collect(),
        networks: networks
            .into_iter()
            .filter_map(|network| Some((owner(network.labels.as_ref())?, network.name?)))
            .collect(),
        images: tags
            .filter_map(|tag| Some((run_of_tag(&tag)?.to_owned(), tag)))
            .filter(|(owner, _)| run.is_none_or(|run| run == owner))
            .collect(),
    })
}

/// The runs that live: those whose lease runs, or was created at most two minutes before `now` (seconds since 1970).
///
/// To be asked after the inventory was taken: whatever is in it was made after its run's lease.
pub(super) async fn living(docker: &Docker, now: i64) -> Result<BTreeSet<String>, EngineError> {
    let filters = HashMap::from([("label", vec![format!("{LABEL_PURPOSE}={}", lease::PURPOSE)])]);
    let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
    let leases = docker.client.list_containers(Some(options)).await.map_err(failed("look for living runs"))?;
    Ok(leases.iter().filter(|lease| is_alive(lease, now)).filter_map(|lease| owner(lease.labels.as_ref())).collect())
}

fn is_alive(lease: &ContainerSummary, now: i64) -> bool {
    match lease.state {
        Some(ContainerSummaryStateEnum::CREATED) => {
            lease.created.is_some_and(|created| now - created <= LEASE_STARTS_WITHIN)
        }
        Some(
            ContainerSummaryStateEnum::EXITED | ContainerSummaryStateEnum::DEAD | ContainerSummaryStateEnum::REMOVING,
        ) => false,
        // Running, paused, or a state that is not known here.
        _ => true,
    }
}

fn noted(mut volume: Volume) -> Option<NotedBuild> {
    let begun = volume.labels.remove(LABEL_BUILD)?;
    Some(NotedBuild { run: owner(Some(&volume.labels))?, volume: volume.name, begun })
}

fn owner(labels: Option<&HashMap<String, String>>) -> Option<String> {
    labels?.get(LABEL_RUN).cloned()
}

fn name(container: &ContainerSummary) -> Option<String> {
    let names = container.names.iter().flatten().next();
    names.map(|name| name.trim_start_matches('/').to_owned()).or_else(|| container.id.clone())
}

/// The run of a tag `shakedown/<subject>-<stage>:<run>`; `None` for tags of any other form, which are people's own.
fn run_of_tag(tag: &str) -> Option<&str> {
    let (repository, run) = tag.rsplit_once(':')?;
    let repository = repository.strip_prefix("localhost/").unwrap_or(repository);
    let is_ours = repository.strip_prefix("shakedown/").is_some_and(|rest| !rest.contains('/'));
    (is_ours && is_run(run)).then_some(run)
}

/// Whether a text has the form of a run's id, `20261120T121005Z-3fa2`.
fn is_run(text: &str) -> bool {
    let form = "dddddddd?dddddd?-xxxx";
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).enumerate().all(|(place, (byte, kind))| match kind {
            b'd' => byte.is_ascii_digit(),
            b'x' => byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase(),
            b'-' => byte == b'-',
            _ => byte == if place == 8 { b'T' } else { b'Z' },
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tags_that_runs_give_are_a_runs() {
        let ours = "shakedown/uv-stage-1:20261120T121005Z-3fa2";
        assert_eq!(run_of_tag(ours), Some("20261120T121005Z-3fa2"));
        assert_eq!(run_of_tag(&format!("localhost/{ours}")), Some("20261120T121005Z-3fa2"));
        for tag in [
            "shakedown/uv:latest",
            "shakedown/uv:20261120T121005Z-3FA2",
            "shakedown/mine/uv:20261120T121005Z-3fa2",
            "mine/uv:20261120T121005Z-3fa2",
            "shakedown-base:20261120T121005Z-3fa2",
            "<none>:<none>",
        ] {
            assert_eq!(run_of_tag(tag), None, "{tag}");
        }
    }

    #[test]
    fn what_is_not_listed_is_gone_unless_its_kind_never_is() {
        let inventory =
            Inventory { networks: vec![("a".to_owned(), "shakedown-a-net".to_owned())], ..Inventory::default() };
        assert!(inventory.may_hold("network", "shakedown-a-net"));
        assert!(!inventory.may_hold("network", "shakedown-b-net"));
        assert!(!inventory.may_hold("volume", "shakedown-a-net"));
        assert!(inventory.may_hold("build cache", "records of a"));
    }

    #[test]
    fn a_lease_lives_while_it_runs_or_is_about_to() {
        let lease =
            |state, created| ContainerSummary { state: Some(state), created: Some(created), ..Default::default() };
        assert!(is_alive(&lease(ContainerSummaryStateEnum::RUNNING, 0), 1000));
        assert!(is_alive(&lease(ContainerSummaryStateEnum::CREATED, 990), 1000));
        assert!(!is_alive(&lease(ContainerSummaryStateEnum::CREATED, 0), 1000));
        assert!(!is_alive(&lease(ContainerSummaryStateEnum::EXITED, 990), 1000));
        assert!(!is_alive(&lease(ContainerSummaryStateEnum::REMOVING, 990), 1000));
    }

    #[test]
    fn a_run_is_kept_while_it_has_a_mark_and_containers() {
        let pair = |run: &str, name: &str| (run.to_owned(), name.to_owned());
        let inventory = Inventory {
            containers: vec![pair("a", "shakedown-a-main"), pair("b", "shakedown-b-main")],
            volumes: vec![pair("a", "shakedown-a-kept"), pair("c", "shakedown-c-kept")],
            ..Inventory::default()
        };
        assert_eq!(inventory.kept(), BTreeSet::from(["a".to_owned()]));
    }
}
