//! Questions, through the real program.

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;

use shakedown_agent::wire::{Answer, Entry, Kind, Lookup, Question, Request, Spec};

use crate::support::Client;
use crate::surroundings::{Folder, bytes, own};

fn agent() -> Client {
    Client::start(env!("CARGO_BIN_EXE_shakedown-agent"))
}

fn walk(paths: &[&Path], hash: bool, exclude: &[&str]) -> Question {
    Question::Walk {
        paths: paths.iter().map(bytes).collect(),
        hash,
        exclude: exclude.iter().map(|name| name.as_bytes().to_vec()).collect(),
        cross: false,
    }
}

fn names(entries: &[Entry], root: &Path) -> Vec<String> {
    let root = root.to_str().expect("text");
    entries.iter().map(|entry| String::from_utf8_lossy(&entry.path).replacen(root, "", 1)).collect()
}

#[test]
fn a_path_is_looked_up_with_and_without_its_links() {
    let folder = Folder::new();
    let file = folder.join("file");
    fs::write(&file, "12345").expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o4751)).expect("permitted");
    symlink("file", folder.join("link")).expect("linked");
    symlink("nothing", folder.join("dangling")).expect("linked");
    let mut agent = agent();
    let mut look = |path: &Path| match agent.ask(Question::Stat { path: bytes(path) }) {
        Answer::Stat { lookup } => lookup,
        other => panic!("{other:?}"),
    };
    let found = fs::metadata(&file).expect("there");
    let Lookup::Found { itself, followed, target, canonical } = look(&folder.join("link")) else { panic!("missing") };
    let followed = followed.expect("it leads somewhere");
    assert_eq!((itself.kind, followed.kind, followed.mode, followed.size), (Kind::Symlink, Kind::File, 0o4751, 5));
    assert_eq!(followed.mtime_ns, found.mtime() * 1_000_000_000 + found.mtime_nsec());
    assert_eq!((target, canonical), (Some(b"file".to_vec()), Some(bytes(&file))));
    let Lookup::Found { itself, followed: None, target, canonical: None } = look(&folder.join("dangling")) else {
        panic!("it leads nowhere")
    };
    assert_eq!((itself.kind, target), (Kind::Symlink, Some(b"nothing".to_vec())));
    assert!(matches!(look(&folder), Lookup::Found { target: None, .. }));
    assert_eq!(look(&folder.join("none")), Lookup::Missing);
    assert_eq!(look(&file.join("below")), Lookup::Missing);
}

#[test]
fn a_file_is_read_up_to_the_cap_and_a_pipe_never_waited_for() {
    let folder = Folder::new();
    fs::write(folder.join("file"), "12345").expect("written");
    let mut agent = agent();
    let mut read = |name: &str, cap| agent.ask(Question::Read { path: bytes(folder.join(name)), cap });
    assert_eq!(read("file", 5), Answer::Read { bytes: b"12345".to_vec(), cut: false });
    assert_eq!(read("file", 4), Answer::Read { bytes: b"1234".to_vec(), cut: true });
    assert!(matches!(read("none", 4), Answer::Failed { errno: 2, .. }));
    assert!(matches!(read("", 4), Answer::Failed { errno: 21, .. }));
    let made = agent.run(Spec::new([b"mkfifo".to_vec(), bytes(folder.join("pipe"))]));
    assert!(made.stderr.is_empty());
    let answer = agent.ask(Question::Read { path: bytes(folder.join("pipe")), cap: 1 });
    assert!(matches!(answer, Answer::Failed { errno: 22, .. }), "{answer:?}");
    let large = vec![7; 3_000_000];
    fs::write(folder.join("large"), &large).expect("written");
    let answer = agent.ask(Question::Read { path: bytes(folder.join("large")), cap: u64::MAX });
    assert!(answer == Answer::Read { bytes: large, cut: false });
}

#[test]
fn which_finds_all_programs_in_order() {
    let folder = Folder::new();
    for (name, mode) in [("a/tool", 0o755), ("b/tool", 0o644), ("c/tool", 0o755)] {
        let path = folder.join(name);
        fs::create_dir(path.parent().expect("it has one")).expect("made");
        fs::write(&path, "").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("permitted");
    }
    fs::create_dir_all(folder.join("d/tool")).expect("made");
    let path = ["d", "c", "b", "a"].map(|name| bytes(folder.join(name))).join(&b':');
    let mut agent = agent();
    let expected = vec![bytes(folder.join("c/tool")), bytes(folder.join("a/tool"))];
    let question = |name: &[u8], path| Question::Which { name: name.to_vec(), path };
    let answer = agent.ask(question(b"tool", Some(path.clone())));
    assert_eq!(answer, Answer::Which { matches: expected, path: path.clone() });
    let answer = agent.ask(question(b"none", Some(path.clone())));
    assert_eq!(answer, Answer::Which { matches: vec![], path });
    let Answer::Which { matches, .. } = agent.ask(question(b"sh", None)) else { panic!("not an answer") };
    assert!(matches.first().is_some_and(|path| path.ends_with(b"/sh")));
}

