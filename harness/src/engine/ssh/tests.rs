//! Logins at a server that behaves as each test wants it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rstest::rstest;
use russh::keys::{PrivateKey, load_secret_key};
use russh::server::{self, Auth, ChannelOpenHandle, Handler, Msg, VerifiedPublicKey, run_stream};
use russh::{Channel, ChannelId, Pty, Sig};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::*;
use crate::model::{Login, Session, Way};

const PASSWORD: &str = "sesame";
const PASSPHRASE: &str = "open-sesame";

fn key(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-keys").join(name)
}

fn public(name: &str) -> String {
    std::fs::read_to_string(key(&format!("{name}.pub"))).expect("a public key")
}

/// A server that lets `admin` in by the key `open` or the password, and starts what only sounds like commands.
struct Host {
    typed: Vec<u8>,
    has_terminal: bool,
}

impl Host {
    fn end(channel: ChannelId, code: u32, session: &mut server::Session) -> Result<(), russh::Error> {
        session.exit_status_request(channel, code)?;
        session.eof(channel)?;
        session.close(channel)
    }
}

impl Handler for Host {
    type Error = russh::Error;

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, russh::Error> {
        let known = russh::keys::PublicKey::from_openssh(public("open").trim()).expect("a key");
        let fits = user == "admin" && key.public_key.key_data() == known.key_data();
        Ok(if fits { Auth::Accept } else { Auth::reject() })
    }

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, russh::Error> {
        Ok(if user == "admin" && password == PASSWORD { Auth::Accept } else { Auth::reject() })
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut server::Session,
    ) -> Result<(), russh::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut server::Session,
    ) -> Result<(), russh::Error> {
        if command == b"refuse" {
            return session.channel_failure(channel);
        }
        session.channel_success(channel)?;
        match command {
            b"hang" => Ok(()),
            b"vanish" => session.close(channel),
            b"crash" => {
                session.exit_signal_request(channel, Sig::SEGV, false, "", "")?;
                session.close(channel)
            }
            _ => {
                session.data(channel, [b"ran ", command].concat())?;
                session.extended_data(channel, 1, b"warned".to_vec())?;
                Self::end(channel, 7, session)
            }
        }
    }

    async fn pty_request(
        &mut self,
        _: ChannelId,
        kind: &str,
        _: u32,
        _: u32,
        _: u32,
        _: u32,
        modes: &[(Pty, u32)],
        _: &mut server::Session,
    ) -> Result<(), russh::Error> {
        self.has_terminal = kind == "xterm" && modes.contains(&(Pty::ECHO, 0));
        Ok(())
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut server::Session) -> Result<(), russh::Error> {
        session.channel_success(channel)
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut server::Session,
    ) -> Result<(), russh::Error> {
        self.typed.extend_from_slice(data);
        if self.has_terminal && data.ends_with(b"\n") {
            let shown = [b"Welcome!\n$ ".as_slice(), &self.typed, b"shakedown-begins\nout\n"].concat();
            session.data(channel, shown)?;
            Self::end(channel, 3, session)?;
        }
        Ok(())
    }

    async fn channel_eof(&mut self, channel: ChannelId, session: &mut server::Session) -> Result<(), russh::Error> {
        // A command has nothing typed.
        if !self.typed.is_empty() {
            session.data(channel, [b"read ".as_slice(), &self.typed].concat())?;
            Self::end(channel, 0, session)?;
        }
        Ok(())
    }
}

/// Serves one connection; its host key is the one that a passphrase opens.
async fn host() -> Server {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let own: PrivateKey = load_secret_key(key("locked"), Some(PASSPHRASE)).expect("a key");
    let rejection = Duration::ZERO;
    let config = server::Config { keys: vec![own], auth_rejection_time: rejection, ..server::Config::default() };
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let session = run_stream(Arc::new(config), stream, Host { typed: Vec::new(), has_terminal: false }).await;
        // However it ends is the client's matter.
        if let Ok(session) = session {
            let _ = session.await;
        }
    });
    Server { address, host_keys: vec![public("locked")] }
}

