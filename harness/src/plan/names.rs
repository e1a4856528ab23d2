//! The names that templates may use, and filling them in.

use std::collections::BTreeMap;

use minijinja::value::{Value, ValueKind};
use minijinja::{Environment, UndefinedBehavior, context};

use crate::config::scalars::Words;
use crate::config::{SshConfig, Subject};
use crate::managers::{EnvironmentKind, EnvironmentSpec, PackageManager, name_of};
use crate::model::login::Way;

use super::mistake::Mistake;
use super::python;

/// What templates may refer to: `subject`, `manager`, `binary`, `install`, `installation`, `environments`, `users`, `volumes`,
/// `ssh`, `sources`, `scripts` (Python that checks share), and the variable of an `each`.
#[derive(Clone, Debug)]
pub struct Names {
    root: Value,
    served: Addresses,
    variable: Option<(String, String)>,
}

/// Where local sources are served: URLs, each empty where there is nothing of the kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The host's name or address, without a port.
    pub host: String,
    /// The local executable.
    pub binary: String,
    /// The local channel.
    pub channel: String,
    /// shakedown's own packages as a simple index.
    pub index: String,
    /// The same as a conda channel.
    pub conda: String,
    /// What both lie below; no name for templates.
    pub packages: String,
}

impl Addresses {
    /// Those of shakedown's own packages, served by a host under this URL.
    pub fn of_packages(host: &str, url: &str) -> Self {
        Self {
            host: host.to_owned(),
            index: format!("{url}/simple/"),
            conda: format!("{url}/conda"),
            packages: url.to_owned(),
            ..Self::default()
        }
    }

    /// The same, shakedown's own packages by a place of one's own, where they can go wrong.
    fn at(&self, place: &str) -> Self {
        let own = Self::of_packages(&self.host, &format!("{}/at/{place}", self.packages));
        Self { binary: self.binary.clone(), channel: self.channel.clone(), ..own }
    }

    /// What stands for the addresses before anything is served, so that a plan can be made and shown.
    pub fn stand_in(subject: &Subject) -> Self {
        Self::stand_in_for(&subject.sources.served())
    }

    /// What stands for the addresses of these kinds: `binary`, `channel`, `packages`.
    pub fn stand_in_for(served: &[impl AsRef<str>]) -> Self {
        let is_served = |kind: &str| served.iter().any(|one| one.as_ref() == kind);
        // The paths are those of a run, so that what is looked at by them is the same question.
        let url = |kind: &str| if is_served(kind) { format!("http://packages.invalid/{kind}") } else { String::new() };
        let packages = if is_served("packages") {
            Self::of_packages("packages.invalid", &url("packages"))
        } else {
            Self::default()
        };
        let host = if served.is_empty() { String::new() } else { "packages.invalid".to_owned() };
        Self { host, binary: url("binary"), channel: url("channel"), ..packages }
    }
}

