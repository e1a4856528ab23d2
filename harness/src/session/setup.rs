//! What the subject's configuration says of its package manager, for the record.

use std::path::Path;

use crate::config::Subject;
use crate::managers::PackageManager;
use crate::model::setup::Setup;

use super::sources;

/// The setup of a subject. Of an image that is not built here nobody knows the sources.
pub(super) fn setup(subject: &Subject, manager: &dyn PackageManager, is_built: bool) -> Setup {
    let installation = manager.installed(&subject.install);
    let mut variables = installation.variables;
    variables.extend(subject.container.environment.clone());
    Setup {
        file: shown(&subject.file),
        version: subject.install.version.clone(),
        binary: installation.binary,
        home: subject.install.home.clone(),
        variables,
        folders: installation.folders,
        path: installation.path,
        sources: if is_built { sources::named(&subject.sources) } else { Vec::new() },
        served: subject.sources.served().into_iter().map(str::to_owned).collect(),
    }
}

/// A path as somebody types it who stands where this runs: what is below the working folder is named from there.
pub(super) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::config::{Remote, Sources};
    use crate::plan::Selection;
    use crate::session::prepare;

    #[test]
    fn the_setup_is_what_configuration_and_manager_say() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../configs/uv.yml");
        let prepared = prepare(&[file.to_owned()], &Selection::default()).unwrap().remove(0);
        let mut subject = prepared.subject;
        subject.container.environment.insert("UV_INDEX_URL".to_owned(), "https://index.example/simple".to_owned());
        subject.sources = Sources {
            binary: Some(PathBuf::from("/opt/uv-of-mine")),
            channel: None,
            packages: true,
            variables: Vec::new(),
            remote: vec![
                Remote { url: "https://install.example/uv".to_owned(), unless: Some("binary".to_owned()) },
                Remote { url: "https://index.example/simple".to_owned(), unless: None },
            ],
        };
        let built = setup(&subject, prepared.manager, true);
        assert_eq!((built.home.as_str(), built.version.as_str()), ("/opt/uv", ">=0.8"));
        assert_eq!(built.cache(), Some("/var/cache/uv"));
        let names: Vec<_> = built.variables.keys().map(String::as_str).collect();
        assert_eq!(names, ["UV_CACHE_DIR", "UV_INDEX_URL", "UV_TOOL_BIN_DIR", "UV_TOOL_DIR"]);
        assert_eq!(
            built.sources,
            ["/opt/uv-of-mine (local binary)", "shakedown's own packages", "https://index.example/simple"]
        );
        assert_eq!(built.served, ["binary", "packages"]);
        assert_eq!(setup(&subject, prepared.manager, false).sources, [""; 0]);
    }
}
