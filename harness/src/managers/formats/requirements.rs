//! Requirements files, as pip reads them: a requirement or an option a line.

use super::python;
use crate::managers::mistake::Mistake;
use crate::managers::results::{Dependency, Manifest};

/// A line as pip sees it: what backslashes continue is one line, known by the first.
struct Line {
    number: usize,
    text: String,
}

/// What a requirements file says. Files that it includes are told as sources of no package: they are read by themselves.
pub(in crate::managers) fn read(file: &str, text: &str) -> Result<Manifest, Mistake> {
    let mut manifest = Manifest { file: file.to_owned(), text: text.to_owned(), ..Manifest::default() };
    for line in lines(text) {
        let wrong = |problem: String| Mistake::in_line(file, line.number, problem);
        if line.text.starts_with('-') {
            manifest.sources.extend(source(&line.text).map_err(wrong)?);
        } else {
            manifest.dependencies.push(requirement(&line.text).map_err(wrong)?);
        }
    }
    Ok(manifest)
}

/// The lines with something on them, without comments: `#` begins one at a line's begin or behind white space.
fn lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut continued = false;
    for (index, line) in text.lines().enumerate() {
        let (line, goes_on) = line.strip_suffix('\\').map_or((line, false), |line| (line, true));
        if continued {
            if let Some(last) = lines.last_mut() {
                last.text.push_str(line);
            }
        } else {
            lines.push(Line { number: index + 1, text: line.to_owned() });
        }
        continued = goes_on;
    }
    for line in &mut lines {
        line.text = without_comment(&line.text).trim().to_owned();
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}

fn without_comment(line: &str) -> &str {
    let begins = |(index, _): &(usize, &str)| line[..*index].chars().next_back().is_none_or(char::is_whitespace);
    match line.match_indices('#').find(begins) {
        Some((index, _)) => &line[..index],
        None => line,
    }
}

/// An option of its own line; of those that pip knows, the ones that name an index.
fn source(line: &str) -> Result<Option<String>, String> {
    let (option, value) = match (line.starts_with("--"), line.split_once(['=', ' ', '\t']), line.get(2..)) {
        (true, Some((option, value)), _) => (option, value.trim()),
        // The value of a short option may stand right behind it.
        (false, _, Some(value)) => (&line[..2], value.trim_start_matches(['=', ' ', '\t']).trim()),
        _ => (line, ""),
    };
    match option {
        "-i" | "--index-url" | "--extra-index-url" | "-f" | "--find-links" if value.is_empty() => {
            Err(format!("`{option}` needs a value"))
        }
        "-i" | "--index-url" | "--extra-index-url" | "-f" | "--find-links" => Ok(Some(value.to_owned())),
        "-r" | "--requirement" | "-c" | "--constraint" | "-e" | "--editable" | "--no-index" | "--no-binary"
        | "--only-binary" | "--prefer-binary" | "--require-hashes" | "--pre" | "--trusted-host" | "--use-feature" => {
            Ok(None)
        }
        _ => Err(format!("`{option}` is no option of a requirements file")),
    }
}

/// A requirement, and the options of its line: the hashes that its archive may have, and settings of its build
/// (<https://pip.pypa.io/en/stable/reference/requirements-file-format/#per-requirement-options>).
fn requirement(line: &str) -> Result<Dependency, String> {
    let (requirement, options) = line.find(" --").map_or((line, ""), |at| line.split_at(at));
    let mut dependency = match place(requirement.trim()) {
        Some(place) => place,
        None => python::dependency(requirement.trim(), None)?,
    };
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        let (option, value) = match word.split_once('=') {
            Some((option, value)) => (option, value),
            None => (word, words.next().unwrap_or_default()),
        };
        match option {
            "--hash" if value.contains(':') => dependency.hashes.push(value.to_owned()),
            "--hash" => return Err(format!("`{value}` is no hash as `sha256:…`")),
            "--config-setting" | "--config-settings" | "--global-option" => {}
            _ => return Err(format!("`{option}` is no option of a requirement")),
        }
    }
    Ok(dependency)
}

