//! Whether something is the same as it was seen before.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::{changed, fact, text, tree, version, words};
use crate::model::inquiry::Answer;
use crate::model::text::without_escapes;
use crate::model::{Captured, ExitStatus, Fact, Failure, Observation, Ran};

/// The same version as an earlier step found.
pub(super) fn version(earlier: &Observation, seen: &Observation) -> Finding {
    match (version_of(earlier), version_of(seen)) {
        (Ok(earlier), Ok(seen)) => {
            Finding::when(version::equal(&earlier, &seen), || format!("`{seen}` instead of `{earlier}`"))
        }
        (Err(finding), _) => finding.prefixed("of the earlier step: "),
        (_, Err(finding)) => finding,
    }
}

/// The version that a fact names, else the first one in what was printed, else the only line that was printed.
fn version_of(seen: &Observation) -> Result<String, Finding> {
    match seen {
        Observation::Ran(ran) if ran.fact.is_none() => printed_version(ran),
        other => fact::of(other).and_then(|fact| match fact::version_of(fact) {
            Some(version) if !version.trim().is_empty() => Ok(version.to_owned()),
            _ => Err(Finding::misfit(format!("one version was expected, but known is {}", words::fact(fact)))),
        }),
    }
}

fn printed_version(ran: &Ran) -> Result<String, Finding> {
    if ran.status != ExitStatus::Exited(0) {
        return Err(Finding::misfit(words::end_of(ran)));
    }
    let printed = ran.stdout.text.trim();
    let only_line = || (!printed.is_empty() && !printed.contains('\n')).then(|| printed.to_owned());
    let found = version::first(printed).or_else(only_line);
    found.ok_or_else(|| Finding::misfit(format!("no version was printed: {}", words::end_of(ran))))
}

/// Each line of an earlier command's standard output is in this one's. A terminal adds carriage returns and colours.
pub(super) fn lines(earlier: &Observation, seen: &Observation) -> Finding {
    let (earlier, seen) = match (printed_lines(earlier), printed_lines(seen)) {
        (Ok(earlier), Ok(seen)) => (earlier, seen),
        (Err(finding), _) => return finding.prefixed("of the earlier step: "),
        (_, Err(finding)) => return finding,
    };
    if earlier.is_empty() {
        return Finding::misfit("the earlier step printed nothing to compare with");
    }
    let missing: Vec<String> = earlier.into_iter().filter(|line| !seen.contains(line)).collect();
    let printed = if seen.is_empty() { "nothing".to_owned() } else { words::tail(&seen.join("\n"), 9) };
    Finding::when(missing.is_empty(), || format!("{printed}\nwithout: {}", words::lines(&missing)))
}

fn printed_lines(seen: &Observation) -> Result<Vec<String>, Finding> {
    let Observation::Ran(ran) = seen else {
        return Err(Finding::misfit(format!("a command was expected, but this is {}", words::kind(seen))));
    };
    if ran.status != ExitStatus::Exited(0) {
        return Err(Finding::misfit(words::end_of(ran)));
    }
    if ran.stdout.cut > 0 {
        return Err(Finding::misfit(format!("{}, so it cannot be compared", words::cut(&ran.stdout))));
    }
    let plain = without_escapes(&ran.stdout.text);
    Ok(plain.lines().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect())
}

/// The same as before the restart: exit code, standard output (white space at its end aside) and fact of a command,
/// the agent's answer, what files say, a tree of files.
pub(super) fn as_before(before: &Observation, seen: &Observation) -> Finding {
    match (before, seen) {
        (Observation::Ran(before), Observation::Ran(seen)) => same_run(before, seen),
        (Observation::Together(before), Observation::Together(seen)) => {
            if before.len() != seen.len() || seen.is_empty() {
                return Finding::misfit(format!("{} commands before, {} now", before.len(), seen.len()));
            }
            Finding::all(before.iter().zip(seen).map(|(before, seen)| same_run(before, seen)))
        }
        (Observation::Answered(Answer::Tree(_)), Observation::Answered(Answer::Tree(_))) => {
            tree::same(before, seen, &[])
        }
        (Observation::Answered(before), Observation::Answered(seen)) => same_answer(before, seen),
        (Observation::Known { fact: before, .. }, Observation::Known { fact: seen, .. }) => {
            Finding::when(before == seen, || another(before, seen))
        }
        (Observation::Text(before), Observation::Text(seen)) => same_text(before, seen),
        (Observation::Image(before), Observation::Image(seen)) => {
            Finding::when(before == seen, || format!("image {}; before: {}", seen.id, before.id))
        }
        (before, seen) => Finding::misfit(format!(
            "these cannot be compared: before {}, now {}",
            words::kind(before),
            words::kind(seen)
        )),
    }
}

