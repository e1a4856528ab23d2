//! The host's proxies, as far as a container can use them.

use std::collections::BTreeMap;

const PROXY_VARIABLES: [&str; 5] = ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"];

/// The proxy variables of the caller that mean something inside a container: not those that point at the host's loopback.
pub(crate) fn proxies(environment: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let given: BTreeMap<String, String> = environment
        .iter()
        .filter(|(name, value)| PROXY_VARIABLES.contains(&name.to_ascii_lowercase().as_str()) && !value.is_empty())
        .filter(|(name, value)| name.eq_ignore_ascii_case("no_proxy") || !is_loopback(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if given.keys().all(|name| name.eq_ignore_ascii_case("no_proxy")) { BTreeMap::new() } else { given }
}

fn is_loopback(proxy: &str) -> bool {
    let rest = proxy.split_once("://").map_or(proxy, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host_and_port.starts_with("localhost") || host_and_port.starts_with("127.") || host_and_port.starts_with("[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> BTreeMap<String, String> {
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn proxies_are_handed_on_in_either_case() {
        let given = environment(&[
            ("http_proxy", "http://proxy.example:3128"),
            ("HTTPS_PROXY", "http://user:word@proxy.example:3128/"),
            ("NO_PROXY", "localhost"),
            ("PATH", "/bin"),
        ]);
        let names: Vec<String> = proxies(&given).into_keys().collect();
        assert_eq!(names, ["HTTPS_PROXY", "NO_PROXY", "http_proxy"]);
    }

    #[test]
    fn a_proxy_on_the_hosts_loopback_is_not_handed_on() {
        for proxy in ["http://127.0.0.1:3128", "localhost:3128", "http://a:b@[::1]:3128/"] {
            let given = environment(&[("http_proxy", proxy), ("no_proxy", "localhost")]);
            assert!(proxies(&given).is_empty(), "{proxy}");
        }
    }
}
