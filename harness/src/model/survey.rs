//! What stands out among the files of an image: those that whoever gets in could use, and the records of installed
//! packages. Looked at in every run, judged by nobody.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fact::Package;
use super::inquiry::{FileKind, Tree};

/// The set-user-id and set-group-id bits.
const SET_ID: u32 = 0o6000;
/// May be written by everybody.
const BY_ALL: u32 = 0o002;
/// In such a folder everybody may write, but remove only what is theirs.
const STICKY: u32 = 0o1000;
/// How many paths of a kind are kept.
const KEPT: usize = 500;

/// Files by what they let others do, absolute paths in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// Programs that run as their owner or group.
    pub set_id: Vec<String>,
    /// Files and folders that everybody may write, sticky folders aside.
    pub world_writable: Vec<String>,
    /// Versions of packages that left a record, by where it lies: `scipy in /opt/uv/tools/common/…/site-packages`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub packages: BTreeMap<String, String>,
}

impl Survey {
    /// Where a file system is looked at: what the kernel and shakedown put there aside.
    pub const PLACES: [&str; 15] = [
        "/bin", "/boot", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt", "/root", "/sbin", "/srv", "/usr",
        "/var", "/tmp",
    ];

    /// What a picture of the file system shows.
    pub fn of(tree: &Tree) -> Self {
        let paths = |chosen: &dyn Fn(FileKind, u32) -> bool| -> Vec<String> {
            let entries = tree.entries.iter().filter(|(_, entry)| chosen(entry.kind, entry.mode));
            entries.map(|(path, _)| path.clone()).take(KEPT).collect()
        };
        Self {
            set_id: paths(&|kind, mode| kind == FileKind::File && mode & SET_ID != 0),
            world_writable: paths(&|kind, mode| match kind {
                FileKind::File => mode & BY_ALL != 0,
                FileKind::Directory => mode & BY_ALL != 0 && mode & STICKY == 0,
                FileKind::Symlink | FileKind::Other => false,
            }),
            packages: tree.entries.iter().filter_map(|(path, entry)| recorded(path, entry.kind)).take(KEPT).collect(),
        }
    }
}

/// The package that a path is the record of: a folder `NAME-VERSION.dist-info`
/// (<https://packaging.python.org/en/latest/specifications/recording-installed-packages/>), or a file
/// `conda-meta/NAME-VERSION-BUILD.json` (<https://docs.conda.io/projects/conda-build/en/stable/concepts/package-naming-conv.html>).
fn recorded(path: &str, kind: FileKind) -> Option<(String, String)> {
    let (folder, file) = path.rsplit_once('/')?;
    let (place, name, version) = match kind {
        FileKind::Directory => {
            let (name, version) = file.strip_suffix(".dist-info")?.split_once('-')?;
            (folder, name, version)
        }
        FileKind::File => {
            let place = folder.strip_suffix("/conda-meta")?;
            let (named, _build) = file.strip_suffix(".json")?.rsplit_once('-')?;
            let (name, version) = named.rsplit_once('-')?;
            (place, name, version)
        }
        FileKind::Symlink | FileKind::Other => return None,
    };
    Some((format!("{} in {place}", Package::normalized(name)), version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::inquiry::TreeEntry;

    #[test]
    fn programs_of_other_rights_what_everybody_may_write_and_records_of_packages_are_found() {
        let entry = |kind, mode| TreeEntry { kind, mode, user: 0, group: 0, size: 0, link: None, hash: None };
        let entries = [
            ("/usr/bin/su", entry(FileKind::File, 0o4755)),
            ("/usr/bin/wall", entry(FileKind::File, 0o2755)),
            ("/usr/bin/uv", entry(FileKind::File, 0o755)),
            ("/usr/local", entry(FileKind::Directory, 0o2775)),
            ("/tmp", entry(FileKind::Directory, 0o1777)),
            ("/opt/uv", entry(FileKind::Directory, 0o777)),
            ("/opt/uv/config", entry(FileKind::File, 0o666)),
            ("/bin/sh", entry(FileKind::Symlink, 0o777)),
            ("/v/site-packages/Typing_Extensions-4.12.2.dist-info", entry(FileKind::Directory, 0o755)),
            ("/v/site-packages/typing_extensions.py", entry(FileKind::File, 0o644)),
            ("/e/conda-meta/python-dateutil-2.9.0-pyhd8ed1ab_0.json", entry(FileKind::File, 0o644)),
            ("/e/conda-meta/history", entry(FileKind::File, 0o644)),
        ];
        let entries = entries.into_iter().map(|(path, entry)| (path.to_owned(), entry)).collect();
        let survey = Survey::of(&Tree { entries, unreadable: Vec::new() });
        assert_eq!(survey.set_id, ["/usr/bin/su", "/usr/bin/wall"]);
        assert_eq!(survey.world_writable, ["/opt/uv", "/opt/uv/config"]);
        let packages: Vec<String> =
            survey.packages.iter().map(|(name, version)| format!("{name}: {version}")).collect();
        assert_eq!(packages, ["python-dateutil in /e: 2.9.0", "typing-extensions in /v/site-packages: 4.12.2"]);
    }
}
