//! What an image answers, by command and question, read from a recording.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use serde::Deserialize;
use shakedown::engine::scripted::ran;
use shakedown::model::inquiry::{FileFacts, FileKind, Tree, TreeEntry};
use shakedown::model::{Answer, Captured, ExitStatus, Inquiry, Invocation, Ran};

/// The answers of one image. What they depend on, the commands run so far, is kept by container.
#[derive(Debug, Deserialize)]
pub(crate) struct Script {
    environment: BTreeMap<String, String>,
    packages: Vec<Packages>,
    file: Vec<File>,
    run: Vec<Answered>,
    #[serde(skip)]
    past: Mutex<BTreeMap<String, Vec<String>>>,
}

/// When an answer is given.
#[derive(Debug, Deserialize)]
struct When {
    container: Option<String>,
    after: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Packages {
    folder: String,
    /// JSON as `uv pip list` prints it; absent: as in the first entry of this folder.
    listed: Option<String>,
    #[serde(default)]
    further: Vec<String>,
    #[serde(flatten)]
    when: When,
}

#[derive(Debug, Deserialize)]
struct File {
    path: String,
    kind: FileKind,
    mode: u32,
    #[serde(default)]
    size: u64,
    link: Option<String>,
    content: Option<String>,
    #[serde(flatten)]
    when: When,
}

#[derive(Debug, Deserialize)]
struct Answered {
    commands: Vec<String>,
    #[serde(default)]
    exit: i32,
    /// It was killed on purpose.
    #[serde(default)]
    killed: bool,
    #[serde(default)]
    stdout: String,
    #[serde(default)]
    stderr: String,
    #[serde(default)]
    wall: f64,
    memory: Option<u64>,
    #[serde(flatten)]
    when: When,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    version: String,
}

impl Script {
    /// The good image of uv.
    pub(crate) fn uv() -> Self {
        toml::from_str(include_str!("uv.toml")).expect("a recording")
    }

