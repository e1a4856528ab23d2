//! What builds leave in the build cache.

use bollard::query_parameters::TagImageOptionsBuilder;
use shakedown::engine::docker::build::prune;
use shakedown::model::BuildRequest;

use crate::workshop::Workshop;

const CACHED: &str = "ARG BASE\nFROM ${BASE}\nRUN head -c 1000000 /dev/urandom > /one # TOKEN-cached\n";
const ANEW: &str = "ARG BASE\nFROM ${BASE}\nCOPY Dockerfile /two\nRUN head -c 2000000 /dev/urandom > /three # TOKEN-anew\nCOPY Dockerfile /four\n";

#[tokio::test]
async fn three_builds_leave_the_cache_at_the_size_of_one() {
    let Some(workshop) = Workshop::open().await else { return };
    let first = workshop.request("stage-1", CACHED, true);
    let second = BuildRequest { base: first.tag.clone(), ..workshop.request("stage-2", ANEW, false) };
    let mut sizes = Vec::new();
    for _ in 0..3 {
        let (_, of_first) = workshop.build(&first).await.expect("built");
        let (_, of_second) = workshop.build(&second).await.expect("built");
        assert!(of_second.len() >= 3, "{of_second:?}");
        workshop.remove(&second.tag).await;
        let ids = [of_first, of_second].concat();
        prune(&workshop.client, &ids).await.expect("pruned");
        // What is nobody's child may be in use by tests beside this one: the base, an upload.
        let left =
            workshop.records().await.into_iter().filter(|record| ids.contains(&record.id) && !record.parent.is_empty());
        assert_eq!(left.collect::<Vec<_>>(), []);
        sizes.push(workshop.naming(&workshop.token).await);
    }
    let expected: i64 = sizes[0].values().sum();
    assert!((1_000_000..1_100_000).contains(&expected), "only the cached stage is left: {:?}", sizes[0]);
    assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
    workshop.close(&[&first.tag]).await;
}

#[tokio::test]
async fn equal_builds_at_the_same_time_each_carry_out_their_own_steps() {
    let Some(workshop) = Workshop::open().await else { return };
    let text = "ARG BASE\nFROM ${BASE}\nRUN sleep 3 # TOKEN\n";
    // As the runs of a subject do it: the same image below, each with a name of its own for it.
    let below = ["below-one", "below-other"].map(|name| format!("shakedown-test/{}-{name}:latest", workshop.token));
    for name in &below {
        let (repository, tag) = name.rsplit_once(':').expect("it has a tag");
        let options = TagImageOptionsBuilder::default().repo(repository).tag(tag).build();
        workshop.client.tag_image(&workshop.base, Some(options)).await.expect("tagged");
    }
    let [one, other] = [("one", &below[0]), ("other", &below[1])]
        .map(|(stage, base)| BuildRequest { base: base.clone(), ..workshop.request(stage, text, false) });
    let (of_one, of_other) = tokio::join!(workshop.build(&one), workshop.build(&other));
    for (built, _) in [of_one.expect("built"), of_other.expect("built")] {
        assert_eq!(built.steps.len(), 1, "{built:?}");
        assert!(!built.steps[0].cached && built.steps[0].seconds >= 3.0, "{built:?}");
    }
    workshop.close(&[&one.tag, &other.tag, &below[0], &below[1]]).await;
}

#[tokio::test]
async fn records_of_a_parallel_build_stay() {
    let Some(workshop) = Workshop::open().await else { return };
    let text = "ARG BASE\nFROM ${BASE}\nRUN echo one > /one # TOKEN-theirs\nRUN sleep 2 # TOKEN-theirs\nCOPY Dockerfile /two\n";
    let theirs = workshop.request("theirs", text, true);
    let ours = workshop.request("ours", ANEW, false);
    let (of_theirs, of_ours) = tokio::join!(workshop.build(&theirs), async {
        let (_, ids) = workshop.build(&ours).await.expect("built");
        workshop.remove(&ours.tag).await;
        prune(&workshop.client, &ids).await.expect("pruned");
    });
    of_theirs.expect("built");
    let () = of_ours;
    assert_eq!(workshop.naming(&format!("{}-anew", workshop.token)).await, [].into());
    assert_eq!(workshop.naming(&format!("{}-theirs", workshop.token)).await.len(), 2);
    let (again, _) = workshop.build(&theirs).await.expect("built");
    assert!(again.cached, "{again:?}");
    workshop.close(&[&theirs.tag]).await;
}
