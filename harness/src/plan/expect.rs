//! `expect` of a suite → [`Expectation`], templates filled in.

use crate::config::verbs::{Expect, ExpectText};
use crate::model::expectation::{Expectation, FileExpectation, Stream, Text};
use crate::model::fact::ErrorClass;
use crate::model::inquiry::FileKind;

use super::mistake::Mistake;
use super::names::Names;

/// What kind of observation the expectation is about; decides what goes without saying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About<'a> {
    /// A command: it exits with 0 unless something else is said.
    Command,
    /// A path: something is there unless something else is said.
    File,
    /// The content of a file: it is there.
    Content,
    /// A text that may be empty: it can be read.
    Text,
    /// A search of PATH: something is found.
    Search,
    /// A variable of this name: it is set.
    Variable(&'a str),
    /// Anything else: it can be observed.
    Other,
}

pub(super) fn lower(expect: Option<&Expect>, about: About<'_>, names: &Names) -> Result<Expectation, Mistake> {
    let default = Expect::default();
    let expect = expect.unwrap_or(&default);
    let mut all = Vec::new();
    about_kind(expect, about, names, &mut all)?;
    facts(expect, names, &mut all)?;
    relations(expect, names, &mut all)?;
    Ok(match all.len() {
        0 => Expectation::Observed,
        1 => all.remove(0),
        _ => Expectation::All(all),
    })
}

fn about_kind(expect: &Expect, about: About<'_>, names: &Names, all: &mut Vec<Expectation>) -> Result<(), Mistake> {
    match about {
        About::Command => {
            ending(expect, all)?;
            let streams =
                [(Stream::Stdout, &expect.stdout), (Stream::Stderr, &expect.stderr), (Stream::Output, &expect.output)];
            for (stream, text) in streams {
                for text in text.iter().map(|text| texts(text, names)).collect::<Result<Vec<_>, _>>()?.concat() {
                    all.push(negated(text, |text| Expectation::Prints { stream, text }));
                }
            }
        }
        About::File => all.push(Expectation::File(file(expect, names)?)),
        About::Content | About::Text => {
            let wanted = expect.text.as_ref().map(|text| texts(text, names)).transpose()?.unwrap_or_default();
            let is_open = wanted.is_empty() && about == About::Content;
            let wanted = if is_open { vec![Wanted::Is(Text::Something)] } else { wanted };
            all.extend(wanted.into_iter().map(|text| negated(text, Expectation::Content)));
        }
        About::Search => all.push(match &expect.at {
            Some(path) => Expectation::FoundAt(names.fill(path)?),
            None if expect.absent == Some(true) => Expectation::Not(Box::new(Expectation::Found)),
            None => Expectation::Found,
        }),
        About::Variable(name) => {
            let wanted = expect.text.as_ref().map(|text| texts(text, names)).transpose()?.unwrap_or_default();
            let wanted = if wanted.is_empty() { vec![Wanted::Is(Text::Something)] } else { wanted };
            let is = |is| Expectation::Variable { name: name.to_owned(), is };
            all.extend(wanted.into_iter().map(|text| negated(text, is)));
        }
        About::Other => {}
    }
    Ok(())
}

/// How a command ends.
fn ending(expect: &Expect, all: &mut Vec<Expectation>) -> Result<(), Mistake> {
    let exit = || Expectation::Exit(expect.exit.unwrap_or(0));
    if !expect.or_because.is_empty() {
        let refused = vec![Expectation::Refused, Expectation::Because(reasons(&expect.or_because)?)];
        all.push(Expectation::Any(vec![exit(), Expectation::All(refused)]));
    } else if expect.refused == Some(true) || !expect.because.is_empty() {
        all.push(Expectation::Refused);
    } else {
        all.push(exit());
    }
    if !expect.because.is_empty() {
        all.push(Expectation::Because(reasons(&expect.because)?));
    }
    Ok(())
}

/// Error classes by their names.
pub(super) fn reasons(names: &[String]) -> Result<Vec<ErrorClass>, Mistake> {
    let class = |name: &String| {
        let value = serde_json::Value::String(name.clone());
        serde_json::from_value(value).map_err(|_| format!("`{name}` is not a class of errors").into())
    };
    names.iter().map(class).collect()
}

fn file(expect: &Expect, names: &Names) -> Result<FileExpectation, Mistake> {
    let octal = |text: &Option<String>| -> Result<Option<u32>, Mistake> {
        let Some(text) = text else { return Ok(None) };
        let filled = names.fill(text)?;
        u32::from_str_radix(&filled, 8).map(Some).map_err(|_| format!("`{filled}` is not an octal mode").into())
    };
    let kind = match expect.kind.as_deref() {
        None => None,
        Some("file") => Some(FileKind::File),
        Some("directory") => Some(FileKind::Directory),
        Some("symlink") => Some(FileKind::Symlink),
        Some(other) => {
            let problem = format!("`{other}` is not a type of file");
            return Err(Mistake::unknown(other, problem, "types", &["file", "directory", "symlink"]));
        }
    };
    Ok(FileExpectation {
        absent: expect.absent.unwrap_or(false),
        kind,
        executable: expect.executable,
        mode: octal(&expect.mode)?,
        mode_without: octal(&expect.mode_without)?,
        owner: expect.owner.as_deref().map(|owner| names.fill(owner)).transpose()?,
        group: expect.group.as_deref().map(|group| names.fill(group)).transpose()?,
        not_empty: expect.not_empty.unwrap_or(false),
    })
}