fn ssh(user: &str, credential: Credential) -> Ssh {
    Ssh { user: user.to_owned(), port: 22, credentials: vec![credential] }
}

fn by_key(name: &str, passphrase: Option<&str>) -> Credential {
    Credential::Key { file: key(name), passphrase: passphrase.map(str::to_owned) }
}

fn command(text: &str, way: Way, session: Session) -> Invocation {
    let deadline = Duration::from_secs(20);
    Invocation { login: Some(Login { way, session }), deadline, ..Invocation::new([text]) }
}

/// What comes of a command of somebody who is let in by the key.
async fn seen(text: &str, session: Session) -> Result<Ran, EngineError> {
    run(&host().await, &ssh("admin", by_key("open", None)), &command(text, Way::Key, session)).await
}

/// Why nothing was started.
fn not_started(ran: &Ran) -> &str {
    let ExitStatus::NotStarted { reason, .. } = &ran.status else { panic!("{ran:?}") };
    reason
}

#[tokio::test]
async fn a_command_is_told_with_its_outputs_and_its_end() {
    let ran = seen("uv --version", Session::Command).await.expect("a server");
    assert_eq!(ran.status, ExitStatus::Exited(7));
    assert_eq!((ran.stdout.text.as_str(), ran.stderr.text.as_str()), ("ran uv --version", "warned"));
    assert_eq!(ran.usage.memory_source, "not measured (by SSH)");
}

#[tokio::test]
async fn a_login_shell_reads_the_command_and_its_end() {
    let ran = seen("uv --version", Session::Shell).await.expect("a server");
    assert_eq!((ran.status, ran.stdout.text.as_str()), (ExitStatus::Exited(0), "read uv --version\n"));
}

#[tokio::test]
async fn a_password_lets_in_as_a_key_does() {
    let ssh = ssh("admin", Credential::Password(PASSWORD.to_owned()));
    let ran = run(&host().await, &ssh, &command("id", Way::Password, Session::Command)).await.expect("a server");
    assert_eq!(ran.stdout.text, "ran id");
}

#[tokio::test]
async fn on_a_terminal_the_commands_own_output_is_told_apart() {
    let ran = seen("uv --version", Session::Terminal).await.expect("a server");
    assert_eq!((ran.stdout.text.as_str(), ran.status), ("out\n", ExitStatus::Exited(3)));
}

#[rstest]
#[case("crash", ExitStatus::Signalled(11))]
#[case("hang", ExitStatus::TimedOut)]
#[tokio::test]
async fn a_command_that_does_not_exit_is_told_as_one(#[case] text: &str, #[case] status: ExitStatus) {
    let invocation = Invocation { deadline: Duration::from_millis(300), ..command(text, Way::Key, Session::Command) };
    let ran = run(&host().await, &ssh("admin", by_key("open", None)), &invocation).await.expect("a server");
    assert_eq!(ran.status, status);
}

#[rstest]
#[case::of_another_key("admin", by_key("locked", Some(PASSPHRASE)), "does not let admin in by the key ")]
#[case::of_another_user("root", by_key("open", None), "does not let root in by the key ")]
#[case::of_another_password("admin", Credential::Password("no".to_owned()), "does not let admin in by the password")]
#[tokio::test]
async fn who_is_not_let_in_is_told_with_what_the_server_takes(
    #[case] user: &str,
    #[case] credential: Credential,
    #[case] reason: &str,
) {
    let (server, way) = (host().await, credential.way());
    let ran = run(&server, &ssh(user, credential), &command("id", way, Session::Command)).await.expect("a server");
    let said = not_started(&ran);
    assert!(said.contains(reason) && said.contains(&server.address.to_string()), "{said}");
    assert!(said.contains("; it takes ") && said.contains("publickey"), "{said}");
}

