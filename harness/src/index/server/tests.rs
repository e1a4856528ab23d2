use std::net::Ipv4Addr;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A folder `channel` with `noarch/repodata.json`, and a file `tool` beside it.
fn files() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("channel/noarch")).unwrap();
    std::fs::write(folder.path().join("channel/noarch/repodata.json"), "{\"packages\": {}}").unwrap();
    std::fs::write(folder.path().join("tool"), "0123456789").unwrap();
    std::fs::write(folder.path().join("secret"), "not served").unwrap();
    folder
}

fn mount(name: &str, path: PathBuf) -> Mount {
    Mount { name: name.to_owned(), content: Content::Path(path) }
}

async fn serving(files: &TempDir) -> Server {
    let mounts = vec![mount("channel", files.path().join("channel")), mount("tool-1.0+x", files.path().join("tool"))];
    Server::start(HERE, mounts).await.unwrap()
}

/// The whole answer to one request, as it comes over the wire.
async fn ask(address: SocketAddr, request_line: &str, header: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{request_line} HTTP/1.1\r\nHost: index\r\nConnection: close\r\n{header}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn logged(method: &str, path: &str, status: u16, bytes: u64) -> Request {
    Request { method: method.to_owned(), path: path.to_owned(), status, bytes, trouble: None }
}

#[tokio::test]
async fn folders_and_files_are_served_by_name_and_every_request_is_logged() {
    let files = files();
    let server = serving(&files).await;
    assert_eq!(server.url("channel"), format!("http://{}/channel", server.address()));

    let repodata = ask(server.address(), "GET /channel/noarch/repodata.json", "").await;
    assert!(
        repodata.starts_with("HTTP/1.1 200 OK\r\n") && repodata.ends_with("\r\n\r\n{\"packages\": {}}"),
        "{repodata}"
    );
    let tool = ask(server.address(), "GET /tool-1.0+x?query=1", "").await;
    assert!(tool.contains("content-length: 10\r\n") && tool.ends_with("\r\n\r\n0123456789"), "{tool}");
    let missing = ask(server.address(), "GET /channel/noarch/repodata.json.zst", "").await;
    assert!(missing.starts_with("HTTP/1.1 404 "), "{missing}");
    let unknown = ask(server.address(), "GET /nothing", "").await;
    assert!(unknown.starts_with("HTTP/1.1 404 "), "{unknown}");

    assert_eq!(
        server.stop().await,
        [
            logged("GET", "/channel/noarch/repodata.json", 200, 16),
            logged("GET", "/tool-1.0+x", 200, 10),
            logged("GET", "/channel/noarch/repodata.json.zst", 404, 0),
            logged("GET", "/nothing", 404, 0),
        ]
    );
}

#[tokio::test]
async fn a_range_and_a_head_send_no_more_than_asked_for() {
    let files = files();
    let server = serving(&files).await;
    let range = ask(server.address(), "GET /tool-1.0+x", "Range: bytes=2-4\r\n").await;
    assert!(range.starts_with("HTTP/1.1 206 ") && range.ends_with("\r\n\r\n234"), "{range}");
    let head = ask(server.address(), "HEAD /channel/noarch/repodata.json", "").await;
    assert!(head.contains("content-length: 16\r\n") && head.ends_with("\r\n\r\n"), "{head}");
    let requests = server.requests();
    assert_eq!(requests[0], logged("GET", "/tool-1.0+x", 206, 3));
    assert_eq!(requests[1], logged("HEAD", "/channel/noarch/repodata.json", 200, 0));
}

#[tokio::test]
async fn nothing_outside_the_mounts_is_served_and_nothing_can_be_changed() {
    let files = files();
    let server = serving(&files).await;
    for path in ["/channel/../secret", "/channel/%2e%2e/secret", "/channel//secret", "/secret", "/"] {
        let answer = ask(server.address(), &format!("GET {path}"), "").await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
    }
    for method in ["PUT", "POST", "DELETE"] {
        let answer = ask(server.address(), &format!("{method} /tool-1.0+x"), "").await;
        assert!(answer.starts_with("HTTP/1.1 405 "), "{method}: {answer}");
    }
    assert_eq!(std::fs::read_to_string(files.path().join("tool")).unwrap(), "0123456789");
}

#[tokio::test]
async fn many_ask_at_once_and_all_get_the_whole_file() {
    let files = files();
    let content = "x".repeat(300_000);
    std::fs::write(files.path().join("channel/large"), &content).unwrap();
    let server = serving(&files).await;
    let address = server.address();
    let asking: Vec<_> =
        (0..16).map(|_| tokio::spawn(async move { ask(address, "GET /channel/large", "").await })).collect();
    for one in asking {
        assert!(one.await.unwrap().ends_with(&content));
    }
    let requests = server.stop().await;
    assert_eq!(requests, vec![logged("GET", "/channel/large", 200, 300_000); 16]);
}

#[tokio::test]
async fn it_stops_when_it_is_dropped_and_a_connection_left_open_does_not_keep_it() {
    let files = files();
    let server = serving(&files).await;
    let address = server.address();
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /tool-1.0+x HTTP/1.1\r\nHost: index\r\n\r\n").await.unwrap();
    let mut answer = [0; 17];
    idle.read_exact(&mut answer).await.unwrap();
    drop(server);
    // The server's side closes it: that is the end of the stream.
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).await.unwrap();
    assert!(rest.ends_with(b"0123456789"));
    let refused = async { while TcpStream::connect(address).await.is_ok() {} };
    tokio::time::timeout(Duration::from_mins(1), refused).await.expect("nobody listens any more");
}