impl Names {
    /// The names of a subject.
    pub fn of(subject: &Subject, manager: &dyn PackageManager) -> Self {
        let installation = manager.installed(&subject.install);
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
                settings => settings(&installation.variables),
                launchers => launchers(subject, manager),
                variables => installation.variables,
                folders => installation.folders,
                path => installation.path,
            },
            environments => environments,
            users => users(subject),
            volumes => volumes(subject),
            ssh => subject.ssh.as_ref().map(describe_ssh),
            scripts => context! { records => python::RECORDS, requirements => python::REQUIREMENTS },
        };
        Self { root, served: Addresses::default(), variable: None }
    }

    /// The same names, and where local sources are served.
    #[must_use]
    pub fn with_sources(&self, served: &Addresses) -> Self {
        let Addresses { host, binary, channel, index, conda, .. } = served;
        let mut names = Self { served: served.clone(), ..self.clone() };
        names.root = context! { sources => context! { host, binary, channel, index, conda }, ..self.root.clone() };
        names
    }

    /// The same names, shakedown's own packages by a place of one's own; nothing where they are not served.
    pub(super) fn at(&self, place: &str) -> Option<Self> {
        (!self.served.packages.is_empty()).then(|| self.with_sources(&self.served.at(place)))
    }

    /// The same names, and this variable.
    #[must_use]
    pub fn with(&self, variable: &str, value: &str) -> Self {
        Self { variable: Some((variable.to_owned(), value.to_owned())), ..self.clone() }
    }

    /// Fills in a template. The error says which name is not defined.
    pub fn fill(&self, template: &str) -> Result<String, Mistake> {
        if !template.contains("{{") && !template.contains("{%") {
            return Ok(template.to_owned());
        }
        let asks = ["is defined", "is undefined", "default("].iter().any(|words| template.contains(words));
        // Filters take what is not defined for nothing, so it is looked for before.
        if let Some(unknown) = self.unknown_in(template).filter(|_| !asks) {
            return Err(unknown);
        }
        strict().render_str(template, self.context()).map_err(|error| self.explain(template, &error))
    }

    /// A list of words: each filled in, or the list that a path names (of a map its keys).
    pub fn words(&self, words: &Words) -> Result<Vec<String>, Mistake> {
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

    fn list(&self, path: &str) -> Result<Vec<String>, Mistake> {
        let environment = strict();
        let value = environment
            .compile_expression(path)
            .and_then(|expression| expression.eval(self.context()))
            .map_err(|error| self.unknown(path).unwrap_or_else(|| wrong(path, &error)))?;
        match value.kind() {
            ValueKind::Undefined | ValueKind::None => {
                Err(self.unknown(path).unwrap_or_else(|| format!("nothing is named `{path}`").into()))
            }
            ValueKind::String => Ok(vec![value.to_string()]),
            _ => match value.try_iter() {
                Ok(items) => Ok(items.map(|item| item.to_string()).collect()),
                Err(_) => Err(Mistake::from(format!("`{path}` is not a list")).written_as(path)),
            },
        }
    }

    /// Why a template cannot be filled in: mostly since it speaks of something that there is not.
    fn explain(&self, template: &str, error: &minijinja::Error) -> Mistake {
        self.unknown_in(template).unwrap_or_else(|| wrong(template, error))
    }

    /// The first name of a template that there is not.
    fn unknown_in(&self, template: &str) -> Option<Mistake> {
        let environment = strict();
        let spoken_of = environment.template_from_str(template).map(|parsed| parsed.undeclared_variables(true));
        let mut paths: Vec<String> = spoken_of.into_iter().flatten().collect();
        paths.sort();
        paths.iter().find_map(|path| self.unknown(path))
    }

    /// What is wrong with a path of names, if there is nothing at its end.
    fn unknown(&self, path: &str) -> Option<Mistake> {
        let mut value = self.context();
        let mut above = String::new();
        for name in path.split('.') {
            let below = value.get_attr(name).ok().filter(|below| !below.is_undefined());
            let Some(below) = below else {
                let known: Vec<String> =
                    value.try_iter().into_iter().flatten().map(|key| format!("{above}{key}")).collect();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let written = format!("{above}{name}");
                return Some(Mistake::unknown(&written, format!("nothing is named `{written}`"), "names", &known));
            };
            above = format!("{above}{name}.");
            value = below;
        }
        None
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

/// What the template engine says of a template that is wrong by itself.
fn wrong(template: &str, error: &minijinja::Error) -> Mistake {
    let cause = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    Mistake::from(format!("template `{template}`: {cause}")).written_as(template)
}

/// Whose shells are looked at: the users that the subject names, and the one who logs in by SSH.
fn users(subject: &Subject) -> Vec<String> {
    let guest = subject.ssh.as_ref().map(|config| config.ssh.user.clone());
    let guest = guest.filter(|guest| !subject.users.contains(guest));
    subject.users.iter().cloned().chain(guest).collect()
}

/// Where the volumes are mounted that outlive a container that goes through a transition.
fn volumes(subject: &Subject) -> Vec<String> {
    let persistent = subject.container.persistent.iter();
    persistent.filter_map(|volume| Some(volume.split_once(':')?.1.to_owned())).collect()
}

/// The variables of the installation as `env` prints them.
fn settings(variables: &BTreeMap<String, String>) -> Vec<String> {
    variables.iter().map(|(name, value)| format!("{name}={value}")).collect()
}

/// What PATH must find of the programs of environments: those that are put there, by their absolute paths.
fn launchers(subject: &Subject, manager: &dyn PackageManager) -> Vec<String> {
    let is_on_path = |kind| matches!(kind, EnvironmentKind::Global | EnvironmentKind::Tool);
    let environments = subject.environments.iter().filter(|environment| is_on_path(environment.kind));
    let of = |environment: &EnvironmentSpec| {
        let launcher = |program: &String| manager.launcher(environment, &subject.install, program);
        environment.exposes.iter().map(launcher).collect::<Vec<_>>()
    };
    environments.flat_map(of).collect()
}

fn describe_ssh(config: &SshConfig) -> Value {
    let ways: Vec<&str> = config.ssh.credentials.iter().map(|credential| credential.way().name()).collect();
    let password = config.ssh.credential(Way::Password).and_then(|credential| credential.secret().map(str::to_owned));
    context! {
        user => config.ssh.user.clone(),
        uid => config.uid,
        port => config.ssh.port,
        ways => ways,
        keys => config.public_keys.join("\n"),
        password => password.unwrap_or_default(),
    }
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
