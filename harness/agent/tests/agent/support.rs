//! A host for the agent: starts the program, sends requests, collects replies.

use std::collections::{HashMap, VecDeque};
use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use shakedown_agent::wire::{
    Answer, Decoder, Entry, Hello, Message as _, Process, Question, Reply, Report, Request, Spec, Stream,
};

/// What an invocation came to.
pub(crate) struct Outcome {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) report: Report,
}

pub(crate) struct Client {
    pub(crate) child: Child,
    pub(crate) input: Option<ChildStdin>,
    output: ChildStdout,
    decoder: Decoder<Reply>,
    next_id: u64,
    collected: HashMap<u64, (Vec<u8>, Vec<u8>)>,
    entries: HashMap<u64, Vec<Entry>>,
    early: VecDeque<Reply>,
    pub(crate) hello: Hello,
}

impl Client {
    pub(crate) fn start(program: impl AsRef<OsStr>) -> Self {
        Self::with(Command::new(program).arg("serve"))
    }

    pub(crate) fn with(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the agent starts");
        let input = child.stdin.take();
        let output = child.stdout.take().expect("stdout is piped");
        let hello = Hello { version: String::new(), executable: None, pid: 0, uid: 0, gid: 0 };
        let mut client = Self {
            child,
            input,
            output,
            decoder: Decoder::new(),
            next_id: 1,
            collected: HashMap::new(),
            entries: HashMap::new(),
            early: VecDeque::new(),
            hello,
        };
        match client.receive() {
            Some(Reply::Hello { hello }) => client.hello = hello,
            other => panic!("the first message is {other:?}"),
        }
        client
    }

    pub(crate) fn send(&mut self, request: &Request) {
        let frame = request.encode().expect("the request fits into a frame");
        self.input.as_mut().expect("the stream is open").write_all(&frame).expect("the agent reads");
    }

    /// Starts an invocation without waiting for it.
    pub(crate) fn begin(&mut self, spec: Spec) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&Request::Start { id, spec });
        id
    }

    /// The next message; none when the stream has ended.
    pub(crate) fn receive(&mut self) -> Option<Reply> {
        let mut buffer = vec![0; 65536];
        loop {
            if let Some(reply) = self.decoder.next_message().expect("the agent speaks the protocol") {
                return Some(reply);
            }
            match self.output.read(&mut buffer).expect("the agent's output can be read") {
                0 => return None,
                count => self.decoder.push(&buffer[..count]),
            }
        }
    }

    /// Waits for the end of an invocation.
    pub(crate) fn finish(&mut self, wanted: u64) -> Outcome {
        loop {
            let early = self.early.iter().position(|reply| matches!(reply, Reply::Exited { id, .. } if *id == wanted));
            let reply = match early {
                Some(place) => self.early.remove(place),
                None => self.receive(),
            };
            match reply.expect("the agent lives") {
                Reply::Exited { id, report } if id == wanted => {
                    let (stdout, stderr) = self.collected.remove(&id).unwrap_or_default();
                    return Outcome { stdout, stderr, report };
                }
                other => self.keep(other),
            }
        }
    }

    /// Waits until an invocation has written something, or has ended.
    pub(crate) fn await_output(&mut self, wanted: u64) {
        let is_end = |reply: &Reply| matches!(reply, Reply::Exited { id, .. } if *id == wanted);
        while !self.collected.contains_key(&wanted) && !self.early.iter().any(is_end) {
            let reply = self.receive().expect("the agent lives");
            self.keep(reply);
        }
    }

    fn keep(&mut self, reply: Reply) {
        match reply {
            Reply::Output { id, stream, bytes } => {
                let streams = self.collected.entry(id).or_default();
                let stream = if stream == Stream::Stdout { &mut streams.0 } else { &mut streams.1 };
                stream.extend_from_slice(&bytes);
            }
            Reply::Entries { id, entries } => self.entries.entry(id).or_default().extend(entries),
            reply => self.early.push_back(reply),
        }
    }

    pub(crate) fn run(&mut self, spec: Spec) -> Outcome {
        let id = self.begin(spec);
        self.finish(id)
    }

    pub(crate) fn shell(&mut self, script: &str) -> Outcome {
        self.run(Spec::new(["sh", "-c", script]))
    }

    pub(crate) fn ask(&mut self, question: Question) -> Answer {
        self.walk(question).1
    }

    /// Asks a question that is answered with entries.
    pub(crate) fn walk(&mut self, question: Question) -> (Vec<Entry>, Answer) {
        let asked = self.next_id;
        self.next_id += 1;
        self.send(&Request::Ask { id: asked, question });
        loop {
            match self.receive().expect("the agent lives") {
                Reply::Answer { id, answer } if id == asked => {
                    return (self.entries.remove(&id).unwrap_or_default(), answer);
                }
                other => self.keep(other),
            }
        }
    }

    fn processes(&mut self) -> Vec<Process> {
        match self.ask(Question::Processes) {
            Answer::Processes { processes } => processes,
            other => panic!("not an answer about processes: {other:?}"),
        }
    }

    /// The agent's own children. (A question about processes makes none.)
    pub(crate) fn wardens(&mut self) -> Vec<Process> {
        let agent = self.hello.pid;
        self.processes().into_iter().filter(|process| process.agent && process.ppid == agent).collect()
    }

    /// The main processes of all invocations.
    pub(crate) fn below_wardens(&mut self) -> Vec<Process> {
        let processes = self.processes();
        let agent = self.hello.pid;
        let is_warden = |pid: u32| processes.iter().any(|one| one.pid == pid && one.agent && one.ppid == agent);
        processes.iter().filter(|process| is_warden(process.ppid)).cloned().collect()
    }

    /// Closes the stream and waits for the agent's end; returns its exit code.
    pub(crate) fn close(mut self) -> Option<i32> {
        self.input = None;
        while self.receive().is_some() {}
        self.child.wait().expect("the agent can be waited for").code()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}
