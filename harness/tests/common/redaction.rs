//! What must not be in recordings that are committed: hosts, addresses and paths of the machine that made them.

use regex::Regex;

/// A rule of what is replaced by what.
const REPLACED: [(&str, &str); 4] = [
    // The kernel's own version says enough.
    (r#""kernel":"(\d+\.\d+)[^"]*""#, r#""kernel":"$1""#),
    (r"registry-1\.docker\.io", "registry.example"),
    // Addresses of networks that are nobody else's.
    (r"\b(10\.\d+|172\.(1[6-9]|2\d|3[01])|192\.168)\.\d+\.\d+\b", "192.0.2.1"),
    (r"deb\.debian\.org", "mirror.example"),
];

/// A text without the hosts and addresses of the machine that made it; example hosts and its own loopback stay.
pub(crate) fn redacted(text: &str) -> String {
    let url = Regex::new(r#"(https?://)([^/\s"\\:]+)(:\d+)?"#).expect("a constant");
    let rules = REPLACED.map(|(pattern, with)| (Regex::new(pattern).expect("a constant"), with));
    let text =
        rules.iter().fold(text.to_owned(), |text, (pattern, with)| pattern.replace_all(&text, *with).into_owned());
    let replaced = url.replace_all(&text, |found: &regex::Captures<'_>| {
        if is_example(&found[2]) { found[0].to_owned() } else { format!("{}index.example", &found[1]) }
    });
    replaced.into_owned()
}

/// What a text holds of the machine that made it: hosts of URLs, addresses of its networks, paths of its users.
pub(crate) fn foreign(text: &str) -> Vec<String> {
    let url = Regex::new(r#"[a-z+]+://([^/\s"\\:@<>&]+)"#).expect("a constant");
    let hosts = url.captures_iter(text).map(|found| found[1].to_owned()).filter(|host| !is_example(host));
    let path = Regex::new(r"/(work/|home/[a-z]|root/[a-z]|Users/)").expect("a constant");
    let paths = path.find_iter(text).map(|found| found.as_str().to_owned());
    let address = Regex::new(REPLACED[2].0).expect("a constant");
    let addresses = address.find_iter(text).map(|found| found.as_str().to_owned());
    hosts.chain(paths).chain(addresses).collect()
}

fn is_example(host: &str) -> bool {
    ["localhost", "127.0.0.1"].contains(&host)
        || [".example", ".invalid", ".test"].iter().any(|ending| host.ends_with(ending))
}
