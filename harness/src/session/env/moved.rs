//! Environments that were moved: their files name the place where they were made.

/// The path at which an environment was made, by its script for shells (a Python virtual environment).
pub(super) fn by_activation(script: &str) -> Option<&str> {
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

/// The path at which an environment was made, by the file in which pixi notes it.
pub(super) fn by_prefix(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|path| path.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

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
        assert_eq!(by_activation(script), path);
    }

    #[test]
    fn a_note_of_the_prefix_is_a_path() {
        assert_eq!(by_prefix("/a/.pixi/envs/default\n"), Some("/a/.pixi/envs/default"));
        assert_eq!(by_prefix(""), None);
    }
}
