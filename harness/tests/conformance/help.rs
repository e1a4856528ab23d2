//! The commands that managers declare, held against the help of the real programs.

use std::process::Command;

use shakedown::managers::{Capability, Support};

use crate::bench::Bench;

/// Every command and flag that is declared must be in the help of the program that is there.
async fn assert_declared(manager: &str) {
    let Some(bench) = Bench::new(manager).await else { return };
    let mut count = 0;
    for capability in Capability::ALL {
        let Support::By(commands) = bench.manager.support(capability) else { continue };
        for line in commands {
            let (flags, command): (Vec<&str>, Vec<&str>) = line.split(' ').partition(|word| word.starts_with('-'));
            let output = Command::new(&bench.caller.program).args(&command).arg("--help").output().expect("its help");
            assert!(output.status.success(), "{manager} has no command `{}`", command.join(" "));
            let page = String::from_utf8_lossy(&output.stdout).into_owned();
            let words: Vec<&str> = page.split(|end: char| !(end.is_alphanumeric() || end == '-')).collect();
            for flag in flags {
                assert!(words.contains(&flag), "`{manager} {}` has no {flag}", command.join(" "));
                count += 1;
            }
        }
    }
    assert!(count > 0, "{manager} declares no flag");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_pip_declares_is_in_its_help() {
    assert_declared("pip").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_pixi_declares_is_in_its_help() {
    assert_declared("pixi").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_uv_declares_is_in_its_help() {
    assert_declared("uv").await;
}