#[tokio::test]
async fn a_server_with_another_host_key_is_given_no_credential() {
    let server = Server { host_keys: vec![public("open"), "no key".to_owned()], ..host().await };
    let ssh = ssh("admin", Credential::Password(PASSWORD.to_owned()));
    let ran = run(&server, &ssh, &command("id", Way::Password, Session::Command)).await.expect("a server");
    let shown = super::server::fingerprint(&public("locked")).expect("a key");
    let own = super::server::fingerprint(&public("open")).expect("a key");
    let expected = format!("shows the host key {shown}, which is none of the container's own: {own}");
    assert!(not_started(&ran).ends_with(&expected), "{ran:?}");
}

#[tokio::test]
async fn a_host_key_that_can_be_held_against_none_is_not_trusted() {
    let server = Server { host_keys: Vec::new(), ..host().await };
    let invocation = command("id", Way::Key, Session::Command);
    let ran = run(&server, &ssh("admin", by_key("open", None)), &invocation).await.expect("a server");
    assert!(not_started(&ran).ends_with("there is no /etc/ssh/ssh_host_*_key.pub in the container to hold it against"));
}

#[tokio::test]
async fn what_starts_nothing_is_the_images_fault_and_what_says_nothing_is_nobodys() {
    let ran = seen("refuse", Session::Command).await.expect("a server");
    assert!(not_started(&ran).ends_with("starts no command for this user"), "{ran:?}");
    let error = seen("vanish", Session::Command).await.expect_err("no end was told");
    assert!(error.to_string().ends_with("the session ended without saying how the command did"), "{error}");
}

#[tokio::test]
async fn where_nobody_listens_the_connection_is_refused() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let ran = at(address).await;
    assert_eq!(not_started(&ran), format!("no SSH server listens at {address}: connection refused"));
    assert!(matches!(ran.status, ExitStatus::NotStarted { errno: 111, .. }), "{ran:?}");
}

#[tokio::test]
async fn what_speaks_no_ssh_is_told_as_such() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("sent");
    });
    let ran = at(address).await;
    assert!(not_started(&ran).starts_with(&format!("what listens at {address} does not speak SSH")), "{ran:?}");
}

/// What comes of a login there.
async fn at(address: SocketAddr) -> Ran {
    let server = Server { address, host_keys: vec![public("locked")] };
    let invocation = command("id", Way::Key, Session::Command);
    run(&server, &ssh("admin", by_key("open", None)), &invocation).await.expect("an observation")
}

#[rstest]
#[case::locked(by_key("locked", None), "a passphrase locks it; name the key as `locked-key` with its `passphrase`")]
#[case::wrong(by_key("locked", Some("sesame")), "`locked-key.passphrase` does not open it, or it is no key")]
#[case::no_key(by_key("README.md", None), "it cannot be read as a private key")]
#[case::missing(by_key("nosuch", None), "No such file or directory")]
#[tokio::test]
async fn a_key_that_cannot_be_opened_is_no_fault_of_the_image(#[case] credential: Credential, #[case] reason: &str) {
    let server = Server { address: SocketAddr::from((Ipv4Addr::LOCALHOST, 1)), host_keys: Vec::new() };
    let invocation = command("id", credential.way(), Session::Command);
    let error = run(&server, &ssh("admin", credential), &invocation).await.expect_err("no key");
    assert!(error.to_string().starts_with("open the SSH key ") && error.to_string().contains(reason), "{error}");
}

#[tokio::test]
async fn a_way_in_that_the_subject_does_not_have_is_no_fault_of_the_image() {
    let server = Server { address: SocketAddr::from((Ipv4Addr::LOCALHOST, 1)), host_keys: Vec::new() };
    let invocation = command("id", Way::Password, Session::Command);
    let error = run(&server, &ssh("admin", by_key("open", None)), &invocation).await.expect_err("no password");
    assert_eq!(error.to_string(), "log in by SSH as admin: the subject's `ssh` has no password");
}
