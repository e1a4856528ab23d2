//! The names that templates may use, and filling them in.

use std::collections::BTreeMap;

use minijinja::value::{Value, ValueKind};
use minijinja::{Environment, UndefinedBehavior, context};

use crate::config::Subject;
use crate::config::scalars::Words;
use crate::managers::{EnvironmentSpec, PackageManager, name_of};

/// What templates may refer to: `subject`, `manager`, `binary`, `install`, `installation`, `environments`, `sources`,
/// and the variable of an `each`.
#[derive(Clone, Debug)]
pub struct Names {
    root: Value,
    variable: Option<(String, String)>,
}

impl Names {
    /// The names of a subject.
    pub fn of(subject: &Subject, manager: &dyn PackageManager) -> Self {
        let installation = manager.installation(&subject.install);
        let environments = subject
            .environments
            .iter()
            .map(|environment| (environment.name.clone(), describe(environment, subject, manager)))
            .collect::<BTreeMap<_, _>>();
        let root = context! {
            subject => subject.name.clone(),
            manager => subject.manager.clone(),
            binary => installation.binary,
            install => context! {
                home => subject.install.home.clone(),
                version => subject.install.version.clone(),
                env => subject.install.environment.clone(),
            },
            installation => context! {
                variables => installation.variables,
                folders => installation.folders,
                path => installation.path,
            },
            environments => environments,
        };
        Self { root, variable: None }
    }

    /// The same names, and what stands in for the sources: their URLs, or nothing.
    #[must_use]
    pub fn with_sources(&self, binary: &str, channel: &str) -> Self {
        let mut names = self.clone();
        names.root = context! { sources => context! { binary, channel }, ..self.root.clone() };
        names
    }

    /// The same names, and this variable.
    #[must_use]
    pub fn with(&self, variable: &str, value: &str) -> Self {
        Self { root: self.root.clone(), variable: Some((variable.to_owned(), value.to_owned())) }
    }

    /// Fills in a template. The error says which name is not defined.
    pub fn fill(&self, template: &str) -> Result<String, String> {
        if !template.contains("{{") && !template.contains("{%") {
            return Ok(template.to_owned());
        }
        strict().render_str(template, self.context()).map_err(|error| explain(template, &error))
    }

    /// A list of words: each filled in, or the list that a path names (of a map its keys).
    pub fn words(&self, words: &Words) -> Result<Vec<String>, String> {
        match words {
            Words::List(list) => list.iter().map(|word| self.fill(word)).collect(),
            Words::Path(path) => self.list(path),
        }
    }

    /// Whether a path names something that is not empty.
    pub(super) fn has(&self, path: &str) -> bool {
        let environment = strict();
        let value = environment.compile_expression(path).and_then(|expression| expression.eval(self.context()));
        value.is_ok_and(|value| value.is_true())
    }

    fn list(&self, path: &str) -> Result<Vec<String>, String> {
        let environment = strict();
        let value = environment
            .compile_expression(path)
            .and_then(|expression| expression.eval(self.context()))
            .map_err(|error| explain(path, &error))?;
        match value.kind() {
            ValueKind::Undefined | ValueKind::None => Err(format!("nothing is named `{path}`")),
            ValueKind::String => Ok(vec![value.to_string()]),
            _ => match value.try_iter() {
                Ok(items) => Ok(items.map(|item| item.to_string()).collect()),
                Err(_) => Err(format!("`{path}` is not a list")),
            },
        }
    }

    fn context(&self) -> Value {
        match &self.variable {
            Some((name, value)) => {
                let variable = BTreeMap::from([(name.clone(), Value::from(value.clone()))]);
                context! { ..Value::from(variable), ..self.root.clone() }
            }
            None => self.root.clone(),
        }
    }
}

fn strict() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
}

fn explain(template: &str, error: &minijinja::Error) -> String {
    let cause = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    format!("template `{template}`: {cause}")
}

fn describe(environment: &EnvironmentSpec, subject: &Subject, manager: &dyn PackageManager) -> Value {
    let names: Vec<String> = environment.packages.iter().map(|spec| name_of(spec).to_owned()).collect();
    context! {
        name => environment.name.clone(),
        kind => environment.kind.name(),
        packages => names,
        specs => environment.packages.clone(),
        exposes => environment.exposes.clone(),
        folder => manager.folder(environment, &subject.install),
        python => manager.interpreter(environment, &subject.install),
    }
}
