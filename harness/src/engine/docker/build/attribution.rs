//! Whose a record of the build cache is.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::cache::CacheRecord;

/// Between what a record is and the command that made it.
const MADE_BY_COMMAND: &str = " from exec ";
/// How the record of an uploaded context begins.
const UPLOADED_CONTEXT: &str = "http url http://build-context-";
/// The record of a copy, `COPY` as well as the context's own.
const COPY: &str = "fileop target";

/// What a build's records are known by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OwnBuild {
    /// Whether all its records go, not the uploaded context alone.
    pub all: bool,
    /// The commands of the Dockerfile's `RUN` steps, without flags.
    pub commands: Vec<String>,
    /// Bytes of all files in the context.
    pub context_bytes: i64,
}

/// Ids of those of the new records that are a build's own.
///
/// Uploaded contexts always are. A record made by one of the build's commands is, with what builds on it and what it
/// builds on. What then is left tells no maker (a copy onto the base with no command after it): it counts as the
/// build's own only where nothing shows that another build ran meanwhile, or where its size is that of the context.
pub(super) fn attribute(new: &[CacheRecord], own: &OwnBuild) -> Vec<String> {
    let uploads: Vec<&CacheRecord> =
        new.iter().filter(|record| record.description.starts_with(UPLOADED_CONTEXT)).collect();
    let mut ids: BTreeSet<&str> = uploads.iter().map(|record| record.id.as_str()).collect();
    if own.all {
        let mut chain = made_by(new, own);
        extend(&mut chain, |chain| new.iter().filter(|record| record.builds_on(chain)).map(id).collect());
        extend(&mut chain, |chain| {
            new.iter()
                .filter(|record| {
                    new.iter()
                        .any(|child| chain.contains(id(child)) && child.parents().any(|parent| parent == record.id))
                })
                .map(id)
                .collect()
        });
        let foreign =
            |record: &CacheRecord| record.description.contains(MADE_BY_COMMAND) && !chain.contains(id(record));
        let alone = uploads.len() <= 1 && !new.iter().any(foreign);
        let unknown = new.iter().filter(|record| !record.description.contains(MADE_BY_COMMAND));
        ids.extend(unknown.filter(|record| alone || record.is_context(own)).map(id));
        ids.extend(chain);
    }
    ids.into_iter().map(str::to_owned).collect()
}

fn id(record: &CacheRecord) -> &str {
    &record.id
}

fn made_by<'a>(new: &'a [CacheRecord], own: &OwnBuild) -> BTreeSet<&'a str> {
    let commands: Vec<String> = own.commands.iter().map(|command| one_spaced(command)).collect();
    let is_own = |record: &&CacheRecord| {
        let Some((_, made_by)) = record.description.split_once(MADE_BY_COMMAND) else { return false };
        let made_by = one_spaced(made_by);
        commands
            .iter()
            .any(|command| !command.is_empty() && (made_by == *command || made_by.ends_with(&format!(" {command}"))))
    };
    new.iter().filter(is_own).map(id).collect()
}

/// Adds what a rule finds until it finds nothing more.
fn extend<'a>(chain: &mut BTreeSet<&'a str>, rule: impl Fn(&BTreeSet<&'a str>) -> Vec<&'a str>) {
    loop {
        let before = chain.len();
        let found = rule(chain);
        chain.extend(found);
        if chain.len() == before {
            return;
        }
    }
}

fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl CacheRecord {
    fn parents(&self) -> impl Iterator<Item = &str> {
        let several = self.parents.iter().flatten().map(String::as_str);
        several.chain([self.parent.as_str()]).filter(|parent| !parent.is_empty())
    }

    fn builds_on(&self, chain: &BTreeSet<&str>) -> bool {
        self.parents().any(|parent| chain.contains(parent))
    }

    fn is_context(&self, own: &OwnBuild) -> bool {
        self.description == COPY && self.parents().next().is_none() && self.size == own.context_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, parent: &str, description: &str) -> CacheRecord {
        CacheRecord {
            id: id.into(),
            parent: parent.into(),
            description: description.into(),
            size: 7,
            ..CacheRecord::default()
        }
    }

    /// What an engine 20.10 held after a build of: `FROM base`, `COPY a /a`, `RUN make \` `  all`, `COPY b /b`.
    fn own_records() -> Vec<CacheRecord> {
        vec![
            record("base", "", "from local "),
            record("context", "", "http url http://build-context-8hkn35495aw9s8ww7j479r2b5"),
            record("copied", "", "fileop target"),
            record("a", "base", "fileop target"),
            record("make", "a", "mount / from exec /bin/sh -c make   all"),
            record("mount", "", "cached mount /c from exec /bin/sh -c make   all"),
            record("b", "make", "fileop target"),
        ]
    }

    fn own() -> OwnBuild {
        OwnBuild { all: true, commands: vec!["make  all".to_owned()], context_bytes: 9 }
    }

    #[test]
    fn alone_everything_new_is_the_builds_own() {
        assert_eq!(attribute(&own_records(), &own()), ["a", "b", "base", "context", "copied", "make", "mount"]);
    }

    #[test]
    fn what_a_parallel_build_made_stays() {
        let mut new = own_records();
        new.extend([
            record("upload", "", "http url http://build-context-gwnbjq9gm06c0268xwgpx0uwc"),
            record("theirs", "base", "mount / from exec /bin/sh -c cmake all"),
            record("their-copy", "theirs", "fileop target"),
            record("their-first", "base", "fileop target"),
        ]);
        assert_eq!(attribute(&new, &own()), ["a", "b", "base", "context", "make", "mount", "upload"]);
    }

    #[test]
    fn the_context_is_known_by_its_size_when_there_are_several() {
        let mut new = own_records();
        new.push(record("theirs", "base", "mount / from exec /bin/sh -c sleep 1"));
        let own = OwnBuild { context_bytes: 7, ..own() };
        assert!(attribute(&new, &own).contains(&"copied".to_owned()));
    }

    #[test]
    fn a_command_that_merely_ends_alike_is_another_ones() {
        let new = [record("x", "", "mount / from exec /bin/sh -c remake all")];
        assert_eq!(attribute(&new, &own()), Vec::<String>::new());
    }

    #[test]
    fn of_a_cached_build_only_the_upload_goes() {
        assert_eq!(attribute(&own_records(), &OwnBuild::default()), ["context"]);
    }
}
