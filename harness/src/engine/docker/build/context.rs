//! The build context: the Dockerfile's folder as a tar, the Dockerfile replaced in memory.
//!
//! What `<dockerfile>.dockerignore`, else `.dockerignore`, excludes is left out: one pattern a line, `#` comments, `!`
//! exceptions, the last match wins, `*` and `?` within a folder name, `**` across folders, `[a-z]`. A pattern that
//! matches a folder covers everything in it. All entries belong to root and carry one and the same time, so that two
//! checkouts of the same files make the same context. Sockets, pipes and devices are left out.

use std::fs::{self, File};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use tar::{Builder, EntryType, Header};
use thiserror::Error;

/// The time all entries carry, 2000-01-01, seconds since 1970; some programs refuse times before 1980.
const ENTRY_TIME: u64 = 946_684_800;

/// A context that cannot be made.
#[derive(Debug, Error)]
pub(super) enum ContextError {
    /// There is no such Dockerfile.
    #[error("no Dockerfile at `{}`", .0.display())]
    NoDockerfile(PathBuf),
    /// A file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A pattern of the ignore file is not well formed.
    #[error("`{}` holds the pattern `{pattern}`: {reason}", file.display())]
    Pattern {
        /// The ignore file.
        file: PathBuf,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The tar cannot be written.
    #[error("cannot write the build context to a temporary file")]
    Temporary(#[source] io::Error),
}

/// Reads a Dockerfile's text.
pub(super) fn read_dockerfile(path: &Path) -> Result<String, ContextError> {
    fs::read_to_string(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ContextError::NoDockerfile(path.to_owned()),
        _ => ContextError::Unreadable { path: path.to_owned(), source },
    })
}

/// Packs the folder of a Dockerfile. `replaced` are files of the tar by their path in it with their content in the
/// place of what the folder holds, there whatever the ignore file says. Returns a temporary file, at its beginning, and
/// the bytes of all files in it.
pub(super) fn pack(dockerfile: &Path, replaced: &[(String, Vec<u8>)]) -> Result<(File, i64), ContextError> {
    let folder = folder(dockerfile);
    let entries = entries(dockerfile)?;
    let temporary = tempfile::tempfile().map_err(ContextError::Temporary)?;
    let mut tar = Builder::new(temporary);
    let mut bytes = 0;
    for relative in entries {
        let is_replaced = replaced.iter().any(|(name, _)| Path::new(name) == relative);
        if !is_replaced {
            bytes += append(&mut tar, folder, &relative)?;
        }
    }
    for (name, content) in replaced {
        let mut header = header(EntryType::Regular, 0o644, content.len() as u64);
        tar.append_data(&mut header, name, content.as_slice()).map_err(ContextError::Temporary)?;
        bytes += content.len() as u64;
    }
    let mut file = tar.into_inner().map_err(ContextError::Temporary)?;
    file.rewind().map_err(ContextError::Temporary)?;
    Ok((file, i64::try_from(bytes).unwrap_or(i64::MAX)))
}

/// The folder that a Dockerfile is built in.
pub(super) fn folder(dockerfile: &Path) -> &Path {
    match dockerfile.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// What the context of a Dockerfile has, by paths within its folder, in order, folders before what they hold.
pub(super) fn entries(dockerfile: &Path) -> Result<Vec<PathBuf>, ContextError> {
    let folder = folder(dockerfile);
    let ignore = Ignore::of(dockerfile, folder)?;
    let mut entries = Vec::new();
    collect(folder, Path::new(""), &ignore, &mut entries)?;
    Ok(entries)
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> ContextError {
    let path = path.to_owned();
    move |source| ContextError::Unreadable { path, source }
}

/// Paths below `relative` in order, folders before what they hold.
fn collect(folder: &Path, relative: &Path, ignore: &Ignore, entries: &mut Vec<PathBuf>) -> Result<(), ContextError> {
    let path = folder.join(relative);
    let listing = fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut listing = listing.map_err(unreadable(&path))?;
    listing.sort_by_key(fs::DirEntry::file_name);
    for entry in listing {
        let relative = relative.join(entry.file_name());
        let is_folder = entry.file_type().map_err(unreadable(&entry.path()))?.is_dir();
        let excluded = ignore.excludes(&relative);
        if !excluded {
            entries.push(relative.clone());
        }
        if is_folder && (!excluded || ignore.has_exceptions) {
            collect(folder, &relative, ignore, entries)?;
        }
    }
    Ok(())
}

/// Appends one entry; the bytes of its content.
fn append(tar: &mut Builder<File>, folder: &Path, relative: &Path) -> Result<u64, ContextError> {
    let path = folder.join(relative);
    let metadata = fs::symlink_metadata(&path).map_err(unreadable(&path))?;
    let kind = metadata.file_type();
    let mut bytes = 0;
    let appended = if kind.is_symlink() {
        let target = fs::read_link(&path).map_err(unreadable(&path))?;
        let mut header = header(EntryType::Symlink, 0o777, 0);
        tar.append_link(&mut header, relative, target)
    } else if kind.is_dir() {
        let mut header = header(EntryType::Directory, mode(&metadata), 0);
        tar.append_data(&mut header, relative, io::empty())
    } else if kind.is_file() {
        let file = File::open(&path).map_err(unreadable(&path))?;
        let mut header = header(EntryType::Regular, mode(&metadata), metadata.len());
        // A file that grows meanwhile must not spill into the next entry.
        let content = io::Read::take(file, metadata.len());
        bytes = metadata.len();
        tar.append_data(&mut header, relative, content)
    } else {
        Ok(())
    };
    appended.map_err(ContextError::Temporary)?;
    Ok(bytes)
}

fn mode(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o7777
}

fn header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_mtime(ENTRY_TIME);
    header.set_uid(0);
    header.set_gid(0);
    header
}

/// The patterns of an ignore file in order; `true` for an exception.
struct Ignore {
    rules: Vec<(GlobMatcher, bool)>,
    has_exceptions: bool,
}

impl Ignore {
    fn of(dockerfile: &Path, folder: &Path) -> Result<Self, ContextError> {
        let own = PathBuf::from(format!("{}.dockerignore", dockerfile.display()));
        let file = if own.exists() { own } else { folder.join(".dockerignore") };
        match fs::read_to_string(&file) {
            Ok(text) => Self::read(&text, &file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::read("", &file),
            Err(error) => Err(unreadable(&file)(error)),
        }
    }

    fn read(text: &str, file: &Path) -> Result<Self, ContextError> {
        let mut rules = Vec::new();
        let lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.starts_with('#')).map(str::trim);
        for line in lines.filter(|line| !line.is_empty()) {
            let (pattern, exception) = line.strip_prefix('!').map_or((line, false), |pattern| (pattern.trim(), true));
            let pattern = pattern.trim_start_matches("./").trim_matches('/');
            if pattern.is_empty() || pattern == "." {
                continue;
            }
            let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
            let glob = glob.map_err(|error| ContextError::Pattern {
                file: file.to_owned(),
                pattern: line.to_owned(),
                reason: error.kind().to_string(),
            })?;
            rules.push((glob.compile_matcher(), exception));
        }
        let has_exceptions = rules.iter().any(|(_, exception)| *exception);
        Ok(Self { rules, has_exceptions })
    }

    /// The last rule that matches the path or a folder above it decides.
    fn excludes(&self, path: &Path) -> bool {
        let covers =
            |glob: &GlobMatcher| path.ancestors().any(|part| !part.as_os_str().is_empty() && glob.is_match(part));
        self.rules.iter().rev().find(|(glob, _)| covers(glob)).is_some_and(|(_, exception)| !exception)
    }
}

#[cfg(test)]
mod tests;
