//! Masking secrets before anything is written.

use serde_json::Value;

use crate::model::{Envelope, Event};
use crate::secrets::{MASK, SHORTEST_SECRET, is_telling, masked as by_form};

/// Fields whose texts name things of the run itself. A secret that happens to be such a word must not tear a run
/// apart, so they are masked only where their form says that they hold one.
const STRUCTURAL: [&str; 17] = [
    "event", "outcome", "check", "id", "by", "phase", "priority", "unit", "ending", "verdict", "restart", "run", "at",
    "subject", "decision", "flaky", "failed",
];

/// Masks secrets in texts: known values, and what is a secret by its form (credentials in URLs, `Authorization`
/// headers, assignments to variables whose names say token, password, secret or key).
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    /// Values, longest first, so that one within another does not leave a rest.
    values: Vec<String>,
}

impl Redactor {
    /// Knows the values of those of the variables whose names tell of a secret and that are long enough to be one.
    pub fn from_variables<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let secret = |&(name, value): &(&str, &str)| is_telling(name) && value.len() >= SHORTEST_SECRET;
        let mut values: Vec<_> = variables.into_iter().filter(secret).map(|(_, value)| value.to_owned()).collect();
        values.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        values.dedup();
        Self { values }
    }

    /// The text with every secret replaced by `***`.
    pub fn text(&self, text: &str) -> String {
        let mut masked = by_form(text);
        for value in &self.values {
            if masked.contains(value) {
                masked = masked.replace(value, MASK);
            }
        }
        masked
    }

    /// The event with every secret in any of its texts replaced by `***`.
    pub fn envelope(&self, envelope: &Envelope) -> Envelope {
        let masked = serde_json::to_value(envelope).and_then(|value| {
            let masked = self.value(&value, None);
            if masked == value { Ok(envelope.clone()) } else { serde_json::from_value(masked) }
        });
        // Figures that are no numbers have no JSON. Rather lose such an event than write what it may hold.
        masked.unwrap_or_else(|error| {
            let text = format!("an event could not be masked and was left out: {error}");
            Envelope { event: Event::Notice { text }, ..envelope.clone() }
        })
    }

    /// Walks a value; `key` is the field or map key that it stands under.
    fn value(&self, value: &Value, key: Option<&str>) -> Value {
        match value {
            Value::String(text) if key.is_some_and(|key| STRUCTURAL.contains(&key)) => Value::String(by_form(text)),
            Value::String(text) if !text.is_empty() && key.is_some_and(is_telling) => Value::String(MASK.to_owned()),
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => Value::Array(items.iter().map(|item| self.value(item, key)).collect()),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), self.value(value, Some(name)))).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rstest::rstest;

    use super::*;
    use crate::model::{CheckId, ImageFacts, Outcome, sample};

    #[rstest]
    #[case("installs from https://user:hunter2@example.org/simple", "installs from https://***@example.org/simple")]
    #[case("https://:pw@host/ git+ssh://git@host/x", "https://***@host/ git+ssh://git@host/x")]
    #[case("clones https://ghp_0123456789@example.org/x", "clones https://***@example.org/x")]
    #[case("https://example.org/@scope/x and a@b", "https://example.org/@scope/x and a@b")]
    #[case("echo MY_TOKEN=hunter2secret; exit 1", "echo MY_TOKEN=***; exit 1")]
    #[case("sorted(all, key=lambda one: one.name)", "sorted(all, key=lambda one: one.name)")]
    #[case("https://example.org/?key=AIza0123456 KEY=secret-word", "https://example.org/?key=*** KEY=***")]
    #[case("> Authorization: Bearer abc.def\n> Host: x", "> Authorization: ***\n> Host: x")]
    #[case("{\"authorization\": \"Basic eHg=\"}", "{\"authorization\": \"***\"}")]
    #[case("UV_PUBLISH_TOKEN=pypi-123456 HOME=/rooted", "UV_PUBLISH_TOKEN=*** HOME=/rooted")]
    #[case("the value is correct-horse!", "the value is ***!")]
    #[case("MONKEY=see-no-evil UV_KEYRING_PROVIDER=subprocess", "MONKEY=see-no-evil UV_KEYRING_PROVIDER=subprocess")]
    #[case("nothing to hide", "nothing to hide")]
    fn secrets_are_masked_and_nothing_else(#[case] text: &str, #[case] masked: &str) {
        let variables = [("INDEX_PASSWORD", "correct-horse"), ("SHORT_TOKEN", "to"), ("EDITOR", "nothing")];
        assert_eq!(Redactor::from_variables(variables).text(text), masked);
    }

    #[test]
    fn no_event_changes_that_holds_no_secret() {
        let recalled = sample::envelopes(vec![Event::Recalled { past: sample::past(3), stable: None }]);
        for event in sample::events().into_iter().chain(recalled) {
            assert_eq!(Redactor::from_variables([("A_KEY", "not in any text")]).envelope(&event), event);
        }
    }

    #[test]
    fn every_text_of_an_event_is_masked_but_the_names_of_things_stand() {
        let redactor = Redactor::from_variables([("A_TOKEN", "passed"), ("B_TOKEN", "packages")]);
        for event in sample::events() {
            let masked = redactor.envelope(&event);
            assert_eq!(std::mem::discriminant(&masked.event), std::mem::discriminant(&event.event));
            if let (Event::CheckEnded(before), Event::CheckEnded(after)) = (&event.event, &masked.event) {
                assert_eq!(before.check, after.check);
                assert_eq!(std::mem::discriminant(&before.outcome), std::mem::discriminant(&after.outcome));
            }
        }
        let mut ended = crate::model::event::CheckEnded::pending(CheckId::new("packages", "import"), true);
        ended.outcome = Outcome::Errored { reason: "it has passed".to_owned() };
        ended.invocation = Some(vec!["curl".to_owned(), "//u:p@h".to_owned()]);
        let envelope = Envelope { sequence: 0, at: String::new(), event: Event::CheckEnded(Box::new(ended)) };
        let Event::CheckEnded(masked) = redactor.envelope(&envelope).event else { panic!("another event") };
        assert_eq!(masked.outcome, Outcome::Errored { reason: "it has ***".to_owned() });
        assert_eq!(masked.invocation.unwrap()[1], "//***@h");
    }

    #[test]
    fn the_setup_keeps_no_secret() {
        let Event::RunStarted(mut start) = sample::start(&[]) else { panic!("another event") };
        start.setup.variables = sample::map(&[
            ("UV_INDEX_PASSWORD", "pw"),
            ("UV_INDEX_URL", "https://ghp_0123456789@index.example/simple"),
            ("UV_CACHE_DIR", "/var/cache/uv"),
        ]);
        start.setup.sources = vec!["https://me:pw@index.example/simple".to_owned()];
        let event = Event::RunStarted(start);
        let masked = Redactor::default().envelope(&Envelope { sequence: 0, at: String::new(), event });
        let Event::RunStarted(start) = masked.event else { panic!("another event") };
        let expected = sample::map(&[
            ("UV_INDEX_PASSWORD", "***"),
            ("UV_INDEX_URL", "https://***@index.example/simple"),
            ("UV_CACHE_DIR", "/var/cache/uv"),
        ]);
        assert_eq!(start.setup.variables, expected);
        assert_eq!(start.setup.sources, ["https://***@index.example/simple"]);
    }

    #[test]
    fn variables_of_the_image_are_masked_by_name() {
        let environment = BTreeMap::from([
            ("PIXI_AUTH_TOKEN".to_owned(), "abc".to_owned()),
            ("PATH".to_owned(), "/usr/bin:/bin".to_owned()),
        ]);
        let event = Event::ImageReady { image: ImageFacts { environment, ..ImageFacts::default() } };
        let masked = Redactor::default().envelope(&Envelope { sequence: 0, at: String::new(), event });
        let Event::ImageReady { image } = masked.event else { panic!("another event") };
        assert_eq!(image.environment["PIXI_AUTH_TOKEN"], "***");
        assert_eq!(image.environment["PATH"], "/usr/bin:/bin");
    }
}
