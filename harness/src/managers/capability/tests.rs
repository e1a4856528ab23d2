//! Capabilities by name; and what the managers declare and type, held against the programs' own help.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::*;
use crate::managers::captured::help;
use crate::managers::sample::everything;
use crate::managers::{ALL, PackageManager};
use crate::model::invocation::Invocation;

#[test]
fn every_capability_is_found_by_its_own_name() {
    let names: BTreeSet<&str> = Capability::ALL.iter().map(|capability| capability.name()).collect();
    assert_eq!(names.len(), Capability::ALL.len());
    for capability in Capability::ALL {
        assert_eq!(Capability::find(capability.name()), Some(capability));
    }
    assert_eq!(Capability::find("wings"), None);
}

#[test]
fn what_is_lacking_is_a_sentence_about_the_manager() {
    assert_eq!(Support::By(&["tool install"]).check("uv"), Ok(()));
    assert_eq!(Support::Lacks("has no channels").check("uv").unwrap_err().to_string(), "uv has no channels");
}

/// The whole of what is declared and typed, so that a change of it is seen.
fn account(manager: &dyn PackageManager) -> String {
    let mut text = String::new();
    for capability in Capability::ALL {
        let told = match manager.support(capability) {
            Support::By(commands) => commands.join(" · "),
            Support::Lacks(clause) => format!("- {} {clause}", manager.name()),
        };
        writeln!(text, "{capability}: {told}").unwrap();
    }
    for (what, typed) in everything(manager) {
        match typed {
            Ok(invocations) => {
                let typed = |one: &Invocation| {
                    let folder = one.directory.as_ref().map(|folder| format!("cd {folder} && ")).unwrap_or_default();
                    folder + &one.argv.join(" ")
                };
                writeln!(text, "{what}: {}", invocations.iter().map(typed).collect::<Vec<_>>().join(" && ")).unwrap();
            }
            Err(unsupported) => writeln!(text, "{what}: - {unsupported}").unwrap(),
        }
    }
    text
}

#[test]
fn what_each_manager_declares_and_types_is_known() {
    for manager in ALL {
        insta::assert_snapshot!(manager.name(), account(*manager));
    }
}

/// The flags that a command line uses, by the command that they are flags of; an empty one is the program itself.
fn usage<'a>(words: &[&'a str], commands: &BTreeMap<String, String>) -> Vec<(String, Vec<&'a str>)> {
    let mut rest = words;
    let mut global = Vec::new();
    while let [flag, after @ ..] = rest
        && flag.starts_with('-')
    {
        global.push(*flag);
        // The flags that come before a command take a value, but for those that are all there is.
        rest = if after.is_empty() { after } else { &after[1..] };
    }
    let named = |length: &usize| commands.contains_key(&rest[..*length].join(" "));
    let length = (0..=rest.len()).rev().find(named).unwrap_or_default();
    assert!(length > 0 || rest.is_empty(), "the help of no command was captured that `{}` is", words.join(" "));
    let flags = rest[length..].iter().copied().take_while(|word| *word != "--").filter(|word| word.starts_with('-'));
    vec![(String::new(), global), (rest[..length].join(" "), flags.collect())]
}

/// Whether a help page speaks of a flag.
fn speaks(page: &str, flag: &str) -> bool {
    page.split(|end: char| !(end.is_alphanumeric() || end == '-')).any(|word| word == flag)
}

#[test]
fn every_command_and_flag_that_is_declared_or_typed_is_in_the_help_of_the_program() {
    for manager in ALL {
        let pages: BTreeMap<String, String> = help(manager.name())
            .into_iter()
            .map(|page| {
                let words = page.command.strip_prefix(manager.name()).unwrap().strip_suffix("--help").unwrap();
                (words.trim().to_owned(), page.stdout)
            })
            .collect();
        assert!(!pages.is_empty(), "no help of {} is captured", manager.name());
        let mut lines: BTreeSet<Vec<String>> = BTreeSet::new();
        for capability in Capability::ALL {
            if let Support::By(commands) = manager.support(capability) {
                lines.extend(commands.iter().map(|line| line.split(' ').map(str::to_owned).collect()));
            }
        }
        for invocation in everything(*manager).into_iter().filter_map(|(_, typed)| typed.ok()).flatten() {
            if let Some((program, words)) = invocation.argv.split_first()
                && program == manager.name()
            {
                lines.insert(words.to_vec());
            }
        }
        assert!(!lines.is_empty(), "{} types nothing", manager.name());
        for line in lines {
            let words: Vec<&str> = line.iter().map(String::as_str).collect();
            for (command, flags) in usage(&words, &pages) {
                for flag in flags {
                    let page = &pages[&command];
                    assert!(speaks(page, flag), "{} {command} has no {flag}: {}", manager.name(), line.join(" "));
                }
            }
        }
    }
}
