//! Questions that need no program of the image.

use shakedown::engine::{Container, Engine as _};
use shakedown::model::inquiry::FileKind;
use shakedown::model::{Answer, Inquiry};

use super::fixture::{Fixture, with_engine};

async fn ask(fixture: &Fixture, container: &Container, inquiry: Inquiry) -> Answer {
    fixture.engine.ask(container, None, &inquiry).await.expect("answered")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_told_with_its_owners_names() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        fixture.sh(&container, "echo content > /place/a; chmod 640 /place/a").await;
        fixture.sh(&container, "busybox chown www-data:mail /place/a; busybox ln -s a /place/link").await;
        let Answer::File(Some(facts)) = ask(fixture, &container, Inquiry::File("/place/link".to_owned())).await else {
            panic!("no file");
        };
        assert_eq!((facts.kind, facts.target_kind), (FileKind::Symlink, Some(FileKind::File)));
        assert_eq!((facts.mode, facts.size), (0o640, 8));
        assert_eq!((facts.user, facts.user_name.as_deref()), (33, Some("www-data")));
        assert_eq!((facts.group, facts.group_name.as_deref()), (8, Some("mail")));
        assert_eq!((facts.link.as_deref(), facts.canonical.as_deref()), (Some("a"), Some("/place/a")));
        assert_eq!(ask(fixture, &container, Inquiry::File("/nosuch".to_owned())).await, Answer::File(None));
        let hidden = Inquiry::File("/root/.bashrc".to_owned());
        let refused = fixture.engine.ask(&container, Some("nobody"), &hidden).await.expect("answered");
        let refusal = "look at /root/.bashrc: Permission denied (os error 13)".to_owned();
        assert_eq!(refused, Answer::Refused(refusal));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_read_again_and_a_file_keeps_its_mode() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        let path = "/place/written".to_owned();
        let write = |content: &[u8], mode| Inquiry::Write { path: path.clone(), content: content.to_vec(), mode };
        assert_eq!(ask(fixture, &container, write(b"one", 0o600)).await, Answer::Done);
        assert_eq!(ask(fixture, &container, write(b"three", 0o777)).await, Answer::Done);
        let Answer::File(Some(facts)) = ask(fixture, &container, Inquiry::File(path.clone())).await else {
            panic!("no file");
        };
        assert_eq!((facts.mode, facts.size), (0o600, 5));
        let read = Inquiry::Content { path: path.clone(), most: 2 };
        assert_eq!(ask(fixture, &container, read.clone()).await, Answer::Content(Some(b"th".to_vec())));
        assert_eq!(ask(fixture, &container, Inquiry::Remove(path.clone())).await, Answer::Done);
        assert_eq!(ask(fixture, &container, read).await, Answer::Content(None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_leaves_the_agent_out() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        fixture
            .sh(&container, "mkdir -p /place/a/__pycache__; echo x > /place/a/b; echo y > /place/a/__pycache__/c")
            .await;
        let exclude = vec!["__pycache__".to_owned()];
        let inquiry = Inquiry::Tree { paths: vec!["/place".to_owned()], hash: true, exclude: exclude.clone() };
        let Answer::Tree(tree) = ask(fixture, &container, inquiry).await else { panic!("no tree") };
        assert_eq!(tree.entries.keys().collect::<Vec<_>>(), ["/place", "/place/a", "/place/a/b"]);
        assert!(tree.entries["/place/a/b"].hash.is_some());
        let inquiry = Inquiry::Tree { paths: vec!["/".to_owned()], hash: false, exclude };
        let Answer::Tree(tree) = ask(fixture, &container, inquiry).await else { panic!("no tree") };
        assert!(tree.entries.contains_key("/bin/busybox"));
        assert!(!tree.entries.keys().any(|path| path.starts_with("/.shakedown")), "{:?}", tree.entries.keys());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_surroundings_are_told() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        let environment = fixture.engine.ask(&container, Some("www-data"), &Inquiry::Environment).await;
        let Answer::Environment { variables, user, groups, .. } = environment.expect("answered") else {
            panic!("another answer");
        };
        assert_eq!((variables["FROM_IMAGE"].as_str(), variables["HOME"].as_str()), ("a b", "/place"));
        assert_eq!((user, groups[0]), (33, 33));
        assert!(groups.contains(&44), "{groups:?}");
        let Answer::Init { command, .. } = ask(fixture, &container, Inquiry::Init).await else { panic!("no init") };
        assert_eq!(command, "sleep 1000");
        let which = Inquiry::Which { name: "sh".to_owned(), path: None };
        let Answer::Found { matches, .. } = ask(fixture, &container, which).await else { panic!("not found") };
        assert_eq!(matches, ["/bin/sh"]);
        let address = fixture.engine.host_address().await.expect("a bridge");
        assert!(address.is_ipv4(), "{address}");
        let space = ask(fixture, &container, Inquiry::Space("/place".to_owned())).await;
        assert!(matches!(space, Answer::Space { free, total, .. } if free > 0 && total >= free), "{space:?}");
    })
    .await;
}
