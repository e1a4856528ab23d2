//! Base images.

use std::sync::{Arc, Mutex};

use shakedown::engine::docker::base::base;
use shakedown::engine::{EngineError, Progress};
use shakedown::model::Event;

use crate::common::require_docker;
use crate::workshop::or_ignored;

/// Nobody listens there.
const UNREACHABLE: &str = "localhost:1/none:1";

#[tokio::test]
async fn a_base_that_can_be_neither_pulled_nor_made_is_refused_with_the_registrys_words() {
    let Some(client) = require_docker().await else { return };
    let silent: Progress = Arc::new(|_| ());
    let error = base(&client, UNREACHABLE, None, &silent).await.expect_err("refused");
    let EngineError::NoBase { reference, reason } = error else { panic!("{error:?}") };
    assert_eq!(reference, UNREACHABLE);
    assert!(reason.contains("it cannot be pulled: ") && reason.contains("localhost:1"), "{reason}");
    let error = base(&client, UNREACHABLE, Some("no suite"), &silent).await.expect_err("refused");
    assert!(error.to_string().contains("`no suite` is no name of a Debian suite"), "{error}");
}

#[tokio::test]
async fn a_base_is_made_from_packages_once_and_said_to_stand_in() {
    let Some(client) = require_docker().await else { return };
    let notices = Arc::new(Mutex::new(Vec::new()));
    let progress: Progress = Arc::new({
        let notices = Arc::clone(&notices);
        move |event| notices.lock().expect("not poisoned").push(event)
    });
    let Some(made) = or_ignored(base(&client, UNREACHABLE, Some("bookworm"), &progress).await) else { return };
    notices.lock().expect("not poisoned").clear();
    let again = base(&client, UNREACHABLE, Some("bookworm"), &progress).await.expect("there");
    assert!(made.starts_with("shakedown-base:"), "{made}");
    assert_eq!(again, made);
    let notices = notices.lock().expect("not poisoned").clone();
    let [Event::Notice { text }] = notices.as_slice() else { panic!("{notices:?}") };
    assert!(text.ends_with(&format!("{made}, made here before, stands in.")), "{text}");
    let image = client.inspect_image(&made).await.expect("there");
    assert_eq!(image.config.and_then(|config| config.cmd), Some(vec!["bash".to_owned()]));
    assert_eq!(base(&client, &made, None, &progress).await.as_ref(), Ok(&made));
}