#[test]
fn a_walk_sees_an_edit_that_keeps_size_and_time() {
    let folder = Folder::new();
    let file = folder.join("file");
    fs::write(&file, "before").expect("written");
    let time = fs::metadata(&file).expect("there").modified().expect("known");
    let mut agent = agent();
    let (before, _) = agent.walk(walk(&[&folder], true, &[]));
    let plain = agent.walk(walk(&[&folder], false, &[])).0;
    fs::write(&file, "behind").expect("written");
    let opened = File::options().write(true).open(&file).expect("opened");
    opened.set_times(FileTimes::new().set_modified(time)).expect("set");
    let (after, answer) = agent.walk(walk(&[&folder], true, &[]));
    assert_eq!(answer, Answer::Walked { entries: 2, errors: 0 });
    assert_eq!(before[1].metadata, after[1].metadata);
    assert_eq!(before[1].hash, Some(shakedown_agent::hash::digest(b"before")));
    assert_eq!(after[1].hash, Some(shakedown_agent::hash::digest(b"behind")));
    assert_eq!(plain, agent.walk(walk(&[&folder], false, &[])).0, "without hashes it is not to be seen");
}

#[test]
fn a_walk_goes_in_the_order_of_names_leaves_out_and_follows_nothing() {
    let folder = Folder::new();
    for name in ["a/__pycache__", "b/deep", "z"] {
        fs::create_dir_all(folder.join(name)).expect("made");
    }
    for name in ["a/__pycache__/x.pyc", "a/file", "b/deep/file", "z/file"] {
        fs::write(folder.join(name), name).expect("written");
    }
    symlink("..", folder.join("b/up")).expect("linked");
    let mut agent = agent();
    let out = folder.join("z");
    let (entries, answer) = agent.walk(walk(&[&folder], false, &["__pycache__", out.to_str().expect("text")]));
    assert_eq!(names(&entries, &folder), ["", "/a", "/a/file", "/b", "/b/deep", "/b/deep/file", "/b/up"]);
    assert_eq!(answer, Answer::Walked { entries: 7, errors: 0 });
    assert_eq!(entries[6].target, Some(b"..".to_vec()));
    let (missing, answer) = agent.walk(walk(&[&folder.join("none")], false, &[]));
    assert_eq!(missing[0].errno, Some(2));
    assert_eq!(answer, Answer::Walked { entries: 1, errors: 1 });
}

#[test]
fn a_large_walk_arrives_whole_while_others_are_served() {
    let folder = Folder::new();
    for number in 0..3000 {
        fs::write(folder.join(format!("{number:04}-{}", "x".repeat(100))), "").expect("written");
    }
    let mut agent = agent();
    let numbers = agent.begin(Spec { output_cap: u64::MAX, ..Spec::new(["seq", "200000"]) });
    let (entries, answer) = agent.walk(walk(&[&folder], true, &[]));
    assert_eq!(answer, Answer::Walked { entries: 3001, errors: 0 });
    assert!(entries.is_sorted_by(|a, b| a.path < b.path));
    assert_eq!(agent.finish(numbers).report.stdout_seen, 1_288_895);
}

#[test]
fn usage_counts_a_file_with_two_names_once() {
    let folder = Folder::new();
    fs::write(folder.join("one"), vec![0; 10_000]).expect("written");
    fs::hard_link(folder.join("one"), folder.join("two")).expect("linked");
    // Some file systems count blocks only once they are written.
    File::open(folder.join("one")).and_then(|file| file.sync_all()).expect("on the disk");
    let Answer::Usage { usage } = agent().ask(Question::Usage { paths: vec![bytes(&*folder)], cross: false }) else {
        panic!("not an answer about usage")
    };
    assert_eq!((usage.apparent_bytes, usage.entries, usage.errors), (10_000, 3, 0));
    let blocks: u64 =
        [folder.to_path_buf(), folder.join("one")].iter().map(|path| fs::metadata(path).expect("there").blocks()).sum();
    assert_eq!(usage.allocated_bytes, blocks * 512);
}

