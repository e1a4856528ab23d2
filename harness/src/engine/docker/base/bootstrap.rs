//! A base image made with debootstrap out of Debian's packages, brought to what Debian's slim images are.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use bollard::Docker;
use bollard::query_parameters::CreateImageOptionsBuilder;
use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};

use super::apt::{self, Archives};
use super::{is_present, split, turn, words};

/// Name of the images made here.
const REPOSITORY: &str = "shakedown-base";
/// What brings a fresh tree to what the slim images are; part of the recipe.
const NORMALISE: &str = include_str!("normalise.sh");
/// The smallest set of packages debootstrap knows.
const VARIANT: &str = "minbase";
/// Bytes of the tree sent at a time.
const CHUNK: usize = 64 * 1024;
/// How many of debootstrap's last lines an error quotes.
const QUOTED_LINES: usize = 5;

/// All that decides what the image holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recipe {
    suite: String,
    architecture: &'static str,
    archives: Archives,
    options: Vec<String>,
    proxy: Option<String>,
}

impl Recipe {
    /// The recipe for a suite on this host and for this engine, or why there is none.
    pub(super) async fn of_host(client: &Docker, suite: &str) -> Result<Self, String> {
        if suite.is_empty() || !suite.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') {
            return Err(format!("`{suite}` is no name of a Debian suite"));
        }
        let version = client.version().await.map_err(|error| words(&error))?;
        let engine = debian_name(version.arch.as_deref().unwrap_or_default());
        let architecture = debian_name(env::consts::ARCH);
        if engine != architecture {
            return Err(format!("the engine runs on {engine}, this machine on {architecture}"));
        }
        let dump = run(Command::new("apt-config").arg("dump")).await;
        let dump = dump.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        Ok(Self {
            suite: suite.to_owned(),
            architecture,
            archives: Archives::of_host(),
            options: apt::options(&dump),
            proxy: apt::proxy(&dump),
        })
    }

    /// The image's tag, `shakedown-base:` and twelve hexadecimal digits.
    pub(super) fn tag(&self) -> String {
        let mut hash = Sha256::new();
        let fields = [
            self.suite.as_str(),
            VARIANT,
            self.architecture,
            &self.archives.mirror,
            &self.archives.security,
            NORMALISE,
        ];
        for field in fields.into_iter().chain(self.options.iter().map(String::as_str)) {
            hash.update(field.as_bytes());
            hash.update([0]);
        }
        let digits: Vec<String> = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        format!("{REPOSITORY}:{}", digits.concat())
    }

    /// Where the packages come from, in words.
    pub(super) fn origin(&self) -> String {
        let place = if self.archives.mirror.is_empty() { "its own archive" } else { &self.archives.mirror };
        format!("Debian {}'s packages at {place}, which takes about a minute", self.suite)
    }

    /// Makes the image, unless somebody else did while this one waited for its turn; the archives that did not answer,
    /// as `left out: deb …`. The reason where that is not possible.
    pub(super) async fn make(&self, client: &Docker) -> Result<Vec<String>, String> {
        let debootstrap = find_program("debootstrap").ok_or(
            "debootstrap is not installed: install it (`apt-get install debootstrap`), or run with --bootstrap as root",
        )?;
        if !is_root() {
            return Err("debootstrap needs root: run as root".to_owned());
        }
        let _turn = turn::take(&debootstrap).await.map_err(|error| format!("{}: {error}", debootstrap.display()))?;
        if is_present(client, &self.tag()).await.map_err(|error| error.to_string())? {
            return Ok(Vec::new());
        }
        let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
        // A folder of its own, since the temporary one may be entered by its owner only.
        let root = folder.path().join("root");
        let mut command = isolated(&debootstrap).await;
        command.arg(format!("--variant={VARIANT}")).arg(format!("--arch={}", self.architecture));
        command.arg(&self.suite).arg(&root);
        if !self.archives.mirror.is_empty() {
            command.arg(&self.archives.mirror);
        }
        if let Some(proxy) = self.proxy.as_ref().filter(|_| env::var_os("http_proxy").is_none()) {
            command.env("http_proxy", proxy);
        }
        successful("debootstrap", run(&mut command).await)?;
        let mut command = isolated(Path::new("/bin/sh")).await;
        command.args(["-euc", NORMALISE]).env("ROOT", &root).env("SUITE", &self.suite);
        command.env("MIRROR", &self.archives.mirror).env("SECURITY", &self.archives.security);
        command.env("APT_OPTIONS", self.options.join("\n"));
        let printed = successful("cleaning the tree", run(&mut command).await)?;
        self.import(client, &root).await?;
        Ok(printed.lines().filter(|line| line.starts_with("left out: ")).map(str::to_owned).collect())
    }

    async fn import(&self, client: &Docker, root: &Path) -> Result<(), String> {
        let mut tar = Command::new("tar");
        tar.arg("-C").arg(root).args(["--numeric-owner", "--sort=name", "--exclude=./dev/*", "--exclude=./proc/*"]);
        tar.args(["--exclude=./sys/*", "--exclude=./run/*", "--exclude=./tmp/*", "-c", "."]);
        tar.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let child = tar.spawn().map_err(|error| format!("tar cannot be started: {error}"))?;
        let whole = self.tag();
        let (_, tag) = split(&whole);
        let options = CreateImageOptionsBuilder::default()
            .from_src("-")
            .repo(REPOSITORY)
            .tag(tag)
            .changes(vec![r#"CMD ["bash"]"#.to_owned()])
            .build();
        let body = bollard::body_try_stream(output(child));
        let messages = client.create_image(Some(options), Some(body), None);
        messages.try_for_each(|_| async { Ok(()) }).await.map_err(|error| format!("import: {}", words(&error)))
    }
}

/// What a program prints, and an error at its end where it failed: half a tree must not become an image.
fn output(child: Child) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::try_unfold(child, |mut child| async move {
        let mut chunk = vec![0; CHUNK];
        let printed = child.stdout.as_mut().ok_or_else(|| io::Error::other("tar has no output"))?;
        let length = printed.read(&mut chunk).await?;
        if length > 0 {
            chunk.truncate(length);
            return Ok(Some((Bytes::from(chunk), child)));
        }
        let status = child.wait().await?;
        if status.success() { Ok(None) } else { Err(io::Error::other(format!("tar: {status}"))) }
    })
}

