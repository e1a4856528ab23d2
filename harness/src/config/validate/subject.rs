//! The subject as a whole.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use pep440_rs::VersionSpecifiers;

use super::super::diagnostic::ConfigErrors;
use super::super::located::{Located, Text};
use super::super::raw::{RawInstall, RawSources, RawSubject, RawTrust};
use super::super::source::Source;
use super::super::subject::{Remote, Sources, Subject, Trust};
use super::super::suite::{Suite, SuitePhase};
use super::super::suite_rules::refused;
use super::super::variables;
use super::names::is_plain;
use super::validator::{Surroundings, Validator};
use crate::managers::Install;

/// The subject that a text describes, or all that is wrong with it.
pub(in crate::config) fn subject(
    source: &Source,
    file: PathBuf,
    surroundings: &Surroundings<'_>,
) -> Result<Subject, ConfigErrors> {
    let raw: RawSubject = source.parse()?;
    let mut validator = Validator { source, surroundings, errors: Vec::new() };
    let subject = validator.subject(&raw, file);
    let mut errors = validator.errors;
    match subject {
        Some(subject) if errors.is_empty() => Ok(subject),
        _ => {
            errors.sort_by_key(|error| error.place);
            Err(ConfigErrors(errors))
        }
    }
}

impl Validator<'_> {
    /// Everything is looked at even where something before it was refused; nothing only after a refusal.
    fn subject(&mut self, raw: &RawSubject, file: PathBuf) -> Option<Subject> {
        let name = self.name(&raw.subject);
        let said = self.said_manager(raw);
        let image = self.judged(raw, said.on_this_machine);
        let sources = self.sources(&raw.sources);
        let install = self.install(&raw.install, said.program);
        let container = self.container(&raw.container);
        let ready = self.ready(raw.ready.as_ref());
        let ssh = self.ssh(raw.ssh.as_ref(), &raw.container);
        let users = self.users(raw.users.as_ref());
        let environments = self.environments(&raw.environments, said.name.as_deref());
        let suites = self.suites(&raw.suites);
        let budgets = self.budgets(&raw.budgets);
        let has_own = !raw.phases.is_empty();
        let image_as_written = raw.image.as_ref().map(|image| &image.value);
        let has_own_phases = has_own || suites.iter().any(|suite| is_file(suite));
        let gate = self.gate(&raw.gate, image_as_written, has_own_phases);
        let without = self.without(&raw.without);
        let own = if has_own { Some(self.own(name.as_deref(), &raw.phases)) } else { None };
        Some(Subject {
            name: name?,
            file,
            manager: said.name?,
            default: raw.default,
            image: image?,
            sources,
            trust: match raw.trust {
                RawTrust::Host => Trust::Host,
                RawTrust::Image => Trust::Image,
            },
            install: install?,
            container,
            ready: ready?,
            ssh,
            users,
            environments,
            suites,
            own,
            without,
            budgets,
            gate,
        })
    }

    fn name(&mut self, text: &Text) -> Option<String> {
        let name = self.text(text)?;
        if !is_plain(&name) {
            self.refuse(text.place, format!("`{name}` cannot be a subject's name"))
                .hint("Names are made of lower-case letters, digits and dashes.");
            return None;
        }
        Some(name)
    }

    /// The name of a package manager that there is.
    pub(in crate::config) fn manager(&mut self, text: &Text) -> Option<String> {
        let name = self.text(text)?;
        let names: Vec<&str> = self.surroundings.known.managers.iter().map(|manager| manager.name).collect();
        if !names.contains(&name.as_str()) {
            self.refuse(text.place, format!("unknown manager `{name}`")).known(&name, "managers", &names);
            return None;
        }
        Some(name)
    }

    fn sources(&mut self, raw: &RawSources) -> Sources {
        let channel = raw.channel.as_ref().and_then(|channel| channel.serve.as_ref());
        let binary = self.unless_empty(raw.binary.as_ref()).map(|path| self.outside(&path));
        let channel = self.unless_empty(channel).map(|path| self.outside(&path));
        let local = raw.binary.iter().chain(raw.channel.iter().filter_map(|channel| channel.serve.as_ref()));
        let variables = local.flat_map(|text| variables::names(text.text())).collect();
        let mut remote = Vec::new();
        for one in &raw.remote {
            let unless = self.unless_empty(one.unless.as_ref());
            if let (Some(text), Some(source)) = (&one.unless, &unless) {
                let names = ["binary", "channel"];
                if !names.contains(&source.as_str()) {
                    self.refuse(text.place, format!("unknown source `{source}`")).known(source, "sources", &names);
                }
            }
            let Some(url) = self.filled(&one.url, "the URL") else { continue };
            if !url.starts_with("https://") && !url.starts_with("http://") {
                self.refuse(one.url.place, format!("`{url}` is not a URL"))
                    .hint("URLs begin with `https://` or `http://`.");
            }
            remote.push(Remote { url, unless });
        }
        let packages = self.packages(raw.packages.as_ref());
        Sources { binary, channel, packages, variables, remote }
    }

    /// Whether shakedown's own packages are asked for; there are no others.
    fn packages(&mut self, text: Option<&Text>) -> bool {
        let Some(name) = self.unless_empty(text) else { return false };
        if let Some(text) = text
            && name != "shakedown"
        {
            self.refuse(text.place, format!("unknown packages `{name}`")).known(&name, "packages", &["shakedown"]);
        }
        true
    }

    fn install(&mut self, raw: &RawInstall, program: Option<String>) -> Option<Install> {
        let environment = self.variables(&raw.env);
        let version = raw.version.as_ref().and_then(|text| {
            self.read(text, |range| match VersionSpecifiers::from_str(range) {
                Ok(_) => Ok(range.to_owned()),
                Err(_) => Err(format!("`{range}` is not a range of versions such as `>=0.30.0, <1`")),
            })
        });
        let home = self.inside(&raw.home, "the home")?;
        Some(Install { home, version: version.unwrap_or_default(), environment, absent: !raw.present, program })
    }

    /// Names of embedded suites as they are, files absolute.
    fn suites(&mut self, raw: &Located<Vec<Text>>) -> Vec<String> {
        if raw.value.is_empty() {
            self.refuse(raw.place, "a subject needs at least one suite");
        }
        let mut suites: Vec<String> = Vec::new();
        for text in &raw.value {
            let Some(name) = self.suite(text) else { continue };
            if suites.contains(&name) {
                self.refuse(text.place, format!("the suite `{name}` is there twice"));
            }
            suites.push(name);
        }
        suites
    }

    /// The subject's own checks, held to the rules of suites.
    fn own(&mut self, name: Option<&str>, phases: &[SuitePhase]) -> Suite {
        let suite = Suite {
            suite: name.unwrap_or("own").to_owned(),
            extends: None,
            requires: Vec::new(),
            supports: BTreeMap::new(),
            phases: phases.to_vec(),
        };
        self.errors.extend(refused(self.source, &suite));
        suite
    }

    fn suite(&mut self, text: &Text) -> Option<String> {
        let name = self.text(text)?;
        if is_file(&name) {
            return self.file(text, "the suite").map(|path| path.display().to_string());
        }
        let names = self.surroundings.known.suites;
        if !names.contains(&name.as_str()) {
            self.refuse(text.place, format!("unknown suite `{name}`")).known(&name, "suites", names);
            return None;
        }
        Some(name)
    }
}

/// Whether a suite's name is that of a file.
pub(in crate::config) fn is_file(suite: &str) -> bool {
    Path::new(suite).extension().is_some_and(|extension| extension == "yml" || extension == "yaml")
}