#[tokio::test]
async fn what_cannot_be_served_is_refused_at_the_start_with_a_reason() {
    let files = files();
    let refused = async |address: IpAddr, mounts: Vec<Mount>| {
        let error = Server::start(address, mounts).await.err().unwrap();
        assert!(!error.hint().is_empty());
        error.to_string()
    };
    let at = |name: &str| mount(name, files.path().join("tool"));
    let missing = refused(HERE, vec![mount("channel", files.path().join("nowhere"))]).await;
    assert!(missing.starts_with("cannot serve `channel` from ") && missing.ends_with("/nowhere"), "{missing}");
    assert_eq!(refused(HERE, vec![at("a"), at("a")]).await, "two things are to be served as `a`");
    for name in ["", "..", "a/b", "a b", "{a}", "ä"] {
        assert!(refused(HERE, vec![at(name)]).await.starts_with(&format!("`{name}` cannot be part of a URL")));
    }
    // An address of the block for documentation: no machine has it.
    let foreign = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    assert_eq!(refused(foreign, vec![at("a")]).await, "cannot listen on 192.0.2.1");
}

#[tokio::test]
async fn the_pages_of_a_site_are_html_or_json_as_is_asked_for() {
    let site = crate::packages::site(&crate::packages::catalogue()).unwrap();
    let mount = Mount { name: "packages".to_owned(), content: Content::Site(site) };
    let server = Server::start(HERE, vec![mount]).await.unwrap();
    let page = "GET /packages/simple/shakedown-plain/";
    let html = ask(server.address(), page, "Accept: text/html\r\n").await;
    assert!(html.contains("content-type: text/html") && html.contains("<a href=\"../../files/"), "{html}");
    let both = "Accept: application/vnd.pypi.simple.v1+json, text/html;q=0.01\r\n";
    let json = ask(server.address(), page, both).await;
    assert!(json.contains("content-type: application/vnd.pypi.simple.v1+json"), "{json}");
    assert!(json.contains("\"api-version\": \"1.1\""), "{json}");

    let bare = ask(server.address(), "GET /packages/simple/shakedown-plain", "").await;
    assert!(bare.contains(" 308 ") && bare.contains("location: shakedown-plain/\r\n"), "{bare}");
    let missing = ask(server.address(), "GET /packages/simple/shakedown-none/", "").await;
    assert!(missing.starts_with("HTTP/1.1 404 "), "{missing}");
    let posted = ask(server.address(), "POST /packages/simple/", "").await;
    assert!(posted.starts_with("HTTP/1.1 405 "), "{posted}");
}
