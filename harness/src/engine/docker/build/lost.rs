//! Builds that lose what they build on from the engine's cache, which says nothing about the image.

use super::classify::lost_its_cache;
use crate::engine::{FailedBuild, Progress};
use crate::model::Event;

/// How often a build is begun in all that loses what it builds on.
const TRIES: u32 = 3;

/// Begins a build again where it lost what it builds on, which a notice says; of the last try whatever it ends with.
pub(super) async fn begun_again_where_lost<T, F: Future<Output = Result<T, FailedBuild>>>(
    stage: &str,
    progress: &Progress,
    mut attempt: impl FnMut() -> F,
) -> Result<T, FailedBuild> {
    for _ in 1..TRIES {
        match attempt().await {
            Err(failed) if lost_its_cache(&failed.message) => progress(notice(stage, &failed.message)),
            ended => return ended,
        }
    }
    attempt().await
}

fn notice(stage: &str, words: &str) -> Event {
    let text = format!(
        "The engine lost what {stage} builds on, as where another build's cache is pruned meanwhile ({words}); the build is begun again."
    );
    Event::Notice { text }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use rstest::rstest;

    use super::*;

    const LOST: &str = "failed to get dead record x: not found";

    /// How a build ends whose tries end with these words, how often it is begun, and how many notices say so.
    async fn built(tries: &[Result<u8, &str>]) -> (Result<u8, String>, usize, usize) {
        let told = Arc::new(Mutex::new(0));
        let heard = Arc::clone(&told);
        let progress: Progress = Arc::new(move |event| {
            assert!(matches!(&event, Event::Notice { text } if text.contains("stage-2") && text.contains(LOST)));
            *heard.lock().expect("whole") += 1;
        });
        let mut begun = 0;
        let ended = begun_again_where_lost("stage-2", &progress, || {
            let ended = tries[begun].map_err(|message| FailedBuild {
                step: None,
                message: message.to_owned(),
                log: Vec::new(),
                clipped: false,
                environment: true,
                hint: None,
            });
            begun += 1;
            std::future::ready(ended)
        })
        .await;
        let told = *told.lock().expect("whole");
        (ended.map_err(|failed| failed.message), begun, told)
    }

    #[rstest]
    #[case::at_once(&[Ok(1)], (Ok(1), 1, 0))]
    #[case::once_more(&[Err(LOST), Ok(2)], (Ok(2), 2, 1))]
    #[case::a_failure_of_the_image(&[Err(LOST), Err("exit code: 7")], (Err("exit code: 7"), 2, 1))]
    #[case::a_failure_at_once(&[Err("exit code: 7")], (Err("exit code: 7"), 1, 0))]
    #[case::again_and_again(&[Err(LOST), Err(LOST), Err(LOST)], (Err(LOST), 3, 2))]
    #[tokio::test]
    async fn a_build_that_lost_its_cache_is_begun_again(
        #[case] tries: &[Result<u8, &str>],
        #[case] expected: (Result<u8, &str>, usize, usize),
    ) {
        let (ended, begun, told) = expected;
        assert_eq!(built(tries).await, (ended.map_err(str::to_owned), begun, told));
    }
}
