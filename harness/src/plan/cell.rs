//! A fault cell → steps: pictures before, the fault, the refusal, the healing, and what is left of it all.

use crate::config::suite::{FaultCell, FaultName};
use crate::config::verbs::OperationVerb;
use crate::model::expectation::Expectation;
use crate::model::fault::Fault;
use crate::model::invocation::{Kill, Trigger};
use crate::model::plan::{Probe, Question, Step};

use super::expect::reasons;
use super::mistake::Mistake;
use super::step::{Refused, Workshop, tree};

impl Workshop<'_> {
    /// The steps of a fault cell, in order: `prepared`, `before`, `fault`, `refused`, `healed`, `then`, `residue`,
    /// `neighbours`, `recovers`.
    ///
    /// Of an operation of several commands (an environment is made, then filled) the last one is what is refused; those
    /// before it are no part of what may leave a trace.
    pub(super) fn cell(&mut self, cell: &FaultCell) -> Result<Vec<Step>, Refused> {
        let residue = self.names.words(&cell.residue)?;
        let except = self.names.words(&cell.except)?;
        let neighbours = self.names.words(&cell.neighbours)?;
        let (mut steps, refused) = self.refusal(cell)?;
        steps.push(look("before: folders", residue.clone(), Expectation::Observed));
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
        for verb in &cell.then {
            steps.extend(self.succeeds("then", verb)?);
        }
        let same = Expectation::SameTreeAs { step: "before: folders".to_owned(), except };
        steps.push(look("residue", residue, same));
        for name in &neighbours {
            let same = Expectation::SameTreeAs { step: format!("before: {name}"), except: Vec::new() };
            steps.push(look(format!("neighbours: {name}"), vec![self.folder_of(name)?], same));
            let invocation = self.python(name, "import sys; print(sys.prefix)", &[])?;
            let probe = Probe::Run { invocation, read: None, skip_on: None };
            steps.push(Step::new(format!("neighbours: {name} starts"), probe, Expectation::Exit(0)));
        }
        let again = cell.recovers.as_ref().unwrap_or(&cell.operation);
        steps.extend(self.succeeds("recovers", again)?);
        Ok(steps)
    }

    /// The steps that prepare the operation, and the one that is refused.
    fn refusal(&mut self, cell: &FaultCell) -> Result<(Vec<Step>, Step), Refused> {
        let kill = cell.kill_when.as_ref().map(|path| self.names.fill(path)).transpose()?;
        let mut invocations = self.invocations(&cell.operation)?;
        let Some(mut last) = invocations.pop() else {
            return Err(Refused::Wrong("the operation consists of no command".into()));
        };
        last.kill = kill.map(|path| Kill { trigger: Trigger::Appears(path), signal: 9 });
        let mut expect = vec![Expectation::Refused];
        if !cell.says.is_empty() {
            expect.push(Expectation::Because(reasons(&cell.says)?));
        }
        let read = Some(self.reading(Question::Refusal));
        let refused = Step::new(
            "refused",
            Probe::Run { invocation: last, read, skip_on: None },
            if expect.len() == 1 { expect.remove(0) } else { Expectation::All(expect) },
        );
        let first = invocations.into_iter().enumerate().map(|(index, invocation)| {
            let probe = Probe::Run { invocation, read: None, skip_on: None };
            Step::new(format!("prepared ({})", index + 1), probe, Expectation::Exit(0))
        });
        Ok((first.collect(), refused))
    }

    fn succeeds(&mut self, name: &str, verb: &OperationVerb) -> Result<Vec<Step>, Refused> {
        let invocations = self.invocations(verb)?;
        let several = invocations.len() > 1;
        let step = |(index, invocation)| {
            let name = if several { format!("{name} ({})", index + 1) } else { name.to_owned() };
            Step::new(name, Probe::Run { invocation, read: None, skip_on: None }, Expectation::Exit(0))
        };
        Ok(invocations.into_iter().enumerate().map(step).collect())
    }

    fn folder_of(&self, environment: &str) -> Result<String, Mistake> {
        let spec = self.environments.find(environment)?;
        Ok(self.manager.folder(&spec, &self.subject.install))
    }
}

fn look(name: impl Into<String>, paths: Vec<String>, expect: Expectation) -> Step {
    Step::new(name, Probe::Ask { inquiry: tree(paths), user: None }, expect)
}