fn facts(expect: &Expect, names: &Names, all: &mut Vec<Expectation>) -> Result<(), Mistake> {
    if let Some(range) = &expect.version {
        all.push(Expectation::VersionWithin(names.fill(range)?));
    }
    for (entry, is) in &expect.installation {
        all.push(Expectation::Installation { entry: entry.clone(), is: names.fill(is)? });
    }
    all.extend(names.words(&expect.packages)?.into_iter().map(Expectation::HasPackage));
    all.extend(names.words(&expect.without)?.into_iter().map(Expectation::LacksPackage));
    if let Some(environment) = &expect.environment {
        all.push(Expectation::HasEnvironment {
            name: names.fill(&environment.name)?,
            packages: names.words(&environment.packages)?,
            exposes: names.words(&environment.exposes)?,
        });
    }
    if let Some(name) = &expect.no_environment {
        all.push(Expectation::LacksEnvironment(names.fill(name)?));
    }
    all.extend(expect.up_to_date.map(|wanted| as_wanted(wanted, Expectation::UpToDate)));
    Ok(())
}

fn relations(expect: &Expect, names: &Names, all: &mut Vec<Expectation>) -> Result<(), Mistake> {
    if let Some(step) = &expect.agrees_with {
        all.push(Expectation::AgreesWith(step.clone()));
    }
    if let Some(step) = &expect.same_version_as {
        all.push(Expectation::SameVersionAs(step.clone()));
    }
    if let Some(step) = &expect.lines_of {
        all.push(Expectation::LinesOf(step.clone()));
    }
    if let Some(step) = &expect.same_tree_as {
        all.push(Expectation::SameTreeAs { step: step.clone(), except: names.words(&expect.except)? });
    }
    if let Some(step) = &expect.no_larger_than {
        all.push(Expectation::NoLargerThan(step.clone()));
    }
    all.extend(expect.same_as_before.map(|wanted| as_wanted(wanted, Expectation::SameAsBefore)));
    all.extend(expect.less_than_before.map(|wanted| as_wanted(wanted, Expectation::LessThanBefore)));
    Ok(())
}

fn as_wanted(wanted: bool, expectation: Expectation) -> Expectation {
    if wanted { expectation } else { Expectation::Not(Box::new(expectation)) }
}

#[derive(Clone)]
enum Wanted {
    Is(Text),
    IsNot(Text),
}

fn negated(wanted: Wanted, make: impl Fn(Text) -> Expectation) -> Expectation {
    match wanted {
        Wanted::Is(text) => make(text),
        Wanted::IsNot(text) => Expectation::Not(Box::new(make(text))),
    }
}

/// A matcher made of one text.
type Make = fn(String) -> Text;

fn texts(expect: &ExpectText, names: &Names) -> Result<Vec<Wanted>, Mistake> {
    let mut wanted = Vec::new();
    let simple: [(&Option<String>, Make); 8] = [
        (&expect.equals, Text::Equals),
        (&expect.contains, Text::Contains),
        (&expect.says, Text::Says),
        (&expect.matches, Text::Matches),
        (&expect.no_match, Text::NoMatch),
        (&expect.line, Text::Line),
        (&expect.version, Text::VersionWithin),
        (&expect.path_entry, Text::PathEntry),
    ];
    for (text, make) in simple {
        if let Some(text) = text {
            wanted.push(Wanted::Is(make(names.fill(text)?)));
        }
    }
    for (flag, yes, no) in [(expect.something, Text::Something, Text::Nothing), (expect.json, Text::Json, Text::Json)] {
        match flag {
            Some(true) => wanted.push(Wanted::Is(yes)),
            Some(false) if no == Text::Json => wanted.push(Wanted::IsNot(no)),
            Some(false) => wanted.push(Wanted::Is(no)),
            None => {}
        }
    }
    for (pointer, is) in &expect.json_at {
        wanted.push(Wanted::Is(Text::JsonAt { pointer: names.fill(pointer)?, is: names.fill(is)? }));
    }
    wanted.extend(names.words(&expect.lines)?.into_iter().map(|line| Wanted::Is(Text::Line(line))));
    if let Some(text) = &expect.without {
        wanted.push(Wanted::IsNot(Text::Contains(names.fill(text)?)));
    }
    Ok(wanted)
}
