//! A line to type that does by hand what an invocation did.

use std::fmt::Write as _;

use crate::model::invocation::Invocation;

/// The command line for an invocation. `start` is what it begins with, as `docker run --rm`; `image` what it runs in.
pub fn reproduce(start: &str, image: &str, invocation: &Invocation) -> String {
    let mut line = start.to_owned();
    let mut option = |flag: &str, value: &str| {
        let _ = write!(line, " {flag} {}", quoted(value));
    };
    if let Some(user) = &invocation.user {
        option("--user", user);
    }
    if let Some(directory) = &invocation.directory {
        option("--workdir", directory);
    }
    for (name, value) in &invocation.environment {
        if let Some(value) = value {
            option("--env", &format!("{name}={value}"));
        }
    }
    let unset: Vec<&str> =
        invocation.environment.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name.as_str()).collect();
    let mut argv: Vec<&str> = invocation.argv.iter().map(String::as_str).collect();
    if !unset.is_empty() {
        let without = unset.iter().flat_map(|name| ["-u", name]);
        argv = std::iter::once("env").chain(without).chain(argv).collect();
    }
    let Some((program, arguments)) = argv.split_first() else { return line };
    option("--entrypoint", program);
    for word in std::iter::once(&image).chain(arguments) {
        line.push(' ');
        line.push_str(&quoted(word));
    }
    line
}

/// As a POSIX shell reads it back.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_back_as_the_invocation() {
        let mut invocation = Invocation::new(["sh", "-c", "echo 'it''s' $HOME"]);
        invocation.user = Some("1000:1000".to_owned());
        invocation.directory = Some("/tmp/a b".to_owned());
        invocation.environment.insert("LANG".to_owned(), Some("C".to_owned()));
        assert_eq!(
            reproduce("docker run --rm", "uv:look", &invocation),
            r"docker run --rm --user 1000:1000 --workdir '/tmp/a b' --env LANG=C --entrypoint sh uv:look -c 'echo '\''it'\'''\''s'\'' $HOME'"
        );
    }
}
