//! A fault cell → steps: pictures before, the fault, the refusal, the healing, and what is left of it all.

use crate::config::cell::{AnswersName, EndName, FaultCell, FaultName, IndexFault, MET, TroubleName};
use crate::config::verbs::OperationVerb;
use crate::managers::name_of;
use crate::model::expectation::Expectation;
use crate::model::fault::{Answers, Disturbance, Fault, Trouble};
use crate::model::invocation::{Invocation, Kill, Trigger};
use crate::model::plan::{Probe, Question, Skip, Step};

use super::expect::reasons;
use super::mistake::Mistake;
use super::names::Names;
use super::python;
use super::step::{Refused, Workshop, tree};

impl Workshop<'_> {
    /// The steps of a fault cell, in order: `first`, `prepared`, `before`, `fault`, `refused` (or `succeeds`), `healed`,
    /// `then`, `residue`, `neighbours`, `recovers`, `imports`.
    ///
    /// Of an operation of several commands (an environment is made, then filled) the last one is what is refused; those
    /// before it are no part of what may leave a trace.
    pub(super) fn cell(&mut self, cell: &FaultCell) -> Result<Vec<Step>, Refused> {
        if cell.index.is_some() {
            let nothing = "the subject serves no packages of shakedown's own: `sources: {packages: shakedown}`";
            self.names = self.names.at(&self.place).ok_or_else(|| Mistake::from(nothing))?;
        }
        let residue = self.names.words(&cell.residue)?;
        let except = self.names.words(&cell.except)?;
        let neighbours = self.names.words(&cell.neighbours)?;
        let mut steps = self.succeed("first", &cell.first, cell)?;
        let (prepared, refused) = self.under(cell)?;
        steps.extend(prepared);
        if !residue.is_empty() {
            steps.push(look("before: folders", residue.clone(), Expectation::Observed));
        }
        for name in &neighbours {
            steps.push(look(format!("before: {name}"), vec![self.folder_of(name)?], Expectation::Observed));
        }
        let fault = cell.under.map(|FaultName::Network| Fault::Network);
        if let Some(fault) = fault {
            steps.push(Step::new(format!("fault: {}", fault.name()), Probe::Inject(fault), Expectation::Observed));
        }
        steps.push(refused);
        if let Some(fault) = fault {
            let healed = Step::new(format!("healed: {}", fault.name()), Probe::Heal(fault), Expectation::Observed);
            steps.push(Step { always: true, ..healed });
        }
        steps.extend(self.succeed("then", &cell.then, cell)?);
        if !residue.is_empty() {
            let same = Expectation::SameTreeAs { step: "before: folders".to_owned(), except };
            steps.push(look("residue", residue, same));
        }
        for name in &neighbours {
            let same = Expectation::SameTreeAs { step: format!("before: {name}"), except: Vec::new() };
            steps.push(look(format!("neighbours: {name}"), vec![self.folder_of(name)?], same));
            let invocation = self.python(name, "import sys; print(sys.prefix)", &[])?;
            steps.push(command(format!("neighbours: {name} starts"), invocation));
        }
        let again = cell.recovers.as_ref().or((cell.ends == EndName::Refused).then_some(&cell.operation));
        steps.extend(self.succeed("recovers", again, cell)?);
        steps.extend(self.imports(cell)?);
        Ok(steps)
    }

    /// The steps that prepare the operation, and the one that is carried out while something is wrong.
    fn under(&mut self, cell: &FaultCell) -> Result<(Vec<Step>, Step), Refused> {
        let kill = self.kill(cell)?;
        let mut invocations = self.of_cell(&cell.operation, cell)?;
        let Some(mut last) = invocations.pop() else {
            return Err(Refused::Wrong("the operation consists of no command".into()));
        };
        last.kill = kill;
        let under = cell.index.as_ref().map(|index| disturbance(index, &self.place, &self.names)).transpose()?;
        last.under = under.map(Box::new);
        let (name, expect) = match cell.ends {
            EndName::Succeeds => ("succeeds", Expectation::Exit(0)),
            EndName::Refused if cell.says.is_empty() => ("refused", Expectation::Refused),
            EndName::Refused => {
                let because = Expectation::Because(reasons(&cell.says)?);
                ("refused", Expectation::All(vec![Expectation::Refused, because]))
            }
        };
        let read = Some(self.reading(Question::Refusal));
        let step = Step::new(name, Probe::Run { invocation: last, read, skip: Skip::default() }, expect);
        let first = invocations.into_iter().enumerate();
        Ok((first.map(|(index, one)| command(format!("prepared ({})", index + 1), one)).collect(), step))
    }

    /// When and how the operation is killed.
    fn kill(&self, cell: &FaultCell) -> Result<Option<Kill>, Mistake> {
        let Some(when) = cell.kill_when.as_ref().map(|when| self.names.fill(when)).transpose()? else {
            return Ok(None);
        };
        let trigger = if when == MET { Trigger::Met } else { Trigger::Appears(when) };
        let with = cell.kill_with.as_ref().map(|with| self.names.fill(with)).transpose()?;
        let signal = match with.as_deref() {
            None | Some("kill") => 9,
            Some("term") => 15,
            Some(other) => {
                return Err(Mistake::unknown(other, format!("unknown signal `{other}`"), "signals", &["kill", "term"]));
            }
        };
        Ok(Some(Kill { trigger, signal }))
    }

    /// The commands of an operation, with the cell's variables.
    fn of_cell(&mut self, verb: &OperationVerb, cell: &FaultCell) -> Result<Vec<Invocation>, Refused> {
        let mut invocations = self.invocations(verb)?;
        for (name, value) in &cell.env {
            let value = value.as_ref().map(|value| self.names.fill(value)).transpose()?;
            for invocation in &mut invocations {
                invocation.environment.insert(name.clone(), value.clone());
            }
        }
        Ok(invocations)
    }

    fn succeed<'v>(
        &mut self,
        name: &str,
        verbs: impl IntoIterator<Item = &'v OperationVerb>,
        cell: &FaultCell,
    ) -> Result<Vec<Step>, Refused> {
        let mut steps = Vec::new();
        for verb in verbs {
            let invocations = self.of_cell(verb, cell)?;
            let several = invocations.len() > 1;
            steps.extend(invocations.into_iter().enumerate().map(|(index, invocation)| {
                command(if several { format!("{name} ({})", index + 1) } else { name.to_owned() }, invocation)
            }));
        }
        Ok(steps)
    }

    /// What was installed in the end can be imported.
    fn imports(&self, cell: &FaultCell) -> Result<Vec<Step>, Refused> {
        let target = [&cell.operation.install, &cell.operation.add].into_iter().flatten().next();
        let packages = self.names.words(&cell.imports)?;
        let step = |package: &String| {
            let nothing = "`imports` is about what an `install` or `add` has brought";
            let environment = target.ok_or_else(|| Mistake::from(nothing))?;
            let invocation = self.python(&environment.environment, python::IMPORT, &[name_of(package)])?;
            Ok(command(format!("imports: {package}"), invocation))
        };
        packages.iter().map(step).collect()
    }

    fn folder_of(&self, environment: &str) -> Result<String, Mistake> {
        let spec = self.environments.find(environment)?;
        Ok(self.manager.folder(&spec, &self.subject.install))
    }
}

