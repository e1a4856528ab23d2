//! The files of a package that are the same in every format.

use super::recipe::Recipe;

/// One file of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    /// Its path below `site-packages`, as `shakedown_plain/__init__.py`.
    pub(super) path: String,
    /// What is in it.
    pub(super) text: String,
}

/// Module, data and metadata, in the order of their paths; what records the files (`RECORD`) is the format's own.
pub(super) fn contents(recipe: &Recipe) -> Vec<Content> {
    let module = recipe.module();
    let mut contents = vec![Content { path: format!("{module}/__init__.py"), text: source(recipe) }];
    if let Some((name, text)) = recipe.data {
        contents.push(Content { path: format!("{module}/{name}"), text: text.to_owned() });
    }
    contents.push(Content { path: format!("{}/METADATA", info_folder(recipe)), text: metadata(recipe) });
    if let Some(program) = entry_point(recipe) {
        let text = format!("[console_scripts]\n{program}\n");
        contents.push(Content { path: format!("{}/entry_points.txt", info_folder(recipe)), text });
    }
    contents.sort_by(|one, other| one.path.cmp(&other.path));
    contents
}

/// The folder of a package's metadata below `site-packages`.
pub(super) fn info_folder(recipe: &Recipe) -> String {
    format!("{}-{}.dist-info", recipe.module(), recipe.version)
}

/// What starts the program, `shakedown-program = shakedown_program:main`.
pub(super) fn entry_point(recipe: &Recipe) -> Option<String> {
    recipe.program.map(|program| format!("{program} = {}:main", recipe.module()))
}

/// Metadata of version 2.1, also served on its own beside the wheel.
pub(super) fn metadata(recipe: &Recipe) -> String {
    let mut lines = vec![
        "Metadata-Version: 2.1".to_owned(),
        format!("Name: {}", recipe.name),
        format!("Version: {}", recipe.version),
        "Summary: A package for tests of package managers".to_owned(),
        format!("Requires-Python: {}", super::simple::REQUIRES_PYTHON),
    ];
    lines.extend(recipe.requires.iter().map(|needed| format!("Requires-Dist: {}", needed.as_wheel())));
    for extra in &recipe.extras {
        lines.push(format!("Provides-Extra: {}", extra.name));
        lines.extend(extra.requires.iter().map(|needed| {
            let marker = format!("extra == \"{}\"", extra.name);
            format!("Requires-Dist: {} ; {marker}", needed.as_wheel())
        }));
    }
    lines.join("\n") + "\n"
}

/// The module: its version, its data, and what its program does.
fn source(recipe: &Recipe) -> String {
    let mut parts = vec![format!("__version__ = \"{}\"\n", recipe.version)];
    if let Some((name, _)) = recipe.data {
        let text = format!("pathlib.Path(__file__).with_name(\"{name}\").read_text()");
        parts.push(format!("def words():\n    import pathlib\n\n    return {text}.split()\n"));
    }
    if recipe.program.is_some() {
        let body = "print(__name__, __version__, *sys.argv[1:])\n    return int(sys.argv[1]) if sys.argv[1:] else 0";
        parts.push(format!("def main():\n    import sys\n\n    {body}\n"));
    }
    parts.join("\n\n")
}
