//! What a build takes from its folder, as far as it tells a reader how to build the same elsewhere.
//!
//! Files that instructions name, alone or by the folder they are in, are told: most are scripts that a step runs. What
//! is copied as a whole (`COPY . .`) is a project, no part of the recipe; and hidden files, as `.env`, may hold secrets.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::context;
use super::dockerfile::Dockerfile;

/// Bytes of a file that is told.
const LONGEST: u64 = 16 << 10;
/// Bytes of all of them.
const ALL: usize = 64 << 10;

/// The small texts that a Dockerfile takes from its folder by name, by their path there. What cannot be read is the
/// builder's to tell of.
pub fn taken(dockerfile: &Path) -> BTreeMap<String, String> {
    let Ok(text) = context::read_dockerfile(dockerfile) else { return BTreeMap::new() };
    let sources: Vec<PathBuf> = Dockerfile::plain(&text).sources.iter().filter_map(|source| within(source)).collect();
    if sources.is_empty() {
        return BTreeMap::new();
    }
    let is_named = |entry: &PathBuf| sources.iter().any(|source| entry.starts_with(source)) && !is_hidden(entry);
    let named = context::entries(dockerfile).unwrap_or_default().into_iter().filter(is_named);
    let mut room = ALL;
    let mut files = BTreeMap::new();
    for entry in named {
        let Some(text) = small_text(&context::folder(dockerfile).join(&entry)) else { continue };
        if let Some(left) = room.checked_sub(text.len()) {
            room = left;
            files.insert(entry.display().to_string(), text);
        }
    }
    files
}

/// The path of a source within the folder; nothing for the whole folder, and for what only the builder can resolve.
fn within(source: &str) -> Option<PathBuf> {
    let source = source.trim_matches(['"', '\'']);
    let is_literal = !source.contains(['$', '*', '?', '[']);
    let path: PathBuf = Path::new(source).components().filter(|part| part.as_os_str() != ".").collect();
    let path = path.strip_prefix("/").map(Path::to_owned).unwrap_or(path);
    (is_literal && !path.as_os_str().is_empty()).then_some(path)
}

fn is_hidden(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}

fn small_text(path: &Path) -> Option<String> {
    let metadata = fs::symlink_metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        return None;
    }
    fs::read_to_string(path).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(dockerfile: &str, files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, content).expect("written");
        }
        let path = folder.path().join("stage.Dockerfile");
        fs::write(&path, dockerfile).expect("written");
        taken(&path).into_keys().collect()
    }

    #[test]
    fn what_instructions_name_is_told() {
        let dockerfile = "FROM x\nRUN --mount=type=bind,source=uv,target=/setup sh /setup/a.sh\nCOPY --chmod=755 \\\n \
                          ./start.sh other.sh /bin/\nADD [\"b.sh\", \"/b.sh\"]\nCOPY --from=build c.sh /\nRUN cat d.sh\n";
        let files = ["uv/a.sh", "uv/sub/e.sh", "start.sh", "other.sh", "b.sh", "c.sh", "d.sh"].map(|name| (name, "x"));
        assert_eq!(of(dockerfile, &files), ["b.sh", "other.sh", "start.sh", "uv/a.sh", "uv/sub/e.sh"]);
    }

    #[test]
    fn a_whole_project_hidden_files_and_what_is_no_small_text_are_not() {
        let large = "x".repeat(20 << 10);
        let files = [("in/.env", "TOKEN=x"), ("in/binary", "\0"), ("in/large", &large), ("in/a.sh", "x"), ("b", "x")];
        assert_eq!(of("FROM x\nCOPY . /src\nCOPY in /in\nCOPY $WHAT b* /\n", &files), ["in/a.sh"]);
        assert_eq!(of("FROM x\nCOPY . /src\n", &files), Vec::<String>::new());
    }

    #[test]
    fn what_the_ignore_file_leaves_out_is_not_in_the_context() {
        let files = [(".dockerignore", "in/b.sh\n"), ("in/a.sh", "x"), ("in/b.sh", "x")];
        assert_eq!(of("FROM x\nCOPY in /in\n", &files), ["in/a.sh"]);
    }
}
