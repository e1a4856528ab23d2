//! The parts of a check's story: a name, and what is to be said under it.

use serde::Serialize;

use super::excerpt::{Excerpt, Room};

/// Characters of a value that stands on one line.
const LONGEST_LINE: usize = 200;

/// Lines of a command that is shown without being asked for.
const LONGEST_COMMAND: usize = 6;

/// One part.
#[derive(Debug, Default, Serialize)]
pub(super) struct Part {
    name: &'static str,
    /// Words, in which backticks make code.
    prose: String,
    /// A short value as it is.
    code: String,
    /// A block of lines.
    block: Option<Excerpt>,
    /// Where the words lead, within the page.
    href: String,
    /// The file beside the page that has the whole of a block.
    file: String,
    /// `diff`, `command` or `strong`.
    class: &'static str,
    /// What one clicks on to open it; empty where it is open.
    folded: String,
}

impl Part {
    pub(super) fn prose(name: &'static str, words: impl Into<String>) -> Self {
        Self { name, prose: words.into(), ..Self::default() }
    }

    pub(super) fn code(name: &'static str, words: impl Into<String>) -> Self {
        Self { name, code: words.into(), ..Self::default() }
    }

    pub(super) fn block(name: &'static str, block: Excerpt) -> Self {
        Self { name, block: Some(block), ..Self::default() }
    }

    pub(super) fn link(name: &'static str, words: impl Into<String>, href: String) -> Self {
        Self { name, prose: words.into(), href, ..Self::default() }
    }

    pub(super) fn diff(self) -> Self {
        Self { class: "diff", ..self }
    }

    pub(super) fn strong(self) -> Self {
        Self { class: "strong", ..self }
    }

    /// Opened on demand, by a click on these words.
    pub(super) fn folded(self, words: impl Into<String>) -> Self {
        Self { folded: words.into(), ..self }
    }

    /// Names the file that has the whole, where some is left out.
    pub(super) fn whole_in(self, path: Option<String>) -> Self {
        let is_cut = self.block.as_ref().is_some_and(|block| !block.left_out.is_empty());
        Self { file: path.filter(|_| is_cut).unwrap_or_default(), ..self }
    }

    /// Bytes of its block.
    pub(super) fn bytes(&self) -> usize {
        self.block.as_ref().map_or(0, |block| block.text.len())
    }

    #[cfg(test)]
    pub(super) fn name(&self) -> &'static str {
        self.name
    }
}

/// A value on the line, or in a block where it is long.
pub(super) fn value(name: &'static str, value: &str, room: Room) -> Part {
    if value.trim().contains('\n') || value.chars().count() > LONGEST_LINE {
        Part::block(name, Excerpt::of(value, room))
    } else {
        Part::code(name, value.trim())
    }
}

/// Something to copy and type; what is long is folded away, but there to the end.
pub(super) fn to_copy(name: &'static str, line: &str) -> Part {
    command(name, line, Excerpt::whole(line))
}

/// A command that was carried out, as much of it as there is room for.
pub(super) fn carried_out(name: &'static str, line: &str, room: Room) -> Part {
    command(name, line, Excerpt::of(line, room))
}

fn command(name: &'static str, line: &str, shown: Excerpt) -> Part {
    let part = Part { class: "command", ..Part::block(name, shown) };
    match line.trim().lines().count() {
        lines if lines > LONGEST_COMMAND => part.folded(format!("A command of {lines} lines")),
        _ => part,
    }
}

/// A command as one would type it.
pub(super) fn typed(argv: &[String]) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./=:,@%+".contains(character);
    let quoted = |word: &String| {
        let plain = !word.is_empty() && word.chars().all(is_plain);
        if plain { word.clone() } else { format!("'{}'", word.replace('\'', r"'\''")) }
    };
    argv.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_reads_as_one_would_type_it() {
        let argv = ["/opt/uv/bin/uv", "pip", "install", "a>=1", "it's", ""].map(str::to_owned);
        assert_eq!(typed(&argv), r"/opt/uv/bin/uv pip install 'a>=1' 'it'\''s' ''");
    }
}