/// What goes wrong at the index, at this place of it.
fn disturbance(index: &IndexFault, place: &str, names: &Names) -> Result<Disturbance, Mistake> {
    let trouble = match index.does {
        TroubleName::NotFound => Trouble::Status(404),
        TroubleName::TooMany => Trouble::Status(429),
        TroubleName::Broken => Trouble::Status(500),
        TroubleName::Reset => Trouble::Reset,
        TroubleName::Stall => Trouble::Stall,
        TroubleName::Truncate => Trouble::Truncate,
        TroubleName::Alter => Trouble::Alter,
        TroubleName::Trickle => Trouble::Trickle,
    };
    let of = match index.of {
        AnswersName::Pages => Answers::Pages,
        AnswersName::Files => Answers::Files,
    };
    let after = match &index.after {
        None => 0,
        Some(written) => {
            let filled = names.fill(written)?;
            let wrong = || Mistake::from(format!("`{filled}` is not a number of answers")).written_as(written);
            filled.parse().map_err(|_| wrong())?
        }
    };
    Ok(Disturbance { place: place.to_owned(), trouble, of, times: index.times, after })
}

/// A command that must succeed.
fn command(name: impl Into<String>, invocation: Invocation) -> Step {
    Step::new(name, Probe::Run { invocation, read: None, skip: Skip::default() }, Expectation::Exit(0))
}

fn look(name: impl Into<String>, paths: Vec<String>, expect: Expectation) -> Step {
    Step::new(name, Probe::Ask { inquiry: tree(paths), user: None }, expect)
}
