//! Variables of the caller's environment in values: `${NAME}` and `${NAME:-default}`.
//!
//! The default serves where the variable is unset or empty, as in a shell, and runs to the next `}`. Only `${` begins
//! a variable: `$NAME` and `$$` stay as they are, for the shells of the image. `$${` is a plain `${`.

/// Why a text cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum VariableError {
    /// It is not set and has no default.
    #[error("the variable `{0}` is not set")]
    Unset(String),
    /// What stands between the braces is no name.
    #[error("`${{{0}}}` is not of the form `${{NAME}}` or `${{NAME:-default}}`")]
    Malformed(String),
    /// There is no closing brace.
    #[error("a `${{` without its `}}`")]
    Open,
}

impl VariableError {
    /// What to do about it.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::Unset(name) => format!("Set {name}, or write a default: `${{{name}:-default}}`."),
            Self::Malformed(_) | Self::Open => "Write `$${` for a plain `${`.".to_owned(),
        }
    }
}

/// The names of the variables in a text that [`expand`] understands, in order.
pub(super) fn names(text: &str) -> Vec<String> {
    let names = std::cell::RefCell::new(Vec::new());
    let note = |name: &str| {
        names.borrow_mut().push(name.to_owned());
        Some(String::new())
    };
    // Whether all is well with the text is not asked here.
    let _ = expand(text, &note);
    names.into_inner()
}

/// The text with its variables filled in.
pub(super) fn expand(text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<String, VariableError> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, opened) = (&rest[..start], &rest[start + 2..]);
        if let Some(escaped) = before.strip_suffix('$') {
            filled.push_str(escaped);
            filled.push_str("${");
            rest = opened;
            continue;
        }
        filled.push_str(before);
        let (inside, after) = opened.split_once('}').ok_or(VariableError::Open)?;
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        if !is_name(name) {
            return Err(VariableError::Malformed(inside.to_owned()));
        }
        match (environment(name), default) {
            (Some(value), Some(default)) if value.is_empty() => filled.push_str(default),
            (Some(value), _) => filled.push_str(&value),
            (None, Some(default)) => filled.push_str(default),
            (None, None) => return Err(VariableError::Unset(name.to_owned())),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("plain", Ok("plain"))]
    #[case("a ${SET} b", Ok("a value b"))]
    #[case("${SET:-other}/${UNSET:-x}", Ok("value/x"))]
    #[case("${EMPTY:-filled}", Ok("filled"))]
    #[case("${EMPTY}", Ok(""))]
    #[case("${UNSET:-}", Ok(""))]
    #[case("$SET $$ $", Ok("$SET $$ $"))]
    #[case("$${SET} ${SET}", Ok("${SET} value"))]
    #[case("é${SET}é", Ok("évalueé"))]
    #[case("${UNSET}", Err(VariableError::Unset("UNSET".into())))]
    #[case("${SET", Err(VariableError::Open))]
    #[case("${}", Err(VariableError::Malformed(String::new())))]
    #[case("${1A}", Err(VariableError::Malformed("1A".into())))]
    #[case("${SET-x}", Err(VariableError::Malformed("SET-x".into())))]
    fn variables_are_filled_in_as_documented(#[case] text: &str, #[case] expected: Result<&str, VariableError>) {
        let environment = |name: &str| match name {
            "SET" => Some("value".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        assert_eq!(expand(text, &environment), expected.map(str::to_owned));
    }

    #[test]
    fn names_are_those_that_would_be_filled_in() {
        assert_eq!(names("${A:-}/$${B}/${C}/$D"), ["A", "C"]);
        assert_eq!(names("plain"), Vec::<String>::new());
    }
}
