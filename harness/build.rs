//! Builds the agent, the static program that shakedown embeds and runs inside containers.
//!
//! Two calls of the compiler are all it takes: the agent needs nothing but the standard library.
//! The result is `OUT_DIR/agent`; `SHAKEDOWN_AGENT_HASH` is the hash of its bytes, in hexadecimal.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

#[path = "agent/src/hash.rs"]
#[expect(unreachable_pub, reason = "public in the agent's own crate")]
mod hash;

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // The one way in which a build script can speak to whoever builds.
            for line in problem.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn variable(name: &str) -> Result<OsString, String> {
    env::var_os(name).ok_or_else(|| format!("{name} is not set: this is to be run by cargo"))
}

fn build() -> Result<(), String> {
    let source = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("agent/src");
    let out = PathBuf::from(variable("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", source.display());
    println!("cargo::rerun-if-env-changed=RUSTC");

    let library = out.join("libshakedown_agent.rlib");
    let program = out.join("agent");
    let mut first = compiler()?;
    first.arg("--crate-name=shakedown_agent").arg("--crate-type=rlib");
    run(first.arg("-o").arg(&library).arg(source.join("lib.rs")))?;
    let mut dependency = OsString::from("shakedown_agent=");
    dependency.push(&library);
    let mut second = compiler()?;
    second.arg("--crate-name=agent").arg("--crate-type=bin").arg("--extern").arg(dependency);
    run(second.arg("-o").arg(&program).arg(source.join("main.rs")))?;

    let bytes = fs::read(&program).map_err(|error| format!("reading the built agent: {error}"))?;
    check_static(&program, &bytes)?;
    println!("cargo::rustc-env=SHAKEDOWN_AGENT_HASH={}", hash::hex(&hash::digest(&bytes)));
    Ok(())
}

/// A compiler call with all that both have in common. `CARGO_PKG_VERSION` is inherited.
fn compiler() -> Result<Command, String> {
    let target = variable("TARGET")?;
    let mut command = Command::new(variable("RUSTC")?);
    command.args(["--edition=2024", "-O", "--cap-lints=allow"]).arg("--target").arg(&target);
    for option in ["target-feature=+crt-static", "panic=abort", "strip=symbols"] {
        command.arg("-C").arg(option);
    }
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        let mut option = OsString::from("linker=");
        option.push(linker);
        command.arg("-C").arg(option);
    }
    Ok(command)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("running {command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "the agent could not be built as a static program\n{}\n\
         It needs a C linker and the static C library: on Debian and Ubuntu \
         `apt-get install gcc libc6-dev`, on Fedora `dnf install gcc glibc-static`, on Alpine \
         `apk add build-base`; for another target also `rustup target add {}`.",
        String::from_utf8_lossy(&output.stderr).trim_end(),
        env::var("TARGET").unwrap_or_default(),
    ))
}

/// A program that names a loader (an ELF program header of type 3) does not start in an image without one.
fn check_static(program: &Path, bytes: &[u8]) -> Result<(), String> {
    let number = |at: usize, length: usize| {
        bytes.get(at..at + length).map(|field| field.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
    };
    let loader = (|| {
        let (start, size, count) = (number(32, 8)?, number(54, 2)?, number(56, 2)?);
        (0..count).map(|place| number(start + place * size, 4)).collect::<Option<Vec<_>>>()
    })();
    match loader {
        Some(kinds) if !kinds.contains(&3) => Ok(()),
        Some(_) => Err(format!("{} asks for a dynamic loader", program.display())),
        None => Err(format!("{} is not an ELF program", program.display())),
    }
}
