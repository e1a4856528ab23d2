//! A configuration file's text: reading it, and parsing it with errors in our own words.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_saphyr::{DefaultMessageFormatter, Error, MessageFormatter};

use super::diagnostic::{ConfigError, ConfigErrors, Place, nearest};

/// Largest configuration file that is read, bytes.
const LARGEST: u64 = 1 << 20;

/// Most values in one file, aliases counted as often as they are used: a step of a suite takes kilobytes in memory.
const MOST_NODES: usize = 50_000;

/// A configuration file as read.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// The file as the caller named it.
    pub label: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// A text that is in memory.
    pub(super) fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: label.into(), text: text.into() }
    }

    /// Reads a file of at most 1 MiB.
    pub(super) fn read(path: &Path) -> Result<Self, ConfigErrors> {
        let label = path.display().to_string();
        let refuse = |message: String, hint: &str| {
            let mut error = ConfigError::whole(&label, message);
            error.hint(hint);
            ConfigErrors::from(error)
        };
        let unreadable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => refuse("there is no such file".into(), "Check the path."),
            _ => refuse(format!("cannot be read: {error}"), "Check the path and its permissions."),
        };
        // Asked before opening: opening a pipe would wait for a writer.
        if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(refuse("is not a file".into(), "Name the YAML file itself."));
        }
        let mut bytes = Vec::new();
        File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
        if bytes.len() as u64 > LARGEST {
            return Err(refuse("is larger than 1 MiB".into(), "Check that this is the file you mean."));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { label, text }),
            Err(_) => Err(refuse("the file is not UTF-8 text".into(), "Check that this is the file you mean.")),
        }
    }

    /// A mistake at a place, with the line that it is in.
    pub(super) fn error(&self, place: Place, message: impl Into<String>) -> ConfigError {
        let line = self.text.lines().nth(place.line.saturating_sub(1)).unwrap_or_default();
        ConfigError { place: Some(place), snippet: Some(line.to_owned()), ..ConfigError::whole(&self.label, message) }
    }

    /// What is written at a place, without quotes.
    pub(super) fn at(&self, place: Place) -> &str {
        let line = self.line(Some(place)).unwrap_or_default();
        let start = line.char_indices().nth(place.column - 1).map_or(line.len(), |(index, _)| index);
        let end = line[start..].char_indices().nth(place.length).map_or(line.len(), |(index, _)| start + index);
        line[start..end].trim_matches(['"', '\''])
    }

    /// Parses the text; the first mistake ends it.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, ConfigErrors> {
        let blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#') || line.trim() == "---";
        if self.text.lines().all(blank) {
            let mut error = ConfigError::whole(&self.label, "the file is empty");
            error.hint("See the examples in `configs/` and `suites/`.");
            return Err(error.into());
        }
        // `yes` and `on` are texts, as anyone expects who has not learned YAML 1.1.
        let options = serde_saphyr::options! {
            strict_booleans: true,
            with_snippet: false,
            budget: serde_saphyr::budget! { max_nodes: MOST_NODES },
        };
        serde_saphyr::from_str_with_options(&self.text, options.clone()).map_err(|error| {
            // Where a bracket or quote is left open that is the mistake, not the first key that does not belong here.
            let syntax = serde_saphyr::from_str_with_options::<IgnoredAny>(&self.text, options).err();
            let is_open = |error: &Error| error.without_snippet().to_string().starts_with("unclosed");
            self.translate(&syntax.filter(is_open).unwrap_or(error)).into()
        })
    }

    /// The parser's error in our own words, where we have better ones.
    fn translate(&self, error: &Error) -> ConfigError {
        let error = match error.without_snippet() {
            Error::AliasError { error, .. } => error.without_snippet(),
            error => error,
        };
        let place = error.location().filter(|location| location.line() > 0).map(Place::from);
        let found = place.map_or("something else", |place| self.found(place));
        let mut translated = match place {
            Some(place) => self.error(place, String::new()),
            None => ConfigError::whole(&self.label, String::new()),
        };
        translated.message = match error {
            Error::SerdeUnknownField { field, expected, .. } => {
                suggest(&mut translated, field, "keys here", expected);
                format!("unknown key `{field}`")
            }
            Error::SerdeUnknownVariant { variant, expected, .. } => {
                suggest(&mut translated, variant, "words here", expected);
                format!("unknown word `{variant}`")
            }
            Error::SerdeMissingField { field, .. } => format!("`{field}` is missing here"),
            Error::DuplicateMappingKey { key: Some(key), .. } => format!("the key `{key}` is there twice"),
            Error::DuplicateMappingKey { key: None, .. } => "this key is there twice".into(),
            Error::Eof { .. } => "ends too early".into(),
            Error::MultipleDocuments { .. } => "a second YAML document begins here; there must be one".into(),
            Error::NullIntoString { .. } => "expected a text, found nothing".into(),
            Error::InvalidBooleanStrict { .. } => "expected `true` or `false`".into(),
            Error::InvalidScalar { ty, .. } => format!("expected {}", in_words(ty)),
            Error::Unexpected { expected, .. } => format!("expected {}, found {found}", in_words(expected)),
            Error::SerdeInvalidType { expected, .. } => format!("expected {}, found {found}", in_words(expected)),
            Error::Message { msg, .. } => msg.clone(),
            Error::Budget { .. }
            | Error::AliasReplayLimitExceeded { .. }
            | Error::AliasExpansionLimitExceeded { .. }
            | Error::AliasReplayStackDepthExceeded { .. } => {
                translated.hint("Check for aliases that stand for too much, and for lists in lists.");
                "holds too many values, or nests them too deeply".into()
            }
            error => DefaultMessageFormatter.format_message(error).into_owned(),
        };
        if self.line(place).is_some_and(|line| line.trim_start_matches(' ').starts_with('\t')) {
            translated.hint("YAML is indented with blanks, never with tabs.");
        }
        translated.message = translated.message.replace(char::is_control, " ");
        translated
    }

    fn line(&self, place: Option<Place>) -> Option<&str> {
        self.text.lines().nth(place?.line - 1)
    }

    /// What kind of value stands at a place, as far as its first character tells.
    fn found(&self, place: Place) -> &'static str {
        let rest = self.line(Some(place)).unwrap_or_default().chars().skip(place.column - 1).collect::<String>();
        let is_item = rest == "-" || rest.starts_with("- ");
        // Up to where a value in a map on one line ends, or a comment begins.
        let value = rest.split(" #").next().unwrap_or_default().split([',', '}', ']']).next().unwrap_or_default();
        let is_key = value.trim_end().ends_with(':') || value.contains(": ");
        match rest.chars().next() {
            Some('[') => "a list",
            Some('-') if is_item => "a list",
            Some('{') => "a map",
            None | Some('#' | '~') => "nothing",
            Some('"' | '\'') => "a text",
            Some(_) if is_key => "a map or nothing",
            Some(_) => "a single value",
        }
    }
}

/// Adds the nearest of the names; where none is near, all of them.
fn suggest(error: &mut ConfigError, written: &str, what: &str, names: &[&'static str]) {
    error.suggestion = nearest(written, names.iter().copied());
    if error.suggestion.is_none() {
        error.known(written, what, names);
    }
}

/// What the parser calls things, in plain words.
fn in_words(expected: &str) -> String {
    match expected {
        "string scalar" | "string" | "scalar" => "a text",
        "mapping start" => "a map",
        "sequence start" => "a list",
        "boolean" => "`true` or `false`",
        "u16" | "u32" | "u64" => "a whole number that is not negative and not too large",
        "i32" | "i64" => "a whole number",
        "floating point" => "a number",
        other if other.starts_with("struct ") => "a map",
        other => other,
    }
    .to_owned()
}