#[test]
fn files_are_written_allocated_and_removed() {
    let folder = Folder::new();
    let path = folder.join("file");
    let mut agent = agent();
    let write = |content: &str, mode| Question::Write { path: bytes(&path), bytes: content.into(), mode };
    assert_eq!(agent.ask(write("long content", 0o666)), Answer::Done);
    assert_eq!(agent.ask(write("short", 0o601)), Answer::Done);
    assert_eq!(fs::read(&path).expect("there"), b"short");
    assert_eq!(fs::metadata(&path).expect("there").mode() & 0o7777, 0o601);
    assert_eq!(agent.ask(Question::Allocate { path: bytes(&path), size: 1_000_000 }), Answer::Done);
    let found = fs::metadata(&path).expect("there");
    assert!(found.size() == 1_000_000 && found.blocks() * 512 >= 1_000_000);
    fs::create_dir(folder.join("inner")).expect("made");
    symlink(&path, folder.join("inner/link")).expect("linked");
    for _ in 0..2 {
        assert_eq!(agent.ask(Question::Remove { path: bytes(folder.join("inner")) }), Answer::Done);
    }
    assert!(path.exists() && !folder.join("inner").exists());
    assert_eq!(agent.ask(Question::Remove { path: bytes(&path) }), Answer::Done);
    assert!(!path.exists());
    for path in ["/", "/.", "relative", "/tmp/.."] {
        let answer = agent.ask(Question::Remove { path: bytes(path) });
        assert!(matches!(answer, Answer::Failed { errno: 0, .. }), "{path}: {answer:?}");
    }
}

#[test]
fn the_agent_tells_what_is_around_it() {
    let mut agent = agent();
    let Answer::Environment { environment } = agent.ask(Question::Environment) else { panic!("not an answer") };
    let text = |script: &str, agent: &mut Client| String::from_utf8(agent.shell(script).stdout).expect("text");
    assert_eq!(text("id -u; id -g", &mut agent), format!("{}\n{}\n", environment.uid, environment.gid));
    assert_eq!(text("pwd", &mut agent).trim_end().as_bytes(), environment.cwd);
    assert_eq!(u32::from_str_radix(text("umask", &mut agent).trim(), 8), Ok(environment.umask));
    assert!(environment.variables.iter().any(|(name, _)| name == b"PATH"));
    let Answer::Space { space } = agent.ask(Question::Space { path: b"/".to_vec() }) else { panic!("not an answer") };
    let blocks = text("stat -f -c '%b %S' /", &mut agent);
    let (blocks, size) = blocks.trim().split_once(' ').expect("two numbers");
    let total = blocks.parse::<u64>().expect("a number") * size.parse::<u64>().expect("a number");
    assert_eq!(space.total_bytes, total);
    assert!(space.free_bytes <= space.total_bytes && space.free_inodes <= space.total_inodes);
    let Answer::User { user, group, groups } = agent.ask(Question::User { name: b"0".to_vec() }) else {
        panic!("not an answer")
    };
    assert_eq!(user.map(|user| user.name), Some(b"root".to_vec()));
    assert_eq!((group.map(|group| group.gid), groups.first().map(|group| group.gid)), (Some(0), Some(0)));
    let Answer::Memory { memory } = agent.ask(Question::Memory) else { panic!("not an answer") };
    assert!(!memory.source.is_empty());
    let Answer::Init { start_ticks: _, boot_id, cmdline } = agent.ask(Question::Init) else { panic!("not an answer") };
    assert_eq!(boot_id.len(), 36);
    assert!(!cmdline.is_empty());
}

#[test]
fn processes_are_told_with_their_arguments_and_the_agent_among_them() {
    let mut agent = agent();
    let script = format!("echo up; sleep {}; :", own(3201));
    let id = agent.begin(Spec::new(["sh", "-c", &script]));
    agent.await_output(id);
    let Answer::Processes { processes } = agent.ask(Question::Processes) else { panic!("not an answer") };
    let shell = processes.iter().find(|process| process.cmdline.get(2).is_some_and(|word| word == script.as_bytes()));
    let shell = shell.expect("the shell runs");
    assert_eq!((shell.comm.as_slice(), shell.agent), (&b"sh"[..], false));
    let warden = processes.iter().find(|process| process.pid == shell.ppid).expect("its warden runs");
    assert_eq!((warden.ppid, warden.agent), (agent.hello.pid, true));
    assert!(processes.iter().any(|process| process.pid == agent.hello.pid && process.agent));
    assert!(shell.start_ticks >= warden.start_ticks && warden.start_ticks > 0);
}

#[test]
fn a_question_that_takes_long_can_be_given_up() {
    let mut agent = agent();
    agent.send(&Request::Ask { id: 900, question: walk(&[Path::new("/")], true, &[]) });
    agent.send(&Request::Cancel { id: 900 });
    let answer = loop {
        match agent.receive() {
            Some(shakedown_agent::wire::Reply::Answer { id: 900, answer }) => break answer,
            Some(_) => {}
            None => panic!("the agent is gone"),
        }
    };
    assert_eq!(answer, Answer::Failed { errno: 0, step: "finish what was cancelled".into() });
    assert_eq!(agent.run(Spec::new(["true"])).report.stdout_seen, 0);
}
