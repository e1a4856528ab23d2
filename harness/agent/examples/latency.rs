//! Prints what an invocation through the agent costs.
//!
//! `cargo run --release -p shakedown-agent --example latency -- PROGRAM ARGUMENT…` starts the agent
//! by that command, such as `shakedown-agent serve` or `docker exec -i NAME /.shakedown/agent serve`.

#[path = "../tests/agent/support.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod support;

use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use shakedown_agent::wire::Spec;

const COUNT: usize = 1000;
const FLIGHT: usize = 64;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().unwrap_or_else(|| "shakedown-agent".into());
    let mut agent = support::Client::with(Command::new(program).args(arguments));
    let mut times: Vec<Duration> = (0..COUNT)
        .map(|_| {
            let started = Instant::now();
            agent.run(Spec::new(["/bin/true"]));
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |percent: usize| times[COUNT * percent / 100].as_secs_f64() * 1000.0;
    let mut out = std::io::stdout();
    writeln!(out, "one by one: p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms", at(50), at(95), at(99))?;
    let started = Instant::now();
    let mut flying = std::collections::VecDeque::new();
    for _ in 0..COUNT {
        if flying.len() == FLIGHT {
            let id = flying.pop_front().expect("it is not empty");
            agent.finish(id);
        }
        flying.push_back(agent.begin(Spec::new(["/bin/true"])));
    }
    for id in flying {
        agent.finish(id);
    }
    let each = started.elapsed().as_secs_f64() * 1000.0 / COUNT as f64;
    writeln!(out, "{FLIGHT} in flight: {each:.2} ms each")?;
    let status = std::fs::read_to_string(format!("/proc/{}/status", agent.hello.pid)).unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS")) {
        writeln!(out, "agent: {line}")?;
    }
    Ok(())
}
