//! The steps that made an image: which of them are new, and which are gone. What a Dockerfile says is what people can mend.

use super::facts::FactChange;

/// What a step is called among the facts that differ.
pub const STEP: &str = "step of the Dockerfile";

/// The longest step that is told whole, in characters.
const LONGEST: usize = 300;

/// Steps that came or went, in their order. Of an image whose steps nobody asked for nothing can be told.
pub(super) fn steps(before: &[String], now: &[String]) -> Vec<FactChange> {
    if before.is_empty() || now.is_empty() {
        return Vec::new();
    }
    let change = |old, new| FactChange { what: STEP.to_owned(), old, new };
    let gone = missing(before, now).into_iter().map(|step| change(Some(step), None));
    let added = missing(now, before).into_iter().map(|step| change(None, Some(step)));
    gone.chain(added).collect()
}

/// The steps of one history that another one does not have, or not as often, as a Dockerfile says them.
fn missing(from: &[String], within: &[String]) -> Vec<String> {
    let mut others: Vec<&String> = within.iter().collect();
    let mut missing = Vec::new();
    for step in from {
        match others.iter().position(|other| *other == step) {
            Some(place) => drop(others.remove(place)),
            None => missing.push(as_written(step)),
        }
    }
    missing
}

/// A step as a Dockerfile has it: `/bin/sh -c #(nop)  ENV A=1` → `ENV A=1`, `RUN |1 A=1 /bin/sh -c make # buildkit` →
/// `RUN make`.
fn as_written(step: &str) -> String {
    const SHELL: &str = "/bin/sh -c ";
    let step = step.strip_suffix("# buildkit").unwrap_or(step).trim();
    let written = match step.strip_prefix(SHELL) {
        Some(rest) => rest.strip_prefix("#(nop)").map_or_else(|| format!("RUN {rest}"), |rest| rest.trim().to_owned()),
        // What build arguments held stands between the keyword and the shell.
        None => match step.split_once(SHELL) {
            Some((head, command)) if head.starts_with("RUN ") => format!("RUN {command}"),
            _ => step.to_owned(),
        },
    };
    match written.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &written[..end]),
        None => written,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/bin/sh -c #(nop)  ENV UV_OFFLINE=1", "ENV UV_OFFLINE=1")]
    #[case("/bin/sh -c rm /opt/a", "RUN rm /opt/a")]
    #[case("RUN |2 A=1 B=/bin/b /bin/sh -c make all # buildkit", "RUN make all")]
    #[case("RUN /bin/sh -c make # buildkit", "RUN make")]
    #[case("COPY . / # buildkit", "COPY . /")]
    #[case("ENTRYPOINT [\"/start\"]", "ENTRYPOINT [\"/start\"]")]
    fn steps_are_told_as_a_dockerfile_has_them(#[case] told: &str, #[case] written: &str) {
        assert_eq!(as_written(told), written);
    }

    #[test]
    fn steps_that_came_and_went_are_told_each_as_often() {
        let of = |steps: &[&str]| steps.iter().map(|&step| step.to_owned()).collect::<Vec<_>>();
        let changes = steps(&of(&["ADD base", "RUN a", "RUN b"]), &of(&["ADD base", "RUN b", "RUN b", "ENV C=1"]));
        let told: Vec<_> = changes.iter().map(|change| (change.old.as_deref(), change.new.as_deref())).collect();
        assert_eq!(told, [(Some("RUN a"), None), (None, Some("RUN b")), (None, Some("ENV C=1"))]);
        assert_eq!(steps(&[], &of(&["RUN a"])), []);
        let long = format!("RUN {}", "é".repeat(400));
        assert!(as_written(&long).ends_with("é …"));
    }
}
