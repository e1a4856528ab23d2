//! Dockerfiles as text: what stages they have, and how the host's CA bundle is put into them in memory.
//!
//! The bundle reaches each `RUN` as a mount that is in no layer, and programs learn of it by `ARG`s after each `FROM`,
//! which are variables of the build alone. A Dockerfile's own `ENV` of such a name wins, as it should. `ONBUILD`
//! triggers are left alone, since they would carry the mount into the image's metadata. apt over TLS reads no variable
//! and goes by the image's own certificates.

use std::ops::Range;

use super::cache_mounts;
use super::rewording::Rewording;

/// Where the bundle is mounted during a `RUN`.
pub const BUNDLE_TARGET: &str = "/run/shakedown-ca.crt";
/// Id of the build secret that holds the bundle.
pub(super) const BUNDLE_SECRET: &str = "shakedown-ca";
/// Where the bundle lies in the build context, for engines that no secret can be handed to.
pub(super) const BUNDLE_IN_CONTEXT: &str = ".shakedown/ca.crt";
/// The variables that curl, pip, requests, uv, pixi, git and Node.js take a CA bundle from.
pub const BUNDLE_VARIABLES: [&str; 6] =
    ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO"];

/// How the CA bundle gets into a `RUN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BundleMount {
    /// As a build secret: neither in the context nor in the cache key.
    Secret,
    /// Bound from the build context, where no secret can be handed over; its content enters the cache key.
    Context,
}

impl BundleMount {
    /// The flag put into each `RUN`.
    pub(super) fn flag(self) -> String {
        match self {
            Self::Secret => format!("--mount=type=secret,id={BUNDLE_SECRET},target={BUNDLE_TARGET},mode=0444"),
            Self::Context => format!("--mount=type=bind,source={BUNDLE_IN_CONTEXT},target={BUNDLE_TARGET},readonly"),
        }
    }
}

/// What is changed of a Dockerfile before it is sent to the builder.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Changes<'a> {
    /// How the CA bundle gets into each `RUN`; absent: not at all.
    pub bundle: Option<BundleMount>,
    /// What the ids of cache mounts are to begin with; absent: they stay.
    pub cache_ids: Option<&'a str>,
}

/// A Dockerfile, as it is sent to the builder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Dockerfile {
    /// The text.
    pub text: String,
    /// The frontend that a `# syntax=` line asks for, which the builder pulls.
    pub syntax: Option<String>,
    /// Names of the build stages in order, in lower case; a stage without a name is `stage-<index>`.
    pub stages: Vec<String>,
    /// The commands of the `RUN` instructions without their flags, as the builder runs them; a heredoc's text is one
    /// as well.
    pub commands: Vec<String>,
    /// What instructions name of the build context: the sources of `COPY`, `ADD` and bind mounts, as they are written.
    pub sources: Vec<String>,
    /// The ids of its cache mounts, as they are written.
    pub cache_mounts: Vec<String>,
    /// What the builder's words on it are as its author wrote it.
    pub rewording: Rewording,
    /// For each line of the text the line of the author's file that it comes from, counted from 1.
    origins: Vec<usize>,
}

impl Dockerfile {
    /// Reads a Dockerfile and leaves it as it is.
    pub(super) fn plain(text: &str) -> Self {
        Self::changed(text, Changes::default())
    }

    /// The author's line for a line of the text, both counted from 1, as builders do in their messages.
    pub(super) fn origin(&self, line: usize) -> usize {
        let index = line.saturating_sub(1).min(self.origins.len().saturating_sub(1));
        self.origins.get(index).copied().unwrap_or(line)
    }

    /// Reads a Dockerfile and changes it.
    pub(super) fn changed(text: &str, changes: Changes<'_>) -> Self {
        let mount = changes.bundle;
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let (escape, syntax) = directives(&lines);
        let instructions = instructions(&lines, escape);
        let mut result = Self { syntax, ..Self::default() };
        let mut written = 0;
        for instruction in &instructions {
            result.copy(&lines, written..instruction.lines.start);
            written = instruction.lines.end;
            result.commands.extend(instruction.commands(&lines));
            result.sources.extend(instruction.sources());
            match instruction.keyword.as_str() {
                "RUN" => result.push_run(&lines, instruction, escape, changes),
                "FROM" => {
                    result.stages.push(stage_name(&instruction.words, result.stages.len()));
                    result.copy(&lines, instruction.lines.clone());
                    if mount.is_some() {
                        result.push_arguments(instruction.lines.end - 1);
                    }
                }
                _ => result.copy(&lines, instruction.lines.clone()),
            }
        }
        result.copy(&lines, written..lines.len());
        result
    }