/// A command in namespaces of its own where the system grants them: what it mounts and starts ends with it.
async fn isolated(program: &Path) -> Command {
    const FLAGS: [&str; 4] = ["--mount", "--pid", "--fork", "--kill-child"];
    let granted =
        run(Command::new("unshare").args(FLAGS).arg("true")).await.is_ok_and(|output| output.status.success());
    let mut command = Command::new(if granted { Path::new("unshare") } else { program });
    if granted {
        command.args(FLAGS).arg("--").arg(program);
    }
    let path = env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/local/sbin:/usr/sbin:/sbin")).env("LC_ALL", "C");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

async fn run(command: &mut Command) -> io::Result<Output> {
    command.stdin(Stdio::null()).kill_on_drop(true).output().await
}

/// Standard output of a program that succeeded, or its last lines.
fn successful(action: &str, output: io::Result<Output>) -> Result<String, String> {
    let output = output.map_err(|error| format!("{action}: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    let all = format!("{printed}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = all.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(QUOTED_LINES)..];
    Err(format!("{action} failed ({}): {}", output.status, last.join(" | ")))
}

fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Whether this process is root's.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Debian's name of an architecture, given Go's or Rust's.
fn debian_name(name: &str) -> &'static str {
    match name {
        "amd64" | "x86_64" => "amd64",
        "arm64" | "aarch64" => "arm64",
        "386" | "x86" => "i386",
        "arm" => "armhf",
        "ppc64le" | "powerpc64" => "ppc64el",
        "s390x" => "s390x",
        "riscv64" => "riscv64",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe() -> Recipe {
        Recipe {
            suite: "bookworm".to_owned(),
            architecture: "amd64",
            archives: Archives { mirror: "http://m/debian".to_owned(), security: "http://m/security".to_owned() },
            options: Vec::new(),
            proxy: None,
        }
    }

    #[test]
    fn the_tag_tells_recipes_apart_and_nothing_else() {
        let tag = recipe().tag();
        assert_eq!(tag.len(), "shakedown-base:".len() + 12);
        assert_eq!(tag, Recipe { proxy: Some("http://p".to_owned()), ..recipe() }.tag());
        assert_ne!(tag, Recipe { suite: "trixie".to_owned(), ..recipe() }.tag());
        assert_ne!(tag, Recipe { options: vec!["x".to_owned()], ..recipe() }.tag());
    }

    #[tokio::test]
    async fn a_program_that_fails_is_quoted() {
        let output = run(Command::new("sh").args(["-c", "seq 9; echo E: no such suite >&2; exit 3"])).await;
        let error = successful("debootstrap", output).expect_err("failed");
        assert_eq!(error, "debootstrap failed (exit status: 3): 6 | 7 | 8 | 9 | E: no such suite");
    }

    #[tokio::test]
    async fn half_a_tree_is_an_error_not_an_image() {
        let mut command = Command::new("sh");
        let child = command.args(["-c", "printf half; exit 2"]).stdout(Stdio::piped()).spawn().expect("started");
        let error = output(child).try_collect::<Vec<_>>().await.expect_err("failed");
        assert_eq!(error.to_string(), "tar: exit status: 2");
    }
}
