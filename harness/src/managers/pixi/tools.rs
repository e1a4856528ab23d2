//! pixi's tools: global environments that are named after their first package.

use super::operations::refused;
use super::outputs;
use crate::managers::task::Task;
use crate::managers::words::Words;
use crate::managers::{Caller, Failure, ToolOperation, Unsupported};
use crate::model::fact::EnvironmentFact;

/// The operation, and a list of the global environments after it.
pub(super) fn task(caller: &Caller, operation: &ToolOperation) -> Result<Task<Vec<EnvironmentFact>>, Unsupported> {
    let mut commands = Vec::new();
    commands.extend(words(operation)?.map(|words| words.anywhere(caller)));
    commands.push(Words::new(&["global", "list", "--json"]).anywhere(caller));
    Ok(Task::new(commands, refused, |seen| {
        let listed = seen.ended.last().map(|ended| ended.stdout.as_str()).unwrap_or_default();
        outputs::environments(listed).map_err(Failure::Unreadable)
    }))
}

fn words(operation: &ToolOperation) -> Result<Option<Words>, Unsupported> {
    Ok(match operation {
        ToolOperation::Install { specs, reach } => {
            let Some((first, others)) = specs.split_first() else {
                return Err(Unsupported(
                    "pixi installs a tool by the name of its package, and none is given".to_owned(),
                ));
            };
            let words = Words::new(&["global", "install", "--environment", &first.name])
                .options("--channel", &reach.sources)
                .flag("--offline", reach.offline)
                .options("--with", others.iter().map(ToString::to_string));
            Some(words.all([first]))
        }
        ToolOperation::Update { name, reach } if reach.sources.is_empty() => {
            Some(Words::new(&["global", "update"]).flag("--offline", reach.offline).all(name))
        }
        ToolOperation::Update { .. } => {
            return Err(Unsupported("pixi updates a tool from the channels that its manifest names".to_owned()));
        }
        ToolOperation::Remove { name } => Some(Words::new(&["global", "uninstall"]).all([name])),
        ToolOperation::List => None,
    })
}
