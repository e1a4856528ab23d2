//! Names of things: runs and checks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::container::Restart;

/// Names one run, unique on one engine: a UTC time stamp and four random hexadecimal digits, `20261120T121005Z-3fa2`.
///
/// It is part of container and image names, so it holds only letters, digits and dashes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub String);

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Names one check of a plan: `phase/name`, or `phase/name[item]` when `each` made one of several; `@kill` follows where it
/// is judged after one of several transitions of its phase.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CheckId {
    /// The phase, as in `packages`.
    pub phase: String,
    /// The name within the phase, as in `import`.
    pub name: String,
    /// The item that `each` put in, as in `scipy`.
    pub item: Option<String>,
    /// What the container went through before, where its phase has several of these.
    pub after: Option<Restart>,
}

/// A text that does not have the form of a check id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidCheckId(pub String);

impl fmt::Display for InvalidCheckId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "`{}` is not a check id: phase/name, phase/name[item], or either with @ and a transition, as @restart",
            self.0
        )
    }
}

impl std::error::Error for InvalidCheckId {}

/// Bytes of the longest file stem; file systems take names of 255.
const LONGEST_STEM: usize = 150;

/// Every byte but letters, digits, `_` and `-` as `~` and two hexadecimal digits.
fn escaped(part: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let escape = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("~{byte:02X}") };
    part.bytes().map(escape).collect()
}

impl CheckId {
    /// An id without an item.
    pub fn new(phase: impl Into<String>, name: impl Into<String>) -> Self {
        Self { phase: phase.into(), name: name.into(), item: None, after: None }
    }

    /// The same id with an item.
    #[must_use]
    pub fn with_item(mut self, item: impl Into<String>) -> Self {
        self.item = Some(item.into());
        self
    }

    /// The same id, judged after this transition.
    #[must_use]
    pub fn judged_after(mut self, after: Restart) -> Self {
        self.after = Some(after);
        self
    }

    /// The start of the names of files that belong to the check, as `packages.import.scipy`: no two ids share one.
    ///
    /// Holds only letters, digits, `_`, `-`, `.` and `~`, and at most 150 of them, whatever the id is made of.
    pub fn file_stem(&self) -> String {
        let mut parts = vec![self.phase.as_str(), self.name.as_str()];
        parts.extend(self.item.as_deref());
        if let Some(after) = self.after {
            // No item is empty, so that an empty part tells a check without one from an item of the transition's name.
            parts.extend(self.item.is_none().then_some(""));
            parts.push(after.name());
        }
        let stem = parts.into_iter().map(escaped).collect::<Vec<_>>().join(".");
        if stem.len() <= LONGEST_STEM {
            return stem;
        }
        // FNV-1a over the whole: the cut-off rest still tells long ids apart.
        let hash = stem
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        format!("{}~~{hash:016x}", &stem[..LONGEST_STEM - 18])
    }

    /// The id as one word of letters, digits, dots and dashes, as part of a container's name or of a URL.
    pub fn word(&self) -> String {
        self.to_string().chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect()
    }

    /// The check as its suite names it, whatever the item and the transition.
    #[must_use]
    pub fn without_item(&self) -> Self {
        Self::new(&self.phase, &self.name)
    }

    /// Whether this id, taken as a reference, means `other`: without an item it means every item of that name, and
    /// without a transition every one of them.
    pub fn covers(&self, other: &CheckId) -> bool {
        self.phase == other.phase
            && self.name == other.name
            && (self.item.is_none() || self.item == other.item)
            && (self.after.is_none() || self.after == other.after)
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.phase, self.name)?;
        if let Some(item) = &self.item {
            write!(formatter, "[{item}]")?;
        }
        match self.after {
            Some(after) => write!(formatter, "@{}", after.name()),
            None => Ok(()),
        }
    }
}

impl FromStr for CheckId {
    type Err = InvalidCheckId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidCheckId(text.to_owned());
        let (phase, rest) = text.split_once('/').ok_or_else(invalid)?;
        // An item may hold an @ itself, and nothing follows it but the transition.
        let (rest, after) = match rest.rsplit_once('@').filter(|(rest, _)| !rest.contains('[') || rest.ends_with(']')) {
            Some((rest, after)) => (rest, Some(Restart::named(after).ok_or_else(invalid)?)),
            None => (rest, None),
        };
        let (name, item) = match rest.split_once('[') {
            Some((name, item)) => (name, Some(item.strip_suffix(']').ok_or_else(invalid)?)),
            None => (rest, None),
        };
        if phase.is_empty() || name.is_empty() || item.is_some_and(str::is_empty) {
            return Err(invalid());
        }
        Ok(Self { phase: phase.to_owned(), name: name.to_owned(), item: item.map(str::to_owned), after })
    }
}

impl TryFrom<String> for CheckId {
    type Error = InvalidCheckId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CheckId> for String {
    fn from(id: CheckId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_written() {
        for text in [
            "installation/version",
            "packages/import[scipy]",
            "shell/cwd[/a b/c]",
            "persistence/files@stop-start",
            "persistence/import[scipy]@kill",
            "packages/import[scipy@1]",
            "packages/import[a@b]@commit",
        ] {
            assert_eq!(text.parse::<CheckId>().expect("valid").to_string(), text);
        }
    }

    #[test]
    fn texts_of_another_form_are_refused() {
        for text in
            ["", "version", "/version", "phase/", "phase/name[", "phase/name[]", "phase/name@boom", "phase/name[x]@"]
        {
            assert!(text.parse::<CheckId>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_id_without_item_covers_all_its_items() {
        let all = CheckId::new("packages", "import");
        let one = all.clone().with_item("scipy");
        assert!(all.covers(&one));
        assert!(!one.covers(&all));
        assert!(!one.covers(&all.clone().with_item("rich")));
        let killed = one.clone().judged_after(Restart::Kill);
        assert!(all.covers(&killed) && one.covers(&killed));
        assert!(!killed.covers(&one) && !killed.covers(&one.clone().judged_after(Restart::Commit)));
    }

    #[test]
    fn file_stems_are_plain_and_no_two_ids_share_one() {
        let stem = |text: &str| text.parse::<CheckId>().expect("valid").file_stem();
        assert_eq!(stem("packages/import[scipy]"), "packages.import.scipy");
        assert_eq!(stem("shell/cwd[/a b/../c]"), "shell.cwd.~2Fa~20b~2F~2E~2E~2Fc");
        assert_ne!(stem("packages/import[a.b]"), stem("packages/import.a[b]"));
        assert_eq!(stem("persistence/files@kill"), "persistence.files..kill");
        assert_ne!(stem("persistence/files@kill"), stem("persistence/files[kill]"));
        let long = |end: &str| stem(&format!("packages/real[{}{end}]", "ü".repeat(500)));
        assert_eq!(long("a").len(), 150);
        assert_ne!(long("a"), long("b"));
    }
}
