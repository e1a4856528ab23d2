//! Whose fault a failed build is, by what was printed last.
//!
//! Only the last lines of the failing step count, since a step may well print a network error, get over it, and fail
//! for reasons of its own. A retry is such an error that may be got over: it counts only where a line follows that
//! says what it led to. What a step says about its own loopback, or without a network by `--network=none`, is its own
//! fault.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

/// How many of the last lines, blank ones left out, count.
const DECISIVE_LINES: usize = 10;

/// Trouble of the environment that makes builds fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A name is not resolved.
    NameResolution,
    /// A host is not reached, or stops answering.
    Unreachable,
    /// A certificate is not trusted.
    Certificate,
    /// A server answers that it cannot serve just now.
    Server,
    /// The host's disk is full.
    Disk,
    /// The engine or its connection broke.
    Engine,
}

impl Trouble {
    /// What to do about it.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::NameResolution => {
                "A name was not resolved: check the network, the engine's DNS servers and the proxy variables (`shakedown doctor`)."
            }
            Self::Unreachable => {
                "A host was not reached: check the network, the firewall and the proxy variables (`shakedown doctor`)."
            }
            Self::Certificate => {
                "A certificate was not trusted: set `trust: host` for networks that inspect TLS, or install ca-certificates in the image."
            }
            Self::Server => "A server refused for reasons of its own: try again later.",
            Self::Disk => "The engine's disk is full: free some, as with `docker system prune`.",
            Self::Engine => "The engine failed: `shakedown doctor` looks at engine, disk and memory.",
        }
    }
}

/// What is wrong with the environment, and the words that tell, any of them; the first that matches counts.
static SIGNS: LazyLock<Vec<(Trouble, RegexSet)>> = LazyLock::new(|| {
    let signs = [
        (Trouble::Disk, DISK.as_slice()),
        (Trouble::NameResolution, NAME_RESOLUTION.as_slice()),
        (Trouble::Certificate, CERTIFICATE.as_slice()),
        (Trouble::Server, SERVER.as_slice()),
        (Trouble::Unreachable, UNREACHABLE.as_slice()),
    ];
    signs.map(|(trouble, words)| (trouble, RegexSet::new(words).expect("constant patterns"))).into()
});

const DISK: [&str; 1] = [r"(?i)no space left on device"];
const NAME_RESOLUTION: [&str; 9] = [
    r"(?i)could not resolve (host|proxy)",
    r"(?i)temporary failure (in name resolution|resolving)",
    r"(?i)name or service not known",
    r"(?i)unable to resolve host address",
    r"(?i)failed to lookup address information",
    r"(?i)dns error",
    r"NameResolutionError",
    r"\b(EAI_AGAIN|ENOTFOUND)\b",
    r"(?i)lookup \S+( on \S+)?: .*(no such host|server misbehaving|i/o timeout)|: no such host$",
];
const CERTIFICATE: [&str; 8] = [
    r"curl: \((35|58|60|77)\)",
    r"(?i)certificate[ _]verif(y|ication)[ _]failed",
    r"(?i)invalid peer certificate",
    r"(?i)self[- ]signed certificate",
    r"(?i)unable to (get|verify).*issuer|doesn't have a known issuer",
    r"(?i)certificate of .* is not trusted|certificate is not trusted",
    r"(?i)x509: certificate",
    r"UNABLE_TO_(GET|VERIFY)\w*",
];
const SERVER: [&str; 4] = [
    r"(?i)requested URL returned error: (429|50[0234])\b",
    r"(?i)\b(HTTP|status)( (status|error|code))*:? ?(server error )?\(?(429|50[234])\b",
    r"(?i)\b(429 Too Many Requests|502 Bad Gateway|503 Service (Temporarily )?Unavailable|504 Gateway Time-?out)\b",
    r"(?i)toomanyrequests|TLS handshake timeout",
];
const UNREACHABLE: [&str; 10] = [
    r"curl: \((5|7|18|28|52|56|92)\)",
    r"(?i)connection (refused|timed out|reset by peer)|connect: (no route to host|network is unreachable)",
    r"(?i)network is unreachable|no route to host",
    r"(?i)failed to establish a new connection|unable to connect to proxy|cannot connect to proxy",
    r"(?i)could not connect to|connection failed|unable to connect to",
    r"(?i)tcp connect error|error sending request for url|operation timed out|error trying to connect",
    r"ReadTimeoutError|ConnectTimeoutError|NewConnectionError|IncompleteRead",
    r"\b(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b",
    r"(?i)dial tcp .*(i/o timeout|refused|unreachable)",
    r"(?i)failed to do request: (Head|Get)",
];

/// What the builder says of a record, or of an uploaded context, that was pruned while it looked it up.
const LOST: [&str; 2] = ["failed to get dead record", ": context not found"];

/// Lines that only say that something will be tried once more.
static RETRY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\bretry(ing)?\b.*(after|in \d|left|connection)|^(Ign|Hit|Get):|will retry")
        .expect("a constant pattern")
});
/// Lines that say what failed retries led to.
static GIVEN_UP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\(from versions: none\)|max retries exceeded|unable to fetch some archives|some index files failed|unable to locate package|has no installation candidate")
        .expect("a constant pattern")
});
/// The container's own loopback.
static LOOPBACK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\b(localhost|127\.\d+\.\d+\.\d+)\b|\[::1\]").expect("a constant pattern"));

/// The environment's trouble behind a failing step; none where the step is to blame.
pub(super) fn of_step(step: &str, message: &str, log: &[String]) -> Option<Trouble> {
    // The builder's own words tell of trouble outside of a command, a base that cannot be pulled for instance. Where a
    // command ended with a status they quote the command, which proves nothing.
    if !is_exit(message) {
        return of_builder(message);
    }
    let lines: Vec<&str> = log.iter().map(String::as_str).filter(|line| !line.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(DECISIVE_LINES)..];
    let given_up = last.iter().any(|line| GIVEN_UP.is_match(line));
    let counts = |line: &&&str| !LOOPBACK.is_match(line) && (given_up || !RETRY.is_match(line));
    let trouble = last.iter().rev().filter(counts).find_map(|line| sign(line));
    let is_offline = step.contains("--network=none");
    trouble.filter(|trouble| *trouble == Trouble::Disk || !is_offline)
}

/// The environment's trouble in what the builder itself says.
pub(super) fn of_builder(message: &str) -> Option<Trouble> {
    const ENGINE: [&str; 5] = [
        "no active session",
        "context deadline exceeded",
        "transport is closing",
        "unexpected EOF",
        "error reading from server",
    ];
    let found = sign(message);
    found.or_else(|| ENGINE.iter().chain(&LOST).any(|words| message.contains(words)).then_some(Trouble::Engine))
}

/// Whether the builder lost what a step builds on from its cache: it looked up what was being pruned.
///
/// Not mended in any builder yet: <https://github.com/moby/buildkit/issues/3959>. Seen with Docker 20.10 where builds
/// ended beside each other; with `docker builder prune --all` in a loop, in 2 of 160 builds.
pub(super) fn lost_its_cache(message: &str) -> bool {
    LOST.iter().any(|words| message.contains(words)) && !is_exit(message)
}

fn sign(text: &str) -> Option<Trouble> {
    SIGNS.iter().find(|(_, words)| words.is_match(text)).map(|(trouble, _)| *trouble)
}

/// Whether a message tells of a command that ended with a status.
fn is_exit(message: &str) -> bool {
    static EXIT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"exit (code|status):? \d+\s*$").expect("a constant pattern"));
    EXIT.is_match(message)
}

#[cfg(test)]
mod tests;