    /// A `RUN` with the flags that it is to have.
    fn push_run(&mut self, lines: &[&str], instruction: &Instruction, escape: char, changes: Changes<'_>) {
        let cached: Vec<&String> = instruction.flags().filter(|flag| cache_mounts::id(flag).is_some()).collect();
        self.cache_mounts.extend(cached.iter().filter_map(|flag| cache_mounts::id(flag)).map(str::to_owned));
        let owned = changes.cache_ids.map(|prefix| {
            cached.iter().filter_map(|flag| Some(((*flag).clone(), cache_mounts::with_own_id(flag, prefix)?))).collect()
        });
        let owned: Vec<(String, String)> = owned.unwrap_or_default();
        for (written, own) in &owned {
            self.rewording.replaced(own, written);
        }
        for index in instruction.lines.clone() {
            let mut line = lines[index].to_owned();
            if index == instruction.lines.start
                && let Some(mount) = changes.bundle
            {
                let (keyword, rest) = line.split_at(instruction.keyword_end);
                let gap = if rest.starts_with(escape) { " " } else { "" };
                line = format!("{keyword} {}{gap}{rest}", mount.flag());
                self.rewording.added(&mount.flag());
            }
            if index < instruction.heredocs_at {
                line = owned.iter().fold(line, |line, (written, own)| line.replace(written, own));
            }
            self.push(&line, index);
        }
    }

    fn copy(&mut self, lines: &[&str], range: Range<usize>) {
        for index in range {
            self.push(lines[index], index);
        }
    }

    fn push(&mut self, line: &str, index: usize) {
        self.text.push_str(line);
        self.origins.push(index + 1);
    }

    fn push_arguments(&mut self, index: usize) {
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        for variable in BUNDLE_VARIABLES {
            self.push(&format!("ARG {variable}={BUNDLE_TARGET}\n"), index);
        }
    }
}

/// One instruction with the lines it takes up, those of its heredocs included.
struct Instruction {
    keyword: String,
    /// Where the keyword ends in its first line.
    keyword_end: usize,
    lines: Range<usize>,
    /// The words after the keyword, quotes kept.
    words: Vec<String>,
    /// The line after the instruction proper, where its heredocs begin.
    heredocs_at: usize,
}

impl Instruction {
    /// The command of a `RUN`, and the text of its heredocs.
    fn commands(&self, lines: &[&str]) -> Vec<String> {
        if self.keyword != "RUN" {
            return Vec::new();
        }
        let command: Vec<&str> =
            self.words.iter().map(String::as_str).skip_while(|word| word.starts_with("--")).collect();
        let command = command.join(" ");
        let exec_form: Option<Vec<String>> = serde_json::from_str(&command).ok();
        let mut commands = vec![exec_form.map_or(command, |arguments| arguments.join(" "))];
        let body = &lines[self.heredocs_at..self.lines.end];
        if let [text @ .., _] = body {
            commands.extend([text.concat(), format!("{} {}", commands[0], body.concat())]);
        }
        commands
    }

    /// Its flags, as `--mount=…`.
    fn flags(&self) -> impl Iterator<Item = &String> {
        self.words.iter().take_while(|word| word.starts_with("--"))
    }

    /// What it names of the build context, other stages and images, URLs and heredocs aside.
    fn sources(&self) -> Vec<String> {
        let (flags, words): (Vec<&String>, Vec<&String>) = self.words.iter().partition(|word| word.starts_with("--"));
        match self.keyword.as_str() {
            "RUN" => flags.into_iter().filter_map(|flag| bound(flag)).collect(),
            "COPY" | "ADD" if !flags.iter().any(|flag| flag.starts_with("--from=")) => copied(&words),
            _ => Vec::new(),
        }
    }
}

/// The source of a bind mount from the context.
fn bound(flag: &str) -> Option<String> {
    let options: Vec<(&str, &str)> =
        flag.strip_prefix("--mount=")?.split(',').filter_map(|option| option.split_once('=')).collect();
    let value = |wanted: &[&str]| options.iter().find(|(name, _)| wanted.contains(name)).map(|(_, value)| *value);
    let is_of_context = value(&["type"]).unwrap_or("bind") == "bind" && value(&["from"]).is_none();
    value(&["source", "src"]).filter(|_| is_of_context).map(str::to_owned)
}

/// The sources of a `COPY` or `ADD`: all words but the last, in either form.
fn copied(words: &[&String]) -> Vec<String> {
    let text = words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(" ");
    let mut words: Vec<String> =
        serde_json::from_str(&text).unwrap_or_else(|_| words.iter().map(|word| (*word).clone()).collect());
    words.pop();
    words.retain(|word| !word.contains("://") && !word.starts_with("<<"));
    words
}

