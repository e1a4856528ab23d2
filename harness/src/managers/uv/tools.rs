//! uv's tools.

use super::operations::refused;
use super::outputs;
use super::project::reach;
use crate::managers::task::Task;
use crate::managers::words::Words;
use crate::managers::{Caller, Failure, ToolOperation, Unsupported};
use crate::model::fact::EnvironmentFact;

/// The operation, and a list of the tools after it.
pub(super) fn task(caller: &Caller, operation: &ToolOperation) -> Result<Task<Vec<EnvironmentFact>>, Unsupported> {
    let mut commands = Vec::new();
    commands.extend(words(operation)?.map(|words| words.anywhere(caller)));
    commands.push(Words::new(&["tool", "list", "--show-with"]).anywhere(caller));
    Ok(Task::new(commands, refused, |seen| {
        let listed = seen.ended.last().map(|ended| ended.stdout.as_str()).unwrap_or_default();
        outputs::tools(listed).map_err(Failure::Unreadable)
    }))
}

fn words(operation: &ToolOperation) -> Result<Option<Words>, Unsupported> {
    Ok(match operation {
        ToolOperation::Install { specs, reach: from } => {
            let Some((first, others)) = specs.split_first() else {
                return Err(Unsupported("uv installs a tool by the name of its package, and none is given".to_owned()));
            };
            let words = Words::new(&["tool", "install"]).all([first]);
            Some(reach(words.options("--with", others.iter().map(ToString::to_string)), from))
        }
        ToolOperation::Update { name, reach: from } => {
            let words = Words::new(&["tool", "upgrade"]).flag("--all", name.is_none()).all(name);
            Some(reach(words, from))
        }
        ToolOperation::Remove { name } => Some(Words::new(&["tool", "uninstall"]).all([name])),
        ToolOperation::List => None,
    })
}
