//! Where an environment was made, by its own files: they name that place also after it was moved.

use super::task::Task;

/// Of a Python virtual environment: its script for shells names it.
pub(super) fn by_activation(prefix: &str) -> Task<Option<String>> {
    let task = Task::judged(Vec::new(), |seen| Ok(seen.file(0).and_then(activated).map(str::to_owned)));
    task.with_file(format!("{prefix}/bin/activate"))
}

/// Of an environment of pixi: a file among its records holds nothing but the path of these records.
pub(super) fn by_note(prefix: &str) -> Task<Option<String>> {
    let task = Task::judged(Vec::new(), |seen| Ok(seen.file(0).and_then(noted).map(str::to_owned)));
    task.with_file(format!("{prefix}/conda-meta/pixi_env_prefix"))
}

fn activated(script: &str) -> Option<&str> {
    script.lines().find_map(|line| {
        let line = line.trim_start();
        let value = line.strip_prefix("export ").unwrap_or(line).strip_prefix("VIRTUAL_ENV=")?;
        let quote = value.chars().next().filter(|first| matches!(first, '\'' | '"'));
        let path = match quote {
            Some(quote) => value[1..].split(quote).next()?,
            None => value.split_whitespace().next()?,
        };
        path.starts_with('/').then_some(path)
    })
}

fn noted(text: &str) -> Option<&str> {
    text.trim().strip_suffix("/conda-meta").filter(|path| path.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::managers::Seen;

    #[rstest]
    #[case::of_uv("# by uv\nVIRTUAL_ENV='/my project/.venv'\nexport VIRTUAL_ENV\n", Some("/my project/.venv"))]
    #[case::of_python("    VIRTUAL_ENV=\"/opt/venv\"\nexport VIRTUAL_ENV\n", Some("/opt/venv"))]
    #[case::of_newer_python(
        "    VIRTUAL_ENV=$(cygpath /opt/venv)\n    export VIRTUAL_ENV=/opt/venv\n",
        Some("/opt/venv")
    )]
    #[case::movable("VIRTUAL_ENV=\"$(dirname \"$script\")\"\n", None)]
    #[case::of_others("PATH=/opt\n", None)]
    fn the_script_for_shells_names_the_place(#[case] script: &str, #[case] path: Option<&str>) {
        let task = by_activation("/opt/venv");
        assert_eq!(task.files, ["/opt/venv/bin/activate"]);
        let seen = Seen { ended: Vec::new(), files: vec![Some(script.to_owned())] };
        assert_eq!(task.result(&seen), Ok(path.map(str::to_owned)));
    }

    #[rstest]
    #[case(Some("/a/.pixi/envs/default/conda-meta"), Some("/a/.pixi/envs/default"))]
    #[case(Some("/a/conda-meta\n"), Some("/a"))]
    #[case(Some("/a"), None)]
    #[case(Some(""), None)]
    #[case(None, None)]
    fn a_note_among_the_records_names_the_place(#[case] note: Option<&str>, #[case] path: Option<&str>) {
        let seen = Seen { ended: Vec::new(), files: vec![note.map(str::to_owned)] };
        assert_eq!(by_note("/a").result(&seen), Ok(path.map(str::to_owned)));
    }
}
