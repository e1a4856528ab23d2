//! Pure data: what is planned, seen, concluded and recorded. Knows serde and std, nothing else.
//!
//! The words are those of the whole project: an [`Invocation`] or [`Inquiry`] leads to an [`Observation`],
//! an [`Observation`] held against an [`Expectation`] to an [`Outcome`], all [`Event`]s fold into a
//! [`Record`], and the gate turns a record into a [`Verdict`].

pub mod baseline;
pub mod build;
pub mod causes;
pub mod claim;
pub mod container;
pub mod event;
pub mod expectation;
pub mod fact;
pub mod fault;
pub mod goals;
pub mod history;
pub mod id;
pub mod inquiry;
pub mod invocation;
pub mod limits;
pub mod login;
pub mod measure;
pub mod moment;
pub mod observation;
pub mod outcome;
pub mod plan;
pub mod record;
pub mod recording;
pub mod reference;
#[doc(hidden)]
pub mod sample;
pub mod setup;
pub mod stage;
pub mod survey;
pub mod text;
pub mod variables;
pub mod verdict;

pub use baseline::Baseline;
pub use build::{BuildRequest, BuildStep, BuiltStage, ImageFacts, ImagePart, Recipe};
pub use causes::Cause;
pub use container::{ContainerChange, ContainerSpec, Ready, Restart};
pub use event::{Ending, Envelope, Event};
pub use expectation::{Expectation, FileExpectation, Quantity, Stream, Text};
pub use fact::{EnvironmentFact, ErrorClass, Fact, Package};
pub use fault::{Answers, Disturbance, Disturbed, Fault, Trouble};
pub use goals::Goals;
pub use history::Past;
pub use id::{CheckId, RunId};
pub use inquiry::{Answer, Inquiry};
pub use invocation::{Invocation, Kill, Limits, Trigger};
pub use login::{Credential, Login, Session, Ssh, Way};
pub use measure::{BudgetAnswer, Measurement, Unit};
pub use observation::{Captured, ExitStatus, Observation, Ran, Usage};
pub use outcome::{Failure, Outcome};
pub use plan::{Check, Isolation, Measure, PhasePlan, Plan, Priority, Probe, Question, Reading, Skip, Step};
pub use record::{CheckRecord, PhaseRecord, Rate, Record};
pub use stage::Stage;
pub use verdict::{Decision, Policy, Verdict};
