//! What a run was asked for, by content.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::config::{self, ImageSource, Subject};
use crate::model::event::Hashes;

use super::catalogue::EMBEDDED_SUITES;

/// The hashes of a subject's file, its suites, and, where the image is built, its stages' Dockerfiles. What cannot be
/// read any more counts as empty; whatever needs it says so.
pub(super) fn hashes(subject: &Subject, is_built: bool) -> Hashes {
    let dockerfiles = match &subject.image {
        ImageSource::Build { stages, .. } if is_built => {
            of(stages.iter().map(|stage| read(&stage.dockerfile)).collect())
        }
        _ => String::new(),
    };
    Hashes {
        config: of(vec![read(&subject.file)]),
        suites: of(subject.suites.iter().flat_map(|name| suite(name)).collect()),
        dockerfiles,
    }
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_default()
}

/// The suite, and those that it extends.
fn suite(name: &str) -> Vec<Vec<u8>> {
    let texts = config::texts_of_suite(name, EMBEDDED_SUITES);
    if texts.is_empty() { vec![Vec::new()] } else { texts.into_iter().map(String::into_bytes).collect() }
}

/// The hash of all parts, each with its length before it, so that no two lists of parts are the same bytes.
fn of(parts: Vec<Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    if let [part] = parts.as_slice() {
        // Of one file it is what `sha256sum` prints.
        hash.update(part);
    } else {
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Selection;
    use crate::session::prepare;

    #[test]
    fn a_hash_is_that_of_the_bytes_and_several_files_do_not_run_together() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(of(vec![Vec::new()]), empty);
        assert_ne!(of(vec![b"ab".to_vec(), b"c".to_vec()]), of(vec![b"a".to_vec(), b"bc".to_vec()]));
    }

    #[test]
    fn all_that_was_asked_for_has_its_hash() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../configs/uv.yml");
        let prepared = prepare(&[file.to_owned()], &Selection::default()).unwrap().remove(0);
        let built = hashes(&prepared.subject, true);
        for hash in [&built.config, &built.suites, &built.dockerfiles] {
            assert_eq!(hash.len(), 64);
        }
        let used = hashes(&prepared.subject, false);
        assert_eq!((used.dockerfiles.as_str(), used.config), ("", built.config));
    }
}
