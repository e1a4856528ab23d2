//! What was put into a Dockerfile, taken out again of what the builder says of it.

/// Texts that were put in, each with what the author wrote in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rewording(Vec<(String, String)>);

impl Rewording {
    /// A flag was put in after an instruction's keyword.
    pub(super) fn added(&mut self, flag: &str) {
        self.replaced(&format!(" {flag}"), "");
    }

    /// One text stands for another.
    pub(super) fn replaced(&mut self, text: &str, written: &str) {
        let pair = (text.to_owned(), written.to_owned());
        if !self.0.contains(&pair) {
            self.0.push(pair);
        }
    }

    /// The text as its author wrote it.
    pub(super) fn as_written(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (put_in, written)| text.replace(put_in, written))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_not_seen() {
        let mut rewording = Rewording::default();
        rewording.added("--mount=type=secret,id=ca");
        rewording.replaced("--mount=type=cache,target=/c,id=run-/c", "--mount=type=cache,target=/c");
        let text = "RUN --mount=type=secret,id=ca --mount=type=cache,target=/c,id=run-/c make";
        assert_eq!(rewording.as_written(text), "RUN --mount=type=cache,target=/c make");
        assert_eq!(Rewording::default().as_written(text), text);
    }
}