/// The escape character and the frontend that the directives at the head ask for.
fn directives(lines: &[&str]) -> (char, Option<String>) {
    let (mut escape, mut syntax) = ('\\', None);
    for line in lines {
        let line = line.trim_start_matches('\u{feff}').trim();
        let Some((key, value)) = line.strip_prefix('#').and_then(|rest| rest.split_once('=')) else { break };
        match key.trim().to_ascii_lowercase().as_str() {
            "escape" if value.trim() == "`" => escape = '`',
            "escape" => {}
            "syntax" => syntax = Some(value.trim().to_owned()),
            key if key.is_empty() || !key.chars().all(|letter| letter.is_ascii_alphanumeric()) => break,
            _ => {}
        }
    }
    (escape, syntax)
}

fn instructions(lines: &[&str], escape: char) -> Vec<Instruction> {
    let mut found = Vec::new();
    let mut index = 0;
    while index < lines.len() {
        let start = index;
        index += 1;
        if is_comment_or_blank(lines[start]) {
            continue;
        }
        let mut logical = String::new();
        let mut continues = append(&mut logical, lines[start], escape);
        while continues && index < lines.len() {
            if !is_comment_or_blank(lines[index]) {
                continues = append(&mut logical, lines[index], escape);
            }
            index += 1;
        }
        let (keyword, keyword_end) = keyword(lines[start], escape);
        let words = split_words(&logical).split_off(1);
        let heredocs_at = index;
        for heredoc in heredocs(&keyword, &words) {
            index = heredoc.end(lines, index);
        }
        found.push(Instruction { keyword, keyword_end, lines: start..index, words, heredocs_at });
    }
    found
}

fn is_comment_or_blank(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    line.is_empty() || line.starts_with('#')
}

/// Appends a physical line to a logical one; says whether it goes on in the next.
fn append(logical: &mut String, line: &str, escape: char) -> bool {
    let line = line.trim_end();
    if let Some(line) = line.strip_suffix(escape) {
        logical.push_str(line);
        return true;
    }
    logical.push_str(line);
    false
}

fn keyword(line: &str, escape: char) -> (String, usize) {
    let start = line.find(|letter: char| !letter.is_whitespace() && letter != '\u{feff}').unwrap_or(line.len());
    let rest = &line[start..];
    let length = rest.find(|letter: char| letter.is_whitespace() || letter == escape).unwrap_or(rest.len());
    (rest[..length].to_ascii_uppercase(), start + length)
}

/// Splits at blanks outside of quotes.
fn split_words(text: &str) -> Vec<String> {
    let mut words = vec![];
    let mut word = String::new();
    let mut quote = None;
    for letter in text.trim_start_matches('\u{feff}').chars() {
        match quote {
            None if letter.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                continue;
            }
            None if letter == '"' || letter == '\'' => quote = Some(letter),
            Some(open) if open == letter => quote = None,
            _ => {}
        }
        word.push(letter);
    }
    if !word.is_empty() || words.is_empty() {
        words.push(word);
    }
    words
}

struct Heredoc {
    terminator: String,
    strips_tabs: bool,
}

impl Heredoc {
    /// `<<EOF`, `<<-EOF`, `3<<"EOF"`; not `<<<text` and not a shift in arithmetic.
    fn read(word: &str) -> Option<Self> {
        let rest = word.trim_start_matches(|letter: char| letter.is_ascii_digit()).strip_prefix("<<")?;
        let (strips_tabs, name) = rest.strip_prefix('-').map_or((false, rest), |name| (true, name));
        let name = name.trim_matches(['"', '\'']);
        let is_name = !name.is_empty() && !name.contains(['<', '"', '\'']);
        is_name.then(|| Self { terminator: name.to_owned(), strips_tabs })
    }

    /// The line after the terminator, or the end of the file.
    fn end(&self, lines: &[&str], from: usize) -> usize {
        let closes = |line: &&str| {
            let line = line.trim_end_matches(['\n', '\r']);
            let line = if self.strips_tabs { line.trim_start_matches('\t') } else { line };
            line == self.terminator
        };
        lines[from..].iter().position(closes).map_or(lines.len(), |length| from + length + 1)
    }
}

fn heredocs(keyword: &str, words: &[String]) -> Vec<Heredoc> {
    let known = |keyword: &str| ["RUN", "COPY", "ADD"].contains(&keyword);
    let trigger = words.first().map(|word| word.to_ascii_uppercase()).unwrap_or_default();
    if known(keyword) || (keyword == "ONBUILD" && known(&trigger)) {
        return words.iter().filter_map(|word| Heredoc::read(word)).collect();
    }
    Vec::new()
}

fn stage_name(words: &[String], index: usize) -> String {
    words
        .iter()
        .position(|word| word.eq_ignore_ascii_case("as"))
        .and_then(|position| words.get(position + 1))
        .map_or_else(|| format!("stage-{index}"), |name| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
