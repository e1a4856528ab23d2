//! What the host's apt says about reaching Debian: the mirror, and the options it needs.

use std::fs;
use std::path::Path;

/// Options of the host's apt that decide whether an archive can be reached, and are good in a container as well.
const OPTIONS: [&str; 3] = ["Acquire::http::Proxy", "Acquire::Check-Valid-Until", "Acquire::Check-Date"];
/// Where apt keeps its sources.
const SOURCES: &str = "/etc/apt";

/// The archives that Debian's packages come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Archives {
    /// The main archive and its updates; empty: the one that debootstrap takes by itself.
    pub(super) mirror: String,
    /// Security updates; empty: beside the main archive.
    pub(super) security: String,
}

impl Archives {
    /// Those of this host where it is a Debian, else debootstrap's own.
    pub(super) fn of_host() -> Self {
        let is_debian =
            fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"));
        let sources = if is_debian { read_sources(Path::new(SOURCES)) } else { Vec::new() };
        Self::among(&sources)
    }

    /// The first main and the first security archive over plain HTTP: an image without certificates reaches no other.
    fn among(sources: &[Source]) -> Self {
        let find = |wanted: fn(&str) -> bool| {
            let usable = |source: &&Source| {
                source.uri.starts_with("http://") && source.has_main && source.suites.iter().any(|suite| wanted(suite))
            };
            sources.iter().find(usable).map(|source| source.uri.trim_end_matches('/').to_owned())
        };
        Self {
            mirror: find(|suite| !suite.contains(['-', '/'])).unwrap_or_default(),
            security: find(|suite| suite.ends_with("-security")).unwrap_or_default(),
        }
    }
}

/// One archive in apt's sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Source {
    uri: String,
    suites: Vec<String>,
    has_main: bool,
}

fn read_sources(folder: &Path) -> Vec<Source> {
    let mut files = vec![folder.join("sources.list")];
    let parts = fs::read_dir(folder.join("sources.list.d")).into_iter().flatten().flatten();
    let mut parts: Vec<_> = parts.map(|entry| entry.path()).collect();
    parts.sort();
    files.extend(parts);
    let mut sources = Vec::new();
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("list") => sources.extend(text.lines().filter_map(one_line)),
            Some("sources") => sources.extend(paragraphs(&text)),
            _ => {}
        }
    }
    sources
}

/// `deb [options] URI suite component…`
fn one_line(line: &str) -> Option<Source> {
    let line = line.split('#').next().unwrap_or_default().trim().strip_prefix("deb ")?.trim_start();
    let line = match line.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.1,
        None => line,
    };
    let mut words = line.split_whitespace();
    let uri = words.next()?.to_owned();
    let suites = vec![words.next()?.to_owned()];
    Some(Source { uri, suites, has_main: words.any(|component| component == "main") })
}

/// Paragraphs of `Types:`, `URIs:`, `Suites:`, `Components:`.
fn paragraphs(text: &str) -> Vec<Source> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    lines.split(|line| line.trim().is_empty()).filter_map(paragraph).collect()
}

fn paragraph(lines: &[&str]) -> Option<Source> {
    let field = |name: &str| -> Vec<String> {
        let is_named = |key: &str| key.trim().eq_ignore_ascii_case(name);
        let fields = lines.iter().filter_map(|line| line.split_once(':'));
        fields
            .filter(|(key, _)| is_named(key))
            .flat_map(|(_, value)| value.split_whitespace())
            .map(str::to_owned)
            .collect()
    };
    let is_on = !field("Enabled").iter().any(|value| value == "no") && field("Types").iter().any(|kind| kind == "deb");
    let uri = field("URIs").into_iter().next().filter(|_| is_on)?;
    Some(Source {
        uri,
        suites: field("Suites"),
        has_main: field("Components").iter().any(|component| component == "main"),
    })
}

/// The lines of `apt-config dump` that the image needs as well. A proxy on the host's loopback is none for a container.
pub(super) fn options(dump: &str) -> Vec<String> {
    let is_wanted = |line: &&str| {
        let name = line.split_whitespace().next().unwrap_or_default();
        let is_loopback = ["//localhost", "//127.", "//[::1]"].iter().any(|host| line.contains(host));
        OPTIONS.iter().any(|option| option.eq_ignore_ascii_case(name)) && !line.contains("\"\"") && !is_loopback
    };
    dump.lines().map(str::trim).filter(is_wanted).map(str::to_owned).collect()
}

/// The proxy among options, for programs that go by `http_proxy`.
pub(super) fn proxy(dump: &str) -> Option<String> {
    let line = dump.lines().find(|line| line.to_ascii_lowercase().starts_with("acquire::http::proxy "))?;
    line.split('"').nth(1).filter(|proxy| !proxy.is_empty() && *proxy != "DIRECT").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archives(mirror: &str, security: &str) -> Archives {
        Archives { mirror: mirror.to_owned(), security: security.to_owned() }
    }

    #[test]
    fn one_line_sources_are_read() {
        let text = "# deb http://no/debian x main\ndeb-src http://no/debian x main\n\
                    deb [arch=amd64 signed-by=/k] http://mirror/debian/ bookworm main contrib # near\n\
                    deb http://mirror/security bookworm-security main\n";
        let sources: Vec<Source> = text.lines().filter_map(one_line).collect();
        assert_eq!(Archives::among(&sources), archives("http://mirror/debian", "http://mirror/security"));
    }

    #[test]
    fn paragraphs_are_read() {
        let text = "Types: deb\n# a comment\nURIs: http://other/node\nSuites: nodistro\nComponents: contrib\n\n\
                    Types: deb deb-src\nURIs: http://mirror/debian\nSuites: bookworm bookworm-updates\nComponents: main\n\n\
                    Enabled: no\nTypes: deb\nURIs: http://off/security\nSuites: bookworm-security\nComponents: main\n";
        assert_eq!(Archives::among(&paragraphs(text)), archives("http://mirror/debian", ""));
    }

    #[test]
    fn an_archive_that_needs_certificates_is_passed_over() {
        let sources: Vec<Source> = one_line("deb https://mirror/debian bookworm main").into_iter().collect();
        assert_eq!(Archives::among(&sources), archives("", ""));
    }

    #[test]
    fn only_options_that_decide_about_reaching_an_archive_are_taken_over() {
        let dump = "APT::Architecture \"amd64\";\nAcquire::Check-Valid-Until \"false\";\nAcquire::http \"\";\n\
                    Acquire::http::Proxy \"http://cache:3142\";\nAcquire::Languages \"none\";\n";
        let expected = ["Acquire::Check-Valid-Until \"false\";", "Acquire::http::Proxy \"http://cache:3142\";"];
        assert_eq!(options(dump), expected);
        assert_eq!(proxy(dump).as_deref(), Some("http://cache:3142"));
    }

    #[test]
    fn a_proxy_on_the_loopback_serves_the_host_alone() {
        let dump = "Acquire::http::Proxy \"http://127.0.0.1:3142\";\n";
        assert_eq!(options(dump), Vec::<String>::new());
        assert_eq!(proxy(dump).as_deref(), Some("http://127.0.0.1:3142"));
    }
}
