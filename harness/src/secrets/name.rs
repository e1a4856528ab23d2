//! Names of variables, and what they tell of their values.

/// Shorter values are no secrets worth the damage: they would be found in the middle of other words.
pub const SHORTEST_SECRET: usize = 6;

/// Words that make a variable's name the name of a secret, as whole parts between underscores or at a part's end.
const TELLING: [&str; 9] =
    ["TOKEN", "TOKENS", "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "SECRETS", "CREDENTIALS", "APIKEY"];

/// Words that tell only as a whole part: MONKEY and KEYRING are no keys.
const TELLING_ALONE: [&str; 2] = ["KEY", "KEYS"];

/// Last parts of names whose values say where a secret is, and are none.
const PLACES: [&str; 3] = ["FILE", "PATH", "DIR"];

/// Parts of names whose values are for everybody, as the fingerprint that a signature is checked against.
const PUBLIC: [&str; 4] = ["GPG", "PGP", "PUBLIC", "FINGERPRINT"];

/// Whether the name of a variable says that its value is a secret.
pub fn is_telling(name: &str) -> bool {
    parts(&name.to_ascii_uppercase())
        .any(|part| TELLING_ALONE.contains(&part) || TELLING.iter().any(|word| part.ends_with(word)))
}

/// Whether a variable of this name and value gives a secret away. A bare `key` is an argument of functions, too, as in
/// `key=lambda one: …`, so that only a value with a digit counts.
pub(super) fn is_secret(name: &str, value: &str) -> bool {
    let is_bare = matches!(name, "key" | "keys");
    is_telling(name) && (!is_bare || value.contains(|character: char| character.is_ascii_digit()))
}

/// Whether it does so for whoever has the image: names that tell of a place or of something public do not.
pub(super) fn is_leak(name: &str, value: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let is_place = parts(&upper).next_back().is_some_and(|last| PLACES.contains(&last));
    let is_public = parts(&upper).any(|part| PUBLIC.contains(&part));
    value.len() >= SHORTEST_SECRET && is_secret(name, value) && !is_place && !is_public
}

fn parts(name: &str) -> impl DoubleEndedIterator<Item = &str> {
    name.split(['_', '-', '.'])
}
