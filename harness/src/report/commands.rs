//! Lines to reproduce a failure, which are there to be copied: shown whole or not at all.

use super::account;
use crate::model::{CheckRecord, Record};

/// Lines of a command from which on a page that grows too large may leave it out.
const LONG: usize = 12;

/// Which of the long commands a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Commands {
    /// Each.
    All,
    /// Of checks that differ in nothing but their item or in what came before them one, since the others read alike.
    OneOfEachName,
    /// None.
    Short,
}

impl Commands {
    /// Where a check's command is, in place of one that is left out.
    pub(super) fn instead(self, record: &Record, check: &CheckRecord) -> Option<String> {
        let lines = lines_of(check);
        if self == Self::All || lines < LONG {
            return None;
        }
        let whole = format!("a command of {lines} lines, whole in report.json");
        let like = first_of_its_name(record, check).filter(|_| self == Self::OneOfEachName);
        match like {
            Some(first) if first.ended.check == check.ended.check => None,
            Some(first) => Some(format!("{whole}, and like that of `{}`", first.ended.check)),
            None => Some(whole),
        }
    }
}

/// The first failure among the checks of a name that has such a command.
fn first_of_its_name<'a>(record: &'a Record, check: &CheckRecord) -> Option<&'a CheckRecord> {
    let id = &check.ended.check;
    let is_like = |other: &&CheckRecord| {
        let other_id = &other.ended.check;
        other_id.phase == id.phase && other_id.name == id.name && account::is_own_failure(&other.ended.outcome)
    };
    record.checks().filter(is_like).find(|other| lines_of(other) >= LONG)
}

fn lines_of(check: &CheckRecord) -> usize {
    check.ended.reproduce.as_deref().map_or(0, |command| command.trim().lines().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::CheckEnded;
    use crate::model::{Ending, Failure, Outcome, sample};

    #[test]
    fn a_command_that_is_left_out_is_like_one_that_is_there_or_in_the_report_for_programs() {
        let failed = |id: &str, command: String| CheckEnded {
            reproduce: Some(command),
            ..sample::with(id, Outcome::Failed(Failure::default()))
        };
        let long = || "import scipy\n".repeat(LONG);
        let checks = [failed("a/one[x]", long()), failed("a/one[y]", long()), failed("a/two", "true".to_owned())];
        let record = Record::of(&sample::run(&checks, Ending::Completed));
        let told =
            |commands: Commands| record.checks().map(|check| commands.instead(&record, check)).collect::<Vec<_>>();
        let whole = Some("a command of 12 lines, whole in report.json".to_owned());
        let like = Some("a command of 12 lines, whole in report.json, and like that of `a/one[x]`".to_owned());
        assert_eq!(told(Commands::All), [None, None, None]);
        assert_eq!(told(Commands::OneOfEachName), [None, like, None]);
        assert_eq!(told(Commands::Short), [whole.clone(), whole, None]);
    }
}