/// A requirement that is a place instead of a name: a URL, one of a version control system, or a path. Its name is the one
/// of `#egg=`, or that of the archive; else nobody knows it before it is looked into.
fn place(text: &str) -> Option<Dependency> {
    let is_url = text.split_once("://").is_some_and(|(scheme, _)| !scheme.contains([' ', '@', '[']));
    // What may be in a URL ends a path.
    let end = if is_url { text.find("; ").or_else(|| text.find(" ;")) } else { text.find(';') };
    let (place, extras) = without_extras(text[..end.unwrap_or(text.len())].trim());
    let is_archive = ARCHIVES.iter().any(|ending| place.ends_with(ending));
    let is_path = place.starts_with(['.', '/']) || (!place.contains([' ', '@']) && (is_archive || place.contains('/')));
    if !is_url && !is_path {
        return None;
    }
    let (path, fragment) = place.split_once('#').unwrap_or((place, ""));
    let egg = fragment.split('&').find_map(|part| part.strip_prefix("egg="));
    let file = path.rsplit('/').next().unwrap_or_default();
    let of_wheel = file.strip_suffix(".whl").and_then(|wheel| wheel.split('-').next());
    let name = egg.or(of_wheel).unwrap_or(place).to_owned();
    Some(Dependency { name, extras, origin: Some(place.to_owned()), ..Dependency::default() })
}

/// The endings of archives that pip installs.
const ARCHIVES: [&str; 6] = [".whl", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip"];

/// A place, and the extras that stand behind it in brackets.
fn without_extras(text: &str) -> (&str, Vec<String>) {
    match text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
        Some((place, extras)) => (place, extras.split(',').map(|extra| extra.trim().to_owned()).collect()),
        None => (text, Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const TEXT: &str = "\
# what the project needs
--index-url https://packages.example/simple
Cowsay[moo]>=6,<7  # not 7
attrs==25.1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb

rich; python_version > '3.8'
-r more.txt
-cmore.txt
./wheels/local-1.0-py3-none-any.whl
git+https://forge.example/team/thing.git@v1#egg=thing[fast]
lib/dir;python_version>'3'
https://packages.example/x-1.0.tar.bz2; sys_platform == 'linux'
plain==1 --hash sha256:dd --config-settings=a=b
tool @ https://packages.example/tool.whl#sha256=cc
";

    #[test]
    fn requirements_options_hashes_and_comments_are_told_apart() {
        let manifest = read("requirements.txt", TEXT).unwrap();
        assert_eq!(manifest.sources, ["https://packages.example/simple"]);
        let told = |one: &Dependency| {
            format!("{}{:?}{} {:?} {:?}", one.name, one.extras, one.constraint, one.hashes, one.origin)
        };
        insta::assert_snapshot!(manifest.dependencies.iter().map(told).collect::<Vec<_>>().join("\n"), @r#"
        Cowsay["moo"]>=6,<7 [] None
        attrs[]==25.1 ["sha256:aa", "sha256:bb"] None
        rich[] [] None
        local[] [] Some("./wheels/local-1.0-py3-none-any.whl")
        thing["fast"] [] Some("git+https://forge.example/team/thing.git@v1#egg=thing")
        lib/dir[] [] Some("lib/dir")
        https://packages.example/x-1.0.tar.bz2[] [] Some("https://packages.example/x-1.0.tar.bz2")
        plain[]==1 ["sha256:dd"] None
        tool[] [] Some("https://packages.example/tool.whl#sha256=cc")
        "#);
    }

    #[rstest]
    #[case("good\n\nbad name!\n", "r.txt:3: `bad name!`")]
    #[case("good \\\n  --hash=aa\nmore\n", "r.txt:1: `aa` is no hash")]
    #[case("--index-url\n", "r.txt:1: `--index-url` needs a value")]
    #[case("--wings\n", "r.txt:1: `--wings` is no option")]
    #[case("good --wings\n", "r.txt:1: `--wings` is no option")]
    fn a_mistake_is_told_with_its_line(#[case] text: &str, #[case] begins: &str) {
        let mistake = read("r.txt", text).unwrap_err().to_string();
        assert!(mistake.starts_with(begins), "{mistake}");
    }
}
