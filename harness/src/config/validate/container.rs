//! How containers run, and what tells that one is ready.

use std::collections::BTreeMap;
use std::time::Duration;

use regex::Regex;

use super::super::located::{Located, Ordered, Text};
use super::super::raw::{RawContainer, RawNetwork, RawReady};
use super::super::subject::ContainerConfig;
use super::super::units;
use super::names::is_word;
use super::validator::Validator;
use crate::model::container::{Ready, ReadyCondition};

/// How long readiness is awaited where nothing is said.
const WITHIN: Duration = Duration::from_secs(30);

impl Validator<'_> {
    /// How containers run.
    pub(super) fn container(&mut self, raw: &RawContainer) -> ContainerConfig {
        ContainerConfig {
            volumes: raw.volumes.iter().filter_map(|volume| self.volume(volume)).collect(),
            persistent: raw.persistent.iter().filter_map(|volume| self.named_volume(volume)).collect(),
            environment: self.variables(&raw.env),
            user: raw.user.as_ref().and_then(|user| self.filled(user, "the user")),
            command: raw.command.as_ref().map(|command| command.iter().filter_map(|word| self.text(word)).collect()),
            network: match raw.network {
                Some(RawNetwork::None) => Some("none".into()),
                Some(RawNetwork::Host) => Some("host".into()),
                Some(RawNetwork::Bridge) | None => None,
            },
            memory: raw.memory.as_ref().and_then(|memory| self.read(memory, memory_limit)),
            processors: raw.cpus.as_ref().and_then(|number| self.read(number, units::processors)),
            processes: raw.pids.as_ref().and_then(|number| self.read(number, process_limit)),
            tmpfs: self.pairs(&raw.tmpfs, "an absolute path", |path| path.starts_with('/')),
            read_only: raw.read_only,
            allowed_in_log: self.allowed(&raw.allow_log),
        }
    }

    /// Lines that a log may have, each with its reason.
    fn allowed(&mut self, raw: &Ordered<Text>) -> BTreeMap<String, String> {
        let mut allowed = BTreeMap::new();
        for (line, reason) in &raw.0 {
            if Regex::new(line.text()).is_err() {
                self.refuse(line.place, format!("`{}` is not a regular expression", line.text()));
            }
            let reason = self.filled(reason, "the reason for allowing a line");
            allowed.extend(reason.map(|reason| (line.text().to_owned(), reason)));
        }
        allowed
    }

    /// `name:/path`, or a folder of this machine, which becomes absolute.
    fn volume(&mut self, text: &Text) -> Option<String> {
        let written = self.text(text)?;
        let mut parts = written.splitn(3, ':');
        let (from, to, option) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let is_folder = from.starts_with(['/', '.']);
        let target = to.filter(|to| to.starts_with('/') && to.len() > 1);
        let fits = match option {
            None => true,
            Some(option) => is_folder && option == "ro",
        };
        let (Some(target), true, true) = (target, fits, is_folder || is_word(from)) else {
            self.refuse(text.place, format!("`{written}` is not a volume"))
                .hint("Write `name:/path`, `./folder:/path` or `./folder:/path:ro`.");
            return None;
        };
        if !is_folder {
            return Some(written);
        }
        let option = option.map(|option| format!(":{option}")).unwrap_or_default();
        Some(format!("{}:{target}{option}", self.outside(from).display()))
    }

    /// `name:/path` alone: a folder of this machine outlives everything by itself.
    fn named_volume(&mut self, text: &Text) -> Option<String> {
        let volume = self.volume(text)?;
        if volume.starts_with('/') {
            self.refuse(text.place, format!("`{volume}` is no named volume")).hint("Write `name:/path`.");
            return None;
        }
        Some(volume)
    }

    /// What is awaited after every start.
    pub(super) fn ready(&mut self, raw: Option<&Located<RawReady>>) -> Option<Ready> {
        let Some(Located { value, place }) = raw else {
            return Some(Ready { condition: ReadyCondition::Started, within: WITHIN });
        };
        let within = match &value.within {
            Some(within) => self.read(within, units::duration),
            None => Some(WITHIN),
        };
        let mut conditions = Vec::new();
        if let Some(run) = &value.run {
            conditions.push(self.filled(run, "the command").map(ReadyCondition::Run));
        }
        if let Some(file) = &value.file {
            conditions.push(self.inside(file, "the path").map(ReadyCondition::File));
        }
        if let Some(port) = &value.port {
            conditions.push(self.read(port, port_number).map(ReadyCondition::Port));
        }
        if let Some(log) = &value.log {
            conditions.push(self.filled(log, "the text").map(ReadyCondition::Log));
        }
        match value.healthy {
            Some(true) => conditions.push(Some(ReadyCondition::Healthy)),
            Some(false) => {
                self.refuse(*place, "`healthy` can only be `true`").hint("Leave it away otherwise.");
            }
            None => {}
        }
        if conditions.len() > 1 {
            self.refuse(*place, "there is more than one condition here")
                .hint("Write exactly one of `run`, `file`, `port`, `log` and `healthy`.");
        }
        let condition = conditions.pop().unwrap_or(Some(ReadyCondition::Started));
        Some(Ready { condition: condition?, within: within? })
    }
}

/// The least memory that an engine gives to a container.
const LEAST_MEMORY: u64 = 6 << 20;

fn memory_limit(text: &str) -> Result<u64, String> {
    match units::size(text)? {
        bytes if bytes < LEAST_MEMORY => Err(format!("`{text}` is too little: a container needs at least 6MiB")),
        bytes => Ok(bytes),
    }
}

fn process_limit(text: &str) -> Result<i64, String> {
    text.parse::<i64>()
        .ok()
        .filter(|limit| *limit > 0)
        .ok_or_else(|| format!("`{text}` is not a number of processes such as `100`"))
}

pub(super) fn port_number(text: &str) -> Result<u16, String> {
    text.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(|| format!("`{text}` is not a port such as `8080`"))
}
