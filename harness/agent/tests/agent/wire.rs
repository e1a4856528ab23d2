//! The frames: every message survives the way, and nothing that arrives can do harm.

use shakedown_agent::wire::{
    Answer, Decoder, Ended, Entry, Environment, Group, Hello, KillAfter, KillWhen, Killer, Kind, LONGEST_FRAME, Limits,
    Lookup, Memory, Message, Metadata, PROTOCOL, Process, Question, Reference, Reply, Report, Request, Space, Spec,
    Status, Stream, Usage, User, WireError, encode_output,
};

fn text(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn requests() -> Vec<Request> {
    let spec = Spec {
        set: vec![(text("A"), vec![255, 0]), (text("B"), vec![])],
        remove: vec![text("C")],
        cwd: Some(text("/tmp")),
        stdin: Some(vec![0; 300]),
        deadline_ms: Some(300),
        output_cap: u64::MAX,
        limits: Limits { open_files: Some(3), file_size: None },
        kill_when: Some(KillWhen { path: text("/mark"), signal: 9 }),
        kill_after: Some(KillAfter { after_ms: 5, signal: -1 }),
        ..Spec::new(["true", "x"])
    };
    let questions = vec![
        Question::Stat { path: text("/") },
        Question::Read { path: text("/a"), cap: 7 },
        Question::Which { name: text("sh"), path: None },
        Question::Walk { paths: vec![text("/a"), text("/b")], hash: true, exclude: vec![text("x")], cross: false },
        Question::Usage { paths: vec![], cross: true },
        Question::Space { path: text("/") },
        Question::Processes,
        Question::Init,
        Question::Environment,
        Question::Write { path: text("/a"), bytes: vec![1, 2, 3], mode: 0o4755 },
        Question::Remove { path: text("/a") },
        Question::User { name: text("root") },
        Question::Memory,
        Question::Reference,
        Question::Allocate { path: text("/ballast"), size: 1 << 40 },
    ];
    let asked = (10..).zip(questions).map(|(id, question)| Request::Ask { id, question });
    [Request::Start { id: 1, spec }, Request::Start { id: 2, spec: Spec::default() }, Request::Cancel { id: u64::MAX }]
        .into_iter()
        .chain(asked)
        .collect()
}

fn metadata() -> Metadata {
    Metadata { kind: Kind::Symlink, mode: 0o7777, uid: 1, gid: 2, size: 3, mtime_ns: -4 }
}

fn answers() -> Vec<Answer> {
    let found = Lookup::Found {
        itself: metadata(),
        followed: Some(Metadata { kind: Kind::Directory, ..metadata() }),
        target: Some(text("x")),
        canonical: None,
    };
    let process = Process {
        pid: 1,
        ppid: 0,
        uid: 0,
        state: 83,
        comm: text("a b"),
        cmdline: vec![text("a"), vec![]],
        start_ticks: 9,
        agent: true,
    };
    let environment = Environment {
        variables: vec![(text("A"), text("b"))],
        cwd: text("/"),
        uid: 1,
        gid: 2,
        groups: vec![3, 4],
        umask: 0o22,
    };
    let user = User { name: text("ann"), uid: 5, gid: 6, home: text("/h"), shell: vec![] };
    let group = Group { name: text("ann"), gid: 6 };
    let memory = Memory { peak_bytes: Some(1), limit_bytes: None, oom_kills: Some(0), source: "here".into() };
    let space = Space { total_bytes: 1, free_bytes: 2, total_inodes: 3, free_inodes: 4 };
    let usage = Usage { apparent_bytes: 1, allocated_bytes: 2, entries: 3, errors: 4 };
    vec![
        Answer::Failed { errno: 2, step: "open /é".into() },
        Answer::Done,
        Answer::Stat { lookup: Lookup::Missing },
        Answer::Stat { lookup: Lookup::Denied },
        Answer::Stat { lookup: found },
        Answer::Read { bytes: vec![0, 255], cut: true },
        Answer::Which { matches: vec![text("/bin/sh")], path: text("/bin") },
        Answer::Walked { entries: 1, errors: 2 },
        Answer::Usage { usage },
        Answer::Space { space },
        Answer::Processes { processes: vec![process] },
        Answer::Init { start_ticks: 1, boot_id: "x".into(), cmdline: vec![] },
        Answer::Environment { environment },
        Answer::User { user: Some(user), group: None, groups: vec![group] },
        Answer::Memory { memory },
        Answer::Reference { reference: Reference { processor_ns: 1, files_ns: 2, processes_ns: u64::MAX } },
    ]
}

fn replies() -> Vec<Reply> {
    let report = Report {
        status: Status::TimedOut,
        wall_ns: 1,
        user_us: 2,
        system_us: 3,
        queued_ns: Some(11),
        max_rss_kib: 4,
        tree_peak_kib: Some(5),
        stdout_seen: 6,
        stdout_cut: 7,
        stderr_seen: 8,
        stderr_cut: 9,
        left_children: true,
        survivors: 10,
    };
    let statuses = [
        Status::Exited { code: 255 },
        Status::Signalled { signal: 9 },
        Status::TimedOut,
        Status::Killed { by: Killer::Cancel, ended: Ended::Exited { code: 0 } },
        Status::Killed { by: Killer::Path, ended: Ended::Signalled { signal: 9 } },
        Status::Killed { by: Killer::Time, ended: Ended::Signalled { signal: 15 } },
        Status::NotStarted { errno: 2, step: "find x".into() },
        Status::Lost,
    ];
    let hello = Hello { version: "1".into(), executable: Some([7; 16]), pid: 1, uid: 2, gid: 3 };
    let entry = Entry { path: text("/a"), metadata: metadata(), target: None, hash: Some([1; 16]), errno: Some(13) };
    let mut replies = vec![
        Reply::Hello { hello },
        Reply::Output { id: 1, stream: Stream::Stdout, bytes: vec![0; 10] },
        Reply::Output { id: 1, stream: Stream::Stderr, bytes: vec![] },
        Reply::Entries { id: 3, entries: vec![entry.clone(), entry] },
    ];
    replies.extend(statuses.map(|status| Reply::Exited { id: 2, report: Report { status, ..report.clone() } }));
    replies.extend(answers().into_iter().map(|answer| Reply::Answer { id: 4, answer }));
    replies
}

/// Sends messages through a decoder in pieces of every size up to 40 bytes.
fn travel<M: Message + PartialEq + std::fmt::Debug>(messages: &[M]) {
    let mut stream = Vec::new();
    for message in messages {
        message.encode_into(&mut stream).expect("it fits");
    }
    for size in 1..40 {
        let mut decoder = Decoder::<M>::new();
        let mut arrived = Vec::new();
        for piece in stream.chunks(size) {
            decoder.push(piece);
            while let Some(message) = decoder.next_message().expect("it is well-formed") {
                arrived.push(message);
            }
        }
        assert!(!decoder.is_partial());
        assert_eq!(arrived, messages);
    }
}

#[test]
fn every_message_survives_the_way_in_pieces_of_any_size() {
    travel(&requests());
    travel(&replies());
}

#[test]
fn output_has_one_form_however_it_is_encoded() {
    for stream in [Stream::Stdout, Stream::Stderr] {
        let mut direct = Vec::new();
        encode_output(&mut direct, 77, stream, b"bytes");
        let reply = Reply::Output { id: 77, stream, bytes: text("bytes") };
        assert_eq!(reply.encode().expect("it fits"), direct);
    }
}

/// Cuts and stretches the payload of each message at every byte.
fn mutilate<M: Message + PartialEq + std::fmt::Debug>(messages: &[M]) {
    for message in messages {
        let frame = message.encode().expect("it fits");
        for end in 4..frame.len() {
            assert!(M::decode(&frame[4..end]).is_err(), "{message:?} cut at {end}");
            let mut decoder = Decoder::<M>::new();
            decoder.push(&frame[..end]);
            assert_eq!(decoder.next_message(), Ok(None));
            assert!(decoder.is_partial());
        }
        let longer = [&frame[4..], &[0]].concat();
        assert_eq!(M::decode(&longer), Err(WireError::Trailing { bytes: 1 }));
    }
}

#[test]
fn a_message_cut_anywhere_or_followed_by_more_is_refused() {
    mutilate(&requests());
    mutilate(&replies());
}

#[test]
fn an_oversized_frame_is_refused_before_it_arrives_and_stays_refused() {
    let mut decoder = Decoder::<Request>::new();
    decoder.push(&u32::try_from(LONGEST_FRAME + 1).expect("a frame's length").to_le_bytes());
    let refusal = Err(WireError::Oversized { length: LONGEST_FRAME + 1 });
    assert_eq!(decoder.next_message(), refusal);
    decoder.push(&Request::Cancel { id: 1 }.encode().expect("it fits"));
    assert_eq!(decoder.next_message(), refusal);
    let question = Question::Write { path: vec![], bytes: vec![0; LONGEST_FRAME], mode: 0 };
    let mut out = vec![1, 2];
    let result = Request::Ask { id: 1, question }.encode_into(&mut out);
    assert!(matches!(result, Err(WireError::Oversized { .. })));
    assert_eq!(out, [1, 2]);
}

#[test]
fn another_protocol_is_named_before_anything_else_is_read() {
    let mut frame = replies()[0].encode().expect("it fits");
    frame[5] = 99;
    frame.truncate(7);
    assert_eq!(Reply::decode(&frame[4..]), Err(WireError::OtherProtocol { theirs: 99, ours: PROTOCOL }));
}

#[test]
fn random_bytes_are_refused_without_harm() {
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let seeds: Vec<Vec<u8>> = replies().iter().map(|reply| reply.encode().expect("it fits")).collect();
    for round in 0..100_000_usize {
        let mut frame = seeds[round % seeds.len()][4..].to_vec();
        for _ in 0..=random() % 4 {
            let place = usize::try_from(random()).expect("64 bits") % frame.len();
            frame[place] = random().to_le_bytes()[0];
        }
        // Whatever comes out: no panic, and what is accepted is written as it was read.
        if let Ok(reply) = Reply::decode(&frame) {
            assert_eq!(reply.encode().expect("it fits")[4..], frame);
        }
        let _ = Request::decode(&frame);
        let mut decoder = Decoder::<Request>::new();
        decoder.push(&frame);
        let _ = decoder.next_message();
    }
}
