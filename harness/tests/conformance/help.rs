//! The commands that managers declare, held against the help of the real programs.

use shakedown::managers::{Capability, Support};
use shakedown::model::Invocation;

use crate::common::ignore;
use crate::here;

/// Every command and flag that is declared must be in the help of the program that is there.
pub(crate) async fn assert_declared(manager: &str) {
    let (bench, _home) = match here::bench(manager).await {
        Ok(bench) => bench,
        Err(reason) => return ignore(&format!("{manager} cannot be had: {reason}")),
    };
    let mut count = 0;
    for capability in Capability::ALL {
        let Support::By(commands) = bench.manager.support(capability) else { continue };
        for line in commands {
            let (flags, command): (Vec<&str>, Vec<&str>) = line.split(' ').partition(|word| word.starts_with('-'));
            let asked = [&[bench.caller.program.as_str()][..], &command, &["--help"]].concat();
            let ran = bench.run(&Invocation::new(asked));
            assert_eq!(ran.status.code(), Some(0), "{manager} has no command `{}`", command.join(" "));
            let words: Vec<&str> = ran.stdout.text.split(|end: char| !(end.is_alphanumeric() || end == '-')).collect();
            for flag in flags {
                assert!(words.contains(&flag), "`{manager} {}` has no {flag}", command.join(" "));
                count += 1;
            }
        }
    }
    assert!(count > 0, "{manager} declares no flag");
}
