//! What builds take from the machine that shakedown runs on: the way to the engine, its CA bundle, its proxies.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::cache::CacheLedger;
use super::socket::EngineSocket;

/// Variables that name a CA bundle, the most general first.
const BUNDLE_HINTS: [&str; 3] = ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"];
/// Where distributions keep their CA bundle: Debian and Alpine, Fedora, openSUSE, others.
const BUNDLE_PLACES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];
/// The proxy variables that builders know without an `ARG`, in upper case.
const PROXY_VARIABLES: [&str; 5] = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"];

/// What builds take from this machine.
#[derive(Clone, Debug, Default)]
pub struct BuildHost {
    /// The engine's local socket; absent for a remote engine.
    pub socket: Option<EngineSocket>,
    /// The CA bundle, PEM; absent where none was found.
    pub bundle: Option<Vec<u8>>,
    /// The proxy variables, each in upper and lower case.
    pub proxies: BTreeMap<String, String>,
    /// Where builds that were dropped leave what is to be pruned.
    pub ledger: CacheLedger,
}

impl BuildHost {
    /// As the caller's environment and this machine's files say.
    pub fn of_environment() -> Self {
        Self {
            socket: EngineSocket::of_environment(),
            bundle: bundle_path().and_then(|path| fs::read(path).ok()),
            proxies: proxies(|name| env::var(name).ok()),
            ledger: CacheLedger::default(),
        }
    }
}

/// The machine's CA bundle: named by a variable, else at a distribution's usual place.
pub fn bundle_path() -> Option<PathBuf> {
    let named = BUNDLE_HINTS.iter().filter_map(env::var_os).map(PathBuf::from);
    let usual = BUNDLE_PLACES.iter().map(PathBuf::from);
    named.chain(usual).find(|path: &PathBuf| Path::is_file(path))
}

/// The caller's proxies in both cases, since programs disagree about which one they read.
fn proxies(variable: impl Fn(&str) -> Option<String>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for name in PROXY_VARIABLES {
        let lower = name.to_ascii_lowercase();
        let set = |name: &str| variable(name).filter(|value| !value.is_empty() && !is_loopback(value));
        let (in_upper, in_lower) = (set(name), set(&lower));
        if let Some(value) = in_upper.clone().or_else(|| in_lower.clone()) {
            found.insert(name.to_owned(), value);
        }
        if let Some(value) = in_lower.or(in_upper) {
            found.insert(lower, value);
        }
    }
    found
}

/// Whether a proxy listens on this machine's loopback, which no build step reaches. A list of hosts is none.
fn is_loopback(value: &str) -> bool {
    let host = value.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.rsplit('@').next().unwrap_or_default();
    ["localhost", "127.", "[::1]"].iter().any(|name| host.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_given_in_both_cases_and_a_case_of_its_own_is_kept() {
        let environment = BTreeMap::from([
            ("http_proxy", "http://lower:1"),
            ("HTTPS_PROXY", "http://upper:2"),
            ("https_proxy", "http://lower:2"),
            ("NO_PROXY", ""),
            ("ALL_PROXY", "http://user@127.0.0.1:3"),
        ]);
        let found = proxies(|name| environment.get(name).map(ToString::to_string));
        let expected = [
            ("HTTPS_PROXY", "http://upper:2"),
            ("HTTP_PROXY", "http://lower:1"),
            ("http_proxy", "http://lower:1"),
            ("https_proxy", "http://lower:2"),
        ];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    }
}