    /// An image in which nothing is.
    pub(crate) fn bare() -> Self {
        let environment = BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]);
        Self { environment, packages: Vec::new(), file: Vec::new(), run: Vec::new(), past: Mutex::default() }
    }

    /// The same image without this folder, and without what is in it.
    pub(crate) fn without(mut self, folder: &str) -> Self {
        let inside = format!("{folder}/");
        self.packages.retain(|one| one.folder != folder);
        self.file.retain(|file| file.path != folder && !file.path.starts_with(&inside));
        self.run.retain(|one| one.commands.iter().all(|command| !command.starts_with(&inside)));
        self
    }

    /// What comes of a command.
    pub(crate) fn run(&self, container: &str, invocation: &Invocation) -> Option<Ran> {
        let command = invocation.argv.join(" ");
        let answer = self.listing(container, &command).or_else(|| self.recorded(container, &command));
        self.past.lock().expect("no panic").entry(container.to_owned()).or_default().push(command);
        answer
    }

    fn recorded(&self, container: &str, command: &str) -> Option<Ran> {
        let is_it = |one: &&Answered| one.commands.iter().any(|pattern| matches(pattern, command));
        let one = self.run.iter().filter(is_it).rfind(|one| self.applies(container, &one.when))?;
        let mut seen = ran(one.exit, one.stdout.clone());
        if one.killed {
            seen.status = ExitStatus::Killed;
        }
        seen.stderr = Captured::whole(one.stderr.clone());
        seen.usage.wall = Duration::from_secs_f64(one.wall);
        seen.usage.memory = one.memory;
        Some(seen)
    }

    /// A list of packages is told from the same recording as their files.
    fn listing(&self, container: &str, command: &str) -> Option<Ran> {
        let folder = command.strip_prefix("/opt/uv/bin/uv pip list --python ")?.strip_suffix(" --format json")?;
        let packages = self.packages_of(container, folder)?;
        let json: Vec<String> =
            packages.iter().map(|(name, version)| format!(r#"{{"name":"{name}","version":"{version}"}}"#)).collect();
        let mut seen = ran(0, format!("[{}]\n", json.join(",")));
        seen.usage.memory = Some(20_180_992);
        Some(seen)
    }

    /// The answer to a question.
    pub(crate) fn ask(&self, container: &str, inquiry: &Inquiry) -> Option<Answer> {
        Some(match inquiry {
            Inquiry::File(path) => Answer::File(self.file(container, path).map(facts)),
            Inquiry::Content { path, .. } => Answer::Content(self.content(container, path).map(String::into_bytes)),
            Inquiry::Which { name, .. } => {
                let path = self.environment.get("PATH").cloned().unwrap_or_default();
                let places = path.split(':').map(|folder| format!("{folder}/{name}"));
                Answer::Found { matches: places.filter(|place| self.file(container, place).is_some()).collect(), path }
            }
            Inquiry::Tree { paths, .. } => Answer::Tree(self.tree(container, paths)),
            Inquiry::Usage(_) => Answer::Usage { bytes: 383_391_753, entries: 20_632 },
            Inquiry::Space(_) => Answer::Space { free: 61 << 30, total: 270 << 30, free_inodes: 16_162_683 },
            Inquiry::Memory => Answer::Memory { peak: Some(84_824_064), kills: 0 },
            Inquiry::Environment => Answer::Environment {
                variables: self.environment.clone(),
                directory: "/".to_owned(),
                user: 0,
                groups: vec![0],
            },
            Inquiry::Init | Inquiry::Reference | Inquiry::Write { .. } | Inquiry::Remove(_) => return None,
        })
    }

    fn applies(&self, container: &str, when: &When) -> bool {
        let past = self.past.lock().expect("no panic");
        let seen = past.get(container).map_or(&[][..], Vec::as_slice);
        when.container.as_deref().is_none_or(|name| name == container)
            && when.after.as_ref().is_none_or(|command| seen.contains(command))
    }

    fn file(&self, container: &str, path: &str) -> Option<&File> {
        self.file.iter().find(|file| file.path == path && self.applies(container, &file.when))
    }

    fn content(&self, container: &str, path: &str) -> Option<String> {
        let written = self.file(container, path).and_then(|file| file.content.clone());
        written.or_else(|| self.metadata(container).remove(path))
    }

    fn packages_of(&self, container: &str, folder: &str) -> Option<Vec<(String, String)>> {
        let here = || self.packages.iter().filter(|one| one.folder == folder);
        let now = here().rfind(|one| self.applies(container, &one.when))?;
        let listed = now.listed.as_ref().or_else(|| here().next().and_then(|first| first.listed.as_ref()));
        let listed: Vec<Listed> =
            listed.map(|json| serde_json::from_str(json).expect("a list of packages")).unwrap_or_default();
        let further = now.further.iter().filter_map(|package| package.split_once("=="));
        let further = further.map(|(name, version)| (name.to_owned(), version.to_owned()));
        Some(listed.into_iter().map(|one| (one.name, one.version)).chain(further).collect())
    }

    /// The metadata of all packages by path.
    fn metadata(&self, container: &str) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        for Packages { folder, .. } in &self.packages {
            for (name, version) in self.packages_of(container, folder).unwrap_or_default() {
                let path = format!("{folder}/lib/python3.11/site-packages/{name}-{version}.dist-info/METADATA");
                files.insert(path, format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"));
            }
        }
        files
    }

    fn tree(&self, container: &str, paths: &[String]) -> Tree {
        let is_below = |path: &String| paths.iter().any(|top| path == top || path.starts_with(&format!("{top}/")));
        let here = self.file.iter().filter(|file| self.applies(container, &file.when));
        let files = here.map(|file| (file.path.clone(), entry(file.kind, file.mode, file.size, file.link.clone())));
        let metadata = self.metadata(container).into_iter();
        let metadata = metadata.map(|(path, text)| (path, entry(FileKind::File, 0o644, text.len() as u64, None)));
        Tree { entries: files.chain(metadata).filter(|(path, _)| is_below(path)).collect(), unreadable: Vec::new() }
    }
}

fn entry(kind: FileKind, mode: u32, size: u64, link: Option<String>) -> TreeEntry {
    TreeEntry { kind, mode, user: 0, group: 0, size, link, hash: None }
}

fn facts(file: &File) -> FileFacts {
    let root = || Some("root".to_owned());
    FileFacts {
        kind: file.kind,
        target_kind: Some(file.kind),
        mode: file.mode,
        user: 0,
        user_name: root(),
        group: 0,
        group_name: root(),
        size: file.size,
        link: file.link.clone(),
        canonical: Some(file.path.clone()),
    }
}

/// Whether a text is as the pattern says, in which `…` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('…');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}