fn same_text(before: &Captured, seen: &Captured) -> Finding {
    if let Some(captured) = [before, seen].into_iter().find(|captured| captured.cut > 0) {
        return Finding::misfit(format!("{}, so it cannot be compared", words::cut(captured)));
    }
    if before.text == seen.text {
        return Finding::Met;
    }
    let actual = format!("another text:\n{}", words::tail(&seen.text, 18));
    Finding::Unmet(Failure { actual, diff: text::diff(&before.text, &seen.text), ..Failure::default() })
}

fn same_run(before: &Ran, seen: &Ran) -> Finding {
    for (when, ran) in [("before: ", before), ("", seen)] {
        if matches!(ran.status, ExitStatus::NotStarted { .. } | ExitStatus::Signalled(_)) {
            return Finding::misfit(format!("{when}{}", words::end_of(ran)));
        }
        if ran.stdout.cut > 0 {
            return Finding::misfit(format!("{when}{}, so it cannot be compared", words::cut(&ran.stdout)));
        }
        if let Some(Err(reason)) = &ran.fact {
            return Finding::misfit(format!("{when}{}", words::unreadable(reason, ran)));
        }
    }
    if before.status != seen.status {
        return Finding::unmet(format!("{}\nbefore: {}", words::end_of(seen), words::status(&before.status)));
    }
    // What a manager's own format means says it better than its text.
    if let (Some(Ok(before)), Some(Ok(seen))) = (&before.fact, &seen.fact)
        && before != seen
    {
        return Finding::unmet(another(before, seen));
    }
    let (old, new) = (before.stdout.text.trim_end(), seen.stdout.text.trim_end());
    if old != new {
        let actual = format!("other output:\n{}\nbefore:\n{}", words::tail(new, 9), words::tail(old, 9));
        return Finding::Unmet(Failure { actual, diff: text::diff(old, new), ..Failure::default() });
    }
    Finding::when(before.fact == seen.fact, || "it means something else than before".to_owned())
}

fn another(before: &Fact, seen: &Fact) -> String {
    let whole = || format!("{}\nbefore: {}", words::fact(seen), words::fact(before));
    changed::facts(before, seen).unwrap_or_else(whole)
}

/// Equal answers. Of process 1 only its command can be: a restart makes another process, that is its proof.
fn same_answer(before: &Answer, seen: &Answer) -> Finding {
    match (before, seen) {
        (Answer::Init { command: before, .. }, Answer::Init { command: seen, .. }) => {
            Finding::when(before == seen, || format!("process 1 is `{seen}`; before: `{before}`"))
        }
        (Answer::Content(Some(before)), Answer::Content(Some(seen))) => {
            let (old, new) = (String::from_utf8_lossy(before), String::from_utf8_lossy(seen));
            if before == seen {
                return Finding::Met;
            }
            let actual = format!("another content:\n{}", words::tail(&new, 18));
            Finding::Unmet(Failure { actual, diff: text::diff(&old, &new), ..Failure::default() })
        }
        (Answer::Environment { variables: old, .. }, Answer::Environment { variables: new, .. })
            if lasting(old) != lasting(new) =>
        {
            let (old, new) = (lasting(old), lasting(new));
            let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
            let changed = names.filter(|name| old.get(*name) != new.get(*name));
            let shown = |value: Option<&&String>| value.map_or("not set".to_owned(), |value| format!("`{value}`"));
            let lines: Vec<String> = changed
                .map(|name| format!("{name} is {}; before: {}", shown(new.get(name)), shown(old.get(name))))
                .collect();
            Finding::unmet(words::lines(&lines))
        }
        (
            Answer::Environment { directory: before, user: was, groups: had, .. },
            Answer::Environment { directory: seen, user, groups, .. },
        ) => Finding::when((before, was, had) == (seen, user, groups), || {
            format!("user {user}, groups {groups:?}, in {seen}\nbefore: user {was}, groups {had:?}, in {before}")
        }),
        (before, seen) => Finding::when(before == seen, || {
            let line = |answer: &Answer| words::shortened(&format!("{answer:?}"));
            format!("{}\nbefore: {}", line(seen), line(before))
        }),
    }
}

/// The variables that are a container's own for more than its life: another one has another name.
fn lasting(variables: &BTreeMap<String, String>) -> BTreeMap<&String, &String> {
    variables.iter().filter(|(name, _)| *name != "HOSTNAME").collect()
}
