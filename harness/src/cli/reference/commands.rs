//! The page of the command line, from what clap knows of it.

use clap::{Arg, Command};

use super::{Page, table};

/// Every command with its arguments and options; what all of them take comes once.
pub(super) fn page(command: &Command) -> Page {
    let everywhere: Vec<&Arg> = shown(command).collect();
    let commands = command.get_subcommands().filter(|one| one.get_name() != "help");
    let sections: String =
        commands.map(|one| section(one, &format!("shakedown {}", one.get_name()), &everywhere)).collect();
    let body = format!(
        "{}\n{sections}\n## Everywhere\n\n{}",
        about(command),
        table(&["Option", "Default", "Meaning"], &rows(&everywhere))
    );
    super::page("command-line.md", "The command line", &body)
}

/// A command, without the options that it shares with all (`told` already), and those below it.
fn section(command: &Command, name: &str, told: &[&Arg]) -> String {
    let own: Vec<&Arg> = shown(command).filter(|one| told.iter().all(|other| other.get_id() != one.get_id())).collect();
    let arguments = if own.is_empty() {
        String::new()
    } else {
        format!("\n{}", table(&["Option", "Default", "Meaning"], &rows(&own)))
    };
    let inner = command.get_subcommands().filter(|one| one.get_name() != "help");
    let told: Vec<&Arg> = told.iter().chain(own.iter().filter(|one| one.is_global_set())).copied().collect();
    let inner: String = inner.map(|one| section(one, &format!("{name} {}", one.get_name()), &told)).collect();
    format!("\n## `{name}`\n\n{}\n{arguments}{inner}", about(command))
}

fn about(command: &Command) -> String {
    let about = command.get_long_about().or(command.get_about());
    about.map_or_else(String::new, |about| sentence(&about.to_string()))
}

fn shown(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|one| !one.is_hide_set() && !matches!(one.get_id().as_str(), "help" | "version"))
}

fn rows(arguments: &[&Arg]) -> Vec<Vec<String>> {
    arguments.iter().map(|one| vec![written(one), defaults(one), meaning(one)]).collect()
}

/// As it is typed: `-v`, `--jobs N`, `[SUBJECT…]`.
fn written(argument: &Arg) -> String {
    let value = value(argument);
    let Some(long) = argument.get_long() else {
        let many = if is_repeated(argument) { "…" } else { "" };
        return if argument.is_required_set() { format!("`{value}{many}`") } else { format!("`[{value}{many}]`") };
    };
    let short = argument.get_short().map(|short| format!("`-{short}`, ")).unwrap_or_default();
    let takes = argument.get_action().takes_values();
    let optional = argument.get_num_args().is_some_and(|range| range.min_values() == 0);
    let value = match (takes, optional) {
        (false, _) => String::new(),
        (true, true) => format!("[={value}]"),
        (true, false) => format!(" {value}"),
    };
    format!("{short}`--{long}{value}`")
}

fn value(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn is_repeated(argument: &Arg) -> bool {
    matches!(argument.get_action(), clap::ArgAction::Append)
}

fn defaults(argument: &Arg) -> String {
    if !argument.get_action().takes_values() {
        return String::new();
    }
    let defaults = argument.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy()));
    defaults.collect::<Vec<_>>().join(", ")
}

fn meaning(argument: &Arg) -> String {
    let help = argument.get_help().map(|help| sentence(&help.to_string())).unwrap_or_default();
    let possible = if argument.get_action().takes_values() { argument.get_possible_values() } else { Vec::new() };
    let names: Vec<String> = possible.iter().map(|one| format!("`{}`", one.get_name())).collect();
    // What has many names, as shells do, says so; two names of a truth value say nothing.
    if names.is_empty() || names.iter().any(|name| name == "`true`") {
        return help;
    }
    format!("{help} One of {}.", names.join(", "))
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', ':', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use crate::cli::arguments::Arguments;

    #[test]
    fn every_command_and_option_is_on_the_page_with_its_meaning() {
        let mut command = Arguments::command();
        command.build();
        let page = super::page(&command);
        for one in command.get_subcommands().filter(|one| one.get_name() != "help") {
            assert!(page.text.contains(&format!("## `shakedown {}`", one.get_name())), "{}", page.text);
            for argument in super::shown(one) {
                assert!(page.text.contains(&super::written(argument)), "{}", argument.get_id());
                assert!(!super::meaning(argument).is_empty(), "{} {}", one.get_name(), argument.get_id());
            }
        }
    }
}
