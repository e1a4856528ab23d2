//! What goes wrong on purpose, as a client sees it, and the proof that it did.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use rstest::rstest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::model::{Answers, Disturbance, Disturbed as _, Trouble};
use crate::packages::{catalogue, site};

const FILE: &str = "files/shakedown_data-1.0-py3-none-any.whl";
const PAGE: &str = "simple/shakedown-data/";

async fn serving() -> Server {
    let content = Content::Site(site(&catalogue()).unwrap());
    let mount = Mount { name: "packages".to_owned(), content };
    Server::start(IpAddr::V4(Ipv4Addr::LOCALHOST), vec![mount]).await.unwrap()
}

fn disturbance(trouble: Trouble, of: Answers, times: Option<u32>) -> Disturbance {
    Disturbance { place: "here".to_owned(), trouble, of, times, after: 0 }
}

/// Head and body of the answer; the error where the connection does not end in an orderly way.
async fn get(address: SocketAddr, path: &str) -> std::io::Result<(String, Vec<u8>)> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: index\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    Ok((String::from_utf8(answer[..end].to_vec()).unwrap(), answer[end + 4..].to_vec()))
}

#[rstest]
#[case::status(Trouble::Status(429))]
#[case::truncate(Trouble::Truncate)]
#[case::alter(Trouble::Alter)]
#[case::trickle(Trouble::Trickle)]
#[tokio::test]
async fn an_answer_goes_wrong_as_it_should_where_it_was_asked_for_and_is_logged(#[case] trouble: Trouble) {
    let server = serving().await;
    let (address, places) = (server.address(), server.places());
    let good = get(address, &format!("/packages/{FILE}")).await.unwrap().1;
    places.disturb(&disturbance(trouble, Answers::Files, None));
    let (head, body) = get(address, &format!("/packages/at/here/{FILE}")).await.unwrap();
    match trouble {
        Trouble::Status(status) => assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}"),
        Trouble::Truncate => assert_eq!(body, good[..good.len() / 2]),
        Trouble::Alter => {
            assert_eq!(body.len(), good.len());
            assert_eq!(body.iter().zip(&good).filter(|(one, other)| one != other).count(), 1);
        }
        _ => assert_eq!(body, good),
    }
    let elsewhere = ["/packages/at/there/", "/packages/"].map(|place| format!("{place}{FILE}"));
    for path in elsewhere.iter().chain([&format!("/packages/at/here/{FILE}.metadata")]) {
        assert!(get(address, path).await.unwrap().0.starts_with("HTTP/1.1 200 "), "{path}");
    }
    let page = get(address, &format!("/packages/at/here/{PAGE}")).await.unwrap();
    assert_eq!(page, get(address, &format!("/packages/{PAGE}")).await.unwrap());
    assert_eq!(places.calm("here"), 1);
    assert_eq!(get(address, &format!("/packages/at/here/{FILE}")).await.unwrap().1, good);
    let logged: Vec<Option<Trouble>> = server.stop().await.into_iter().map(|request| request.trouble).collect();
    assert_eq!(logged.iter().flatten().collect::<Vec<_>>(), [&trouble]);
}

#[tokio::test]
async fn a_connection_is_reset_in_the_middle_and_the_next_ones_are_good() {
    let server = serving().await;
    server.places().disturb(&disturbance(Trouble::Reset, Answers::Pages, Some(1)));
    let path = format!("/packages/at/here/{PAGE}");
    let error = get(server.address(), &path).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");
    assert!(get(server.address(), &path).await.unwrap().0.starts_with("HTTP/1.1 200 "));
    assert_eq!(server.places().calm("here"), 1);
}

#[tokio::test]
async fn an_answer_hangs_until_what_goes_wrong_ends_and_whoever_waits_is_told_of_it() {
    let server = serving().await;
    let (address, places) = (server.address(), server.places());
    places.disturb(&disturbance(Trouble::Stall, Answers::Files, None));
    let asking = tokio::spawn(async move { get(address, &format!("/packages/at/here/{FILE}")).await });
    places.met("here").await;
    assert!(!asking.is_finished());
    assert_eq!(places.calm("here"), 1);
    assert!(asking.await.unwrap().is_err());
}

#[tokio::test]
async fn what_comes_before_is_whole_and_does_not_count() {
    let server = serving().await;
    let places = server.places();
    places.disturb(&Disturbance { after: 2, ..disturbance(Trouble::Status(500), Answers::Files, Some(1)) });
    let path = format!("/packages/at/here/{FILE}");
    let mut heads = Vec::new();
    for _ in 0..4 {
        heads.push(get(server.address(), &path).await.unwrap().0.split(' ').nth(1).unwrap().to_owned());
    }
    assert_eq!(heads, ["200", "200", "500", "200"]);
    assert_eq!(places.calm("here"), 1);
}

#[test]
fn what_nobody_asked_for_was_not_met() {
    let places = Places::default();
    places.disturb(&disturbance(Trouble::Reset, Answers::Files, None));
    assert_eq!(places.calm("here"), 0);
    assert_eq!(places.calm("never disturbed"), 0);
}
